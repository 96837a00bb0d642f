/// Where to start playing: `#EXT-X-START` (draft-pantos-hls-rfc8216bis 4.4.2.2).
public struct StartPoint: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .start }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(timeOffset: MediaDuration, isPrecise: Bool = false) {
        attributes = AttributeList()
        self.timeOffset = timeOffset
        self.isPrecise = isPrecise
    }
}

extension StartPoint {
    /// From the start of the playlist, or when negative from its end (`TIME-OFFSET`).
    public var timeOffset: MediaDuration {
        get { attributes["TIME-OFFSET"] ?? .zero }
        set { attributes["TIME-OFFSET"] = newValue }
    }

    /// Whether samples before the offset are not to be shown (`PRECISE`).
    public var isPrecise: Bool {
        get { attributes["PRECISE"] ?? false }
        set { attributes["PRECISE"] = newValue || attributes.contains("PRECISE") ? newValue : nil }
    }
}
