import HLSKit

/// How a file is encrypted as a whole, and what its key has to be.
enum SegmentCipher: String, Sendable, Hashable, Codable {
    /// AES in CBC mode with PKCS7 padding (RFC 8216 4.3.2.4).
    case aes128 = "AES-128"
    /// AES in Galois/Counter Mode (draft-pantos-hls-rfc8216bis 4.4.4.4).
    case aes256GCM = "AES-256-GCM"

    /// The bytes of a key.
    var keyBytes: Int {
        switch self {
        case .aes128: 16
        case .aes256GCM: 32
        }
    }

    init?(_ method: EncryptionMethod) {
        switch method {
        case .aes128: self = .aes128
        case .aes256GCM: self = .aes256GCM
        default: return nil
        }
    }
}
