/// Decides what is fetched next, and when it makes no sense to go on; does nothing itself.
struct Schedule: Sendable {
    /// How many are fetched at once.
    let workers: Int
    /// Failures one after the other, without one success between, after which the rest is not tried.
    let patience: Int

    private var waiting: [WorkItem] = []
    private var first = 0
    private(set) var running = 0
    private(set) var failures: [(item: WorkItem, error: DownloadError)] = []
    private var failuresInARow = 0
    /// Whether nothing more is begun.
    private(set) var isStopped = false

    init(workers: Int) {
        self.workers = max(1, workers)
        patience = max(8, 2 * self.workers)
    }

    /// What was not begun.
    var untried: ArraySlice<WorkItem> { waiting[first...] }

    /// Whether nothing runs and nothing more will be begun.
    var isIdle: Bool { running == 0 && (isStopped || isEmpty) }

    private var isEmpty: Bool { first == waiting.count }

    mutating func add(_ items: [WorkItem]) {
        if isEmpty { (waiting, first) = (items, 0) } else { waiting += items }
    }

    /// The item to begin now; nil when there is none or enough are running.
    mutating func next() -> WorkItem? {
        guard !isStopped, running < workers, !isEmpty else { return nil }
        running += 1
        let item = waiting[first]
        first += 1
        // What was begun makes room for what the journal notes of it.
        if first >= 256, first >= waiting.count / 2 { (waiting, first) = (Array(waiting[first...]), 0) }
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
    ) -> [WorkItem] {
        var items: [WorkItem] = []
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

    /// One list of several, by the times at which the items are needed.
    static func merged(_ lists: [[WorkItem]], _ renditions: [DownloadPlan.Rendition]) -> [WorkItem] {
        guard lists.count > 1 else { return lists.first ?? [] }
        var timed: [(time: Double, track: Int, item: WorkItem)] = []
        for list in lists {
            var (time, next) = (0.0, 0)
            for item in list {
                guard case .segments(let range) = item.content else { continue }
                let segments = renditions[item.track].segments
                while next < range.lowerBound {
                    time += segments.duration(at: next)
                    next += 1
                }
                timed.append((time, item.track, item))
            }
        }
        timed.sort { ($0.time, $0.track) < ($1.time, $1.track) }
        return timed.map(\.item)
    }
}
