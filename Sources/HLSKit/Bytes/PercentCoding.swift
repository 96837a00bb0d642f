/// Percent-encoding of the bytes of URLs (RFC 3986 2.1).
package enum PercentCoding {
    /// The bytes with their escapes undone; a percent sign that begins none stands for itself.
    package static func decoded(_ text: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(Hexadecimal.digit(_:)),
                let low = rest.dropFirst().first.flatMap(Hexadecimal.digit(_:))
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The bytes of a path as they stand in a URL: slashes stay, a percent sign becomes an escape.
    package static func path(_ bytes: some Sequence<UInt8>) -> String {
        encoded(bytes) { isUnreserved($0) || "!$&'()*+,;=:@/".utf8.contains($0) }
    }

    /// The bytes of a name as they stand in a URL, such as a file's: all but unreserved characters become escapes.
    package static func name(_ bytes: some Sequence<UInt8>) -> String {
        encoded(bytes, keeping: isUnreserved)
    }

    /// A URL without the bytes that no URL may have, such as spaces and letters beyond ASCII; escapes stay.
    package static func url(_ text: String) -> String {
        encoded(text.utf8) { $0 > 0x20 && $0 < 0x7F && !"\"<>\\^`{|}".utf8.contains($0) }
    }

    private static func encoded(_ bytes: some Sequence<UInt8>, keeping isKept: (UInt8) -> Bool) -> String {
        var text = ""
        for byte in bytes {
            if isKept(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "%" + Hexadecimal.text([byte])
            }
        }
        return text
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._~".utf8.contains(byte)
        }
    }
}
