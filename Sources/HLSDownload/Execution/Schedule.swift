/// Decides what is fetched next, and when it makes no sense to go on; does nothing itself.
struct Schedule: Sendable {
    /// How many are fetched at once.
    let workers: Int
    /// Failures one after the other, without one success between, after which the rest is not tried.
    let patience: Int

    /// What was not begun.
    private(set) var untried = WorkQueue()
    private(set) var running = 0
    private(set) var failures: [(item: WorkItem, error: DownloadError)] = []
    private var failuresInARow = 0
    /// Whether nothing more is begun.
    private(set) var isStopped = false

    init(workers: Int) {
        self.workers = max(1, workers)
        patience = max(8, 2 * self.workers)
    }

    /// Whether nothing runs and nothing more will be begun.
    var isIdle: Bool { running == 0 && (isStopped || untried.isEmpty) }

    mutating func add(_ items: some Sequence<WorkItem>) {
        untried.append(contentsOf: items)
    }

    /// The item to begin now; nil when there is none or enough are running.
    mutating func next() -> WorkItem? {
        guard !isStopped, running < workers, let item = untried.popFirst() else { return nil }
        running += 1
        return item
    }

    mutating func succeeded() {
        running -= 1
        failuresInARow = 0
    }

    /// Notes that an item could not be fetched.
    mutating func failed(_ item: WorkItem, _ error: DownloadError) {
        running -= 1
        failures.append((item, error))
        failuresInARow += 1
        if failuresInARow >= patience { isStopped = true }
    }

    /// Begins nothing more.
    mutating func stop() {
        isStopped = true
    }
}

/// Puts the segments of several renditions into the order in which they are played, and joins what lies together.
struct WorkOrder: Sendable {
    /// The most bytes of one request for joined ranges.
    static let joinedBytes = 4 << 20

    /// The segments of a rendition, from an index on, that are not there yet; adjacent ranges are joined.
    static func items(
        _ rendition: DownloadPlan.Rendition,
        track: Int,
        from start: Int = 0,
        isThere: (Int) -> Bool
    ) -> WorkQueue {
        var items = WorkQueue()
        var index = start
        let segments = rendition.segments
        while index < segments.count {
            guard !segments.isGap(at: index), !isThere(index) else {
                index += 1
                continue
            }
            var end = index + 1
            var bytes = segments.range(at: index)?.length ?? 0
            while end < segments.count, !segments.isGap(at: end), !isThere(end), isAdjacent(end, in: segments) {
                bytes += segments.range(at: end)?.length ?? 0
                if bytes > joinedBytes { break }
                end += 1
            }
            items.append(WorkItem(track: track, content: .segments(index..<end)))
            index = end
        }
        return items
    }

    /// Whether a segment lies directly behind the one in front of it.
    private static func isAdjacent(_ index: Int, in segments: DownloadPlan.Segments) -> Bool {
        guard let range = segments.range(at: index - 1), let next = segments.range(at: index),
            range.start &+ range.length == next.start
        else { return false }
        return segments[index - 1].url == segments[index].url
    }

    /// One list of several, by the times at which the segments are needed.
    static func merged(_ lists: [WorkQueue], _ renditions: [DownloadPlan.Rendition]) -> WorkQueue {
        guard lists.count > 1 else { return lists.first ?? WorkQueue() }
        var heads = zip(lists, renditions).map { Head(rest: $0.makeIterator(), segments: $1.segments) }
        var merged = WorkQueue()
        while let next = heads.indices.min(by: { heads[$0].time < heads[$1].time }), let item = heads[next].item {
            merged.append(item)
            heads[next].advance()
        }
        return merged
    }

    /// The item of a list that comes next, and when it is needed.
    private struct Head {
        var rest: WorkQueue.Iterator
        let segments: DownloadPlan.Segments
        private(set) var item: WorkItem?
        /// Infinite behind the last item.
        private(set) var time = 0.0
        private var position = 0

        init(rest: WorkQueue.Iterator, segments: DownloadPlan.Segments) {
            self.rest = rest
            self.segments = segments
            advance()
        }

        mutating func advance() {
            item = rest.next()
            guard case .segments(let range) = item?.content else {
                (item, time) = (nil, .infinity)
                return
            }
            while position < range.lowerBound {
                time += segments.duration(at: position)
                position += 1
            }
        }
    }
}
