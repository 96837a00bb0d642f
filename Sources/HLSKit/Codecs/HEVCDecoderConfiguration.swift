/// The configuration that MP4 and Matroska keep beside an HEVC stream, the `hvcC` box (ISO/IEC 14496-15 8.3.3.1).
public struct HEVCDecoderConfiguration: Sendable, Hashable {
    /// `general_profile_space`, 0 to 3.
    public var profileSpace: UInt8
    /// True for the high tier.
    public var isHighTier: Bool
    /// `general_profile_idc`: 1 Main, 2 Main 10.
    public var profile: UInt8
    /// `general_profile_compatibility_flags`, flag 0 in the most significant bit.
    public var compatibility: UInt32
    /// The six bytes of constraint flags.
    public var constraints: [UInt8]
    /// `general_level_idc`: thirty times the level.
    public var level: UInt8
    /// How the NAL units of an access unit are delimited.
    public var framing: NALUnitFraming
    /// The parameter sets and messages, without start codes, in the order of the box.
    public var parameterSets: [[UInt8]]

    /// Reads the payload of an `hvcC` box.
    ///
    /// - Returns: Nil when the bytes end early or are of another version.
    public init?(_ data: [UInt8]) {
        var fields = FieldReader(data)
        guard let configuration = try? Self(&fields) else { return nil }
        self = configuration
    }

    private init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        // Files from before the standard was final have version 0.
        guard try fields.read(UInt8.self) <= 1 else { return nil }
        let first = try fields.read(UInt8.self)
        profileSpace = first >> 6
        isHighTier = first & 0x20 != 0
        profile = first & 31
        compatibility = try fields.read()
        constraints = try fields.readBytes(6)
        level = try fields.read()
        try fields.skip(8)  // segmentation, parallelism, chroma format, bit depths, frame rate
        framing = .lengthPrefixed(bytes: Int(try fields.read(UInt8.self) & 3) + 1)
        parameterSets = []
        for _ in 0..<(try fields.read(UInt8.self)) {
            try fields.skip(1)
            for _ in 0..<(try fields.read(UInt16.self)) {
                let unit = try fields.readBytes(Int(try fields.read(UInt16.self)))
                if !unit.isEmpty { parameterSets.append(unit) }
            }
        }
    }

    /// Describes a stream by its parameter sets, with lengths of four bytes in front of NAL units.
    ///
    /// - Returns: Nil when no sequence parameter set can be read.
    public init?(parameterSets: [[UInt8]]) {
        guard let set = parameterSets.lazy.compactMap(HEVCSequenceParameterSet.init(nalUnit:)).first else { return nil }
        profileSpace = set.profileSpace
        isHighTier = set.isHighTier
        profile = set.profile
        compatibility = set.compatibility
        constraints = set.constraints
        level = set.level
        framing = .lengthPrefixed(bytes: 4)
        self.parameterSets = parameterSets
    }

    /// The payload of an `hvcC` box, in which all parameter sets are complete.
    public var payload: [UInt8] {
        let set = sequenceParameterSet
        var writer = FieldWriter()
        writer.write(UInt8(1))
        writer.write(profileSpace << 6 | (isHighTier ? 0x20 : 0) | profile & 31)
        writer.write(compatibility)
        writer.write(constraints)
        writer.write(level)
        writer.write(UInt16(0xF000))  // min_spatial_segmentation_idc is not known
        writer.write(UInt8(0xFC))  // nor is parallelismType
        writer.write(0xFC | UInt8(truncatingIfNeeded: set?.chromaFormat ?? 1))
        writer.write(0xF8 | UInt8(truncatingIfNeeded: (set?.lumaBitDepth ?? 8) - 8))
        writer.write(0xF8 | UInt8(truncatingIfNeeded: (set?.chromaBitDepth ?? 8) - 8))
        writer.write(UInt16(0))  // avgFrameRate is not known
        let layers = (set?.temporalLayers ?? 1) << 3 | (set?.isTemporallyNested == true ? 4 : 0)
        writer.write(layers | UInt8(framing.lengthBytes - 1))
        let kinds = Set(parameterSets.compactMap(\.first).map { HEVC.NALUnitType(header: $0).rawValue }).sorted()
        writer.write(UInt8(clamping: kinds.count))
        for kind in kinds {
            let units = parameterSets.filter { $0.first.map { HEVC.NALUnitType(header: $0).rawValue } == kind }
            writer.write(0x80 | kind)
            writer.write(UInt16(clamping: units.count))
            for unit in units {
                writer.write(UInt16(clamping: unit.count))
                writer.write(unit)
            }
        }
        return writer.bytes
    }

    /// The codec string of ISO/IEC 14496-15 annex E.3 for a sample entry, such as `hvc1.1.6.L93.B0`.
    public func codecString(sampleEntry: String = "hvc1") -> String {
        HEVC.codecString(
            sampleEntry: sampleEntry,
            profileSpace: profileSpace,
            isHighTier: isHighTier,
            profile: profile,
            compatibility: compatibility,
            constraints: constraints,
            level: level
        )
    }

    /// The first sequence parameter set that can be read.
    var sequenceParameterSet: HEVCSequenceParameterSet? {
        for unit in parameterSets {
            if let set = HEVCSequenceParameterSet(nalUnit: unit) { return set }
        }
        return nil
    }
}

extension HEVC {
    /// The codec string of ISO/IEC 14496-15 annex E.3.
    static func codecString(
        sampleEntry: String,
        profileSpace: UInt8,
        isHighTier: Bool,
        profile: UInt8,
        compatibility: UInt32,
        constraints: [UInt8],
        level: UInt8
    ) -> String {
        let space = profileSpace == 0 ? "" : String(Unicode.Scalar(UInt8(ascii: "A") + min(profileSpace, 3) - 1))
        var reversed: UInt32 = 0
        for bit in 0..<32 where compatibility & 1 << UInt32(bit) != 0 { reversed |= 0x8000_0000 >> UInt32(bit) }
        var flags = constraints
        while flags.last == 0 { flags.removeLast() }
        let parts =
            [sampleEntry, "\(space)\(profile)", String(reversed, radix: 16, uppercase: true)]
            + ["\(isHighTier ? "H" : "L")\(level)"] + flags.map { String($0, radix: 16, uppercase: true) }
        return parts.joined(separator: ".")
    }
}
