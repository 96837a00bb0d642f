import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads keys that a server sends in another form than as their bare bytes.
///
/// A key file is the bytes alone (RFC 8216 5); some servers append a line end, or send hexadecimal or Base64 text.
enum KeyText {
    /// The key in a response.
    ///
    /// - Parameter byteCount: The bytes that the key must have.
    /// - Returns: Nil when the response has no key of such a size in any form.
    static func key(_ response: [UInt8], byteCount: Int) -> [UInt8]? {
        if response.count == byteCount { return response }
        // Only line ends are removed: other white space may be part of the key.
        let isLine = response.dropFirst(byteCount).allSatisfy { $0 == 0x0A || $0 == 0x0D }
        if response.count > byteCount, isLine { return Array(response.prefix(byteCount)) }
        let text = response.filter { $0 > 0x20 }
        return hexadecimal(text, byteCount) ?? base64(text, byteCount)
    }

    private static func hexadecimal(_ text: [UInt8], _ byteCount: Int) -> [UInt8]? {
        var digits = text[...]
        if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) { digits = digits.dropFirst(2) }
        let isHexadecimal = digits.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20)
        }
        guard digits.count == 2 * byteCount, isHexadecimal else { return nil }
        return Hexadecimal.bytes(String(decoding: digits, as: UTF8.self))
    }

    private static func base64(_ text: [UInt8], _ byteCount: Int) -> [UInt8]? {
        Data(base64Encoded: Data(text)).map(Array.init).flatMap { $0.count == byteCount ? $0 : nil }
    }
}
