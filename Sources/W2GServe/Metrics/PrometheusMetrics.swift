public import Metrics
import NIOConcurrencyHelpers

/// Counters, gauges and histograms in memory, as text that Prometheus reads (its text format 0.0.4).
///
/// Counters are called by labels that end in `_total`; timers become histograms of seconds.
public final class PrometheusMetrics: MetricsFactory, Sendable {
    private struct Key: Hashable {
        var label: String
        var dimensions: String
    }

    private struct State {
        var counters: [Key: PrometheusCounter] = [:]
        var gauges: [Key: PrometheusGauge] = [:]
        var histograms: [Key: PrometheusHistogram] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// Makes a factory without metrics.
    public init() {}

    /// All metrics, sorted by their names.
    public func text() -> String {
        let state = state.withLockedValue { $0 }
        var lines: [(label: String, kind: String, text: String)] = []
        for (key, counter) in state.counters {
            lines.append((key.label, "counter", "\(key.label)\(Self.braced(key.dimensions)) \(counter.value)\n"))
        }
        for (key, gauge) in state.gauges {
            lines.append((key.label, "gauge", "\(key.label)\(Self.braced(key.dimensions)) \(gauge.value)\n"))
        }
        for (key, histogram) in state.histograms {
            lines.append((key.label, "histogram", histogram.text(label: key.label, dimensions: key.dimensions)))
        }
        lines.sort { ($0.label, $0.text) < ($1.label, $1.text) }
        var text = ""
        var last = ""
        for line in lines {
            if line.label != last { text += "# TYPE \(line.label) \(line.kind)\n" }
            last = line.label
            text += line.text
        }
        return text
    }

    static func braced(_ dimensions: String) -> String { dimensions.isEmpty ? "" : "{\(dimensions)}" }

    private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        let pairs = dimensions.sorted { $0.0 < $1.0 }.map { name, value in
            let escaped = value.flatMap { $0 == "\\" || $0 == "\"" ? ["\\", $0] : $0 == "\n" ? ["\\", "n"] : [$0] }
            return "\(name)=\"\(String(escaped))\""
        }
        return Key(label: label, dimensions: pairs.joined(separator: ","))
    }

    // MARK: Factory

    /// Makes a counter, or gives the one that there is.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let key = Self.key(label, dimensions)
        return state.withLockedValue { state in
            if let known = state.counters[key] { return known }
            let counter = PrometheusCounter()
            state.counters[key] = counter
            return counter
        }
    }

    /// Makes a gauge, or a histogram when values are to be gathered.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard !aggregate else { return histogram(label, dimensions) }
        let key = Self.key(label, dimensions)
        return state.withLockedValue { state in
            if let known = state.gauges[key] { return known }
            let gauge = PrometheusGauge()
            state.gauges[key] = gauge
            return gauge
        }
    }

    /// Makes a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions)
    }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> PrometheusHistogram {
        let key = Self.key(label, dimensions)
        return state.withLockedValue { state in
            if let known = state.histograms[key] { return known }
            let histogram = PrometheusHistogram()
            state.histograms[key] = histogram
            return histogram
        }
    }

    /// Forgets nothing: a metric once made is told for as long as the server runs.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Forgets nothing.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Forgets nothing.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
