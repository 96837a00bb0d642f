import HLSKit

/// What was found in one segment.
struct SegmentFacts: Sendable {
    /// The place of its first byte among those that the demuxer was given.
    var position: Int
    /// The place of that byte in its file.
    var fileOffset = 0
    var byteCount = 0
    /// Whether it was looked into.
    var isRead = false
    /// Whether counters and clocks may begin anew with it: its tag says so, or what is in front of it was not read.
    var startsAnew = false
    var tables = SegmentStart.Tables.unknown
    /// Whether the map of the program or the format of a stream changed within it.
    var changesTracks = false
    var changesFormat = false
    var tracks: [SegmentTrack] = []

    init(position: Int) {
        self.position = position
    }

    func track(_ pid: UInt16) -> SegmentTrack? {
        tracks.first { $0.pid == pid }
    }
}

/// The units of one stream in one segment.
struct SegmentTrack: Sendable {
    let pid: UInt16
    /// The bytes from the demuxer's start at which the first unit's packet begins.
    let offset: Int
    /// The earliest presentation time.
    var start: MediaTime
    let firstDecodingTime: MediaTime
    var lastDecodingTime: MediaTime
    /// The latest presentation time, without the duration of that unit.
    var end: MediaTime
    let beginsWithRandomAccess: Bool
    var randomAccessCount = 0
    var units = 0

    init(_ unit: AccessUnit, pts: MediaTime, dts: MediaTime) {
        pid = unit.pid
        offset = unit.offset
        start = pts
        firstDecodingTime = dts
        lastDecodingTime = dts
        end = pts
        beginsWithRandomAccess = unit.isRandomAccess
    }

    mutating func add(_ unit: AccessUnit, pts: MediaTime, dts: MediaTime) {
        start = min(start, pts)
        end = max(end, pts)
        lastDecodingTime = dts
        units += 1
        if unit.isRandomAccess { randomAccessCount += 1 }
    }
}

/// One stream over all segments.
struct TrackFacts: Sendable {
    let pid: UInt16
    var codec: ElementaryStream.Codec
    var language: String?
    var format: StreamFormat?
    /// The time from unit to unit, where they follow each other.
    var intervals = Intervals()
    /// The time from random access point to random access point.
    var groups = Intervals()
    var units = 0

    private var last: MediaTime?
    private var lastRandomAccess: MediaTime?
    /// When the next frame of sound is expected.
    private(set) var expected: MediaTime?

    /// What is longer is a pause, not a frame.
    private static let greatestInterval = MediaTime(ticks: 90_000)

    /// Numbers of spans of time.
    struct Intervals: Sendable {
        var count = 0
        var sum = MediaTime.zero
        var least: MediaTime?
        var greatest: MediaTime?

        mutating func add(_ span: MediaTime) {
            count += 1
            sum = sum + span
            least = min(least ?? span, span)
            greatest = max(greatest ?? span, span)
        }

        var mean: MediaTime? { count > 0 ? MediaTime(ticks: sum.ticks / Int64(count)) : nil }
    }

    init(pid: UInt16, codec: ElementaryStream.Codec) {
        self.pid = pid
        self.codec = codec
    }

    /// How long a unit lasts: what a frame of sound says, or the mean of the intervals.
    var unitDuration: MediaTime {
        if case .audio(let format) = format, format.sampleRate > 0 {
            return MediaTime(ticks: Int64(format.samplesPerUnit) * 90_000 / Int64(format.sampleRate))
        }
        return intervals.mean ?? .zero
    }

    mutating func add(_ unit: AccessUnit, pts: MediaTime, dts: MediaTime) {
        units += 1
        if let last, dts > last, dts - last <= Self.greatestInterval { intervals.add(dts - last) }
        last = dts
        expected = pts + (unit.duration ?? .zero)
        guard codec.isVideo, unit.isRandomAccess else { return }
        if let lastRandomAccess, dts > lastRandomAccess { groups.add(dts - lastRandomAccess) }
        lastRandomAccess = dts
    }

    /// Takes the next unit as it comes.
    mutating func startAnew() {
        last = nil
        lastRandomAccess = nil
        expected = nil
    }
}
