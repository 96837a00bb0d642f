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
        /// Whether advertisements are left out.
        var skipsAdvertisements = false
        /// Times of advertisements that the playlist itself need not mark.
        var advertisements: [TimeRange] = []

        /// Whether media times of what is wanted differ from those of the stream.
        var movesTimes: Bool { range.start > .zero || skipsAdvertisements }
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
    private var detector = AdDetector()
    /// Whether there are segments in front of the first wanted one: those of an earlier recording.
    var followsOthers = false
    /// The times of the advertisements that were left out.
    private(set) var advertisements: [TimeRange] = []
    /// The number of segments that are advertisements.
    private(set) var advertisementCount = 0

    init(_ choice: Choice = Choice()) {
        self.choice = choice
    }

    /// Whether as much is wanted already as may be.
    var hasReachedLimit: Bool { choice.limit.map { wantedDuration >= $0 } ?? false }

    /// Whether all segments are wanted as they are.
    var isPassive: Bool { choice == Choice() }

    /// A range that others begin and end in when what is wanted of this playlist is in `range`: that of whole segments.
    func covered(_ range: TimeRange) -> TimeRange {
        guard let wantedRange, range != TimeRange() else { return range }
        return TimeRange(start: wantedRange.start, end: range.end == nil ? nil : wantedRange.end)
    }

    /// Why nothing is wanted.
    var emptiness: DownloadProblem {
        advertisements.isEmpty
            ? .rangeBehindEnd(from: choice.range.start.seconds, duration: position.seconds) : .onlyAdvertisements
    }

    /// Whether the playlist marks advertisements.
    var hasMarkers: Bool { detector.hasMarkers }

    /// Looks through a playlist before its segments are given.
    mutating func survey(_ dateRanges: [DateRange], _ markers: [AdMarker], isEnded: Bool) {
        guard choice.skipsAdvertisements else { return }
        detector.survey(dateRanges, markers, isEnded: isEnded)
    }

    /// Takes in date ranges that may not be new.
    mutating func note(_ dateRanges: [DateRange]) {
        guard choice.skipsAdvertisements else { return }
        for range in dateRanges { detector.note(range) }
    }

    /// The segment as the folder's playlist has it; nil when it is not wanted.
    mutating func wanted(_ segment: MediaSegment) -> MediaSegment? {
        let (start, duration) = (position, max(.zero, segment.duration))
        let date = segment.programDateTime ?? nextDate ?? segment.date
        position = start + duration
        nextDate = date.map { $0 + duration }
        let isWithinLimit = !hasReachedLimit
        if isWithinLimit { countWithinLimit += 1 }
        let isAdvertisement = isAdvertisement(segment, start, duration, date)
        guard isWithinLimit, !isAdvertisement, choice.range.reaches(start, lasting: duration) else {
            leaveOut(segment)
            return nil
        }
        defer {
            wantedRange = TimeRange(start: wantedRange?.start ?? start, end: position)
            wantedDuration = wantedDuration + duration
        }
        let wanted = choice.skipsAdvertisements ? Self.withoutMarkers(segment) : segment
        return isBehindGap ? afterGap(wanted, date) : wanted
    }

    private mutating func isAdvertisement(
        _ segment: MediaSegment,
        _ start: MediaDuration,
        _ duration: MediaDuration,
        _ date: MediaDate?
    ) -> Bool {
        guard choice.skipsAdvertisements else { return false }
        let end = start + duration
        let isMarked = detector.isAd(segment, at: start, date)
        // Its own markers are more exact than those of another rendition.
        let others = detector.hasMarkers ? [] : choice.advertisements
        let overlap = others.reduce(Int64(0)) { sum, range in
            let last = min(end, range.end ?? end).microseconds
            return sum + max(0, last - max(start, range.start).microseconds)
        }
        guard isMarked || overlap > duration.microseconds / 2 else { return false }
        advertisementCount += 1
        if let last = advertisements.indices.last, advertisements[last].end == start {
            advertisements[last].end = end
        } else {
            advertisements.append(TimeRange(start: start, end: end))
        }
        return true
    }

    /// The segment without what marks breaks that are left out.
    private static func withoutMarkers(_ segment: MediaSegment) -> MediaSegment {
        guard !segment.otherLines.isEmpty || !segment.dateRanges.isEmpty else { return segment }
        var segment = segment
        segment.otherLines.removeAll(where: AdMarker.isOne)
        segment.dateRanges.removeAll { $0.isAdBreak || $0.scte35In != nil }
        return segment
    }

    private mutating func leaveOut(_ segment: MediaSegment) {
        isBehindGap = true
        for range in segment.dateRanges where !choice.skipsAdvertisements || !range.isAdBreak && range.scte35In == nil {
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
        segment.isDiscontinuity = wantedRange != nil || followsOthers
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
