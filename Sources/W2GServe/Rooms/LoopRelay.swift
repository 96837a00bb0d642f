import NIOConcurrencyHelpers
import NIOCore

/// Brings what rooms have for the members of one event loop to that loop, many messages with one wake-up.
///
/// The deliveries are made as a task of the loop, behind the events that it is at: so all that was received in one turn
/// goes out together, and no socket is written to in the middle of being read.
final class LoopRelay: Sendable {
    private struct State {
        var listed: [RoomShard] = []
        /// When the first of them was listed; nil while there is none.
        var since: NIODeadline?
    }

    /// The loop.
    let eventLoop: any EventLoop
    private let metrics: RoomMetrics
    private let state = NIOLockedValueBox(State())

    /// Makes the relay of a loop.
    init(eventLoop: any EventLoop, metrics: RoomMetrics) {
        self.eventLoop = eventLoop
        self.metrics = metrics
    }

    /// Notes that a shard has deliveries, and sees to it that they are made.
    func list(_ shard: RoomShard) {
        let wakes = state.withLockedValue { state in
            state.listed.append(shard)
            guard state.since == nil else { return false }
            state.since = .now()
            return true
        }
        if wakes { eventLoop.execute { self.drain() } }
    }

    private func drain() {
        let (shards, since) = state.withLockedValue { state in
            defer { state = State() }
            return (state.listed, state.since)
        }
        for shard in shards { shard.deliver() }
        if let since { metrics.delivered(after: NIODeadline.now() - since) }
    }
}
