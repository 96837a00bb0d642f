import Synchronization

/// Asks a recording to end well, where a cancelled task would lose what it does at the moment.
final class StopSignal: Sendable {
    private struct State {
        var isRecording = false
        var isSet = false
    }

    private let state = Mutex(State())

    var isSet: Bool { state.withLock { $0.isSet } }

    /// From here on a live stream is recorded.
    func beginRecording(_ isRecording: Bool) {
        state.withLock { $0.isRecording = isRecording }
    }

    /// Asks to end.
    ///
    /// - Returns: Whether a recording is going on that ends by itself now.
    func set() -> Bool {
        state.withLock {
            $0.isSet = true
            return $0.isRecording
        }
    }
}

/// The speed of late, from a count that grows.
struct Speedometer: Sendable {
    private static let window = Duration.seconds(4)
    private var samples: [(time: ContinuousClock.Instant, bytes: Int)] = []

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
