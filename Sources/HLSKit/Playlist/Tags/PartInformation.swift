/// What all Partial Segments share: `#EXT-X-PART-INF` (draft-pantos-hls-rfc8216bis 4.4.3.7).
public struct PartInformation: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .partInformation }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(partTarget: MediaDuration) {
        attributes = AttributeList()
        self.partTarget = partTarget
    }
}

extension PartInformation {
    /// The duration that no part exceeds (`PART-TARGET`).
    public var partTarget: MediaDuration {
        get { attributes["PART-TARGET"] ?? .zero }
        set { attributes["PART-TARGET"] = newValue }
    }
}
