/// What the samples of a track are: an entry of the sample description box (ISO/IEC 14496-12 8.5.2).
public struct SampleEntry: Sendable, Hashable {
    /// The type of the entry, such as `avc1`, or `encv` when the samples are encrypted.
    public var type: BoxType
    /// The type that the samples have when they are decrypted: that of `frma`, or ``type``.
    public var codingType: BoxType
    /// The codec string of RFC 6381; the four characters alone where nothing more is known.
    public var codecString: String
    /// What the configuration tells; nil for streams other than picture and sound, and where it cannot be read.
    public var format: StreamFormat?
    /// The type of the box with the codec's configuration, such as `avcC`.
    public var configurationType: BoxType?
    /// The payload of the box with the codec's configuration.
    public var configuration: [UInt8] = []
    /// How the NAL units of a sample are delimited; nil for codecs that have none.
    public var framing: NALUnitFraming?
    /// How the samples are encrypted; nil when they are not.
    public var protection: SampleProtection?
    /// The width of the pictures in the entry itself, in pixels; 0 for other tracks.
    public var width = 0
    /// The height of the pictures in the entry itself, in pixels; 0 for other tracks.
    public var height = 0
    /// The channels in the entry itself, which many codecs overrule; 0 for other tracks.
    public var channels = 0
    /// The sampling rate in the entry itself in Hz, which many codecs overrule; 0 for other tracks.
    public var sampleRate = 0
    /// What the file says of the meaning of sample values (`colr`); nil when it says nothing.
    public var colour: ColourDescription?
    /// What the file says of the shape of samples (`pasp`); nil when it says nothing.
    public var sampleAspectRatio: SampleAspectRatio?
    /// The fields of a frame (`fiel`, QuickTime File Format); nil when the file does not state them.
    public var fieldOrder: SampleFieldOrder?
    /// The display that the pictures were made on (`mdcv`).
    public var masteringDisplay: MasteringDisplay?
    /// How bright the pictures are (`clli`).
    public var contentLightLevel: ContentLightLevel?
    /// Dolby Vision, of its own or on top of the codec.
    public var dolbyVision: DolbyVisionConfiguration?
    /// The bit rates that the file states (`btrt`).
    public var bitRates: SampleBitRates?

    init(type: BoxType) {
        self.type = type
        codingType = type
        codecString = Self.plainCodecString(type)
    }

    /// The fields that a frame consists of, 1 or 2; nil when the file does not state them.
    public var fieldsPerFrame: Int? { fieldOrder.map { Int($0.fieldsPerFrame) } }

    /// The dynamic range that colour and Dolby Vision tell; nil for tracks without pictures.
    public var videoRange: VideoRange? {
        guard width > 0 else { return nil }
        if let dolbyVision, dolbyVision.profile == 5 { return .pq }
        switch effectiveColour.transfer {
        case 16: return .pq
        case 18: return .hlg
        default: return .sdr
        }
    }

    /// The meaning of sample values: what the file says, or else the stream's own headers.
    public var effectiveColour: ColourDescription {
        if let colour { return colour }
        guard case .video(let video)? = format else { return ColourDescription() }
        return video.colour
    }

    /// Tells whether decoding can start at a sample, from the sample itself.
    ///
    /// - Returns: Nil when that cannot be told: for encrypted samples, and for codecs other than H.264, HEVC and those in
    ///   which every sample can be decoded alone.
    public func isRandomAccessPoint(_ sample: Span<UInt8>) -> Bool? {
        guard protection == nil else { return nil }
        if case .audio? = format { return true }
        guard let framing else { return nil }
        if configurationType == "avcC" { return H264.isInstantaneousRefresh(sample, framing: framing) }
        var found = false
        framing.forEachUnit(in: sample) { range in
            let type = HEVC.NALUnitType(header: sample[range.lowerBound])
            if type.isSlice, type.isRandomAccess { found = true }
        }
        return found
    }

    /// What stands for a codec without parameters ("MP4 Registration Authority").
    static func plainCodecString(_ type: BoxType) -> String {
        let characters = type.description
        return type == "stpp" ? "stpp.ttml.im1t" : String(characters.reversed().drop { $0 == " " }.reversed())
    }
}

/// How samples are encrypted (ISO/IEC 14496-12 8.12, ISO/IEC 23001-7 8.2).
public struct SampleProtection: Sendable, Hashable {
    /// The scheme: `cenc`, `cens`, `cbc1`, `cbcs`; nil when it is not told.
    public var scheme: BoxType?
    /// The identifier of the key, 16 bytes; nil when it is not told.
    public var keyID: [UInt8]?
    /// False when samples are clear unless a sample group says otherwise.
    public var isProtected = true
    /// The bytes of the initialization vector of each sample; 0 when all share ``constantVector``.
    public var vectorSize: UInt8 = 0
    /// The initialization vector of all samples; empty when each has its own.
    public var constantVector: [UInt8] = []
    /// The encrypted blocks of 16 bytes of a pattern; 0 when there is no pattern.
    public var encryptedBlocks: UInt8 = 0
    /// The clear blocks of 16 bytes of a pattern.
    public var clearBlocks: UInt8 = 0

    init() {}
}

/// The display that pictures were made on (`mdcv`, SMPTE ST 2086).
public struct MasteringDisplay: Sendable, Hashable {
    /// The chromaticities of green, blue, red and white, x before y, in 1/50,000.
    public var chromaticities: [UInt16]
    /// The greatest luminance in 1/10,000 cd/m2.
    public var greatestLuminance: UInt32
    /// The least luminance in 1/10,000 cd/m2.
    public var leastLuminance: UInt32

    /// Describes a display; eight chromaticities are written.
    public init(chromaticities: [UInt16], greatestLuminance: UInt32, leastLuminance: UInt32) {
        self.chromaticities = chromaticities
        self.greatestLuminance = greatestLuminance
        self.leastLuminance = leastLuminance
    }
}

/// How bright pictures are (`clli`, CTA-861.3), in cd/m2.
public struct ContentLightLevel: Sendable, Hashable {
    /// The brightest sample.
    public var greatest: UInt16
    /// The brightest mean of a picture.
    public var greatestAverage: UInt16

    /// Describes the brightness of a film.
    public init(greatest: UInt16, greatestAverage: UInt16) {
        self.greatest = greatest
        self.greatestAverage = greatestAverage
    }
}

/// The fields of a frame, and their order (`fiel`, QuickTime File Format).
public struct SampleFieldOrder: Sendable, Hashable {
    /// 1 for whole frames, 2 for two fields.
    public var fieldsPerFrame: UInt8
    /// The order of the fields: 1 and 9 the top field is earlier, 6 and 14 the bottom one, 0 not stated.
    public var detail: UInt8

    /// Describes the fields of a frame.
    public init(fieldsPerFrame: UInt8, detail: UInt8) {
        self.fieldsPerFrame = fieldsPerFrame
        self.detail = detail
    }
}

/// The bit rates of a track (`btrt`, ISO/IEC 14496-12 8.5.2).
public struct SampleBitRates: Sendable, Hashable {
    /// The bytes of the decoding buffer.
    public var bufferBytes: UInt32
    /// The greatest rate over any second, in bits a second.
    public var greatest: UInt32
    /// The average rate, in bits a second.
    public var average: UInt32

    /// Describes the bit rates of a track.
    public init(bufferBytes: UInt32, greatest: UInt32, average: UInt32) {
        self.bufferBytes = bufferBytes
        self.greatest = greatest
        self.average = average
    }
}
