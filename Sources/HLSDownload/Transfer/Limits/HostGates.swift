import NIOConcurrencyHelpers

/// Holds requests back until their host may have one more.
final class HostGates: Sendable {
    /// The right to one request.
    struct Ticket: Sendable {
        let origin: WebAddress.Origin
        let epoch: Int
    }

    private struct State {
        var throttles: [WebAddress.Origin: HostThrottle] = [:]
        /// The requests that wait; nil for one that was cancelled before it began to.
        var waiting: [Int: CheckedContinuation<Bool, Never>?] = [:]
        var lastID = 0
    }

    private let maximum: Int
    private let state = NIOLockedValueBox(State())
    private let start = ContinuousClock.now

    /// Gates that let in as many requests a host.
    init(maximum: Int) {
        self.maximum = maximum
    }

    private var now: Duration { ContinuousClock.now - start }

    /// Waits until a host may have a request; nil when the task was cancelled.
    func enter(_ origin: WebAddress.Origin) async -> Ticket? {
        let id = state.withLockedValue { state in
            state.lastID += 1
            return state.lastID
        }
        guard await admit(id, origin) else { return nil }
        let (epoch, pause) = state.withLockedValue { state in
            let throttle = state.throttles[origin, default: HostThrottle(maximum: maximum)]
            return (throttle.epoch, throttle.pause(now: now))
        }
        let ticket = Ticket(origin: origin, epoch: epoch)
        if pause > .zero, (try? await Task.sleep(for: pause)) == nil {
            leave(ticket, .failed)
            return nil
        }
        return ticket
    }

    private func admit(_ id: Int, _ origin: WebAddress.Origin) async -> Bool {
        let isIn = state.withLockedValue { state in
            state.throttles[origin, default: HostThrottle(maximum: maximum)].enter(id)
        }
        if isIn { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLockedValue { state in
                    if let mark = state.waiting.removeValue(forKey: id), mark == nil {
                        return state.throttles[origin]?.cancel(id) == true ? false : true
                    }
                    // Let in between the two locks.
                    guard state.throttles[origin]?.isWaiting(id) == true else { return true }
                    state.waiting[id] = .some(continuation)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            cancel(id, origin)
        }
    }

    private func cancel(_ id: Int, _ origin: WebAddress.Origin) {
        let continuation: CheckedContinuation<Bool, Never>? = state.withLockedValue { state in
            guard case .some(.some(let continuation)) = state.waiting[id] else {
                // Not waiting yet, or no longer: the former looks for this mark.
                if state.throttles[origin]?.isWaiting(id) == true { state.waiting[id] = .some(nil) }
                return nil
            }
            state.waiting[id] = nil
            _ = state.throttles[origin]?.cancel(id)
            return continuation
        }
        continuation?.resume(returning: false)
    }

    /// A request has ended.
    func leave(_ ticket: Ticket, _ outcome: HostThrottle.Outcome) {
        let admitted = state.withLockedValue { state in
            let ids = state.throttles[ticket.origin]?.leave(epoch: ticket.epoch, outcome, now: now) ?? []
            return ids.compactMap { state.waiting.removeValue(forKey: $0) ?? nil }
        }
        for continuation in admitted { continuation.resume(returning: true) }
    }

    /// How many requests a host may have at once now.
    func limit(of origin: WebAddress.Origin) -> Int {
        state.withLockedValue { $0.throttles[origin]?.limit ?? maximum }
    }
}
