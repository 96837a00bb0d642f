import NIOCore

/// Decides when an HTTP/1.1 connection has kept the server waiting for too long.
///
/// It reads no clock; its owner tells it what happens when, and looks in at `deadline`.
struct ConnectionTimeouts {
    /// What to do now.
    enum Action: Equatable {
        /// Nothing.
        case wait
        /// Close the connection, on which no request is under way.
        case close
        /// Refuse the request that does not come to its end, with 408.
        case refuse
    }

    private enum State {
        /// No byte of the next request is here.
        case idle(until: NIODeadline)
        /// A request's header has begun.
        case header(until: NIODeadline)
        /// An answer is being made or sent: since when the client has taken nothing for sure, how many bytes were left
        /// then, and whether all of it is written.
        case answer(since: NIODeadline, unsent: Int, isWritten: Bool)
    }

    private let header: TimeAmount
    private let idle: TimeAmount
    private let write: TimeAmount
    private var state: State

    /// Makes the timeouts of a new connection, whose first request must come as fast as a header.
    init(header: TimeAmount, idle: TimeAmount, write: TimeAmount, now: NIODeadline) {
        self.header = header
        self.idle = idle
        self.write = write
        state = .idle(until: now + header)
    }

    /// When to look in next.
    var deadline: NIODeadline {
        switch state {
        case .idle(let until), .header(let until): until
        case .answer(let since, _, _): since + write
        }
    }

    /// Bytes were received.
    mutating func received(_ now: NIODeadline) {
        switch state {
        case .idle, .answer(_, _, isWritten: true): state = .header(until: now + header)
        case .header, .answer: break
        }
    }

    /// A request's header is complete.
    mutating func requested(_ now: NIODeadline) {
        state = .answer(since: now, unsent: 0, isWritten: false)
    }

    /// All requests that came are answered.
    mutating func answered(_ now: NIODeadline) {
        state = .idle(until: now + idle)
    }

    /// Looks at the clock.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - unsent: How many bytes of answers wait for the client.
    mutating func check(_ now: NIODeadline, unsent: Int) -> Action {
        switch state {
        case .idle(let until):
            // The last answer is not taken yet: the client has as long for it as for any other.
            if unsent > 0 {
                state = .answer(since: now, unsent: unsent, isWritten: true)
                return .wait
            }
            return now >= until ? .close : .wait
        case .header(let until):
            return now >= until ? .refuse : .wait
        case .answer(let since, let before, let isWritten):
            if isWritten, unsent == 0 {
                state = .idle(until: now + idle)
                return .wait
            }
            guard now >= since + write else { return .wait }
            if before > 0, unsent >= before { return .close }
            state = .answer(since: now, unsent: unsent, isWritten: isWritten)
            return .wait
        }
    }
}
