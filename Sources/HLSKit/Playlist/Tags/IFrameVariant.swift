/// A playlist of I-frames for trick play: `#EXT-X-I-FRAME-STREAM-INF` (draft-pantos-hls-rfc8216bis 4.4.6.3).
public struct IFrameVariant: VariantTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .iFrameStreamInformation }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
    }

    /// Describes the tag.
    public init(
        bandwidth: Int,
        uri: String,
        averageBandwidth: Int? = nil,
        score: Double? = nil,
        codecs: QuotedList? = nil,
        supplementalCodecs: QuotedList? = nil,
        resolution: Resolution? = nil,
        hdcpLevel: HDCPLevel? = nil,
        allowedCPC: QuotedList? = nil,
        videoRange: VideoRange? = nil,
        requiredVideoLayout: String? = nil,
        stableVariantID: String? = nil,
        video: String? = nil,
        pathwayID: String? = nil
    ) {
        attributes = AttributeList()
        self.bandwidth = bandwidth
        self.uri = uri
        self.averageBandwidth = averageBandwidth
        self.score = score
        self.codecs = codecs
        self.supplementalCodecs = supplementalCodecs
        self.resolution = resolution
        self.hdcpLevel = hdcpLevel
        self.allowedCPC = allowedCPC
        self.videoRange = videoRange
        self.requiredVideoLayout = requiredVideoLayout
        self.stableVariantID = stableVariantID
        self.video = video
        self.pathwayID = pathwayID
    }
}

extension IFrameVariant {
    /// The media playlist of I-frames (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

}
