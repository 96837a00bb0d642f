import HLSKit

/// What was found in one segment.
struct SegmentFacts: Sendable {
    /// The place of its first byte among those of all segments.
    var position: Int
    /// The place of that byte in its file.
    var fileOffset = 0
    var byteCount = 0
    /// What it is; nil when it was not looked into.
    var container: Container?
    /// Whether counters and clocks may begin anew with it: its tag says so, or what is in front of it was not read.
    var startsAnew = false
    var tables = SegmentStart.Tables.unknown
    /// Whether the streams or the format of one changed within it.
    var changesTracks = false
    var changesFormat = false
    /// Whether a stream of pictures is announced in it or in front of it.
    var announcesVideo = false
    var tracks: [SegmentTrack] = []

    init(position: Int) {
        self.position = position
    }

    /// Whether it was looked into.
    var isRead: Bool { container != nil }

    func track(_ id: TrackID) -> SegmentTrack? {
        tracks.first { $0.id == id }
    }
}

/// The units of one stream in one segment.
struct SegmentTrack: Sendable {
    let id: TrackID
    /// The place of the first unit among the bytes of all segments.
    let position: Int
    /// The earliest presentation time.
    var start: MediaTime
    /// The presentation time of the first unit; pictures that lead a random access point are shown in front of it.
    let firstTime: MediaTime
    let firstDecodingTime: MediaTime
    var lastDecodingTime: MediaTime
    /// The latest presentation time, without the duration of that unit.
    var end: MediaTime
    /// The earliest end of a unit, where units tell how long they last.
    var earliestEnd: MediaTime?
    /// The latest end of a unit, where units tell how long they last.
    private(set) var latestEnd: MediaTime?
    /// When the unit behind the last one is decoded, where the last one tells how long it lasts.
    private(set) var nextDecodingTime: MediaTime?
    let beginsWithRandomAccess: Bool
    var randomAccessCount = 0
    var units = 0

    init(_ unit: MediaUnit) {
        id = unit.track
        position = unit.position
        start = unit.pts
        firstTime = unit.pts
        firstDecodingTime = unit.dts
        lastDecodingTime = unit.dts
        end = unit.pts
        beginsWithRandomAccess = unit.isRandomAccess
    }

    mutating func add(_ unit: MediaUnit) {
        start = min(start, unit.pts)
        end = max(end, unit.pts)
        lastDecodingTime = unit.dts
        nextDecodingTime = nil
        if let duration = unit.duration {
            earliestEnd = min(earliestEnd ?? unit.pts + duration, unit.pts + duration)
            latestEnd = max(latestEnd ?? unit.pts + duration, unit.pts + duration)
            // The last sample of a file may have no duration.
            if duration > .zero { nextDecodingTime = unit.dts + duration }
        }
        units += 1
        if unit.isRandomAccess { randomAccessCount += 1 }
    }
}
