/// A key of the media playlists that a client can load early: `#EXT-X-SESSION-KEY` (draft-pantos-hls-rfc8216bis 4.4.6.5).
public struct SessionKey: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .sessionKey }
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

extension SessionKey {
    /// How the segments are encrypted; never `NONE` (`METHOD`).
    public var method: EncryptionMethod {
        get { attributes["METHOD"] ?? .none }
        set { attributes["METHOD"] = newValue }
    }

    /// Where the key is (`URI`).
    public var uri: String? {
        get { attributes["URI"] }
        set { attributes["URI"] = newValue }
    }

    /// The 128-bit initialization vector (`IV`).
    public var initializationVector: HexadecimalSequence? {
        get { attributes["IV"] }
        set { attributes["IV"] = newValue }
    }

    /// How the key is represented; nil means `identity` (`KEYFORMAT`).
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
