/// Spreads bytes over time, so that not more than a number of them come in a second.
struct RateLimiter: Sendable {
    let bytesPerSecond: Int
    /// When the bytes so far are paid for.
    private var paidUntil: Duration
    /// What may be saved up while nothing comes.
    private static let saved: Duration = .milliseconds(100)

    /// A limiter; the time is counted from any moment.
    init(bytesPerSecond: Int, now: Duration) {
        self.bytesPerSecond = max(1, bytesPerSecond)
        paidUntil = now
    }

    /// Counts bytes that have come.
    ///
    /// - Returns: How long to wait before more are taken.
    mutating func count(_ bytes: Int, now: Duration) -> Duration {
        let start = max(paidUntil, now - Self.saved)
        paidUntil = start + .seconds(Double(bytes) / Double(bytesPerSecond))
        return max(.zero, paidUntil - now)
    }
}
