/// A Partial Segment of low-latency HLS: `#EXT-X-PART` (draft-pantos-hls-rfc8216bis 4.4.4.9).
public struct PartialSegment: AttributeTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .part }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList
    /// Where the range starts when the tag does not say.
    var implied = ImpliedStart()

    /// What a part has from its place in a playlist; it is not part of what the part is.
    struct ImpliedStart: Sendable, Hashable {
        var start: Int?

        static func == (left: ImpliedStart, right: ImpliedStart) -> Bool { true }
        func hash(into hasher: inout Hasher) {}
    }

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

    /// The part of the resource as the tag gives it; nil means all of it (`BYTERANGE`).
    ///
    /// ``resolvedByteRange`` has the start too when the tag leaves it out.
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

extension PartialSegment {
    /// The part of the resource with its start: that of the tag, or where the range of the part in front ends when both
    /// are of one segment and one resource; nil means all of it.
    ///
    /// A start that the tag leaves out is known only for a part that was read from a playlist.
    public var resolvedByteRange: ByteRange? {
        guard let range = byteRange else { return nil }
        return ByteRange(length: range.length, start: range.start ?? implied.start)
    }

    /// Whether the start of the range has to be taken from the part in front.
    var continuesAnother: Bool { byteRange.map { $0.start == nil } ?? false }

    /// Where the range starts when the tag does not say and another part of the same segment is in front (4.4.4.9).
    func start(after previous: PartialSegment?) -> Int? {
        guard continuesAnother, let previous, previous.uri == uri else { return nil }
        return previous.resolvedByteRange?.end
    }

    /// The parts of one segment with their starts: written out where they have another one than they had.
    static func settled(_ parts: [PartialSegment]) -> [PartialSegment] {
        var parts = parts
        for index in parts.indices where parts[index].continuesAnother {
            let start = parts[index].start(after: index > 0 ? parts[index - 1] : nil)
            if parts[index].implied.start != nil, parts[index].implied.start != start {
                parts[index].byteRange = parts[index].resolvedByteRange
            } else {
                parts[index].implied.start = start
            }
        }
        return parts
    }
}
