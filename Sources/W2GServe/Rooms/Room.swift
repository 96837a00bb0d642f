import NIOConcurrencyHelpers
import NIOCore

/// One room: its members, and the one order in which all of them get its messages.
///
/// Whoever sends, joins or leaves adds a step under the room's lock to the list of every event loop that has members;
/// each loop makes the steps of its list in their order.
final class Room: Sendable {
    private struct Shard {
        let relay: LoopRelay
        let shard: RoomShard
        var members = 0
        var deliveries: [RoomShard.Delivery] = []
    }

    private struct State {
        var membership: RoomMembership<RoomMember>
        var shards: [Shard] = []
        /// What was said to each id since somebody has waited for it: who gets the id gets that too.
        var missed: [UInt64: MemberQueue] = [:]
    }

    /// The room's name; empty for the default room.
    let name: String
    private let configuration: RoomConfiguration
    private let metrics: RoomMetrics
    private let state: NIOLockedValueBox<State>

    init(name: String, configuration: RoomConfiguration, metrics: RoomMetrics) {
        self.name = name
        self.configuration = configuration
        self.metrics = metrics
        let membership = RoomMembership<RoomMember>(
            maximumMembers: configuration.maximumMembersPerRoom,
            probePatience: TimeAmount(configuration.probePatience)
        )
        state = NIOLockedValueBox(State(membership: membership))
    }

    /// How many members there are.
    var count: Int { state.withLockedValue { $0.membership.count } }

    /// Somebody comes in; a member that is admitted is on the list at once.
    func arrive(_ member: RoomMember, now: NIODeadline) -> RoomMembership<RoomMember>.Arrival {
        state.withLockedValue { state in
            let arrival = state.membership.arrive(member, as: member.id, now: now)
            switch arrival {
            case .admitted:
                join(member, &state)
            case .waiting:
                state.missed[member.id] = MemberQueue(
                    maximumBytes: configuration.maximumQueuedBytes,
                    maximumMessages: configuration.maximumQueuedMessages
                )
            case .full:
                break
            }
            return arrival
        }
    }

    /// A probed member lives.
    ///
    /// - Returns: Who is to be refused.
    func answered(_ member: RoomMember) -> RoomMember? {
        state.withLockedValue { state in
            let refused = state.membership.answered(member, as: member.id)
            if refused != nil { state.missed[member.id] = nil }
            return refused
        }
    }

    /// A probed member said nothing in its time.
    ///
    /// - Parameter farewell: What the others are told of it, if they were not.
    /// - Returns: Who has its place now.
    func unanswered(_ member: RoomMember, now: NIODeadline, farewell: ByteBuffer?) -> RoomMember? {
        state.withLockedValue { state in
            guard let heir = state.membership.unanswered(member, as: member.id, now: now) else { return nil }
            succeed(member, heir, farewell: farewell, &state)
            return heir
        }
    }

    /// Somebody goes.
    ///
    /// - Parameter farewell: What the others are told, if they were not.
    func depart(_ member: RoomMember, farewell: ByteBuffer?) -> RoomMembership<RoomMember>.Departure {
        state.withLockedValue { state in
            let departure = state.membership.depart(member, as: member.id)
            switch departure {
            case .member(let heir?): succeed(member, heir, farewell: farewell, &state)
            case .member(heir: nil): leave(member, farewell: farewell, &state)
            case .heir: state.missed[member.id] = nil
            case .stranger: break
            }
            return departure
        }
    }

    /// Sends a message on.
    ///
    /// - Returns: False when nobody has the id that it is for.
    func send(_ text: WebSocketText, _ envelope: Envelope, from sender: RoomMember) -> Bool {
        let message = RoomMessage(
            frame: text.frame,
            state: envelope.playerState,
            isEssential: isEssential(text, envelope),
            sender: sender
        )
        return state.withLockedValue { state in
            // Who has just lost its place speaks for nobody.
            guard state.membership.holder(of: sender.id) == sender else { return true }
            switch envelope.address {
            case .others:
                broadcast(message, except: sender, &state)
                return true
            case .member(let id):
                guard let receiver = state.membership.holder(of: id),
                    let index = state.shards.firstIndex(where: { $0.relay === receiver.relay })
                else { return false }
                note(.unicast(message, to: receiver), at: index, &state)
                keep(message, for: id, &state)
                return true
            case .nobody:
                return false
            }
        }
    }

    /// Whether a message introduces its sender, so that clients would break without it.
    ///
    /// Where `data` cannot be read, a message that is too long for a chat is one that brings a picture.
    private func isEssential(_ text: WebSocketText, _ envelope: Envelope) -> Bool {
        switch envelope.content {
        case .login, .acknowledgement: true
        case .other: text.payloadLength > configuration.maximumChatSize
        case .logout, .chat, .player: false
        }
    }

    /// Takes what a loop has to deliver.
    func takeDeliveries(for relay: LoopRelay) -> [RoomShard.Delivery] {
        state.withLockedValue { state in
            guard let index = state.shards.firstIndex(where: { $0.relay === relay }) else { return [] }
            let deliveries = state.shards[index].deliveries
            if state.shards[index].members == 0 {
                // A shard holds its room and the room its shards: without members it must go.
                state.shards.remove(at: index)
            } else {
                state.shards[index].deliveries = []
            }
            return deliveries
        }
    }
}

// MARK: Steps, under the lock

extension Room {
    private func join(_ member: RoomMember, _ state: inout State) {
        let index: Int
        if let known = state.shards.firstIndex(where: { $0.relay === member.relay }) {
            index = known
        } else {
            index = state.shards.count
            let shard = RoomShard(room: self, relay: member.relay, metrics: metrics)
            state.shards.append(Shard(relay: member.relay, shard: shard))
        }
        state.shards[index].members += 1
        note(.join(member), at: index, &state)
    }

    /// Somebody gets an id that it has waited for, and what was said to the id meanwhile.
    private func succeed(
        _ member: RoomMember,
        _ heir: RoomMember,
        farewell: ByteBuffer?,
        _ state: inout State
    ) {
        var missed = state.missed.removeValue(forKey: member.id)
        leave(member, farewell: farewell, &state)
        join(heir, &state)
        guard let index = state.shards.firstIndex(where: { $0.relay === heir.relay }) else { return }
        while let message = missed?.nextMessage(now: .now()) { note(.unicast(message, to: heir), at: index, &state) }
    }

    /// Keeps a message for whoever waits for an id; the queue bounds how much.
    private func keep(_ message: RoomMessage, for id: UInt64, _ state: inout State) {
        guard let (isKept, superseded) = state.missed[id]?.append(message, now: .now()) else { return }
        metrics.dropped(.superseded, superseded)
        if !isKept { metrics.dropped(.full) }
    }

    private func leave(_ member: RoomMember, farewell: ByteBuffer?, _ state: inout State) {
        guard let index = state.shards.firstIndex(where: { $0.relay === member.relay }) else { return }
        state.shards[index].members -= 1
        note(.leave(member), at: index, &state)
        if let farewell { broadcast(RoomMessage(frame: farewell), except: member, &state) }
    }

    private func broadcast(_ message: RoomMessage, except sender: RoomMember, _ state: inout State) {
        for index in state.shards.indices where state.shards[index].members > 0 {
            note(.broadcast(message, except: sender), at: index, &state)
        }
        for id in state.missed.keys where id != sender.id { keep(message, for: id, &state) }
    }

    private func note(_ delivery: RoomShard.Delivery, at index: Int, _ state: inout State) {
        let isFirst = state.shards[index].deliveries.isEmpty
        state.shards[index].deliveries.append(delivery)
        if isFirst { state.shards[index].relay.list(state.shards[index].shard) }
    }
}
