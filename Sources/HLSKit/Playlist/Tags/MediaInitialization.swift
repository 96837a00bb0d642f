/// The Media Initialization Section that segments need: `#EXT-X-MAP` (draft-pantos-hls-rfc8216bis 4.4.4.5).
public struct MediaInitialization: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .map }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(uri: String, byteRange: ByteRange? = nil) {
        attributes = AttributeList()
        self.uri = uri
        self.byteRange = byteRange
    }
}

extension MediaInitialization {
    /// Where the resource is (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

    /// The part of the resource; nil means all of it (`BYTERANGE`).
    public var byteRange: ByteRange? {
        get { attributes["BYTERANGE"] }
        set { attributes["BYTERANGE"] = newValue }
    }
}
