/// Bytes written as `0x` and hexadecimal digits (draft-pantos-hls-rfc8216bis 4.2).
public struct HexadecimalSequence: Sendable, Hashable {
    /// The bytes, most significant first; an odd number of digits has a zero in front.
    public var bytes: [UInt8]

    /// A sequence of bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether a range is `0x` or `0X` and at least one digit.
    static func isWellFormed(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 3, text[range.lowerBound] == 0x30, text[range.lowerBound &+ 1] | 0x20 == 0x78 else {
            return false
        }
        for index in (range.lowerBound &+ 2)..<range.upperBound where Hexadecimal.digit(text[index]) == nil {
            return false
        }
        return true
    }
}

extension HexadecimalSequence: AttributeValue {
    /// Reads `0x` and digits of either case.
    public init?(attribute text: Span<UInt8>) {
        let content = text.unquoted
        guard Self.isWellFormed(text, content) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count / 2)
        var index = content.lowerBound &+ 2
        if content.count % 2 == 1 {
            bytes.append(Hexadecimal.digit(text[index]) ?? 0)
            index &+= 1
        }
        while index &+ 1 < content.upperBound {
            bytes.append((Hexadecimal.digit(text[index]) ?? 0) << 4 | (Hexadecimal.digit(text[index &+ 1]) ?? 0))
            index &+= 2
        }
        self.bytes = bytes
    }

    /// Appends `0x` and upper-case digits.
    public func write(to text: inout [UInt8]) {
        text.append("0x")
        for byte in bytes { Hexadecimal.append(byte, to: &text) }
    }
}
