import Crypto
import CryptoExtras

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Decrypts a file as its bytes come.
struct SegmentDecryptor: Sendable {
    private static let blockBytes = 16
    /// The vectors that a file in GCM may begin with, in bytes; which it is, its tag tells without doubt.
    ///
    /// 16 are what players with this method take (draft-pantos-hls-rfc8216bis 4.4.4.4, which allows no IV attribute with
    /// it); 12 are what GCM has elsewhere (RFC 5116 5.2).
    private static let nonceBytes = [16, 12]
    private static let tagBytes = 16
    /// The most bytes of a file in GCM, which is held in memory: it must not be used before its tag is checked.
    private static let authenticatedLimit = 64 << 20

    private let cipher: SegmentCipher
    private let key: SymmetricKey
    private let firstVector: [UInt8]
    /// The block of cipher text in front of the next one.
    private var vector: [UInt8]
    /// Bytes that are no whole block yet, and the last block, which has the padding.
    private var rest = Data()
    /// What is wrong with the end of a file in CBC, whose other blocks are decrypted all the same; nil when nothing is.
    private(set) var problem: String?

    /// - Parameters:
    ///   - key: As many bytes as the cipher wants.
    ///   - vector: 16 bytes; not looked at for GCM, whose files begin with theirs.
    init(cipher: SegmentCipher, key: [UInt8], vector: [UInt8]) {
        self.cipher = cipher
        self.key = SymmetricKey(data: key)
        firstVector = vector
        self.vector = vector
    }

    mutating func restart() {
        vector = firstVector
        rest.removeAll(keepingCapacity: true)
        problem = nil
    }

    /// Takes cipher text, and gives the plain text of what is not the last block.
    mutating func push(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) -> Data {
        rest.append(contentsOf: bytes)
        switch cipher {
        case .aes256GCM:
            guard rest.count <= Self.authenticatedLimit else {
                throw DownloadError(
                    .limitReached,
                    "a segment of the method AES-256-GCM is longer than \(Self.authenticatedLimit >> 20) MB"
                )
            }
            return Data()
        case .aes128:
            let whole = max(0, (rest.count - 1) / Self.blockBytes * Self.blockBytes)
            return try decrypt(whole)
        }
    }

    /// Gives the rest of the plain text, and sets ``problem``.
    ///
    /// - Throws: `notUsable` when the authentication tag of a file in GCM does not fit.
    mutating func finish() throws(DownloadError) -> Data {
        switch cipher {
        case .aes128: return try finishBlocks()
        case .aes256GCM:
            for count in Self.nonceBytes {
                guard let plain = opened(nonceBytes: count) else { continue }
                rest.removeAll()
                return plain
            }
            throw Self.failure("its authentication tag does not fit")
        }
    }

    /// The plain text of a vector, cipher text and a tag; nil when the tag does not fit.
    private func opened(nonceBytes count: Int) -> Data? {
        guard rest.count >= count + Self.tagBytes, let nonce = try? AES.GCM.Nonce(data: rest.prefix(count)),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce,
                ciphertext: rest.dropFirst(count).dropLast(Self.tagBytes),
                tag: rest.suffix(Self.tagBytes)
            )
        else { return nil }
        return try? AES.GCM.open(box, using: key)
    }

    private mutating func finishBlocks() throws(DownloadError) -> Data {
        guard rest.count == Self.blockBytes else {
            // Whole blocks are decrypted already; what is left cannot be.
            problem = "its encrypted bytes are no whole number of blocks"
            rest.removeAll()
            return Data()
        }
        let block = try decrypt(Self.blockBytes)
        let padding = Int(block.last ?? 0)
        guard (1...Self.blockBytes).contains(padding), block.suffix(padding).allSatisfy({ Int($0) == padding }) else {
            problem = "its padding is wrong"
            return block
        }
        return Data(block.dropLast(padding))
    }

    /// Decrypts whole blocks at the front of what is kept.
    private mutating func decrypt(_ length: Int) throws(DownloadError) -> Data {
        guard length > 0 else { return Data() }
        let text = rest.prefix(length)
        guard let vector = try? AES._CBC.IV(ivBytes: vector),
            let plain = try? AES._CBC.decrypt(text, using: key, iv: vector, noPadding: true)
        else { throw Self.failure("the key or the vector has a wrong length") }
        self.vector = Array(text.suffix(Self.blockBytes))
        rest = Data(rest.dropFirst(length))
        return plain
    }

    private static func failure(_ reason: String) -> DownloadError {
        DownloadError(.notUsable, "cannot be decrypted: \(reason)")
    }
}
