import HLSKit

/// Decides where segments end, and how long each is in the playlist.
///
/// Durations are told in whole microseconds. Each is the difference of two rounded points in time, so that the rounding
/// error never adds up.
struct Segmenter {
    /// Where a segment may end.
    enum Rule: Hashable, Sendable {
        /// At every multiple of the length, where encoded streams have their random access points.
        case grid(interval: Double)
        /// At the first random access point after most of the length, for streams that are copied.
        case randomAccessPoint(interval: Double)
    }

    private let rule: Rule
    /// Where the grid begins.
    private var start: MediaTime?
    /// Where the presentation begins; before `start` when sound comes before the first picture.
    private(set) var origin: MediaTime?
    private var segmentStart = MediaTime.zero
    /// From where the length of a copied segment is counted: its start, but for cuts that were forced.
    private var intervalStart = MediaTime.zero
    private var nextOnGrid = 1

    /// A copied segment may fall this much short of the length that was asked for.
    private static let shortestShare = 0.9

    init(rule: Rule) {
        self.rule = rule
    }

    /// Whether a segment is open.
    var isOpen: Bool { start != nil }

    /// Opens the first segment.
    ///
    /// - Parameters:
    ///   - time: The first random access point, from where boundaries are counted.
    ///   - earliest: The first presentation time.
    mutating func begin(at time: MediaTime, earliest: MediaTime) {
        start = time
        origin = earliest
        segmentStart = earliest
        intervalStart = earliest
    }

    /// Tells whether the segment ends in front of a random access point, and if so, how long it was.
    ///
    /// - Parameter isForced: Whether it must end there; the other ends stay where they would be.
    mutating func cut(before time: MediaTime, isForced: Bool = false) -> MediaDuration? {
        guard isAtEnd(time) || isForced && time > segmentStart else { return nil }
        defer { segmentStart = time }
        return duration(to: time)
    }

    /// Whether the segment ends in front of a random access point by the rule.
    private mutating func isAtEnd(_ time: MediaTime) -> Bool {
        guard let start else { return false }
        switch rule {
        case .grid(let interval):
            guard time >= KeyframeGrid.boundary(nextOnGrid, from: start, interval: interval) - KeyframeGrid.tolerance
            else { return false }
            nextOnGrid = max(nextOnGrid + 1, KeyframeGrid.number(behind: time, from: start, interval: interval))
        case .randomAccessPoint(let interval):
            guard (time - intervalStart).seconds >= interval * Self.shortestShare else { return false }
            intervalStart = time
        }
        return true
    }

    /// The length of the last segment, which ends at a time.
    func finish(at end: MediaTime) -> MediaDuration? {
        guard isOpen, end > segmentStart else { return nil }
        return duration(to: end)
    }

    private func duration(to end: MediaTime) -> MediaDuration {
        let origin = origin ?? segmentStart
        return MediaDuration(
            microseconds: max(0, Self.microseconds(end - origin) &- Self.microseconds(segmentStart - origin))
        )
    }

    /// Nearest microsecond; times here are differences within a film and far from overflow.
    private static func microseconds(_ time: MediaTime) -> Int64 {
        let (seconds, ticks) = time.ticks.quotientAndRemainder(dividingBy: MediaTime.ticksPerSecond)
        return seconds &* 1_000_000 &+ (ticks * 100 + 4) / 9
    }
}
