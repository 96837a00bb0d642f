/// Decides what is fetched next, and when it makes no sense to go on; does nothing itself.
struct Schedule: Sendable {
    /// How many are fetched at once.
    private(set) var workers: Int
    /// Failures one after the other, without one success between, after which the rest is not tried.
    let patience: Int

    /// What was not begun; none of them is empty.
    private var orders: [WorkOrder] = []
    /// What failed and is fetched again when its time comes.
    private var postponed: [(item: WorkItem, due: ContinuousClock.Instant)] = []
    private(set) var running = 0
    private var failuresInARow = 0
    /// How many were wanted at once.
    private let wantedWorkers: Int
    private var refusals: [WorkItem: Int] = [:]
    private var lastRefused: WorkItem?
    private var successesInARow = 0
    /// How often an item is begun again that a server refuses.
    private static let greatestRefusals = 3
    /// Successes after which one more is tried at once.
    private static let recovery = 32
    /// Whether nothing more is begun.
    private(set) var isStopped = false

    init(workers: Int) {
        self.workers = max(1, workers)
        wantedWorkers = self.workers
        patience = max(8, 2 * self.workers)
    }

    /// Whether nothing runs and nothing more will be begun.
    var isIdle: Bool { running == 0 && (isStopped || orders.isEmpty && postponed.isEmpty) }

    /// What was not begun.
    var untried: some Sequence<WorkItem> {
        [AnySequence(postponed.lazy.map(\.item)), AnySequence(orders.joined())].joined()
    }

    mutating func add(_ order: WorkOrder) {
        if !order.isEmpty { orders.append(order) }
    }

    /// The item to begin now, postponed ones first; nil when there is none or enough are running.
    mutating func next(now: ContinuousClock.Instant) -> WorkItem? {
        guard !isStopped, running < workers else { return nil }
        if let index = postponed.firstIndex(where: { $0.due <= now }) {
            running += 1
            return postponed.remove(at: index).item
        }
        guard !orders.isEmpty, let item = orders[0].next() else { return nil }
        if orders[0].isEmpty { orders.removeFirst() }
        running += 1
        return item
    }

    mutating func succeeded() {
        running -= 1
        failuresInARow = 0
        successesInARow += 1
        guard workers < wantedWorkers, successesInARow >= Self.recovery else { return }
        workers += 1
        successesInARow = 0
    }

    /// Notes that an item could not be fetched.
    mutating func failed() {
        running -= 1
        failuresInARow += 1
        if failuresInARow >= patience { isStopped = true }
    }

    /// Notes that an item could not be fetched for a reason that says nothing about the others.
    mutating func abandoned() {
        running -= 1
    }

    /// Notes that an item could not be fetched yet; it is begun again later.
    mutating func postpone(_ item: WorkItem, until due: ContinuousClock.Instant) {
        running -= 1
        postponed.append((item, due))
    }

    /// Notes that a server refused an item while others were running, which may have been too many for it.
    ///
    /// - Returns: Whether it is begun again; nothing speaks for that when it ran alone, or is refused each time.
    mutating func refused(_ item: WorkItem, until due: ContinuousClock.Instant) -> Bool {
        guard running > 1, !isStopped, refusals[item, default: 0] < Self.greatestRefusals else {
            refusals[item] = nil
            return false
        }
        refusals[item, default: 0] += 1
        postpone(item, until: due)
        // The same one again says nothing about how many at once are too many.
        if lastRefused != item { workers = min(workers, running) }
        lastRefused = item
        successesInARow = 0
        return true
    }

    /// Begins nothing more.
    ///
    /// - Returns: What was postponed, and will not be fetched.
    @discardableResult
    mutating func stop() -> [WorkItem] {
        isStopped = true
        defer { postponed.removeAll() }
        return postponed.map(\.item)
    }
}
