/// Data of the session: `#EXT-X-SESSION-DATA` (draft-pantos-hls-rfc8216bis 4.4.6.4).
public struct SessionData: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .sessionData }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        dataID: String,
        value: String? = nil,
        uri: String? = nil,
        format: SessionDataFormat? = nil,
        language: String? = nil
    ) {
        attributes = AttributeList()
        self.dataID = dataID
        self.value = value
        self.uri = uri
        self.format = format
        self.language = language
    }
}

extension SessionData {
    /// What the data is, in reverse DNS order (`DATA-ID`).
    public var dataID: String {
        get { attributes["DATA-ID"] ?? "" }
        set { attributes["DATA-ID"] = newValue }
    }

    /// The data itself; either this or the URI (`VALUE`).
    public var value: String? {
        get { attributes["VALUE"] }
        set { attributes["VALUE"] = newValue }
    }

    /// Where the data is (`URI`).
    public var uri: String? {
        get { attributes["URI"] }
        set { attributes["URI"] = newValue }
    }

    /// What is at the URI; nil means JSON (`FORMAT`).
    public var format: SessionDataFormat? {
        get { attributes["FORMAT"] }
        set { attributes["FORMAT"] = newValue }
    }

    /// The language of the value (RFC 5646) (`LANGUAGE`).
    public var language: String? {
        get { attributes["LANGUAGE"] }
        set { attributes["LANGUAGE"] = newValue }
    }
}

/// What session data at a URI is (`FORMAT`, draft-pantos-hls-rfc8216bis 4.4.6.4).
public struct SessionDataFormat: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A JSON document.
    public static let json = SessionDataFormat(rawValue: "JSON")

    /// Any bytes.
    public static let raw = SessionDataFormat(rawValue: "RAW")
}
