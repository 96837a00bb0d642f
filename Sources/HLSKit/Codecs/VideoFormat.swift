/// What the parameter sets of a video stream tell.
public struct VideoFormat: Sendable, Hashable {
    /// The codec string of RFC 6381, such as `avc1.64001F`.
    public var codecString: String
    /// The width of the picture after cropping, in luma samples.
    public var width: Int
    /// The height of the picture after cropping, in luma samples.
    public var height: Int
    /// The frame rate that the stream states, nil when it states none.
    public var frameRate: FrameRate?
    /// The profile, as the codec numbers it.
    public var profile: Int
    /// The level, as the codec numbers it: ten times the level for H.264, thirty times for HEVC.
    public var level: Int
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    public var chromaFormat: Int
    /// Bits of a luma sample.
    public var bitDepth: Int
    /// False when every picture is a whole frame.
    public var isInterlaced: Bool
    /// The shape of a sample, width to height; 1:1 when the stream does not tell.
    public var sampleAspectRatio: SampleAspectRatio
    /// The meaning of the sample values.
    public var colour: ColourDescription
    /// The NAL units or headers that this was read from, without start codes.
    public var parameterSets: [[UInt8]]

    init(
        codecString: String,
        width: Int,
        height: Int,
        frameRate: FrameRate? = nil,
        profile: Int,
        level: Int,
        chromaFormat: Int = 1,
        bitDepth: Int = 8,
        isInterlaced: Bool = false,
        sampleAspectRatio: SampleAspectRatio = .square,
        colour: ColourDescription = ColourDescription(),
        parameterSets: [[UInt8]] = []
    ) {
        self.codecString = codecString
        self.width = width
        self.height = height
        self.frameRate = frameRate
        self.profile = profile
        self.level = level
        self.chromaFormat = chromaFormat
        self.bitDepth = bitDepth
        self.isInterlaced = isInterlaced
        self.sampleAspectRatio = sampleAspectRatio
        self.colour = colour
        self.parameterSets = parameterSets
    }
}

/// Frames in a second, as a fraction.
public struct FrameRate: Sendable, Hashable {
    /// The number above the line, such as 30,000.
    public var numerator: Int
    /// The number below the line, such as 1,001; never zero.
    public var denominator: Int

    /// Creates a rate in lowest terms.
    ///
    /// - Returns: Nil when a number is not positive.
    public init?(_ numerator: Int, _ denominator: Int = 1) {
        guard numerator > 0, denominator > 0 else { return nil }
        var (large, small) = (numerator, denominator)
        while small != 0 { (large, small) = (small, large % small) }
        self.numerator = numerator / large
        self.denominator = denominator / large
    }

    /// The rate in frames a second.
    public var value: Double {
        Double(numerator) / Double(denominator)
    }
}

/// The width of a sample to its height.
public struct SampleAspectRatio: Sendable, Hashable {
    /// The width.
    public var width: Int
    /// The height.
    public var height: Int

    /// Creates a ratio.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Square samples.
    public static let square = SampleAspectRatio(width: 1, height: 1)

    /// The ratios that H.264 and HEVC have numbers for (ISO/IEC 14496-10 table E-1); 0 says nothing.
    static let numbered = [
        (1, 1), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11), (80, 33), (18, 11),
        (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1),
    ].map { SampleAspectRatio(width: $0.0, height: $0.1) }
}

/// What the sample values mean, in the numbers of ISO/IEC 23091-2; 2 is "unspecified".
public struct ColourDescription: Sendable, Hashable {
    /// The primaries: 1 BT.709, 9 BT.2020.
    public var primaries: UInt8 = 2
    /// The transfer characteristics: 1 BT.709, 16 PQ, 18 HLG.
    public var transfer: UInt8 = 2
    /// The matrix: 1 BT.709, 9 BT.2020.
    public var matrix: UInt8 = 2
    /// True when the sample values use the full range.
    public var isFullRange = false

    /// Creates a description in which nothing is specified.
    public init() {}
}
