/// Decides whether a failed transfer is tried again, and when; one for each resource.
///
/// The waits are drawn from the whole range between nothing and a bound that doubles (full jitter), so that transfers
/// that failed together do not come back together.
struct RetryState: Sendable {
    /// What retries are allowed.
    struct Policy: Sendable {
        var budget: Int
        var firstDelay: Duration
        var maximumDelay: Duration
        var maximumRetryAfter: Duration

        init(
            budget: Int,
            firstDelay: Duration = .milliseconds(500),
            maximumDelay: Duration = .seconds(30),
            maximumRetryAfter: Duration = .seconds(300)
        ) {
            self.budget = budget
            self.firstDelay = firstDelay
            self.maximumDelay = maximumDelay
            self.maximumRetryAfter = maximumRetryAfter
        }
    }

    /// What a failure says about another try.
    struct Failure: Sendable {
        /// The most retries of this kind of failure; nil: as many as the budget has.
        var retryLimit: Int?
        /// How long the server wants to be left alone.
        var retryAfter: Duration?
        /// Whether a first retry may come at once: nothing says that the server has trouble.
        var isHarmless = false
    }

    enum Decision: Sendable, Hashable {
        case retry(after: Duration)
        case giveUp
    }

    let policy: Policy
    /// The failures since the last progress.
    private(set) var failures = 0
    /// Those of them that have a limit of their own.
    private var limitedFailures = 0

    init(policy: Policy) {
        self.policy = policy
    }

    /// Counts a failure.
    ///
    /// - Parameter progressed: Whether the try brought the transfer a good deal further.
    mutating func decide(
        after failure: Failure,
        progressed: Bool,
        using generator: inout some RandomNumberGenerator
    ) -> Decision {
        if progressed, failure.retryLimit == nil { (failures, limitedFailures) = (0, 0) }
        failures += 1
        if let limit = failure.retryLimit {
            limitedFailures += 1
            guard limitedFailures <= limit else { return .giveUp }
        }
        guard failures <= policy.budget else { return .giveUp }
        if let wanted = failure.retryAfter, wanted > policy.maximumRetryAfter { return .giveUp }
        if failure.isHarmless, failures == 1 { return .retry(after: .zero) }
        // 2^20 times the first delay is above every maximum that makes sense.
        let bound = min(policy.maximumDelay, policy.firstDelay * (1 << min(failures - 1, 20)))
        let jitter = bound * Double.random(in: 0...1, using: &generator)
        return .retry(after: jitter + (failure.retryAfter ?? .zero))
    }
}

/// The value of a `Retry-After` field (RFC 9110 10.2.3).
enum RetryAfter {
    /// The time to wait; nil when the field makes no sense.
    ///
    /// - Parameters:
    ///   - now: Seconds since 1970, which a date is compared with.
    static func duration(_ text: String, now: Int) -> Duration? {
        let text = text.drop { $0 == " " }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !text.isEmpty {
            // What is too large for a number is longer than anybody waits.
            return .seconds(min(Int(text) ?? .max, 1 << 31))
        }
        return HTTPDate.seconds(String(text)).map { .seconds(max(0, min($0 - now, 1 << 31))) }
    }
}
