/// How segments are encrypted: the attributes of `#EXT-X-KEY` (draft-pantos-hls-rfc8216bis 4.4.4.4).
public struct EncryptionKey: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .key }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        method: EncryptionMethod,
        uri: String? = nil,
        initializationVector: HexadecimalSequence? = nil,
        keyFormat: String? = nil,
        keyFormatVersions: String? = nil
    ) {
        attributes = AttributeList()
        self.method = method
        self.uri = uri
        self.initializationVector = initializationVector
        self.keyFormat = keyFormat
        self.keyFormatVersions = keyFormatVersions
    }
}

extension EncryptionKey {
    /// How the segments are encrypted (`METHOD`).
    public var method: EncryptionMethod {
        get { attributes["METHOD"] ?? .none }
        set { attributes["METHOD"] = newValue }
    }

    /// Where the key is; nil only for the method `NONE` (`URI`).
    public var uri: String? {
        get { attributes["URI"] }
        set { attributes["URI"] = newValue }
    }

    /// The 128-bit initialization vector; nil means the media sequence number (`IV`).
    public var initializationVector: HexadecimalSequence? {
        get { attributes["IV"] }
        set { attributes["IV"] = newValue }
    }

    /// How the key is represented; nil means `identity`, 16 bytes of key (`KEYFORMAT`).
    public var keyFormat: String? {
        get { attributes["KEYFORMAT"] }
        set { attributes["KEYFORMAT"] = newValue }
    }

    /// The versions of the key format that this key complies with, separated by `/`; nil means 1 (`KEYFORMATVERSIONS`).
    public var keyFormatVersions: String? {
        get { attributes["KEYFORMATVERSIONS"] }
        set { attributes["KEYFORMATVERSIONS"] = newValue }
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
