import Crypto
import CryptoExtras
import HLSKit

/// Decrypts a segment of the method AES-128 as its bytes come: AES in CBC mode, with PKCS7 padding.
struct SegmentDecryptor {
    static let blockBytes = 16

    private let key: SymmetricKey
    /// The block of cipher text in front of the next one.
    private var vector: [UInt8]
    /// Bytes that are no whole block yet, and the last block, which has the padding.
    private var rest: [UInt8] = []
    private var count = 0

    /// - Parameters:
    ///   - key: 16 bytes.
    ///   - vector: 16 bytes.
    init(key: [UInt8], vector: [UInt8]) {
        self.key = SymmetricKey(data: key)
        self.vector = vector
    }

    /// Takes cipher text, and gives the plain text of what is not the last block.
    mutating func push(_ bytes: Span<UInt8>) -> [UInt8] {
        count += bytes.count
        bytes.withUnsafeBufferPointer { rest.append(contentsOf: $0) }
        let whole = max(0, (rest.count - 1) / Self.blockBytes * Self.blockBytes)
        return decrypt(whole)
    }

    /// How a segment ends.
    enum Ending {
        case good
        /// It is no whole number of blocks.
        case incomplete
        /// The padding is none.
        case wrongPadding
    }

    /// Gives the rest of the plain text.
    mutating func finish() -> (bytes: [UInt8], ending: Ending) {
        guard count > 0, rest.count == Self.blockBytes else { return ([], count == 0 ? .good : .incomplete) }
        let block = decrypt(Self.blockBytes)
        let padding = Int(block.last ?? 0)
        guard (1...Self.blockBytes).contains(padding), block.suffix(padding).allSatisfy({ Int($0) == padding }) else {
            return (block, .wrongPadding)
        }
        return (Array(block.dropLast(padding)), .good)
    }

    /// Decrypts whole blocks at the front of what is kept.
    private mutating func decrypt(_ length: Int) -> [UInt8] {
        guard length > 0 else { return [] }
        let text = rest[..<length]
        guard let vector = try? AES._CBC.IV(ivBytes: vector),
            let plain = try? AES._CBC.decrypt(text, using: key, iv: vector, noPadding: true)
        else { return [] }
        self.vector = Array(text.suffix(Self.blockBytes))
        rest.removeFirst(length)
        return Array(plain)
    }
}
