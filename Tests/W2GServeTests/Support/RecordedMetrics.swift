import Metrics
import NIOConcurrencyHelpers
import NIOCore

/// Keeps counters and gauges in memory and lets a test wait for a value.
final class RecordedMetrics: MetricsFactory, Sendable {
    private struct Waiter {
        let key: String
        let isReached: @Sendable (Double) -> Bool
        let promise: EventLoopPromise<Void>
    }

    private struct State {
        var values: [String: Double] = [:]
        var waiters: [Waiter] = []
    }

    private let state = NIOLockedValueBox(State())

    /// The value of `label` or `label{name=value}`; zero when nothing was recorded.
    subscript(key: String) -> Double { state.withLockedValue { $0.values[key, default: 0] } }

    /// Waits until a value is as wanted.
    func wait(
        for key: String,
        on loop: any EventLoop,
        _ isReached: @escaping @Sendable (Double) -> Bool
    ) async throws {
        let promise = loop.makePromise(of: Void.self)
        let isThere = state.withLockedValue { state in
            if isReached(state.values[key, default: 0]) { return true }
            state.waiters.append(Waiter(key: key, isReached: isReached, promise: promise))
            return false
        }
        if isThere { promise.succeed() }
        let timer = loop.scheduleTask(in: .patience) { promise.fail(TimedOut(what: key)) }
        defer { timer.cancel() }
        try await promise.futureResult.get()
    }

    fileprivate func change(_ key: String, _ body: (inout Double) -> Void) {
        let reached = state.withLockedValue { state in
            body(&state.values[key, default: 0])
            let value = state.values[key, default: 0]
            let reached = state.waiters.filter { $0.key == key && $0.isReached(value) }
            state.waiters.removeAll { $0.key == key && $0.isReached(value) }
            return reached
        }
        for waiter in reached { waiter.promise.succeed() }
    }

    private func key(_ label: String, _ dimensions: [(String, String)]) -> String {
        if dimensions.isEmpty { return label }
        return label + "{" + dimensions.map { "\($0.0)=\($0.1)" }.joined(separator: ",") + "}"
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        Value(metrics: self, key: key(label, dimensions))
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        Value(metrics: self, key: key(label, dimensions))
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        Value(metrics: self, key: key(label, dimensions))
    }

    func destroyCounter(_ handler: any CounterHandler) {}
    func destroyRecorder(_ handler: any RecorderHandler) {}
    func destroyTimer(_ handler: any TimerHandler) {}

    private final class Value: CounterHandler, RecorderHandler, TimerHandler {
        private let metrics: RecordedMetrics
        private let key: String

        init(metrics: RecordedMetrics, key: String) {
            self.metrics = metrics
            self.key = key
        }

        func increment(by amount: Int64) { metrics.change(key) { $0 += Double(amount) } }
        func reset() { metrics.change(key) { $0 = 0 } }
        func record(_ value: Int64) { metrics.change(key) { $0 = Double(value) } }
        func record(_ value: Double) { metrics.change(key) { $0 = value } }
        func recordNanoseconds(_ duration: Int64) {}
    }
}

/// Something that a test waited for did not happen.
struct TimedOut: Error {
    let what: String
}
