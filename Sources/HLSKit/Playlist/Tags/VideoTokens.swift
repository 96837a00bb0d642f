/// Output copy protection (`HDCP-LEVEL`, draft-pantos-hls-rfc8216bis 4.4.6.2).
public struct HDCPLevel: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// No protection is needed.
    public static let notRequired = HDCPLevel(rawValue: "NONE")

    /// HDCP or something as strong.
    public static let type0 = HDCPLevel(rawValue: "TYPE-0")

    /// HDCP 2.2 type 1 or something as strong.
    public static let type1 = HDCPLevel(rawValue: "TYPE-1")
}

/// Transfer characteristics (`VIDEO-RANGE`, draft-pantos-hls-rfc8216bis 4.4.6.2).
public struct VideoRange: PlaylistToken {
    /// The word as it is written.
    public let rawValue: String

    /// A word as it is written.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Standard dynamic range.
    public static let sdr = VideoRange(rawValue: "SDR")

    /// Hybrid log-gamma, perhaps with SDR.
    public static let hlg = VideoRange(rawValue: "HLG")

    /// Perceptual quantizer, perhaps with HLG and SDR.
    public static let pq = VideoRange(rawValue: "PQ")
}
