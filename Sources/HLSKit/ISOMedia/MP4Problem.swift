/// Something wrong with an MP4 file or segment: what, and where.
public struct MP4Problem: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public var kind: Kind
    /// Where the box begins that it was found in: bytes from the start of the file.
    public var offset: Int
    /// The boxes around the place, the outermost first, the box itself last; empty for the file as a whole.
    public var path: [BoxType]

    /// Creates a problem.
    public init(kind: Kind, offset: Int, path: [BoxType]) {
        self.kind = kind
        self.offset = offset
        self.path = path
    }

    /// What can be wrong.
    ///
    /// Later versions may add kinds.
    public enum Kind: Sendable, Hashable {
        // Boxes

        /// A box has more bytes than the file or the box around it.
        case truncatedBox(size: UInt64, available: Int)
        /// A box states a size that is less than its header.
        case invalidSize(UInt64)
        /// So many bytes behind the last box are no box.
        case trailingBytes(Int)
        /// A box has more bytes than the limit for boxes that are read.
        case boxTooLarge(Int)
        /// A box holds more boxes than are read.
        case tooManyBoxes
        /// A mandatory box is not there.
        case missingBox(BoxType)
        /// A box that may be there once is there again; the first one counts.
        case duplicateBox(BoxType)
        /// A box stands in front of one that has to come first.
        case wrongOrder(of: BoxType, before: BoxType)
        /// A box ends before its fields do.
        case truncatedFields
        /// A table states more entries than its box has room for.
        case truncatedTable(stated: Int, present: Int)
        /// A field has a value that is not allowed.
        case invalidField(String)
        /// A box is of a version that nobody knows.
        case unknownVersion(UInt8)

        // Tracks

        /// Two tracks have one number.
        case duplicateTrack(UInt32)
        /// The configuration of a codec cannot be read.
        case invalidConfiguration(BoxType)
        /// Two tables of a track tell different numbers of samples.
        case sampleCountMismatch(table: BoxType, stated: Int, expected: Int)
        /// Samples lie outside of the media data.
        case dataOutside(offset: Int, byteCount: Int)
        /// Tables tell so many samples that the file cannot hold them; the rest is left out.
        case tooManySamples(stated: UInt64, read: Int)
        /// A track of an init segment has samples.
        case samplesInInitialization

        // Fragments

        /// A fragment has a track that the init segment does not know.
        case unknownTrack(UInt32)
        /// A fragment does not tell its decoding time.
        case missingDecodeTime
        /// A fragment does not begin where the one before it ended, in ticks of its track.
        case decodeTimeGap(expected: Int64, found: Int64)
        /// The number of a fragment is not greater than that of the one before.
        case sequenceNumberNotRising(from: UInt32, to: UInt32)
        /// A fragment finds its samples by their place in the file instead of relative to itself.
        case absoluteAddressing
        /// No brand tells that fragments carry decoding times and relative addresses.
        case incompatibleBrands
    }

    /// How bad a problem is.
    public enum Severity: Int, Sendable, Hashable, Comparable {
        /// It is allowed or harmless, but players may fail.
        case warning
        /// A rule is broken.
        case error

        /// Orders severities from warning to error.
        public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
    }

    /// How bad it is.
    public var severity: Severity {
        switch kind {
        case .trailingBytes, .unknownVersion, .decodeTimeGap, .incompatibleBrands, .tooManyBoxes, .boxTooLarge: .warning
        default: .error
        }
    }
}
