import HLSKit

/// Which variants of a multivariant playlist are downloaded.
public struct VariantChoice: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        /// Counted from 1.
        case number(Int)
        /// Those that meet all conditions, or one of them.
        case those([Condition], Order)
    }

    /// Which of several variants is taken.
    enum Order: String, Sendable, Hashable {
        case best
        case worst
        case all
    }

    enum Condition: Sendable, Hashable {
        case quantity(Quantity, Comparison, Double)
        /// Whether one of the codecs is the named one.
        case codec(String, isPresent: Bool)
    }

    enum Quantity: String, Sendable, Hashable, CaseIterable {
        case height
        case width
        case bandwidth
        case fps
    }

    enum Comparison: String, Sendable, Hashable, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"
        case equal = "="
    }

    let rule: Rule
    /// The choice as it was written.
    public let description: String

    /// The one with the highest bandwidth.
    public static let best = VariantChoice(.those([], .best), "best")
    /// The one with the lowest bandwidth.
    public static let worst = VariantChoice(.those([], .worst), "worst")
    /// All of them.
    public static let all = VariantChoice(.those([], .all), "all")

    private init(_ rule: Rule, _ description: String) {
        self.rule = rule
        self.description = description
    }

    /// Reads a choice.
    ///
    /// - Parameter text: The number of a variant counted from 1; or `best`, `worst`, `all`, and conditions such as
    ///   `height<=720`, `bandwidth<=3M` or `codec=hevc`, with commas between. Without a word the best variant that meets
    ///   all conditions is taken.
    /// - Throws: ``DownloadError`` with the code `invalidOption`.
    public init(_ text: String) throws(DownloadError) {
        let plain = text.lowercased().filter { $0 != " " }
        if let number = Int(plain), number > 0 {
            self.init(.number(number), plain)
            return
        }
        var conditions: [Condition] = []
        var order: Order?
        for word in plain.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            if let named = Order(rawValue: word), order == nil {
                order = named
            } else if let condition = Self.codec(word) ?? Self.quantity(word) {
                conditions.append(condition)
            } else {
                throw DownloadError(.invalidOption, .invalidVariant(text))
            }
        }
        self.init(.those(conditions, order ?? .best), plain)
    }

    private static func codec(_ text: String) -> Condition? {
        for name in ["codecs", "codec"] where text.hasPrefix(name) {
            let rest = text.dropFirst(name.utf8.count)
            for (sign, isPresent) in [("!=", false), ("=", true)] where rest.hasPrefix(sign) {
                let codec = rest.dropFirst(sign.utf8.count)
                return codec.isEmpty ? nil : .codec(String(codec), isPresent: isPresent)
            }
        }
        return nil
    }

    private static func quantity(_ text: String) -> Condition? {
        guard let quantity = Quantity.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { return nil }
        let rest = text.dropFirst(quantity.rawValue.count)
        guard let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else { return nil }
        var number = rest.dropFirst(comparison.rawValue.count)
        var factor = 1.0
        switch number.last {
        case "k": factor = 1e3
        case "m": factor = 1e6
        case "p" where quantity == .height: break
        default: factor = 0
        }
        if factor > 0 { number = number.dropLast() } else { factor = 1 }
        guard let value = Double(number), value.isFinite, value >= 0 else { return nil }
        return .quantity(quantity, comparison, value * factor)
    }

    /// The indices of the chosen variants, in the order of the playlist.
    ///
    /// - Throws: ``DownloadError`` with the code `invalidOption` when there is none.
    func indices(in variants: [Variant]) throws(DownloadError) -> [Int] {
        let all = Array(variants.indices)
        func first(_ order: Order, of indices: [Int]) -> [Int] {
            switch order {
            case .all: indices
            case .best: indices.max { rank(variants[$0], $0) < rank(variants[$1], $1) }.map { [$0] } ?? []
            case .worst: indices.min { rank(variants[$0], -$0) < rank(variants[$1], -$1) }.map { [$0] } ?? []
            }
        }
        let chosen: [Int] =
            switch rule {
            case .number(let number): number <= all.count ? [number - 1] : []
            case .those(let conditions, let order):
                first(order, of: all.filter { index in conditions.allSatisfy { meets(variants[index], $0) } })
            }
        guard !chosen.isEmpty else {
            let list = all.map { "\($0 + 1): \(Self.summary(of: variants[$0]))" }.joined(separator: "; ")
            throw DownloadError(.invalidOption, "no variant is '\(description)': there are \(list)")
        }
        return chosen
    }

    /// The highest bandwidth is the best; among equals the larger picture, then the first.
    private func rank(_ variant: Variant, _ index: Int) -> (Int, Int, Int) {
        (variant.bandwidth, variant.resolution?.height ?? 0, -index)
    }

    private func meets(_ variant: Variant, _ condition: Condition) -> Bool {
        switch condition {
        case .quantity(let quantity, let comparison, let limit): meets(variant, quantity, comparison, limit)
        case .codec(let name, let isPresent):
            CodecName.isPresent(name, in: variant.codecs?.entries ?? []) == isPresent
        }
    }

    private func meets(_ variant: Variant, _ quantity: Quantity, _ comparison: Comparison, _ limit: Double) -> Bool {
        let value: Double? =
            switch quantity {
            case .height: variant.resolution.map { Double($0.height) }
            case .width: variant.resolution.map { Double($0.width) }
            case .bandwidth: Double(variant.bandwidth)
            case .fps: variant.frameRate
            }
        guard let value else { return false }
        return switch comparison {
        case .atMost: value <= limit
        case .atLeast: value >= limit
        case .below: value < limit
        case .above: value > limit
        case .equal: value == limit
        }
    }

    static func summary(of variant: Variant) -> String {
        let size = variant.resolution.map { "\($0.width)x\($0.height) " } ?? ""
        return size + "\(variant.bandwidth / 1_000) kbit/s"
    }
}

/// Names that people have for codecs, beside those of `CODECS` (RFC 6381).
private enum CodecName {
    private static let entries = [
        "aac": ["mp4a.40"], "ac3": ["ac-3"], "av1": ["av01"], "avc": ["avc1", "avc3"], "dolbyvision": ["dvh1", "dvhe"],
        "dovi": ["dvh1", "dvhe"], "eac3": ["ec-3"], "h264": ["avc1", "avc3"], "h265": ["hvc1", "hev1"],
        "hevc": ["hvc1", "hev1"], "vp9": ["vp09"],
    ]

    /// Whether one of the entries is, or begins with, what a name means.
    static func isPresent(_ name: String, in codecs: [String]) -> Bool {
        let wanted = entries[name] ?? [name]
        return codecs.contains { codec in wanted.contains { codec.lowercased().hasPrefix($0) } }
    }
}
