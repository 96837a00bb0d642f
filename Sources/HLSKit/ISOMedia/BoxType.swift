/// The four characters that tell the kind of a box, a brand, a handler or a sample entry (ISO/IEC 14496-12 4.2).
public struct BoxType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The characters as a big-endian number.
    public var rawValue: UInt32

    /// Creates a type from its number.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Creates a type from its characters; spaces fill up what is missing, and what is beyond four bytes is left out.
    public init(_ characters: String) {
        rawValue = 0
        let bytes = Array(characters.utf8)
        for index in 0..<4 {
            rawValue = rawValue << 8 | UInt32(index < bytes.count ? bytes[index] : UInt8(ascii: " "))
        }
    }

    /// Creates a type from its characters.
    public init(stringLiteral characters: String) {
        self.init(characters)
    }

    /// The four characters; a byte that is no printable character is written as `\xA9`.
    public var description: String {
        (0..<4).map { index in
            let byte = UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - index * 8))
            return (0x20...0x7E).contains(byte) ? String(Unicode.Scalar(byte)) : "\\x" + Hexadecimal.text([byte])
        }.joined()
    }

    /// True when no byte is a control character, so that a box may be called so.
    var isPlausible: Bool {
        (0..<4).allSatisfy { index in
            let byte = UInt8(truncatingIfNeeded: rawValue >> UInt32(24 - index * 8))
            return byte >= 0x20 && byte != 0x7F
        }
    }
}
