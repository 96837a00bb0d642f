/// A Variant Stream: `#EXT-X-STREAM-INF` and the URI behind it (draft-pantos-hls-rfc8216bis 4.4.6.2).
public struct Variant: VariantTag {
    /// The tag that holds the attributes.
    public static var tag: PlaylistTag { .streamInformation }
    /// The attributes as they are written, unknown ones included.
    public var attributes: AttributeList
    /// The media playlist, relative to the multivariant playlist; empty when it is missing.
    public var uri: String

    /// A tag with the attributes given, whatever they are.
    public init(attributes: AttributeList) {
        self.attributes = attributes
        uri = ""
    }

    /// Describes the tag.
    public init(
        uri: String,
        bandwidth: Int,
        averageBandwidth: Int? = nil,
        score: Double? = nil,
        codecs: QuotedList? = nil,
        supplementalCodecs: QuotedList? = nil,
        resolution: Resolution? = nil,
        frameRate: Double? = nil,
        hdcpLevel: HDCPLevel? = nil,
        allowedCPC: QuotedList? = nil,
        videoRange: VideoRange? = nil,
        requiredVideoLayout: String? = nil,
        stableVariantID: String? = nil,
        audio: String? = nil,
        video: String? = nil,
        subtitles: String? = nil,
        closedCaptions: ClosedCaptions? = nil,
        pathwayID: String? = nil
    ) {
        attributes = AttributeList()
        self.uri = uri
        self.bandwidth = bandwidth
        self.averageBandwidth = averageBandwidth
        self.score = score
        self.codecs = codecs
        self.supplementalCodecs = supplementalCodecs
        self.resolution = resolution
        self.frameRate = frameRate
        self.hdcpLevel = hdcpLevel
        self.allowedCPC = allowedCPC
        self.videoRange = videoRange
        self.requiredVideoLayout = requiredVideoLayout
        self.stableVariantID = stableVariantID
        self.audio = audio
        self.video = video
        self.subtitles = subtitles
        self.closedCaptions = closedCaptions
        self.pathwayID = pathwayID
    }
}

extension Variant {
    /// The greatest frame rate, in frames a second (`FRAME-RATE`).
    public var frameRate: Double? {
        get { attributes["FRAME-RATE"] }
        set { attributes["FRAME-RATE"] = newValue }
    }

    /// The group of audio renditions (`AUDIO`).
    public var audio: String? {
        get { attributes["AUDIO"] }
        set { attributes["AUDIO"] = newValue }
    }

    /// The group of subtitle renditions (`SUBTITLES`).
    public var subtitles: String? {
        get { attributes["SUBTITLES"] }
        set { attributes["SUBTITLES"] = newValue }
    }

    /// The group of closed captions, or that there are none (`CLOSED-CAPTIONS`).
    public var closedCaptions: ClosedCaptions? {
        get { attributes["CLOSED-CAPTIONS"] }
        set { attributes["CLOSED-CAPTIONS"] = newValue }
    }
}

/// What a variant says of closed captions: the word `NONE`, or the name of a group in quotation marks.
public enum ClosedCaptions: Hashable, AttributeValue {
    /// No variant has closed captions (`NONE`).
    case absent
    /// The group of closed captions.
    case group(String)

    /// Reads `NONE` or a quoted-string.
    public init?(attribute text: Span<UInt8>) {
        self = text.equals("NONE", from: 0, to: text.count) ? .absent : .group(text.string(text.unquoted))
    }

    /// Appends `NONE` or a quoted-string.
    public func write(to text: inout [UInt8]) {
        switch self {
        case .absent: text.append("NONE")
        case .group(let name): name.write(to: &text)
        }
    }
}
