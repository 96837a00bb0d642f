import NIOCore

/// The members of one room who live on one event loop.
///
/// It is `@unchecked Sendable` because its only mutable state, `members`, is used by `deliver` alone, which runs on the
/// relay's event loop.
final class RoomShard: @unchecked Sendable {
    /// One step in the order of a room.
    enum Delivery {
        /// From here on the member gets what is sent to the room.
        case join(RoomMember)
        /// From here on it does not.
        case leave(RoomMember)
        /// A message to all but one.
        case broadcast(RoomMessage, except: RoomMember?)
        /// A message to one.
        case unicast(RoomMessage, to: RoomMember)
    }

    private let room: Room
    private let relay: LoopRelay
    private let metrics: RoomMetrics
    private var members: [RoomMember] = []

    init(room: Room, relay: LoopRelay, metrics: RoomMetrics) {
        self.room = room
        self.relay = relay
        self.metrics = metrics
    }

    /// Makes the deliveries that the room has noted for this shard, in their order.
    func deliver() {
        relay.eventLoop.preconditionInEventLoop()
        let deliveries = room.takeDeliveries(for: relay)
        var start = 0
        var delivered = 0
        for (index, delivery) in deliveries.enumerated() {
            let member: RoomMember
            switch delivery {
            case .broadcast: continue
            case .join(let joining): member = joining
            case .leave(let leaving): member = leaving
            case .unicast(_, let receiver): member = receiver
            }
            delivered += broadcast(deliveries[start..<index])
            start = index + 1
            switch delivery {
            case .broadcast: break
            case .join:
                members.append(member)
                member.takePlace()
            case .leave: members.removeAll { $0 === member }
            case .unicast(let message, _):
                if member.send(message) { delivered += 1 }
                member.flush()
            }
        }
        delivered += broadcast(deliveries[start...])
        metrics.delivered(delivered)
    }

    /// Gives each member all of a run of messages and flushes once: one system call a member.
    private func broadcast(_ run: ArraySlice<Delivery>) -> Int {
        guard !run.isEmpty else { return 0 }
        var delivered = 0
        for member in members {
            for case .broadcast(let message, let sender) in run where member !== sender {
                if member.send(message) { delivered += 1 }
            }
            member.flush()
        }
        return delivered
    }
}
