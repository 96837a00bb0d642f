/// The fields of an H.264 sequence parameter set that tell what a stream is (ISO/IEC 14496-10 7.3.2.1.1).
public struct H264SequenceParameterSet: Sendable, Hashable {
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
        _ = try reader.readUnsignedExpGolomb()  // seq_parameter_set_id
        chromaFormat = 1
        lumaBitDepth = 8
        chromaBitDepth = 8
        var separatePlanes = false
        if Self.profilesWithChromaFormat.contains(profile) {
            chromaFormat = try reader.readUnsignedExpGolomb()
            guard chromaFormat <= 3 else { throw OutOfRange() }
            if chromaFormat == 3 { separatePlanes = try reader.readFlag() }
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
        _ = try reader.readUnsignedExpGolomb()  // log2_max_frame_num_minus4
        try Self.skipPictureOrderCount(&reader)
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
        if try reader.readFlag() {
            let subsampled = separatePlanes ? 0 : chromaFormat
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
    }

    private static func skipScalingList(_ reader: inout BitReader, size: Int) throws(BitReader.EndOfData) {
        var last: Int32 = 8
        var next: Int32 = 8
        for _ in 0..<size {
            if next != 0 { next = (last &+ (try reader.readSignedExpGolomb())) & 0xFF }
            if next != 0 { last = next }
        }
    }

    private static func skipPictureOrderCount(_ reader: inout BitReader) throws {
        switch try reader.readUnsignedExpGolomb() {
        case 0:
            _ = try reader.readUnsignedExpGolomb()
        case 1:
            try reader.skip(1)
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
