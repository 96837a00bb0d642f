import DequeModule
import NIOCore

/// The messages that wait until a member reads again: bounded, and what is superseded goes first.
struct MemberQueue {
    private struct Item {
        let frame: ByteBuffer
        let state: Envelope.PlayerState?
    }

    private let maximumBytes: Int
    private let maximumMessages: Int
    private var items: Deque<Item> = []

    /// How many bytes wait.
    private(set) var bytes = 0
    /// Since when there is no room; it ends when half is free again.
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
    /// - Parameters:
    ///   - frame: The message.
    ///   - state: The player state that it sets, if it does.
    ///   - now: The time.
    /// - Returns: Whether there was room, and how many superseded messages went for it.
    mutating func append(
        _ frame: ByteBuffer,
        state: Envelope.PlayerState?,
        now: NIODeadline
    ) -> (isQueued: Bool, superseded: Int) {
        var superseded = 0
        if !hasRoom(for: frame) { superseded = dropSuperseded(by: state) }
        guard hasRoom(for: frame) else {
            if fullSince == nil { fullSince = now }
            return (false, superseded)
        }
        items.append(Item(frame: frame, state: state))
        bytes += frame.readableBytes
        return (true, superseded)
    }

    /// Takes the message in front.
    mutating func next() -> ByteBuffer? {
        guard let item = items.popFirst() else { return nil }
        bytes -= item.frame.readableBytes
        if fullSince != nil, bytes <= maximumBytes / 2, items.count <= maximumMessages / 2 { fullSince = nil }
        if items.isEmpty { items = [] }
        return item.frame
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
        var kept: Deque<Item> = []
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
