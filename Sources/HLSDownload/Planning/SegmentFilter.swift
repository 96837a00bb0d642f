import HLSKit

/// Decides which segments of a media playlist are wanted; it is given them in playing order.
struct SegmentFilter: Sendable {
    /// A span of media time, counted from the beginning of the playlist.
    struct TimeRange: Sendable, Hashable {
        var start = MediaDuration.zero
        /// Nil for the end of the stream.
        var end: MediaDuration?

        /// Segments that reach less far into the range are outside: sums of rounded durations differ a little.
        private static let tolerance = MediaDuration(microseconds: 50_000)

        /// Whether a segment lies in the range, or reaches into it.
        func reaches(_ start: MediaDuration, lasting duration: MediaDuration) -> Bool {
            let tolerance = min(Self.tolerance, MediaDuration(microseconds: duration.microseconds / 2))
            guard start >= self.start || start + duration - tolerance > self.start else { return false }
            return end.map { start + tolerance < $0 } ?? true
        }
    }

    /// What is wanted of a playlist.
    struct Choice: Sendable, Hashable {
        var range = TimeRange()
        /// Segments behind so much of what is wanted are left out.
        var limit: MediaDuration?

        /// Whether the first segment may be left out.
        var movesStart: Bool { range.start > .zero }
    }

    let choice: Choice
    /// When the next segment begins.
    private(set) var position = MediaDuration.zero
    /// The date at which the next segment begins.
    private var nextDate: MediaDate?
    /// The date ranges of segments that were left out in front of the next one.
    private var earlierDateRanges: [DateRange] = []
    /// When the first wanted segment begins, and the last one ends; nil without any.
    private(set) var wantedRange: TimeRange?
    /// The sum of the durations of what is wanted.
    private var wantedDuration = MediaDuration.zero
    /// Whether segments were left out behind the last one that is wanted.
    private(set) var isBehindGap = false
    /// The number of segments up to where the limit was reached.
    private(set) var countWithinLimit = 0

    init(_ choice: Choice = Choice()) {
        self.choice = choice
    }

    /// Whether all segments are wanted as they are.
    var isPassive: Bool { choice == Choice() }

    /// A range that others begin and end in when what is wanted of this playlist is in `range`: that of whole segments.
    func covered(_ range: TimeRange) -> TimeRange {
        guard let wantedRange, range != TimeRange() else { return range }
        return TimeRange(start: wantedRange.start, end: range.end == nil ? nil : wantedRange.end)
    }

    /// Why nothing is wanted.
    var emptiness: DownloadProblem {
        .rangeBehindEnd(from: choice.range.start.seconds, duration: position.seconds)
    }

    /// The segment as the folder's playlist has it; nil when it is not wanted.
    mutating func wanted(_ segment: MediaSegment) -> MediaSegment? {
        let (start, duration) = (position, max(.zero, segment.duration))
        let date = segment.programDateTime ?? nextDate ?? segment.date
        position = start + duration
        nextDate = date.map { $0 + duration }
        let isWithinLimit = choice.limit.map { wantedDuration < $0 } ?? true
        if isWithinLimit { countWithinLimit += 1 }
        guard isWithinLimit, choice.range.reaches(start, lasting: duration) else {
            leaveOut(segment)
            return nil
        }
        defer {
            wantedRange = TimeRange(start: wantedRange?.start ?? start, end: position)
            wantedDuration = wantedDuration + duration
        }
        guard isBehindGap else { return segment }
        return afterGap(segment, date)
    }

    private mutating func leaveOut(_ segment: MediaSegment) {
        isBehindGap = true
        for range in segment.dateRanges {
            if let index = earlierDateRanges.firstIndex(where: { $0.id == range.id }) {
                earlierDateRanges[index] = earlierDateRanges[index].continued(by: range)
            } else {
                earlierDateRanges.append(range)
            }
        }
    }

    /// The first segment behind some that were left out: timestamps and dates do not count on from those in front.
    private mutating func afterGap(_ segment: MediaSegment, _ date: MediaDate?) -> MediaSegment {
        var segment = segment
        segment.isDiscontinuity = wantedRange != nil
        segment.programDateTime = date
        // Ranges that are over have nothing to do with what is wanted.
        let lasting = earlierDateRanges.filter { range in
            guard let date, let end = range.resolvedEndDate else { return true }
            return end > date
        }
        segment.dateRanges = lasting + segment.dateRanges
        earlierDateRanges = []
        isBehindGap = false
        return segment
    }
}
