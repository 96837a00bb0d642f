/// How segments are encrypted: the attributes of `#EXT-X-KEY` (draft-pantos-hls-rfc8216bis 4.4.4.4).
public struct EncryptionKey: KeyTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .key }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }
}

/// How segments are encrypted (`METHOD`, draft-pantos-hls-rfc8216bis 4.4.4.4).
public struct EncryptionMethod: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Segments are not encrypted.
    public static let none = EncryptionMethod(rawValue: "NONE")

    /// Whole segments in AES-128 CBC with PKCS7 padding.
    public static let aes128 = EncryptionMethod(rawValue: "AES-128")

    /// Media samples in AES-128.
    public static let sampleAES = EncryptionMethod(rawValue: "SAMPLE-AES")

    /// Media samples in AES-128 in counter mode: the `cenc` scheme.
    public static let sampleAESCTR = EncryptionMethod(rawValue: "SAMPLE-AES-CTR")

    /// Whole segments in AES-256 in Galois/Counter Mode.
    public static let aes256GCM = EncryptionMethod(rawValue: "AES-256-GCM")
}
