import NIOCore

/// Decides when a connection of HTTP/1.1, or a stream of HTTP/2, has kept the server waiting for too long.
///
/// It reads no clock; its owner tells it what happens when, and looks in now and then.
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
        /// An answer is being made, or is on its way to the client.
        case answer(Answer)
    }

    private struct Answer {
        /// The last time when the client took something, or had nothing to take, for sure.
        var since: NIODeadline
        /// The bytes that the client had taken then; nil before the first look.
        var taken: Int?
        /// When to look next.
        var look: NIODeadline
        /// Whether all of it is written.
        var isWritten: Bool
        /// When the first bytes of the next request came, which waits until the client has taken this answer.
        var next: NIODeadline?
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

    /// Makes the timeouts that a server's limits tell.
    init(_ limits: ConnectionConfiguration, now: NIODeadline) {
        self.init(
            header: TimeAmount(limits.headerTimeout),
            idle: TimeAmount(limits.idleTimeout),
            write: TimeAmount(limits.writeTimeout),
            now: now
        )
    }

    /// When to look in next: soon enough for whatever begins until then.
    func nextLook(_ now: NIODeadline) -> NIODeadline { min(deadline, now + step) }

    /// When something is to be done if nothing happens until then.
    var deadline: NIODeadline {
        switch state {
        case .idle(let until), .header(let until): until
        case .answer(let answer): answer.look
        }
    }

    /// How often to look whether a client takes its answer, and whatever else may have begun.
    private var step: TimeAmount { min(.nanoseconds(write.nanoseconds / 4), header, idle) }

    /// Bytes were received.
    mutating func received(_ now: NIODeadline) {
        switch state {
        case .idle: state = .header(until: now + header)
        case .answer(var answer):
            guard answer.isWritten, answer.next == nil else { return }
            answer.next = now
            state = .answer(answer)
        case .header: break
        }
    }

    /// A request's header is complete.
    mutating func requested(_ now: NIODeadline) {
        state = .answer(Answer(since: now, look: now + step, isWritten: false))
    }

    /// All requests that came are answered; the client may not have taken all of it.
    mutating func answered(_ now: NIODeadline) {
        state = .answer(Answer(since: now, look: now + step, isWritten: true))
    }

    /// Looks at the clock.
    ///
    /// A client that takes nothing is found out after the time for writing, or a quarter more.
    /// - Parameters:
    ///   - now: The time.
    ///   - taken: How many bytes of answers the client has taken in all; only whether it grows counts.
    ///   - unsent: How many bytes of answers wait for the client.
    mutating func check(_ now: NIODeadline, taken: Int, unsent: Int) -> Action {
        if case .answer(let answer) = state, answer.isWritten, unsent == 0 {
            // When exactly the client took the last of it is not known once it was seen to be slow.
            let end = answer.taken == nil ? answer.since : now
            state = answer.next.map { .header(until: max($0, end) + header) } ?? .idle(until: end + idle)
        }
        switch state {
        case .idle(let until):
            return now >= until ? .close : .wait
        case .header(let until):
            return now >= until ? .refuse : .wait
        case .answer(var answer):
            guard now >= answer.look else { return .wait }
            if unsent == 0 || taken > answer.taken ?? .min {
                answer.since = now
                answer.taken = taken
            } else if now >= answer.since + write {
                return .close
            }
            answer.look = now + step
            state = .answer(answer)
            return .wait
        }
    }
}
