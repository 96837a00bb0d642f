import HLSKit

/// Makes the bytes of segments of access units: what a segment of a rendition is on the disk.
///
/// Used in this order: ``describe(_:track:)`` with the first unit of each track, ``start(_:)``, and then for each segment
/// ``beginSegment(at:)``, ``read(_:track:)`` and ``write(_:track:isRandomAccess:)`` by turns, ``endSegment(next:)``.
protocol SegmentMuxer {
    /// What the names of segments end with, without the dot.
    var fileExtension: String { get }
    /// Sets the configuration that MP4 and Matroska store beside a track, at the start or when it changes.
    mutating func configure(track: Int, _ description: TrackDescription)
    /// Looks at the first unit of a track, before the first segment.
    mutating func describe(_ unit: AccessUnit, track: Int) throws
    /// Starts the timeline.
    ///
    /// - Parameters:
    ///   - first: The earliest decoding time.
    ///   - decodeDelays: Of each track, how much later than it is decoded its first unit is presented.
    mutating func start(at first: MediaTime, decodeDelays: [MediaTime]) throws
    /// Converts a unit to the form of the segment, and keeps it until it is written or another one is read.
    ///
    /// - Returns: Nil when it holds nothing to present.
    mutating func read(_ unit: AccessUnit, track: Int) throws -> UnitTraits?
    /// Writes the unit that was read last into the segment at hand.
    mutating func write(_ unit: TimedUnit, track: Int, isRandomAccess: Bool) throws
    /// Begins a segment.
    ///
    /// - Parameter earliest: The first presentation time in it.
    mutating func beginSegment(at earliest: MediaTime) throws
    /// Ends the segment at hand; all of its bytes can be taken afterwards.
    ///
    /// - Parameter next: Of each track, the decoding time of the unit that comes next, where it is known.
    mutating func endSegment(next: [MediaTime?]) throws
    /// The number of bytes that can be taken.
    var pendingByteCount: Int { get }
    /// Takes the bytes that are ready, in exchange for an empty buffer.
    mutating func takeBytes(_ buffer: inout [UInt8])
    /// The init section of the segment that was begun last, when it differs from that of the segment before.
    mutating func takeNewInitialization() -> [UInt8]?
    /// Units that were left out since they are damaged.
    var damagedUnits: Int { get }
}

/// What an access unit turned out to be.
struct UnitTraits {
    /// Whether decoding can start at it.
    var isRandomAccess = true
    /// Whether it begins another size, other parameter sets or another configuration.
    var changesFormat = false
}

/// An access unit with timestamps that hold the rules: DTS rises, PTS is not before it.
struct TimedUnit {
    var payload: AccessUnit
    var pts: MediaTime
    var dts: MediaTime
    var duration: MediaTime
}
