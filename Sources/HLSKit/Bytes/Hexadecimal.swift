/// Hexadecimal digits, read and written.
package enum Hexadecimal {
    /// The value of an ASCII digit of either case; nil for another byte.
    package static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
        default: nil
        }
    }

    /// The upper-case ASCII digit of the four least significant bits of a value.
    package static func digit(of value: UInt8) -> UInt8 {
        let value = value & 15
        return value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "A") &+ value &- 10
    }

    /// Appends the two upper-case digits of a byte.
    package static func append(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(digit(of: byte >> 4))
        text.append(digit(of: byte))
    }

    /// Two upper-case digits for each byte.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes { append(byte, to: &text) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Two lower-case digits for each byte.
    package static func lowercaseText(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            // The bit of small letters, which decimal digits have too.
            text.append(digit(of: byte >> 4) | 0x20)
            text.append(digit(of: byte) | 0x20)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of pairs of digits; what is not a digit counts as zero, and a last one without a second is left out.
    package static func bytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.map { digit($0) ?? 0 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
