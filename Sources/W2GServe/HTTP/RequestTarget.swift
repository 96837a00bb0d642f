import HLSKit

/// The target of a request, taken apart (RFC 9112 3.2).
struct RequestTarget: Sendable {
    /// The path as it came, without the query.
    let path: Substring
    /// What stands behind `?`, without it; nil when there is none.
    let query: Substring?

    /// Reads a target in origin form or absolute form.
    init(_ target: String) {
        var rest = target[...]
        if rest.utf8.first != UInt8(ascii: "/"), let scheme = rest.firstRange(of: "://") {
            let authority = rest[scheme.upperBound...]
            rest =
                authority.utf8.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
                .map { authority[$0...] } ?? ""
        }
        let whole = rest.utf8.firstIndex(of: UInt8(ascii: "#")).map { rest[..<$0] } ?? rest
        let mark = whole.utf8.firstIndex(of: UInt8(ascii: "?"))
        let path = mark.map { whole[..<$0] } ?? whole
        query = mark.map { whole[whole.utf8.index(after: $0)...] }
        // An absolute form without a path is the root's (RFC 9110 4.2.3).
        self.path = path.isEmpty && !target.isEmpty ? "/" : path
    }

    /// The bytes that percent-encoded text stands for (RFC 3986 2.1).
    ///
    /// - Returns: nil when a `%` has no two digits behind it.
    static func decoded(_ text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(Hexadecimal.digit(_:)),
                let low = iterator.next().flatMap(Hexadecimal.digit(_:))
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// The place below the served folder that a path names, when it does so without tricks.
    ///
    /// - Parameter text: The path behind `/videos/`, still encoded. An encoded slash is none: names do not hold any.
    static func mediaPath(_ text: Substring) -> MediaPath? {
        guard !text.utf8.contains(UInt8(ascii: "%")) else {
            guard let bytes = decoded(text) else { return nil }
            let slashes = text.utf8.count { $0 == UInt8(ascii: "/") }
            guard bytes.count(where: { $0 == UInt8(ascii: "/") }) == slashes else { return nil }
            return MediaPath(bytes)
        }
        return MediaPath(text.utf8)
    }

    /// The value of a field of the query; the last one counts.
    func value(of name: String) -> String? {
        var value: String?
        for field in query?.split(separator: "&") ?? [] {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first, Self.text(first) == name else { continue }
            value = parts.count == 2 ? Self.text(parts[1]) : ""
        }
        return value
    }

    /// Bytes that are not UTF-8 become characters as in `FileName`.
    private static func text(_ part: Substring) -> String? {
        let spaced = part.contains("+") ? Substring(part.map { $0 == "+" ? " " : String($0) }.joined()) : part
        return decoded(spaced).map { FileName.text($0) }
    }
}
