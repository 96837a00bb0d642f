import Metrics

/// The counters of requests: how many, of which status, how many bytes, how long they took.
struct RequestMetrics: Sendable {
    private static let statuses = [
        101, 200, 204, 206, 301, 304, 307, 400, 403, 404, 405, 408, 412, 413, 416, 426, 431, 500, 503,
    ]

    private let requests: [Int: Counter]
    private let others: Counter
    private let bytes: Counter
    private let duration: Timer

    /// Makes the metrics with this factory.
    init(factory: any MetricsFactory) {
        func counter(_ status: String) -> Counter {
            Counter(label: "w2g_http_requests_total", dimensions: [("status", status)], factory: factory)
        }
        requests = Dictionary(uniqueKeysWithValues: Self.statuses.map { ($0, counter("\($0)")) })
        others = counter("other")
        bytes = Counter(label: "w2g_http_response_bytes_total", factory: factory)
        duration = Timer(label: "w2g_http_request_duration_seconds", factory: factory)
    }

    /// An answer was given.
    ///
    /// - Parameter nanoseconds: How long it took; nil when nobody measured it.
    func answered(status: Int, bytes count: Int, nanoseconds: Int64?) {
        (requests[status] ?? others).increment()
        if count > 0 { bytes.increment(by: count) }
        nanoseconds.map(duration.recordNanoseconds)
    }
}
