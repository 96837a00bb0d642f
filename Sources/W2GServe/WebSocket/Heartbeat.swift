import NIOCore

/// Decides when a member is pinged and when it counts as dead.
///
/// Any byte received proves life, and so does any byte that the peer takes: somebody who is still receiving a large
/// message answers no ping before its end.
struct Heartbeat {
    /// What to do now.
    enum Action: Equatable {
        /// Nothing.
        case wait
        /// Send a Ping.
        case ping
        /// Close the connection: nobody is there.
        case giveUp
    }

    private let interval: TimeAmount
    private let patience: TimeAmount
    private var nextPing: NIODeadline
    private var silentSince: NIODeadline?

    /// Makes a heartbeat.
    ///
    /// - Parameters:
    ///   - interval: The time between pings.
    ///   - patience: How long after an unanswered ping the peer counts as dead.
    ///   - now: The time.
    init(interval: TimeAmount, patience: TimeAmount, now: NIODeadline) {
        self.interval = interval
        self.patience = patience
        nextPing = now + interval
    }

    /// When `tick` has something to do next.
    var deadline: NIODeadline {
        guard let silentSince else { return nextPing }
        return min(nextPing, silentSince + patience)
    }

    /// Bytes were received, or the peer took some.
    mutating func heard() {
        silentSince = nil
    }

    /// Looks at the clock.
    mutating func tick(_ now: NIODeadline) -> Action {
        if let silentSince, now >= silentSince + patience { return .giveUp }
        guard now >= nextPing else { return .wait }
        nextPing = now + interval
        silentSince = silentSince ?? now
        return .ping
    }
}
