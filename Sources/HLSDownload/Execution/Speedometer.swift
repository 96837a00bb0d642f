/// The speed of late, from a count that grows.
struct Speedometer: Sendable {
    private static let window = Duration.seconds(4)
    private var samples: [(time: ContinuousClock.Instant, bytes: Int)]

    /// - Parameter start: When the count was zero.
    init(start: ContinuousClock.Instant) {
        samples = [(start, 0)]
    }

    mutating func add(_ bytes: Int, now: ContinuousClock.Instant) {
        samples.append((now, bytes))
        if let first = samples.firstIndex(where: { now - $0.time <= Self.window }), first > 0 {
            samples.removeFirst(first)
        }
    }

    /// Bytes a second.
    var speed: Double {
        guard let first = samples.first, let last = samples.last else { return 0 }
        let seconds = (last.time - first.time) / .seconds(1)
        return seconds > 0 ? Double(last.bytes - first.bytes) / seconds : 0
    }
}
