/// Which bytes of a file a request wants (RFC 9110 14).
enum ByteSelection: Equatable, Sendable {
    /// All of them: no range was asked for, or it was not understood, or there were several.
    case all
    /// One range.
    case part(Range<Int64>)
    /// A range in which there is nothing.
    case unsatisfiable

    /// Reads the value of a Range field.
    ///
    /// Several ranges are answered with everything, which a server may (RFC 9110 14.2).
    init(_ field: String, size: Int64) {
        let unit = field.prefix { $0 != "=" }
        guard unit.count < field.count, unit.lowercased() == "bytes" else {
            self = .all
            return
        }
        let text = field.dropFirst(unit.count + 1).filter { $0 != " " && $0 != "\t" }
        guard !text.contains(","), let dash = text.firstIndex(of: "-") else {
            self = .all
            return
        }
        let (first, last) = (text[..<dash], text[text.index(after: dash)...])
        guard let lower = Self.number(first), let upper = Self.number(last), lower != nil || upper != nil else {
            self = .all
            return
        }
        switch (lower, upper) {
        case (nil, let count?):
            self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
        case (let start?, let end):
            if let end, end < start {
                self = .all
            } else if start >= size {
                self = .unsatisfiable
            } else {
                self = .part(start..<(min(end ?? .max, size - 1) + 1))
            }
        default:
            self = .all
        }
    }

    /// Digits as a number, the largest one when there are too many; an outer nil for something else, an inner one for nothing.
    private static func number(_ text: Substring) -> Int64?? {
        if text.isEmpty { return .some(nil) }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text) ?? .max
    }
}
