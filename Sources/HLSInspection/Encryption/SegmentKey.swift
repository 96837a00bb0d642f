import HLSKit

/// What has to be done with a segment's keys before it can be looked into.
enum SegmentKey: Sendable {
    /// Nothing.
    case clear
    /// The samples are encrypted, the container is not.
    case samplesEncrypted
    /// The whole segment is decrypted.
    case whole(key: [UInt8], vector: [UInt8])
    /// It cannot be looked into, which was told.
    case closed

    /// Whether a key format is that of bare keys (draft-pantos-hls-rfc8216bis 4.4.4.4).
    static func isIdentity(_ key: EncryptionKey) -> Bool {
        key.keyFormat == nil || key.keyFormat?.lowercased() == "identity"
    }

    static let sampleMethods: [EncryptionMethod] = [.sampleAES, .sampleAESCTR]
}
