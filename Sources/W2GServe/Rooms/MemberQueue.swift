import DequeModule
import NIOCore

/// The messages that wait until a member reads again: bounded, and what is superseded goes first.
struct MemberQueue {
    private let maximumBytes: Int
    private let maximumMessages: Int
    private var items: Deque<RoomMessage> = []

    /// How many bytes wait.
    private(set) var bytes = 0
    /// Since when there is no room and nothing was taken; it ends when half is free again.
    private(set) var fullSince: NIODeadline?

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - maximumBytes: The most bytes; the first message may be longer.
    ///   - maximumMessages: The most messages.
    init(maximumBytes: Int, maximumMessages: Int) {
        self.maximumBytes = maximumBytes
        self.maximumMessages = max(1, maximumMessages)
    }

    /// Whether nothing waits.
    var isEmpty: Bool { items.isEmpty }
    /// How many messages wait.
    var count: Int { items.count }

    /// Puts a message behind the others.
    ///
    /// - Returns: Whether it was put there, and how many superseded messages went for it. One that may not be dropped goes
    ///   there in any case.
    mutating func append(_ message: RoomMessage, now: NIODeadline) -> (isQueued: Bool, superseded: Int) {
        var superseded = 0
        if !hasRoom(for: message.frame) { superseded = dropSuperseded(by: message.state) }
        if !hasRoom(for: message.frame) {
            if fullSince == nil { fullSince = now }
            guard message.isEssential else { return (false, superseded) }
        }
        items.append(message)
        bytes += message.frame.readableBytes
        return (true, superseded)
    }

    /// Takes the message in front.
    mutating func next(now: NIODeadline) -> ByteBuffer? { nextMessage(now: now)?.frame }

    /// Takes the message in front with what is known of it.
    mutating func nextMessage(now: NIODeadline) -> RoomMessage? {
        guard let item = items.popFirst() else { return nil }
        bytes -= item.frame.readableBytes
        if fullSince != nil {
            let hasRoom = bytes <= maximumBytes / 2 && items.count <= maximumMessages / 2
            fullSince = hasRoom ? nil : now
        }
        if items.isEmpty { items = [] }
        return item
    }

    /// The member has read something: it is slow, and not gone.
    mutating func wasRead(_ now: NIODeadline) {
        if fullSince != nil { fullSince = now }
    }

    /// Forgets everything.
    mutating func removeAll() {
        items = []
        bytes = 0
        fullSince = nil
    }

    private func hasRoom(for frame: ByteBuffer) -> Bool {
        items.isEmpty || (items.count < maximumMessages && bytes + frame.readableBytes <= maximumBytes)
    }

    /// Removes each player state that a later one of its kind follows, the message about to come included.
    private mutating func dropSuperseded(by state: Envelope.PlayerState?) -> Int {
        var seen = Set<Envelope.PlayerState>()
        if let state { seen.insert(state) }
        var kept: Deque<RoomMessage> = []
        for item in items.reversed() {
            if let state = item.state, !seen.insert(state).inserted {
                bytes -= item.frame.readableBytes
            } else {
                kept.prepend(item)
            }
        }
        let dropped = items.count - kept.count
        items = kept
        return dropped
    }
}
