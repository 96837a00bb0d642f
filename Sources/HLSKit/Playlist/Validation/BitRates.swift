/// The bit rates of a media playlist as the specification measures them (4.4.6.2): the peak is the greatest of any run
/// of segments that lasts half to one and a half target durations.
package struct BitRates {
    package private(set) var peak = 0.0
    package private(set) var average = 0.0

    /// Nil when the size of a segment is not known.
    package init?(_ member: PlaylistValidator.Member) {
        let segments = member.playlist.segments
        if let sizes = member.segmentSizes, sizes.count != segments.count { return nil }
        var bits: [Double] = []
        var seconds: [Double] = []
        for (index, record) in segments.records.enumerated() {
            let duration = Double(record.duration) / 1_000_000
            if let sizes = member.segmentSizes {
                bits.append(Double(sizes[index]) * 8)
            } else if let range = record.range {
                bits.append(Double(range.length) * 8)
            } else if record.bitrate > 0 {
                bits.append(Double(record.bitrate) * 1_000 * duration)
            } else {
                return nil
            }
            seconds.append(duration)
        }
        let total = seconds.reduce(0, +)
        guard total > 0 else { return nil }
        average = bits.reduce(0, +) / total
        let target = Double(member.playlist.targetDuration ?? 0)
        for start in bits.indices {
            var sum = 0.0
            var length = 0.0
            var end = start
            // A run of empty segments is as long as the playlist; more than 64 tell nothing new.
            while end < bits.count, end - start < 64, length + seconds[end] <= target * 1.5 {
                sum += bits[end]
                length += seconds[end]
                end += 1
                if length >= target * 0.5 { peak = max(peak, sum / length) }
            }
        }
        peak = max(peak, average)
    }
}
