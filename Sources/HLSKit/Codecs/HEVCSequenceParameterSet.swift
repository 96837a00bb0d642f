/// The fields of an HEVC sequence parameter set that tell what a stream is (ISO/IEC 23008-2 7.3.2.2).
public struct HEVCSequenceParameterSet: Sendable, Hashable {
    /// `sps_seq_parameter_set_id`, 0 to 15.
    public var identifier: UInt32 = 0
    /// `general_profile_space`, 0 to 3.
    public var profileSpace: UInt8
    /// True for the high tier.
    public var isHighTier: Bool
    /// `general_profile_idc`: 1 Main, 2 Main 10, 3 Main Still Picture, 4 range extensions.
    public var profile: UInt8
    /// `general_profile_compatibility_flag`, flag 0 in the most significant bit.
    public var compatibility: UInt32
    /// The six bytes of constraint flags that follow the compatibility flags.
    public var constraints: [UInt8]
    /// `general_level_idc`: thirty times the level.
    public var level: UInt8
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    public var chromaFormat: UInt32 = 1
    /// Bits of a luma sample, 8 to 16.
    public var lumaBitDepth: UInt32 = 8
    /// Bits of a chroma sample, 8 to 16.
    public var chromaBitDepth: UInt32 = 8
    /// The temporal layers, 1 to 7.
    public var temporalLayers: UInt8 = 1
    /// `sps_temporal_id_nesting_flag`: whether decoding may go to a higher temporal layer at any picture.
    public var isTemporallyNested = false
    /// The width of the picture after cropping, in luma samples.
    public var width = 0
    /// The height of the picture after cropping, in luma samples.
    public var height = 0
    /// The frame rate of the VUI, nil when there is none.
    public var frameRate: FrameRate?
    /// True when the VUI says that pictures are fields.
    public var hasFields = false
    /// The shape of a sample.
    public var sampleAspectRatio = SampleAspectRatio.square
    /// The meaning of the sample values.
    public var colour = ColourDescription()

    private struct OutOfRange: Error {}

    /// Parses the bytes of a NAL unit of type 33.
    ///
    /// - Returns: Nil when the unit is something else, ends early or has values outside of the standard's ranges.
    public init?(nalUnit: [UInt8]) {
        guard let first = nalUnit.first, HEVC.NALUnitType(header: first) == .sequenceParameterSet else { return nil }
        var reader = BitReader(rawByteSequencePayload(of: Array(nalUnit.dropFirst(2))))
        do {
            try self.init(&reader)
        } catch {
            return nil
        }
    }

    private init(_ reader: inout BitReader) throws {
        try reader.skip(4)  // sps_video_parameter_set_id
        let subLayers = Int(try reader.read(3))
        temporalLayers = UInt8(truncatingIfNeeded: subLayers + 1)
        isTemporallyNested = try reader.readFlag()
        profileSpace = try reader.readByte(2)
        isHighTier = try reader.readFlag()
        profile = try reader.readByte(5)
        compatibility = try reader.read(32)
        constraints = []
        for _ in 0..<6 { constraints.append(try reader.readByte()) }
        level = try reader.readByte()
        try Self.skipSubLayers(&reader, count: subLayers)
        identifier = try reader.readUnsignedExpGolomb()
        try readPicture(&reader)
        // A set that is cut off in what follows still tells the picture.
        try? readRest(&reader, subLayers: subLayers)
    }

    private static func skipSubLayers(_ reader: inout BitReader, count: Int) throws {
        guard count > 0 else { return }
        var bits = 0
        for _ in 0..<count {
            if try reader.readFlag() { bits += 88 }
            if try reader.readFlag() { bits += 8 }
        }
        try reader.skip(2 * (8 - count) + bits)
    }

    private mutating func readPicture(_ reader: inout BitReader) throws {
        chromaFormat = try reader.readUnsignedExpGolomb()
        guard chromaFormat <= 3 else { throw OutOfRange() }
        if chromaFormat == 3 { try reader.skip(1) }
        let fullWidth = try reader.readUnsignedExpGolomb()
        let fullHeight = try reader.readUnsignedExpGolomb()
        guard (1...65_536).contains(fullWidth), (1...65_536).contains(fullHeight) else { throw OutOfRange() }
        width = Int(fullWidth)
        height = Int(fullHeight)
        if try reader.readFlag() {
            let cropX = chromaFormat == 1 || chromaFormat == 2 ? 2 : 1
            let cropY = chromaFormat == 1 ? 2 : 1
            width -= Int(try reader.readUnsignedExpGolomb()) * cropX
            width -= Int(try reader.readUnsignedExpGolomb()) * cropX
            height -= Int(try reader.readUnsignedExpGolomb()) * cropY
            height -= Int(try reader.readUnsignedExpGolomb()) * cropY
            guard width > 0, height > 0 else { throw OutOfRange() }
        }
        let extraDepth = try reader.readUnsignedExpGolomb()
        guard extraDepth <= 8 else { throw OutOfRange() }
        lumaBitDepth = 8 + extraDepth
        let extraChromaDepth = try reader.readUnsignedExpGolomb()
        guard extraChromaDepth <= 8 else { throw OutOfRange() }
        chromaBitDepth = 8 + extraChromaDepth
    }

    /// Reads what stands between the picture's size and the VUI, and the VUI up to its timing.
    private mutating func readRest(_ reader: inout BitReader, subLayers: Int) throws {
        let orderBits = try reader.readUnsignedExpGolomb()
        guard orderBits <= 12 else { throw OutOfRange() }
        let tellsAllLayers = try reader.readFlag()
        for _ in (tellsAllLayers ? 0 : subLayers)...subLayers {
            for _ in 0..<3 { _ = try reader.readUnsignedExpGolomb() }
        }
        for _ in 0..<6 { _ = try reader.readUnsignedExpGolomb() }  // sizes of coding and transform blocks
        if try reader.readFlag(), try reader.readFlag() { try Self.skipScalingLists(&reader) }
        try reader.skip(2)  // asymmetric motion partitions, sample adaptive offset
        if try reader.readFlag() {
            try reader.skip(8)
            _ = try reader.readUnsignedExpGolomb()
            _ = try reader.readUnsignedExpGolomb()
            try reader.skip(1)
        }
        try Self.skipReferencePictureSets(&reader)
        if try reader.readFlag() {
            let count = try reader.readUnsignedExpGolomb()
            guard count <= 32 else { throw OutOfRange() }
            try reader.skip(Int(count) * (Int(orderBits) + 5))
        }
        try reader.skip(2)  // temporal motion vectors, strong intra smoothing
        if try reader.readFlag() { try readVideoUsability(&reader) }
    }

    private static func skipScalingLists(_ reader: inout BitReader) throws {
        for size in 0..<4 {
            for _ in stride(from: 0, to: 6, by: size == 3 ? 3 : 1) {
                guard try reader.readFlag() else {
                    _ = try reader.readUnsignedExpGolomb()
                    continue
                }
                if size > 1 { _ = try reader.readSignedExpGolomb() }
                for _ in 0..<min(64, 1 << (4 + size * 2)) { _ = try reader.readSignedExpGolomb() }
            }
        }
    }

    /// Skips the short-term reference picture sets, of which one may be told by the one before (7.3.7).
    private static func skipReferencePictureSets(_ reader: inout BitReader) throws {
        let count = try reader.readUnsignedExpGolomb()
        guard count <= 64 else { throw OutOfRange() }
        var pictures = 0
        for index in 0..<count {
            if index > 0, try reader.readFlag() {
                try reader.skip(1)  // delta_rps_sign
                _ = try reader.readUnsignedExpGolomb()
                var kept = 0
                for _ in 0...pictures {
                    let isUsed = try reader.readFlag()
                    let usesDelta = try isUsed || reader.readFlag()
                    if usesDelta { kept += 1 }
                }
                pictures = kept
            } else {
                let before = try reader.readUnsignedExpGolomb()
                let behind = try reader.readUnsignedExpGolomb()
                guard before <= 16, behind <= 16 else { throw OutOfRange() }
                pictures = Int(before + behind)
                for _ in 0..<pictures {
                    _ = try reader.readUnsignedExpGolomb()
                    try reader.skip(1)
                }
            }
        }
    }

    private mutating func readVideoUsability(_ reader: inout BitReader) throws {
        sampleAspectRatio = try reader.readSampleAspectRatio() ?? .square
        if try reader.readFlag() { try reader.skip(1) }  // overscan
        if let colour = try reader.readVideoSignalType() { self.colour = colour }
        if try reader.readFlag() {
            _ = try reader.readUnsignedExpGolomb()
            _ = try reader.readUnsignedExpGolomb()
        }
        try reader.skip(1)  // neutral_chroma_indication_flag
        hasFields = try reader.readFlag()
        try reader.skip(1)  // frame_field_info_present_flag
        if try reader.readFlag() {
            for _ in 0..<4 { _ = try reader.readUnsignedExpGolomb() }
        }
        guard try reader.readFlag() else { return }
        let unit = Int(try reader.read(32))
        let scale = Int(try reader.read(32))
        frameRate = FrameRate(scale, unit)
    }

    /// The codec string of ISO/IEC 14496-15 annex E.3, such as `hvc1.1.6.L93.B0`.
    public var codecString: String {
        HEVC.codecString(
            sampleEntry: "hvc1",
            profileSpace: profileSpace,
            isHighTier: isHighTier,
            profile: profile,
            compatibility: compatibility,
            constraints: constraints,
            level: level
        )
    }

    /// What the set tells, with the bytes that it was read from.
    func format(parameterSets: [[UInt8]]) -> VideoFormat {
        VideoFormat(
            codecString: codecString,
            width: width,
            height: height,
            frameRate: frameRate,
            profile: Int(profile),
            level: Int(level),
            chromaFormat: Int(chromaFormat),
            bitDepth: Int(lumaBitDepth),
            isInterlaced: hasFields,
            sampleAspectRatio: sampleAspectRatio,
            colour: colour,
            parameterSets: parameterSets
        )
    }
}
