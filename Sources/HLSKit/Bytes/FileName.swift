/// Paths and file names as text that loses nothing of their bytes.
///
/// The system's names are bytes in any encoding (archives bring GBK and Latin-1), and text holds Unicode only. Each byte
/// that is no part of well-formed UTF-8 becomes a character of its own in a private area, U+10F780 to U+10F7FF, and those
/// characters themselves are kept as their bytes. Such text goes through strings, URLs and JSON unharmed.
///
/// Made where names come in (arguments, directories, addresses), turned back where they go out (system calls, addresses).
package enum FileName {
    /// Added to a byte of 0x80 and more, which are all that can be wrong in UTF-8.
    private static let base: UInt32 = 0x10F700

    /// Turns the bytes of a name into text.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !holdsEscapes(text) { return text }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        var input = bytes.makeIterator()
        var parser = Unicode.UTF8.ForwardParser()
        while true {
            let count: Int
            switch parser.parseScalar(from: &input) {
            case .valid(let encoded):
                count = encoded.count
                let scalar = UTF8.decode(encoded)
                if byte(of: scalar) == nil {
                    text.append(scalar)
                } else {
                    text.append(contentsOf: encoded.map(escape))
                }
            case .error(let length):
                count = length
                text.append(contentsOf: rest.prefix(length).map(escape))
            case .emptyInput:
                return String(text)
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Turns a C string into text, as far as the zero at its end.
    package static func text(cString: some Sequence<CChar>) -> String {
        text(cString.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) })
    }

    /// Turns text back into the bytes of the name.
    package static func bytes(_ text: String) -> [UInt8] {
        guard holdsEscapes(text) else { return Array(text.utf8) }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if let byte = byte(of: scalar) { bytes.append(byte) } else { bytes += UTF8.encode(scalar) ?? .init() }
        }
        return bytes
    }

    /// The name as system calls take it, with a zero at its end.
    package static func cString(_ text: String) -> [CChar] {
        bytes(text).map { CChar(bitPattern: $0) } + [0]
    }

    /// Whether two names are the same to a person: by Unicode equivalence (Unicode Standard Annex 15), or because one of them
    /// is the UTF-8 of what ``text(_:)`` makes of the other.
    package static func areEquivalent(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        if left.elementsEqual(right) { return true }
        // ASCII has one form only.
        guard left.contains(where: { $0 >= 0x80 }) || right.contains(where: { $0 >= 0x80 }) else { return false }
        let (leftText, rightText) = (text(left), text(right))
        return leftText == rightText || String(decoding: left, as: UTF8.self) == rightText
            || leftText == String(decoding: right, as: UTF8.self)
    }

    /// The text for people, with the bytes that are not UTF-8 as `\xB5`.
    package static func readable(_ text: String) -> String {
        guard holdsEscapes(text) else { return text }
        return text.unicodeScalars.reduce(into: "") { readable, scalar in
            if let byte = byte(of: scalar) {
                readable += "\\x" + String(byte, radix: 16, uppercase: true)
            } else {
                readable.unicodeScalars.append(scalar)
            }
        }
    }

    /// The byte that a character stands for; nil for a character that stands for itself.
    package static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        guard (base + 0x80...base + 0xFF).contains(scalar.value) else { return nil }
        return UInt8(truncatingIfNeeded: scalar.value)
    }

    private static func escape(_ byte: UInt8) -> Unicode.Scalar {
        Unicode.Scalar(base + UInt32(byte)) ?? "\u{FFFD}"
    }

    private static func holdsEscapes(_ text: String) -> Bool {
        // All of them begin with this byte, and hardly anything else does.
        text.utf8.contains(0xF4) && text.unicodeScalars.contains { byte(of: $0) != nil }
    }
}
