import NIOConcurrencyHelpers
import NIOCore

/// Brings what rooms have for the members of one event loop to that loop, many messages with one wake-up.
final class LoopRelay: Sendable {
    private struct State {
        var listed: [RoomShard] = []
        var isWoken = false
    }

    /// The loop.
    let eventLoop: any EventLoop
    private let state = NIOLockedValueBox(State())
    private let isDraining: NIOLoopBoundBox<Bool>

    /// Makes the relay of a loop; must be called on it.
    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        isDraining = NIOLoopBoundBox(false, eventLoop: eventLoop)
    }

    /// Notes that a shard has deliveries, and sees to it that they are made.
    ///
    /// Who is on the loop and has done all for now may call `drain` to have them made at once.
    func list(_ shard: RoomShard) {
        let wakes = state.withLockedValue { state in
            state.listed.append(shard)
            guard !state.isWoken else { return false }
            state.isWoken = true
            return true
        }
        if wakes { eventLoop.execute { self.drain() } }
    }

    /// Makes all deliveries that are due; must be called on the loop.
    func drain() {
        guard !isDraining.value else { return }
        isDraining.value = true
        while true {
            let shards = state.withLockedValue { state in
                state.isWoken = false
                let listed = state.listed
                state.listed = []
                return listed
            }
            if shards.isEmpty { break }
            for shard in shards { shard.deliver() }
        }
        isDraining.value = false
    }
}
