/// Tells transfers that drip: bytes come, but so few that the end is not in sight.
///
/// Only the time that is spent waiting for the server counts, not the time that the taker needs.
struct StallDetector: Sendable {
    let window: Duration
    let minimumBytes: Int
    private var waited: Duration = .zero
    private var bytes = 0

    init(window: Duration, minimumSpeed: Int) {
        self.window = window
        minimumBytes = Int(exactly: ((window / .seconds(1)) * Double(max(0, minimumSpeed))).rounded()) ?? .max
    }

    /// Counts bytes that came after a wait.
    ///
    /// - Returns: Whether the transfer is too slow.
    mutating func isTooSlow(bytes count: Int, waited wait: Duration) -> Bool {
        waited += wait
        bytes += count
        guard waited >= window else { return false }
        defer { (waited, bytes) = (.zero, 0) }
        return bytes < minimumBytes
    }
}
