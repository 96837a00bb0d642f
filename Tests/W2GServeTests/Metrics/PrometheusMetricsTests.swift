import Metrics
import Testing

@testable import W2GServe

@Suite("Metrics as Prometheus reads them")
struct PrometheusMetricsTests {
    @Test("are sorted, and each name has its type once")
    func text() {
        let metrics = PrometheusMetrics()
        Counter(label: "b_total", dimensions: [("status", "404")], factory: metrics).increment(by: 2)
        Counter(label: "b_total", dimensions: [("status", "200")], factory: metrics).increment()
        Counter(label: "b_total", dimensions: [("status", "200")], factory: metrics).increment()
        Gauge(label: "a", factory: metrics).record(1.5)
        Counter(label: "c_total", factory: metrics).increment(by: 0)
        #expect(
            metrics.text() == """
                # TYPE a gauge
                a 1.5
                # TYPE b_total counter
                b_total{status="200"} 2
                b_total{status="404"} 2
                # TYPE c_total counter
                c_total 0

                """
        )
    }

    @Test("escape values of dimensions, whose order does not matter")
    func dimensions() {
        let metrics = PrometheusMetrics()
        Counter(label: "a_total", dimensions: [("y", "1"), ("x", "a\"b\\c\nd")], factory: metrics).increment()
        Counter(label: "a_total", dimensions: [("x", "a\"b\\c\nd"), ("y", "1")], factory: metrics).increment()
        #expect(metrics.text() == "# TYPE a_total counter\na_total{x=\"a\\\"b\\\\c\\nd\",y=\"1\"} 2\n")
    }

    @Test("count times in seconds, each bound with what is below it")
    func histogram() {
        let metrics = PrometheusMetrics()
        let timer = Timer(label: "t_seconds", dimensions: [("k", "v")], factory: metrics)
        for nanoseconds: Int64 in [50_000, 100_000, 3_000_000, 20_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        let text = metrics.text()
        let lines = text.split(separator: "\n")
        #expect(lines.first == "# TYPE t_seconds histogram")
        #expect(lines.contains(#"t_seconds_bucket{k="v",le="0.0001"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{k="v",le="0.0025"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{k="v",le="0.005"} 3"#))
        #expect(lines.contains(#"t_seconds_bucket{k="v",le="10.0"} 3"#))
        #expect(lines.contains(#"t_seconds_bucket{k="v",le="+Inf"} 4"#))
        #expect(lines.contains(#"t_seconds_count{k="v"} 4"#))
        let sum = lines.first { $0.hasPrefix("t_seconds_sum") }?.split(separator: " ").last.flatMap { Double($0) }
        #expect(abs((sum ?? 0) - 20.003_15) < 1e-9)
    }

    @Test("a recorder that gathers is a histogram, another the last value")
    func recorders() {
        let metrics = PrometheusMetrics()
        Recorder(label: "h", aggregate: true, factory: metrics).record(0.2)
        Recorder(label: "g", aggregate: false, factory: metrics).record(7)
        Recorder(label: "g", aggregate: false, factory: metrics).record(3)
        let text = metrics.text()
        #expect(text.hasPrefix("# TYPE g gauge\ng 3.0\n# TYPE h histogram\n"))
        #expect(text.hasSuffix("h_sum 0.2\nh_count 1\n"))
    }

    @Test("of a server have every status, the bytes and the hits, and each line is one that Prometheus takes")
    func served() async throws {
        try await ServedFolder.run { served in
            _ = try await served.ask("/nothing")
            try served.age("film/stream_0.ts")
            _ = try await served.settled("/videos/film/stream_0.ts")
            _ = try await served.ask("/videos/film/stream_0.ts")
            let text = try await served.ask("/metrics").body
            #expect(text.contains("w2g_http_requests_total{status=\"404\"} 1\n"))
            for name in [
                "w2g_http_response_bytes_total", "w2g_cache_hits_total", "w2g_cache_misses_total",
                "w2g_disk_read_bytes_total", "w2g_cache_bytes", "w2g_rooms", "w2g_room_members",
            ] {
                #expect(text.contains("\n\(name) "), "\(name)")
            }
            for line in text.split(separator: "\n") where !line.hasPrefix("# TYPE ") {
                #expect(
                    line.wholeMatch(of: /[a-z_0-9]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+.e0-9]+/) != nil,
                    "\(line)"
                )
            }
        }
    }
}
