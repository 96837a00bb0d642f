/// How far another rendition is: `#EXT-X-RENDITION-REPORT` (draft-pantos-hls-rfc8216bis 4.4.5.4).
public struct RenditionReport: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .renditionReport }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(uri: String, lastMediaSequence: Int? = nil, lastPart: Int? = nil) {
        attributes = AttributeList()
        self.uri = uri
        self.lastMediaSequence = lastMediaSequence
        self.lastPart = lastPart
    }
}

extension RenditionReport {
    /// The media playlist of the rendition, relative to this one (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

    /// The media sequence number of its last segment; nil means the same as here (`LAST-MSN`).
    public var lastMediaSequence: Int? {
        get { attributes["LAST-MSN"] }
        set { attributes["LAST-MSN"] = newValue }
    }

    /// The index of its last part; nil means the same as here (`LAST-PART`).
    public var lastPart: Int? {
        get { attributes["LAST-PART"] }
        set { attributes["LAST-PART"] = newValue }
    }
}
