/// A playlist of I-frames for trick play: `#EXT-X-I-FRAME-STREAM-INF` (draft-pantos-hls-rfc8216bis 4.4.6.3).
public struct IFrameVariant: AttributeTag {
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
    /// The greatest bit rate of any segment, in bits per second, with its overhead (`BANDWIDTH`).
    public var bandwidth: Int {
        get { attributes["BANDWIDTH"] ?? 0 }
        set { attributes["BANDWIDTH"] = newValue }
    }

    /// The media playlist of I-frames (`URI`).
    public var uri: String {
        get { attributes["URI"] ?? "" }
        set { attributes["URI"] = newValue }
    }

    /// The average bit rate, in bits per second (`AVERAGE-BANDWIDTH`).
    public var averageBandwidth: Int? {
        get { attributes["AVERAGE-BANDWIDTH"] }
        set { attributes["AVERAGE-BANDWIDTH"] = newValue }
    }

    /// How much the variant is preferred; greater is better (`SCORE`).
    public var score: Double? {
        get { attributes["SCORE"] }
        set { attributes["SCORE"] = newValue }
    }

    /// The media sample formats (RFC 6381) (`CODECS`).
    public var codecs: QuotedList? {
        get { attributes["CODECS"] }
        set { attributes["CODECS"] = newValue }
    }

    /// Formats with their brands that the variant also complies with, such as `dvh1.08.07/db4h` (`SUPPLEMENTAL-CODECS`).
    public var supplementalCodecs: QuotedList? {
        get { attributes["SUPPLEMENTAL-CODECS"] }
        set { attributes["SUPPLEMENTAL-CODECS"] = newValue }
    }

    /// The optimal size of the video (`RESOLUTION`).
    public var resolution: Resolution? {
        get { attributes["RESOLUTION"] }
        set { attributes["RESOLUTION"] = newValue }
    }

    /// The output protection without which the variant does not play (`HDCP-LEVEL`).
    public var hdcpLevel: HDCPLevel? {
        get { attributes["HDCP-LEVEL"] }
        set { attributes["HDCP-LEVEL"] = newValue }
    }

    /// The content protection configurations that may play it, a key format each (`ALLOWED-CPC`).
    public var allowedCPC: QuotedList? {
        get { attributes["ALLOWED-CPC"] }
        set { attributes["ALLOWED-CPC"] = newValue }
    }

    /// The transfer characteristics of the video; nil means `SDR` (`VIDEO-RANGE`).
    public var videoRange: VideoRange? {
        get { attributes["VIDEO-RANGE"] }
        set { attributes["VIDEO-RANGE"] = newValue }
    }

    /// What a client needs to show the video, such as `CH-STEREO`, with entries between commas and specifiers between `/` (`REQ-VIDEO-LAYOUT`).
    public var requiredVideoLayout: String? {
        get { attributes["REQ-VIDEO-LAYOUT"] }
        set { attributes["REQ-VIDEO-LAYOUT"] = newValue }
    }

    /// A name of the URI that stays when the URI changes (`STABLE-VARIANT-ID`).
    public var stableVariantID: String? {
        get { attributes["STABLE-VARIANT-ID"] }
        set { attributes["STABLE-VARIANT-ID"] = newValue }
    }

    /// The group of video renditions (`VIDEO`).
    public var video: String? {
        get { attributes["VIDEO"] }
        set { attributes["VIDEO"] = newValue }
    }

    /// The content steering pathway; nil means `.` (`PATHWAY-ID`).
    public var pathwayID: String? {
        get { attributes["PATHWAY-ID"] }
        set { attributes["PATHWAY-ID"] = newValue }
    }
}
