import NIOCore

/// A bucket that fills with so many tokens a second and gives one for each message.
struct RateLimiter {
    private let burst: Double
    private let perNanosecond: Double
    private var tokens: Double
    private var filled: NIODeadline

    /// Makes a full bucket.
    ///
    /// - Parameters:
    ///   - perSecond: Tokens a second; zero or less is no limit.
    ///   - burst: What the bucket holds.
    ///   - now: The time.
    init(perSecond: Double, burst: Int, now: NIODeadline) {
        self.burst = Double(max(1, burst))
        perNanosecond = perSecond > 0 ? perSecond / 1e9 : .infinity
        tokens = self.burst
        filled = now
    }

    /// Whether nothing is limited.
    var isUnlimited: Bool { perNanosecond == .infinity }

    /// Takes a token; below none at all the bucket does not go.
    mutating func take(_ now: NIODeadline) {
        if isUnlimited { return }
        fill(now)
        tokens = max(0, tokens - 1)
    }

    /// When the next token is there; nil when it is there already.
    mutating func nextToken(_ now: NIODeadline) -> NIODeadline? {
        if isUnlimited { return nil }
        fill(now)
        guard tokens < 1 else { return nil }
        return now + .nanoseconds(Int64(min((1 - tokens) / perNanosecond, 3.6e12)) + 1)
    }

    private mutating func fill(_ now: NIODeadline) {
        let passed = (now - filled).nanoseconds
        guard passed > 0 else { return }
        tokens = min(burst, tokens + Double(passed) * perNanosecond)
        filled = now
    }
}
