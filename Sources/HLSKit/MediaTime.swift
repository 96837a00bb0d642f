/// A point on, or a span of, the media timeline, in ticks of the 90 kHz clock.
///
/// PTS and DTS of a transport stream count in this unit (ISO/IEC 13818-1 2.4.3.6). A `MediaTime` is not limited to the
/// 33 bits of those fields: the muxer wraps it when it writes.
public struct MediaTime: Sendable, Hashable, Comparable {
    /// The number of ticks in one second.
    public static let ticksPerSecond: Int64 = 90_000

    /// Ticks of 1/90,000 s.
    public var ticks: Int64

    /// Creates a time from ticks of 1/90,000 s.
    public init(ticks: Int64) {
        self.ticks = ticks
    }

    /// Creates the time nearest to a number of seconds; a number that is not finite or beyond 292 years is clamped.
    public init(seconds: Double) {
        let ticks = (seconds * Double(Self.ticksPerSecond)).rounded()
        self.ticks = ticks.isNaN ? 0 : Int64(max(-9.0e18, min(9.0e18, ticks)))
    }

    /// The time in seconds.
    public var seconds: Double {
        Double(ticks) / Double(Self.ticksPerSecond)
    }

    /// The time zero, and the empty span.
    public static let zero = MediaTime(ticks: 0)

    /// Orders times by their place on the timeline.
    public static func < (left: MediaTime, right: MediaTime) -> Bool {
        left.ticks < right.ticks
    }

    /// The sum of two times; overflow wraps around, so that hostile timestamps cannot trap.
    public static func + (left: MediaTime, right: MediaTime) -> MediaTime {
        MediaTime(ticks: left.ticks &+ right.ticks)
    }

    /// The span from the right time to the left one; overflow wraps around, so that hostile timestamps cannot trap.
    public static func - (left: MediaTime, right: MediaTime) -> MediaTime {
        MediaTime(ticks: left.ticks &- right.ticks)
    }
}
