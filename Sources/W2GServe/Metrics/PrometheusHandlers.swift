import Metrics
import NIOConcurrencyHelpers
import Synchronization

/// A number that only rises.
final class PrometheusCounter: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }
}

/// The last number that was told.
final class PrometheusGauge: RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
}

/// How many values were at most so large; times are in seconds.
final class PrometheusHistogram: RecorderHandler, TimerHandler {
    private struct State {
        /// One for each bound, and one for what is larger.
        var counts = [Int64](repeating: 0, count: PrometheusHistogram.bounds.count + 1)
        var sum = 0.0
    }

    static let bounds = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    private let state = NIOLockedValueBox(State())

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let place = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLockedValue { state in
            state.counts[place] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func text(label: String, dimensions: String) -> String {
        let state = state.withLockedValue { $0 }
        let others = dimensions.isEmpty ? "" : dimensions + ","
        var total: Int64 = 0
        var text = ""
        for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], state.counts) {
            total += count
            text += "\(label)_bucket{\(others)le=\"\(bound)\"} \(total)\n"
        }
        let braced = PrometheusMetrics.braced(dimensions)
        return text + "\(label)_sum\(braced) \(state.sum)\n\(label)_count\(braced) \(total)\n"
    }
}
