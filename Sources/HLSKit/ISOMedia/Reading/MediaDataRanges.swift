/// Where the media data of a file is, to tell samples that lie outside of it.
struct MediaDataRanges: Sendable {
    /// Samples of a fragment whose media data may still come.
    private struct Pending {
        var range: Range<Int>
        var fragmentOffset: Int
    }

    /// In rising order and apart; those that fragments lie behind are given up one day.
    private var ranges: [Range<Int>] = []
    private var pending: [Pending] = []
    /// Whether media data came since the oldest fragment that is not checked.
    private var hasNew = false

    /// A plain file has few boxes of media data, and fragments have theirs beside them.
    private static let greatestCount = 1 << 16
    private static let greatestPendingCount = 1 << 12

    mutating func add(_ range: Range<Int>) {
        if ranges.count >= Self.greatestCount { ranges.removeFirst(Self.greatestCount / 2) }
        ranges.append(range)
        hasNew = true
    }

    /// Takes the samples of a run, to be checked when the media data behind their fragment is known.
    mutating func expect(_ range: Range<Int>, of fragmentOffset: Int) {
        pending.append(Pending(range: range, fragmentOffset: fragmentOffset))
    }

    /// Checks the fragments in front of which and behind which media data came.
    mutating func check(_ log: inout ProblemLog, isEnd: Bool) {
        guard isEnd || hasNew || pending.count >= Self.greatestPendingCount else { return }
        for run in pending where !contains(run.range) {
            let kind = MP4Problem.Kind.dataOutside(offset: run.range.lowerBound, byteCount: run.range.count)
            log.add(kind, offset: run.fragmentOffset, path: ["moof", "traf", "trun"])
        }
        pending.removeAll(keepingCapacity: true)
        hasNew = false
    }

    /// The first chunk of a track that is outside of the media data.
    func firstOutside(_ samples: SampleTable) -> Range<Int>? {
        var samples = samples
        var cursor = ChunkCursor(samples)
        var index = 0
        while index < samples.count, let stated = cursor.nextChunk() {
            let count = min(Int(stated), samples.count - index)
            var end = cursor.offset
            if let size = samples.fixedSize {
                end = clampedSum(end, clampedProduct(count, size))
            } else {
                for sample in index..<index + count { end = clampedSum(end, Int(samples.size(sample))) }
            }
            guard contains(cursor.offset..<end) else { return cursor.offset..<end }
            index += count
        }
        return nil
    }

    /// True when a range is within one of others, which are in rising order and apart.
    private func contains(_ range: Range<Int>) -> Bool {
        if range.isEmpty { return true }
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= range.lowerBound
            && range.upperBound <= ranges[low].upperBound
    }
}

/// The sum of two numbers, or the greatest or least number there is.
func clampedSum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflows) = left.addingReportingOverflow(right)
    return overflows ? (right < 0 ? .min : .max) : sum
}

/// The product of a number of things and the size of each, or the greatest number there is.
func clampedProduct(_ count: Int, _ size: UInt32) -> Int {
    let (product, overflows) = count.multipliedReportingOverflow(by: Int(size))
    return overflows ? .max : product
}
