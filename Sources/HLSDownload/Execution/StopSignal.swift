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
