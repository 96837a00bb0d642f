import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads `data:` URLs (RFC 2397).
enum DataURL {
    static func isOne(_ url: String) -> Bool {
        url.prefix(5).lowercased() == "data:"
    }

    /// The bytes that the URL holds; nil when it is malformed.
    static func bytes(of url: String) -> [UInt8]? {
        guard isOne(url), let comma = url.utf8.firstIndex(of: 0x2C) else { return nil }
        let plain = PercentCoding.decoded(url[url.utf8.index(after: comma)...].utf8)
        guard url[..<comma].lowercased().hasSuffix(";base64") else { return plain }
        var text = plain.filter { $0 > 0x20 }
        while text.count % 4 != 0 { text.append(0x3D) }
        return Data(base64Encoded: Data(text)).map(Array.init)
    }
}
