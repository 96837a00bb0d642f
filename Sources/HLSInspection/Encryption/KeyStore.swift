import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Gets keys and keeps them.
struct KeyStore {
    /// What asking for a key gave.
    enum Key: Sendable, Hashable {
        case bytes([UInt8])
        /// It does not exist or cannot be read.
        case missing
        case wrongLength(Int)
        /// The loader does not read such URLs.
        case unreachable
    }

    let loader: any ResourceLoader
    private var keys: [String: Key] = [:]

    /// The bytes of a key of AES-128.
    static let keyBytes = 16
    /// A playlist does not have more keys than this in memory.
    private static let limit = 1_024

    init(loader: any ResourceLoader) {
        self.loader = loader
    }

    /// The key that a URL names.
    mutating func key(at url: String) async throws(InspectionError) -> Key {
        if let key = keys[url] { return key }
        let key = try await load(url)
        if keys.count >= Self.limit { keys = [:] }
        keys[url] = key
        return key
    }

    private func load(_ url: String) async throws(InspectionError) -> Key {
        var bytes: [UInt8]
        if url.lowercased().hasPrefix("data:") {
            guard let data = Self.data(of: url) else { return .missing }
            bytes = data
        } else {
            do {
                bytes = try await loader.prefix(of: url, byteCount: 1 << 16)
            } catch {
                switch error.code {
                case .notFound, .notUsable: return .missing
                case .unreachable: return .unreachable
                default: throw error
                }
            }
        }
        return bytes.count == Self.keyBytes ? .bytes(bytes) : .wrongLength(bytes.count)
    }

    /// The bytes of a `data:` URL (RFC 2397).
    static func data(of url: String) -> [UInt8]? {
        guard let comma = url.utf8.firstIndex(of: 0x2C) else { return nil }
        let head = url[..<comma].lowercased()
        let content = String(url[url.utf8.index(after: comma)...])
        let plain = PercentCoding.decoded(content.utf8)
        guard head.hasSuffix(";base64") else { return plain }
        var text = String(decoding: plain, as: UTF8.self).filter { !$0.isWhitespace }
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: text).map(Array.init)
    }

}
