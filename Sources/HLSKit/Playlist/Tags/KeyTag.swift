/// A tag that tells how segments are encrypted: ``EncryptionKey`` and ``SessionKey``, which have the same attributes
/// (draft-pantos-hls-rfc8216bis 4.4.4.4, 4.4.6.5).
public protocol KeyTag: AttributeTag {}

extension KeyTag {
    /// Describes the tag.
    public init(
        method: EncryptionMethod,
        uri: String? = nil,
        initializationVector: HexadecimalSequence? = nil,
        keyFormat: String? = nil,
        keyFormatVersions: String? = nil
    ) {
        self.init(attributes: AttributeList())
        self.method = method
        self.uri = uri
        self.initializationVector = initializationVector
        self.keyFormat = keyFormat
        self.keyFormatVersions = keyFormatVersions
    }
}

extension KeyTag {
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
