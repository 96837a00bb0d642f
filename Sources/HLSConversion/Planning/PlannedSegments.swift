import HLSKit

/// Makes segments of no bytes: units have times only, and where the segments end is what is wanted.
struct PlannedSegments: SegmentMuxer {
    private let type: SegmentType
    /// Whether the segment at hand has another init section than the one before.
    private var hasNewInitialization: Bool

    init(_ type: SegmentType) {
        self.type = type
        hasNewInitialization = type == .fragmentedMP4
    }

    var fileExtension: String { type.fileExtension }

    mutating func configure(track: Int, _ description: TrackDescription) {}
    mutating func describe(_ unit: AccessUnit, track: Int) {}
    mutating func start(at first: MediaTime, decodeDelays: [MediaTime]) {}

    mutating func read(_ unit: AccessUnit, track: Int) -> UnitTraits? {
        if unit.planned?.changesFormat == true { hasNewInitialization = type == .fragmentedMP4 }
        return unit.planned
    }

    mutating func write(_ unit: TimedUnit, track: Int, isRandomAccess: Bool) {}
    mutating func beginSegment(at earliest: MediaTime) {}
    mutating func endSegment(next: [MediaTime?]) {}
    var pendingByteCount: Int { 0 }
    mutating func takeBytes(_ buffer: inout [UInt8]) {}
    var damagedUnits: Int { 0 }

    mutating func takeNewInitialization() -> [UInt8]? {
        defer { hasNewInitialization = false }
        return hasNewInitialization ? [] : nil
    }
}
