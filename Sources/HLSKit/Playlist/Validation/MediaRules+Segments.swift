/// The rules of one segment that its lines do not show one by one.
extension MediaRules {
    /// One segment is encrypted with one method, key and vector, however the key is fetched (6.2.3).
    mutating func checkKeysTogether(_ set: UInt32) {
        let keys = playlist.segments.keys(of: set)
        guard keys.count > 1 else { return }
        if Set(keys.map(\.method)).count > 1 {
            found.report(.keysDiffer, line: number, tag: .key, subject: "METHOD")
        }
        if Set(keys.compactMap(\.initializationVector?.bytes)).count > 1 {
            found.report(.keysDiffer, line: number, tag: .key, subject: "IV")
        }
    }

    /// A segment that is missing has no part that is there, and is missing itself when all its parts are (6.2.1).
    mutating func checkGap(_ record: SegmentRecord) {
        guard partCount > 0, record.flags.contains(.gap) != (gapCount == partCount) else { return }
        let subject = record.flags.contains(.gap) ? "every part" : "the segment"
        found.report(.gapPartsDiffer, line: number, tag: .gap, subject: subject)
    }

    /// The range of an I-frame is not that of its map (4.4.3.6).
    mutating func checkIFrame(_ record: SegmentRecord, at index: Int) {
        guard record.map != 0, let range = record.range, let start = range.start, range.length > 0 else { return }
        let map = playlist.segments.map(at: record.map)
        guard let mapRange = map.byteRange, let mapStart = mapRange.start,
            let end = range.end, let mapEnd = mapRange.end, start < mapEnd, mapStart < end,
            map.uri == playlist.segments[index].uri
        else { return }
        found.report(.rangeIncludesMap, line: number, tag: .byteRange)
    }
}
