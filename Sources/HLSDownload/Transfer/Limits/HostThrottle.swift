import DequeModule

/// Says how many requests one host gets at once: fewer when it is overloaded, more again when it recovers.
struct HostThrottle: Sendable {
    /// How a request ended, as far as the host's strength is concerned.
    enum Outcome: Sendable, Hashable {
        /// It was answered.
        case answered
        /// 429 or 503: too much for the host. A 429 halves the number, a 503 takes a quarter of it.
        case overloaded(isRateLimited: Bool, retryAfter: Duration?)
        /// Anything else, which says nothing.
        case failed
    }

    /// The most requests at once when all is well.
    let maximum: Int
    /// The most requests at once now.
    private(set) var limit: Int
    /// The requests that are let in.
    private(set) var active = 0
    /// Raised with each reduction: answers to requests from before do not lower the limit again.
    private(set) var epoch = 0
    private var pausedUntil: Duration = .zero
    private var answersSinceChange = 0
    private var waiting: Deque<Int> = []

    init(maximum: Int) {
        self.maximum = max(1, maximum)
        limit = self.maximum
    }

    /// Whether a request may go now; otherwise it is queued under its number, and ``leave(epoch:_:now:)`` tells when.
    mutating func enter(_ id: Int) -> Bool {
        guard active < limit else {
            waiting.append(id)
            return false
        }
        active += 1
        return true
    }

    /// Takes a request out of the queue; false when it is not there.
    mutating func cancel(_ id: Int) -> Bool {
        guard let index = waiting.firstIndex(of: id) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Whether a request is in the queue.
    func isWaiting(_ id: Int) -> Bool { waiting.contains(id) }

    /// How long everybody has to wait before asking, because the host said so.
    func pause(now: Duration) -> Duration { max(.zero, pausedUntil - now) }

    /// A request that was let in has ended.
    ///
    /// - Parameter epoch: The epoch when it was let in.
    /// - Returns: The numbers of the requests that are let in now.
    mutating func leave(epoch: Int, _ outcome: Outcome, now: Duration) -> [Int] {
        active -= 1
        switch outcome {
        case .answered: recover()
        case .overloaded(let isRateLimited, let retryAfter):
            if let retryAfter { pausedUntil = max(pausedUntil, now + retryAfter) }
            if epoch == self.epoch { reduce(isRateLimited) }
        case .failed: break
        }
        var admitted: [Int] = []
        while active < limit, let id = waiting.popFirst() {
            active += 1
            admitted.append(id)
        }
        return admitted
    }

    private mutating func reduce(_ isRateLimited: Bool) {
        epoch += 1
        answersSinceChange = 0
        // What was really at once counts, not what would have been allowed.
        let busy = min(limit, max(1, active + 1))
        limit = max(1, isRateLimited ? busy / 2 : busy * 3 / 4)
    }

    /// One more after as many answers as go at once.
    private mutating func recover() {
        guard limit < maximum else { return }
        answersSinceChange += 1
        guard answersSinceChange >= limit else { return }
        answersSinceChange = 0
        limit += 1
    }
}
