/// The fields of an H.264 sequence parameter set that tell what a stream is (ISO/IEC 14496-10 7.3.2.1.1).
public struct H264SequenceParameterSet: Sendable, Hashable {
    /// `seq_parameter_set_id`, 0 to 31.
    public var identifier: UInt32
    /// `profile_idc`: 66 Baseline, 77 Main, 100 High, 110 High 10, 122 High 4:2:2, 244 High 4:4:4 Predictive.
    public var profile: UInt8
    /// The constraint flags, in the order and place they have in the bytes.
    public var constraints: UInt8
    /// `level_idc`: ten times the level.
    public var level: UInt8
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    public var chromaFormat: UInt32
    /// Bits of a luma sample, 8 to 14.
    public var lumaBitDepth: UInt32
    /// Bits of a chroma sample, 8 to 14.
    public var chromaBitDepth: UInt32
    /// True when every picture is a frame; false when pictures or macroblocks may be fields.
    public var framesOnly: Bool
    /// The width of the picture after cropping, in luma samples.
    public var width: Int
    /// The height of the picture after cropping, in luma samples.
    public var height: Int

    /// The frame rate of the VUI, nil when there is none.
    public var frameRate: FrameRate?
    /// The shape of a sample.
    public var sampleAspectRatio = SampleAspectRatio.square
    /// The meaning of the sample values.
    public var colour = ColourDescription()

    /// What slice headers are read with (7.3.3).
    struct SliceSyntax: Sendable, Hashable {
        var separatesColourPlanes = false
        var frameNumberBits = 4
        var pictureOrderCountType: UInt32 = 0
        var pictureOrderCountBits = 4
        var alwaysZeroesDelta = false
    }

    private(set) var sliceSyntax = SliceSyntax()
    /// The bit position of `vui_parameters_present_flag` behind the header of the NAL unit.
    private(set) var usabilityPosition = 0

    /// The codec string of RFC 6381 3.3, such as `avc1.64001F`.
    public var codecString: String {
        "avc1." + Hexadecimal.text([profile, constraints, level])
    }

    /// Parses the bytes of a NAL unit of type 7.
    ///
    /// - Returns: Nil when the unit is something else, ends early or has values outside of the standard's ranges.
    public init?(nalUnit: [UInt8]) {
        guard let first = nalUnit.first, H264.NALUnitType(header: first) == .sequenceParameterSet else { return nil }
        var reader = BitReader(rawByteSequencePayload(of: Array(nalUnit.dropFirst())))
        do {
            try self.init(&reader)
        } catch {
            return nil
        }
    }

    private struct OutOfRange: Error {}

    private static let profilesWithChromaFormat: Set<UInt8> = [
        100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
    ]

    private init(_ reader: inout BitReader) throws {
        profile = UInt8(try reader.read(8))
        constraints = UInt8(try reader.read(8))
        level = UInt8(try reader.read(8))
        identifier = try reader.readUnsignedExpGolomb()
        chromaFormat = 1
        framesOnly = true
        width = 0
        height = 0
        lumaBitDepth = 8
        chromaBitDepth = 8
        if Self.profilesWithChromaFormat.contains(profile) {
            chromaFormat = try reader.readUnsignedExpGolomb()
            guard chromaFormat <= 3 else { throw OutOfRange() }
            if chromaFormat == 3 { sliceSyntax.separatesColourPlanes = try reader.readFlag() }
            let lumaExtra = try reader.readUnsignedExpGolomb()
            let chromaExtra = try reader.readUnsignedExpGolomb()
            guard lumaExtra <= 6, chromaExtra <= 6 else { throw OutOfRange() }
            lumaBitDepth = 8 + lumaExtra
            chromaBitDepth = 8 + chromaExtra
            try reader.skip(1)  // qpprime_y_zero_transform_bypass_flag
            if try reader.readFlag() {
                for index in 0..<(chromaFormat == 3 ? 12 : 8) where try reader.readFlag() {
                    try Self.skipScalingList(&reader, size: index < 6 ? 16 : 64)
                }
            }
        }
        sliceSyntax.frameNumberBits = try Self.readBitCount(&reader)
        try readPictureOrderCount(&reader)
        _ = try reader.readUnsignedExpGolomb()  // max_num_ref_frames
        try reader.skip(1)  // gaps_in_frame_num_value_allowed_flag
        let widthInMacroblocks = try reader.readUnsignedExpGolomb()
        let heightInMapUnits = try reader.readUnsignedExpGolomb()
        // 1,055 macroblocks are the most that any level allows on one side; more cannot be a picture.
        guard widthInMacroblocks < 2048, heightInMapUnits < 2048 else { throw OutOfRange() }
        framesOnly = try reader.readFlag()
        if !framesOnly { try reader.skip(1) }  // mb_adaptive_frame_field_flag
        try reader.skip(1)  // direct_8x8_inference_flag
        width = (Int(widthInMacroblocks) + 1) * 16
        height = (Int(heightInMapUnits) + 1) * 16 * (framesOnly ? 1 : 2)
        if try reader.readFlag() { try readCropping(&reader) }
        usabilityPosition = reader.position
        // A set that is cut off in its VUI still tells the picture.
        if try reader.readFlag() { try? readVideoUsability(&reader) }
    }

    private mutating func readCropping(_ reader: inout BitReader) throws {
        let subsampled = sliceSyntax.separatesColourPlanes ? 0 : chromaFormat
        let cropX = subsampled == 1 || subsampled == 2 ? 2 : 1
        let cropY = (subsampled == 1 ? 2 : 1) * (framesOnly ? 1 : 2)
        let left = try reader.readUnsignedExpGolomb()
        let right = try reader.readUnsignedExpGolomb()
        let top = try reader.readUnsignedExpGolomb()
        let bottom = try reader.readUnsignedExpGolomb()
        width -= (Int(left) + Int(right)) * cropX
        height -= (Int(top) + Int(bottom)) * cropY
        guard width > 0, height > 0 else { throw OutOfRange() }
    }

    /// Reads the beginning of the VUI, up to the timing (E.1.1).
    private mutating func readVideoUsability(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        sampleAspectRatio = try reader.readSampleAspectRatio() ?? .square
        if try reader.readFlag() { try reader.skip(1) }  // overscan
        if let colour = try reader.readVideoSignalType() { self.colour = colour }
        if try reader.readFlag() {
            _ = try reader.readUnsignedExpGolomb()
            _ = try reader.readUnsignedExpGolomb()
        }
        guard try reader.readFlag() else { return }
        let unit = Int(try reader.read(32))
        let scale = Int(try reader.read(32))
        // The clock ticks once a field.
        frameRate = FrameRate(scale, unit * 2)
    }

    private static func readBitCount(_ reader: inout BitReader) throws -> Int {
        let bits = try reader.readUnsignedExpGolomb()
        guard bits <= 12 else { throw OutOfRange() }
        return Int(bits) + 4
    }

    private static func skipScalingList(_ reader: inout BitReader, size: Int) throws(BitReader.EndOfData) {
        var last: Int32 = 8
        var next: Int32 = 8
        for _ in 0..<size {
            if next != 0 { next = (last &+ (try reader.readSignedExpGolomb())) & 0xFF }
            if next != 0 { last = next }
        }
    }

    private mutating func readPictureOrderCount(_ reader: inout BitReader) throws {
        sliceSyntax.pictureOrderCountType = try reader.readUnsignedExpGolomb()
        switch sliceSyntax.pictureOrderCountType {
        case 0:
            sliceSyntax.pictureOrderCountBits = try Self.readBitCount(&reader)
        case 1:
            sliceSyntax.alwaysZeroesDelta = try reader.readFlag()
            _ = try reader.readSignedExpGolomb()
            _ = try reader.readSignedExpGolomb()
            let cycle = try reader.readUnsignedExpGolomb()
            guard cycle < 256 else { throw OutOfRange() }
            for _ in 0..<cycle { _ = try reader.readSignedExpGolomb() }
        case 2:
            break
        default:
            throw OutOfRange()
        }
    }
}

extension H264SequenceParameterSet {
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
            isInterlaced: !framesOnly,
            sampleAspectRatio: sampleAspectRatio,
            colour: colour,
            parameterSets: parameterSets
        )
    }
}
