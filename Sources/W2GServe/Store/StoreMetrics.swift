import Metrics

/// The counters and gauges of a media store.
struct StoreMetrics: Sendable {
    private let hits: Counter
    private let misses: Counter
    private let bytesRead: Counter
    private let evictions: Gauge
    private let bytes: Gauge
    private let files: Gauge

    /// Makes the metrics with this factory.
    init(factory: any MetricsFactory) {
        hits = Counter(label: "w2g_cache_hits_total", factory: factory)
        misses = Counter(label: "w2g_cache_misses_total", factory: factory)
        bytesRead = Counter(label: "w2g_disk_read_bytes_total", factory: factory)
        evictions = Gauge(label: "w2g_cache_evictions", factory: factory)
        bytes = Gauge(label: "w2g_cache_bytes", factory: factory)
        files = Gauge(label: "w2g_cache_files", factory: factory)
    }

    /// A file was in memory.
    func hit() { hits.increment() }

    /// A file had to be read.
    func miss() { misses.increment() }

    /// So many bytes were read.
    func read(_ count: Int) { bytesRead.increment(by: count) }

    /// What the memory holds now.
    func holds(bytes: Int, files: Int, evictions: Int) {
        self.bytes.record(bytes)
        self.files.record(files)
        self.evictions.record(evictions)
    }
}
