import NIOConcurrencyHelpers
import NIOCore

/// Brings what rooms have for the members of one event loop to that loop, many messages with one wake-up.
///
/// The deliveries are made as a task of the loop, behind the events that it is at: so all that was received in one turn
/// goes out together, and no socket is written to in the middle of being read.
final class LoopRelay: Sendable {
    private struct State {
        var listed: [RoomShard] = []
        var isWoken = false
    }

    /// The loop.
    let eventLoop: any EventLoop
    private let state = NIOLockedValueBox(State())

    /// Makes the relay of a loop.
    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// Notes that a shard has deliveries, and sees to it that they are made.
    func list(_ shard: RoomShard) {
        let wakes = state.withLockedValue { state in
            state.listed.append(shard)
            defer { state.isWoken = true }
            return !state.isWoken
        }
        if wakes { eventLoop.execute { self.drain() } }
    }

    private func drain() {
        let shards = state.withLockedValue { state in
            state.isWoken = false
            let listed = state.listed
            state.listed = []
            return listed
        }
        for shard in shards { shard.deliver() }
    }
}
