/// A Partial Segment of low-latency HLS: `#EXT-X-PART` (draft-pantos-hls-rfc8216bis 4.4.4.9).
public struct PartialSegment: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .part }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        duration: MediaDuration,
        uri: String,
        isIndependent: Bool = false,
        byteRange: ByteRange? = nil,
        isGap: Bool = false
    ) {
        attributes = AttributeList()
        self.duration = duration
        self.uri = uri
        self.isIndependent = isIndependent
        self.byteRange = byteRange
        self.isGap = isGap
    }
}

extension PartialSegment {
    /// How long the part lasts (`DURATION`).
    public var duration: MediaDuration {
        get { attributes["DURATION"] ?? .zero }
        set { attributes["DURATION"] = newValue }
    }

    /// Where the part is (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

    /// Whether the part holds an independent frame (`INDEPENDENT`).
    public var isIndependent: Bool {
        get { attributes["INDEPENDENT"] ?? false }
        set { attributes["INDEPENDENT"] = newValue || attributes.contains("INDEPENDENT") ? newValue : nil }
    }

    /// The part of the resource; nil means all of it (`BYTERANGE`).
    public var byteRange: ByteRange? {
        get { attributes["BYTERANGE"] }
        set { attributes["BYTERANGE"] = newValue }
    }

    /// Whether the part is not available (`GAP`).
    public var isGap: Bool {
        get { attributes["GAP"] ?? false }
        set { attributes["GAP"] = newValue || attributes.contains("GAP") ? newValue : nil }
    }
}
