/// A part of a resource: `<length>[@<start>]` (draft-pantos-hls-rfc8216bis 4.4.4.2).
public struct ByteRange: Sendable, Hashable {
    /// The number of bytes.
    public var length: Int
    /// The offset of the first byte; nil when it is not known.
    ///
    /// A segment's range without an offset starts where the range of the previous segment ends; ``MediaSegment`` gives
    /// that offset.
    public var start: Int?

    /// A range of `length` bytes.
    public init(length: Int, start: Int? = nil) {
        self.length = length
        self.start = start
    }

    /// The offset behind the last byte, nil when the start is not known or the sum is above `Int.max`.
    public var end: Int? {
        guard let start else { return nil }
        let (end, overflowed) = start.addingReportingOverflow(length)
        return overflowed ? nil : end
    }

    static func read(_ text: Span<UInt8>, _ range: Range<Int>) -> ByteRange? {
        var at = range.lowerBound
        while at < range.upperBound, text[at] != 0x40 { at &+= 1 }
        guard let length = Numbers.integer(text, range.lowerBound..<at) else { return nil }
        guard at < range.upperBound else { return ByteRange(length: length) }
        guard let start = Numbers.integer(text, (at &+ 1)..<range.upperBound) else { return nil }
        return ByteRange(length: length, start: start)
    }

    /// The greatest number of bytes that a range has here.
    static let maximumLength = 2 * Numbers.maximumLength + 1

    func append(to text: inout OutputSpan<UInt8>) {
        Numbers.appendInteger(UInt64(max(0, length)), to: &text)
        guard let start else { return }
        text.append(0x40)
        Numbers.appendInteger(UInt64(max(0, start)), to: &text)
    }
}

extension ByteRange: AttributeValue {
    /// Reads a quoted-string `"<length>[@<start>]"`.
    public init?(attribute text: Span<UInt8>) {
        guard let range = ByteRange.read(text, text.unquoted) else { return nil }
        self = range
    }

    /// Appends a quoted-string `"<length>[@<start>]"`.
    public func write(to text: inout [UInt8]) {
        text.append(0x22)
        text.append(addingCapacity: Self.maximumLength) { append(to: &$0) }
        text.append(0x22)
    }
}
