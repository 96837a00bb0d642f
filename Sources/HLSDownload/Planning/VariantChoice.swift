import HLSKit

/// Which variants of a multivariant playlist are downloaded.
public struct VariantChoice: Sendable, Hashable, CustomStringConvertible {
    enum Rule: Sendable, Hashable {
        case best
        case worst
        case all
        /// Counted from 1.
        case number(Int)
        case condition(Quantity, Comparison, Double)
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
    public static let best = VariantChoice(.best, "best")
    /// The one with the lowest bandwidth.
    public static let worst = VariantChoice(.worst, "worst")
    /// All of them.
    public static let all = VariantChoice(.all, "all")

    private init(_ rule: Rule, _ description: String) {
        self.rule = rule
        self.description = description
    }

    /// Reads a choice.
    ///
    /// - Parameter text: `best`, `worst`, `all`, the number of a variant counted from 1, or a condition such as
    ///   `height<=720` or `bandwidth<=3M`, which takes the best one that meets it.
    /// - Throws: ``DownloadError`` with the code `invalidOption`.
    public init(_ text: String) throws(DownloadError) {
        let plain = text.lowercased().filter { $0 != " " }
        switch plain {
        case "best": self.init(.best, plain)
        case "worst": self.init(.worst, plain)
        case "all": self.init(.all, plain)
        default:
            if let number = Int(plain), number > 0 {
                self.init(.number(number), plain)
            } else if let condition = Self.condition(plain) {
                self.init(condition, plain)
            } else {
                throw DownloadError(
                    .invalidOption,
                    "'\(text)' chooses no variant: give best, worst, all, a number, or a condition such as height<=720"
                )
            }
        }
    }

    private static func condition(_ text: String) -> Rule? {
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
        return .condition(quantity, comparison, value * factor)
    }

    /// The indices of the chosen variants, in the order of the playlist.
    ///
    /// - Throws: ``DownloadError`` with the code `invalidOption` when there is none.
    func indices(in variants: [Variant]) throws(DownloadError) -> [Int] {
        let all = Array(variants.indices)
        func best(_ indices: [Int]) -> [Int] {
            indices.max { rank(variants[$0], $0) < rank(variants[$1], $1) }.map { [$0] } ?? []
        }
        let chosen: [Int] =
            switch rule {
            case .all: all
            case .best: best(all)
            case .worst: all.min { rank(variants[$0], -$0) < rank(variants[$1], -$1) }.map { [$0] } ?? []
            case .number(let number): number <= all.count ? [number - 1] : []
            case .condition(let quantity, let comparison, let limit):
                best(all.filter { meets(variants[$0], quantity, comparison, limit) })
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
