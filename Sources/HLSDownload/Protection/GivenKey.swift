import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A key that segments are decrypted with instead of those that a playlist names.
public struct GivenKey: Sendable, Hashable {
    enum Source: Sendable, Hashable {
        case bytes([UInt8])
        case url(String)
    }

    /// What a plan has in place of the URL of a key whose bytes are given.
    static let plannedURL = "given:key"

    let source: Source

    /// Creates a key of 16 bytes for AES-128, or 32 for AES-256-GCM.
    public init(bytes: [UInt8]) {
        source = .bytes(bytes)
    }

    /// Reads a key.
    ///
    /// - Parameter text: 32 or 64 hexadecimal digits, with or without `0x`; the same bytes as Base64; the URL of a key;
    ///   or the path of a file with one.
    /// - Throws: ``DownloadError`` with the code `invalidOption`.
    public init(_ text: String) throws(DownloadError) {
        if text.contains("://") || DataURL.isOne(text) {
            source = .url(ResourceURL.encoded(text))
        } else if let bytes = Self.bytes(Array(text.utf8), isText: true) {
            source = .bytes(bytes)
        } else if let content = FileSystem.contents(text, limit: 1 << 12), let bytes = Self.bytes(content) {
            source = .bytes(bytes)
        } else {
            throw DownloadError(.invalidOption, .invalidKey(text))
        }
    }

    private static func bytes(_ content: [UInt8], isText: Bool = false) -> [UInt8]? {
        for cipher in [SegmentCipher.aes128, .aes256GCM] {
            // The characters of an option are not the bytes of the key themselves.
            guard let key = KeyText.key(content, byteCount: cipher.keyBytes), !isText || key != content else {
                continue
            }
            return key
        }
        return nil
    }

    /// What of the segments the key is for when the playlist does not declare it.
    var cipher: SegmentCipher {
        if case .bytes(let bytes) = source, bytes.count == SegmentCipher.aes256GCM.keyBytes { return .aes256GCM }
        return .aes128
    }

    /// The URL of the key in a plan.
    var url: String {
        switch source {
        case .bytes: Self.plannedURL
        case .url(let url): url
        }
    }

    /// - Throws: ``DownloadError`` with the code `invalidOption` when the key is not one for the cipher.
    func check(for cipher: SegmentCipher) throws(DownloadError) {
        guard case .bytes(let bytes) = source, bytes.count != cipher.keyBytes else { return }
        throw DownloadError(
            .invalidOption,
            .keySize(bytes.count, needed: cipher.keyBytes, method: cipher.rawValue)
        )
    }
}

/// An initialization vector of AES-128 in text.
public enum InitializationVector {
    /// Reads 16 bytes: at most 32 hexadecimal digits, with or without `0x`, zeros in front left out; or Base64.
    ///
    /// - Throws: ``DownloadError`` with the code `invalidOption`.
    public static func bytes(_ text: String) throws(DownloadError) -> [UInt8] {
        let digits = text.lowercased().hasPrefix("0x") ? text.dropFirst(2) : text[...]
        if (1...32).contains(digits.utf8.count), digits.allSatisfy(\.isHexDigit), digits.utf8.allSatisfy({ $0 < 0x80 })
        {
            return Hexadecimal.bytes(String(repeating: "0", count: 32 - digits.utf8.count) + digits)
        }
        if let bytes = Data(base64Encoded: text), bytes.count == 16 { return Array(bytes) }
        throw DownloadError(.invalidOption, .invalidVector(text))
    }
}

/// What is known of the encryption of a stream beside what its playlists declare.
struct EncryptionChoice: Sendable {
    var key: GivenKey?
    var vector: [UInt8]?
    /// Whether the playlists declare no encryption, so that the given key is for all segments.
    private var isUndeclared = false

    init(key: GivenKey? = nil, vector: [UInt8]? = nil) {
        (self.key, self.vector) = (key, vector)
    }

    /// The choice for a stream with certain playlists.
    func settled(for playlists: [LongPlaylist]) throws(DownloadError) -> EncryptionChoice {
        guard key != nil else { return self }
        var choice = self
        choice.isUndeclared = true
        for playlist in playlists {
            try playlist.forEachList { segments throws(DownloadError) in
                if segments.contains(where: { $0.keys.contains { $0.method != .none } }) { choice.isUndeclared = false }
            }
        }
        return choice
    }

    /// The keys that a segment is encrypted with.
    func keys(of segment: MediaSegment, kind: DownloadPlan.Rendition.Kind) -> [EncryptionKey] {
        guard isUndeclared, kind != .subtitles, let key else { return segment.keys }
        return [EncryptionKey(method: key.cipher == .aes128 ? .aes128 : .aes256GCM)]
    }
}
