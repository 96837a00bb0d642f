/// What the rest of the package needs to know of H.264 (ISO/IEC 14496-10).
public enum H264 {
    /// The kind of a NAL unit, the low five bits of its first byte (table 7-1).
    public struct NALUnitType: RawRepresentable, Sendable, Hashable {
        /// The number of table 7-1, 0 to 31.
        public var rawValue: UInt8

        /// Creates a kind from its number.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Reads the kind from the first byte of a NAL unit.
        public init(header: UInt8) {
            self.rawValue = header & 0x1F
        }

        /// A slice of a picture that others may be needed for.
        public static let slice = NALUnitType(rawValue: 1)
        /// A slice of an IDR picture: decoding can start here.
        public static let idrSlice = NALUnitType(rawValue: 5)
        /// Supplemental enhancement information.
        public static let sei = NALUnitType(rawValue: 6)
        /// A sequence parameter set.
        public static let sequenceParameterSet = NALUnitType(rawValue: 7)
        /// A picture parameter set.
        public static let pictureParameterSet = NALUnitType(rawValue: 8)
        /// An access unit delimiter.
        public static let accessUnitDelimiter = NALUnitType(rawValue: 9)
        /// A prefix of the NAL unit behind it (annex F).
        static let prefix = NALUnitType(rawValue: 14)

        /// True for the slices of a picture (types 1 to 5).
        public var isSlice: Bool {
            (1...5).contains(rawValue)
        }

        /// True for what a sample entry keeps: sequence parameter sets, their extensions and subsets, picture parameter sets.
        var isParameterSet: Bool {
            [7, 8, 13, 15].contains(rawValue)
        }

        /// True for the units that begin an access unit when they come behind a picture (7.4.1.2.3).
        ///
        /// Type 14 belongs there too, but also stands in front of slices that continue a picture.
        var beginsAccessUnit: Bool {
            (6...9).contains(rawValue) || (15...18).contains(rawValue)
        }
    }

    /// Tells whether decoding can start at this access unit: whether it holds a slice of an IDR picture.
    public static func isInstantaneousRefresh(_ accessUnit: Span<UInt8>, framing: NALUnitFraming) -> Bool {
        var found = false
        framing.forEachUnit(in: accessUnit) { range in
            if NALUnitType(header: accessUnit[range.lowerBound]) == .idrSlice { found = true }
        }
        return found
    }
}

/// The configuration that MP4 and Matroska keep beside an H.264 stream, the `avcC` box (ISO/IEC 14496-15 5.3.3.1).
public struct AVCDecoderConfiguration: Sendable, Hashable {
    /// `profile_idc`.
    public var profile: UInt8
    /// The constraint flags that follow the profile.
    public var constraints: UInt8
    /// `level_idc`: ten times the level.
    public var level: UInt8
    /// How the access units of the stream are delimited.
    public var framing: NALUnitFraming
    /// The sequence parameter sets, without start codes.
    public var sequenceParameterSets: [[UInt8]]
    /// The picture parameter sets, without start codes.
    public var pictureParameterSets: [[UInt8]]

    /// Reads a configuration from an `avcC` box's payload, or from parameter sets with start codes.
    ///
    /// - Returns: Nil when the bytes are neither.
    public init?(_ data: [UInt8]) {
        if data.first == 1 {
            self.init(avcC: data)
        } else {
            self.init(annexB: data)
        }
    }

    private init?(avcC data: [UInt8]) {
        guard data.count >= 7 else { return nil }
        profile = data[1]
        constraints = data[2]
        level = data[3]
        framing = .lengthPrefixed(bytes: Int(data[4] & 3) + 1)
        var offset = 6
        func readSets(_ count: Int) -> [[UInt8]]? {
            var sets: [[UInt8]] = []
            for _ in 0..<count {
                guard offset + 2 <= data.count else { return nil }
                let length = Int(data[offset]) << 8 | Int(data[offset + 1])
                offset += 2
                guard offset + length <= data.count else { return nil }
                if length > 0 { sets.append(Array(data[offset..<offset + length])) }
                offset += length
            }
            return sets
        }
        guard let sequenceSets = readSets(Int(data[5] & 31)), offset < data.count else { return nil }
        let pictureSetCount = Int(data[offset])
        offset += 1
        guard let pictureSets = readSets(pictureSetCount) else { return nil }
        sequenceParameterSets = sequenceSets
        pictureParameterSets = pictureSets
    }

    private init?(annexB data: [UInt8]) {
        var sequenceSets: [[UInt8]] = []
        var pictureSets: [[UInt8]] = []
        NALUnitFraming.annexB.forEachUnit(in: data.span) { range in
            switch H264.NALUnitType(header: data[range.lowerBound]) {
            case .sequenceParameterSet: sequenceSets.append(Array(data[range]))
            case .pictureParameterSet: pictureSets.append(Array(data[range]))
            default: break
            }
        }
        guard let first = sequenceSets.first, first.count >= 4 else { return nil }
        profile = first[1]
        constraints = first[2]
        level = first[3]
        framing = .annexB
        sequenceParameterSets = sequenceSets
        pictureParameterSets = pictureSets
    }

    /// Describes a stream by its parameter sets, with lengths of four bytes in front of NAL units.
    ///
    /// - Returns: Nil without a picture parameter set, or when no sequence parameter set can be read.
    public init?(sequenceParameterSets: [[UInt8]], pictureParameterSets: [[UInt8]]) {
        guard let first = sequenceParameterSets.first, let set = H264SequenceParameterSet(nalUnit: first),
            !pictureParameterSets.isEmpty, sequenceParameterSets.count < 32, pictureParameterSets.count < 256
        else { return nil }
        profile = set.profile
        constraints = set.constraints
        level = set.level
        framing = .lengthPrefixed(bytes: 4)
        self.sequenceParameterSets = sequenceParameterSets
        self.pictureParameterSets = pictureParameterSets
    }

    /// The payload of an `avcC` box.
    public var payload: [UInt8] {
        var writer = FieldWriter()
        writer.write([1, profile, constraints, level])
        writer.write(0xFC | UInt8(framing.lengthBytes - 1))
        func write(_ sets: [[UInt8]]) {
            for set in sets {
                writer.write(UInt16(clamping: set.count))
                writer.write(set)
            }
        }
        writer.write(0xE0 | UInt8(clamping: sequenceParameterSets.count))
        write(sequenceParameterSets)
        writer.write(UInt8(clamping: pictureParameterSets.count))
        write(pictureParameterSets)
        if ![66, 77, 88].contains(profile),
            let set = sequenceParameterSets.first.flatMap(H264SequenceParameterSet.init(nalUnit:))
        {
            writer.write(0xFC | UInt8(truncatingIfNeeded: set.chromaFormat))
            writer.write(0xF8 | UInt8(truncatingIfNeeded: set.lumaBitDepth - 8))
            writer.write(0xF8 | UInt8(truncatingIfNeeded: set.chromaBitDepth - 8))
            writer.write(UInt8(0))  // sequence parameter set extensions
        }
        return writer.bytes
    }

    /// The codec string of RFC 6381 3.3, such as `avc1.64001F`.
    public var codecString: String {
        "avc1." + Hexadecimal.text([profile, constraints, level])
    }
}
