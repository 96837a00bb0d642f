/// Where and when the segments of a playlist are, while its lines are read.
struct SegmentClock {
    /// The date that the next segment's own tag gives.
    var date: MediaDate?
    /// Whether the next segment starts with a discontinuity.
    var isDiscontinuity = false
    /// The lines of segments behind a discontinuity that have no date of their own.
    private(set) var undatedDiscontinuities: [Int] = []

    private var time: Int64 = 0
    private var endDate: Int64?
    /// The first parts that are still there: the line of their segment, and where it ends.
    private var firstParts: (line: Int, end: Int64)?

    /// Ends a segment; gives by how much its date lies before the end of the segment in front when that is more than the
    /// second that clocks may differ by (6.2.1).
    mutating func endSegment(_ duration: Int64, hasParts: Bool, line: Int) -> MediaDuration? {
        var overlap: MediaDuration?
        if let date {
            if let endDate, endDate &- date.microsecondsSince1970 > 1_000_000 {
                overlap = MediaDuration(microseconds: endDate &- date.microsecondsSince1970)
            }
            endDate = date.microsecondsSince1970 &+ duration
        } else {
            if isDiscontinuity, undatedDiscontinuities.count < 1_000 { undatedDiscontinuities.append(line) }
            endDate = endDate.map { $0 &+ duration }
        }
        time &+= duration
        if hasParts, firstParts == nil { firstParts = (line, time) }
        date = nil
        isDiscontinuity = false
        return overlap
    }

    /// The line of a segment whose parts are farther from the end than a limit (6.2.2).
    func oldParts(pending: Int64, beyond limit: Int64) -> Int? {
        guard let firstParts, time &- firstParts.end &+ pending > limit else { return nil }
        return firstParts.line
    }
}
