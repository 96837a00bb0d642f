/// A tag that describes a stream: ``Variant`` and ``IFrameVariant``, which share most attributes
/// (draft-pantos-hls-rfc8216bis 4.4.6.2, 4.4.6.3).
public protocol VariantTag: AttributeTag {}

extension VariantTag {
    /// The greatest bit rate of any segment, in bits per second, with its overhead (`BANDWIDTH`).
    public var bandwidth: Int {
        get { attributes["BANDWIDTH"] ?? 0 }
        set { attributes["BANDWIDTH"] = newValue }
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
