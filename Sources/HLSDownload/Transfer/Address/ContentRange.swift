/// The value of a `Content-Range` field in bytes (RFC 9110 14.4).
struct ContentRange: Sendable, Hashable {
    /// The first and the last byte; nil in `bytes */1234`, which comes with 416.
    var bytes: ClosedRange<Int>?
    /// The length of the whole; nil in `bytes 0-99/*`.
    var total: Int?

    /// Reads `bytes 0-99/1234`; nil when it is anything else, or makes no sense.
    init?(_ text: String) {
        let words = text.split { $0 == " " || $0 == "\t" }
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[1] != "*" {
            guard let total = Self.number(parts[1]) else { return nil }
            self.total = total
        }
        guard parts[0] != "*" else {
            guard total != nil else { return nil }
            return
        }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last else {
            return nil
        }
        if let total, last >= total { return nil }
        bytes = first...last
    }

    /// Digits alone: `Int` would take a sign too.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            return nil
        }
        // What is added to it later stays a number.
        return number < Int.max / 4 ? number : nil
    }
}
