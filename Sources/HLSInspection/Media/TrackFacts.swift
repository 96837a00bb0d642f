import HLSKit

/// One stream over all segments.
struct TrackFacts: Sendable {
    var description: TrackDescription
    var format: StreamFormat?
    /// The time from unit to unit, where they follow each other.
    var intervals = Intervals()
    /// The time from random access point to random access point.
    var groups = Intervals()
    var units = 0

    /// Whether its frames are of another codec than the container says.
    var isOtherCodec = false
    /// Units behind the last one with a timestamp.
    private(set) var untimedUnits = 0

    private(set) var last: MediaTime?
    private var lastRandomAccess: MediaTime?
    /// When the next unit is expected.
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

    init(_ description: TrackDescription) {
        self.description = description
    }

    var id: TrackID { description.id }
    var kind: MediaKind { description.kind }
    var codec: String { description.codec }
    var language: String? { description.language }

    var isVideo: Bool { kind == .video }
    var isAudio: Bool { kind == .audio }

    /// How long a unit lasts: what a frame of sound says, or the mean of the intervals.
    var unitDuration: MediaTime {
        if case .audio(let format) = format, format.sampleRate > 0 {
            return MediaTime(Int64(format.samplesPerUnit), timescale: UInt32(clamping: format.sampleRate))
        }
        return intervals.mean ?? .zero
    }

    /// Frames a second; nil when there are fewer than two pictures.
    var frameRate: Double? {
        guard intervals.count > 0, intervals.sum > .zero else { return nil }
        return (Double(intervals.count) / intervals.sum.seconds * 1_000).rounded() / 1_000
    }

    /// Counts a unit without timestamps.
    mutating func addUntimed() { untimedUnits += 1 }

    mutating func add(_ unit: MediaUnit) {
        units += 1
        untimedUnits = 0
        if let last, unit.dts > last, unit.dts - last <= Self.greatestInterval { intervals.add(unit.dts - last) }
        last = unit.dts
        // Containers that tell durations tell them of decoding times.
        let start = kind == .audio && id.container.wraps ? unit.pts : unit.dts
        expected = unit.duration.map { start + $0 }
        guard isVideo, unit.isRandomAccess else { return }
        if let lastRandomAccess, unit.dts > lastRandomAccess { groups.add(unit.dts - lastRandomAccess) }
        lastRandomAccess = unit.dts
    }

    /// Takes the next unit as it comes.
    mutating func startAnew() {
        last = nil
        lastRandomAccess = nil
        expected = nil
        untimedUnits = 0
    }
}
