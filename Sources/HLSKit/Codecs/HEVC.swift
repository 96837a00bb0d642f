/// What the rest of the package needs to know of HEVC (ISO/IEC 23008-2).
public enum HEVC {
    /// The kind of a NAL unit (table 7-1).
    public struct NALUnitType: RawRepresentable, Sendable, Hashable {
        /// The number of table 7-1, 0 to 63.
        public var rawValue: UInt8

        /// Creates a kind from its number.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Reads the kind from the first byte of a NAL unit.
        public init(header: UInt8) {
            self.rawValue = header >> 1 & 0x3F
        }

        /// A video parameter set.
        public static let videoParameterSet = NALUnitType(rawValue: 32)
        /// A sequence parameter set.
        public static let sequenceParameterSet = NALUnitType(rawValue: 33)
        /// A picture parameter set.
        public static let pictureParameterSet = NALUnitType(rawValue: 34)
        /// An access unit delimiter.
        public static let accessUnitDelimiter = NALUnitType(rawValue: 35)

        /// True for the segments of slices (types 0 to 31).
        public var isSlice: Bool { rawValue < 32 }
        /// True for the slices of IRAP pictures, where decoding can start (types 16 to 23).
        public var isRandomAccess: Bool { (16...23).contains(rawValue) }
        /// True for the slices of IDR pictures (types 19 and 20).
        public var isInstantaneousRefresh: Bool { rawValue == 19 || rawValue == 20 }

        /// True for video, sequence and picture parameter sets.
        var isParameterSet: Bool { (32...34).contains(rawValue) }

        /// True for the units that begin an access unit when they come behind a picture (7.4.2.4.4).
        var beginsAccessUnit: Bool {
            (32...35).contains(rawValue) || rawValue == 39 || (41...44).contains(rawValue)
                || (48...55).contains(rawValue)
        }
    }
}
