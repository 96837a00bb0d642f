public import Logging
public import Metrics
import NIOConcurrencyHelpers
import NIOCore

/// The rooms of a server: relays what members send to each other, and tells a room when somebody has vanished.
///
/// A room exists while it has members. The server reads the envelope of a message only; its text is forwarded byte for
/// byte and never logged.
public final class RoomServer: Sendable {
    private struct State {
        var rooms: [String: Room] = [:]
        var relays: [ObjectIdentifier: LoopRelay] = [:]
        var connections: Set<RoomMember> = []
        var members = 0
        var isStopped = false
    }

    /// What came of somebody who wants in.
    private enum Entry {
        case arrived(RoomMembership<RoomMember>.Arrival, Room, members: Int)
        case refused(WebSocketClosure)
    }

    /// What the rooms allow.
    public let configuration: RoomConfiguration
    let logger: Logger
    let metrics: RoomMetrics
    let origins: OriginPolicy
    private let state = NIOLockedValueBox(State())

    /// Makes a server without rooms.
    ///
    /// - Parameters:
    ///   - configuration: What the rooms allow.
    ///   - logger: Gets a line when a member joins or leaves; never what members say.
    ///   - metrics: Makes the counters and gauges.
    public init(configuration: RoomConfiguration, logger: Logger, metrics: any MetricsFactory) {
        self.configuration = configuration
        self.logger = logger
        self.metrics = RoomMetrics(factory: metrics)
        origins = OriginPolicy(allowed: configuration.origins, isStrict: configuration.refusesOtherOrigins)
    }

    /// How many rooms there are.
    public var roomCount: Int { state.withLockedValue { $0.rooms.count } }
    /// How many members all rooms have together.
    public var memberCount: Int { state.withLockedValue { $0.members } }

    /// Whether nobody is let in any more.
    var isStopped: Bool { state.withLockedValue { $0.isStopped } }

    /// Closes all members with 1001 and lets nobody in any more.
    ///
    /// - Parameter patience: After this the connections that are left are cut.
    public func shutdown(within patience: Duration = .seconds(3)) async {
        let connections = state.withLockedValue { state in
            state.isStopped = true
            return state.connections
        }
        guard let loop = connections.first?.eventLoop else { return }
        for member in connections { member.eventLoop.execute { member.close(.goingAway) } }
        let closed = EventLoopFuture.andAllComplete(connections.map { $0.channel.closeFuture }, on: loop)
        let end = loop.scheduleTask(in: TimeAmount(patience)) {
            for member in connections { member.channel.close(promise: nil) }
        }
        try? await closed.get()
        end.cancel()
    }
}

// MARK: Members

extension RoomServer {
    /// The relay of an event loop.
    func relay(for eventLoop: any EventLoop) -> LoopRelay {
        state.withLockedValue { state in
            let key = ObjectIdentifier(eventLoop)
            if let relay = state.relays[key] { return relay }
            let relay = LoopRelay(eventLoop: eventLoop, metrics: metrics)
            state.relays[key] = relay
            return relay
        }
    }

    /// A socket was opened; must be called on its event loop.
    func open(_ member: RoomMember) {
        switch enter(member) {
        case .refused(let closure):
            member.close(closure)
        case .arrived(let arrival, let room, let members):
            member.room = room
            switch arrival {
            case .admitted:
                member.admit()
                log("joined", member, members: members)
            case .waiting(let holder, let displaced):
                holder.eventLoop.execute { holder.probe() }
                displaced.map(refuse)
            case .full:
                member.close(WebSocketClosure(1013, "the room is full"))
            }
        }
    }

    private func enter(_ member: RoomMember) -> Entry {
        state.withLockedValue { state in
            guard !state.isStopped else { return .refused(.goingAway) }
            state.connections.insert(member)
            let room: Room
            if let known = state.rooms[member.roomName] {
                room = known
            } else {
                guard state.rooms.count < configuration.maximumRooms else {
                    return .refused(WebSocketClosure(1013, "there are too many rooms"))
                }
                room = Room(name: member.roomName, configuration: configuration, metrics: metrics)
                state.rooms[member.roomName] = room
            }
            let arrival = room.arrive(member, now: .now())
            if arrival == .admitted { state.members += 1 }
            if room.count == 0 { state.rooms[member.roomName] = nil }
            metrics.population(rooms: state.rooms.count, members: state.members)
            return .arrived(arrival, room, members: room.count)
        }
    }

    /// A probed member gave a sign of life: whoever waits for its id goes.
    func answered(_ member: RoomMember) {
        member.room?.answered(member).map(refuse)
    }

    /// A probed member was silent; when its time is over, its place goes to who waits.
    func unanswered(_ member: RoomMember) {
        guard let room = member.room,
            let heir = room.unanswered(member, now: .now(), farewell: farewell(of: member))
        else { return }
        metrics.tookOver()
        log("left, taken over", member, members: room.count)
        admit(heir, into: room)
        member.close(.policy("another connection took over this client id"))
    }

    /// A member takes part no more; must be called once, on its event loop.
    ///
    /// - Parameter reason: Why, for the log.
    func leave(_ member: RoomMember, reason: String) {
        guard let room = member.room else { return }
        let (departure, members) = state.withLockedValue { state in
            let departure = room.depart(member, farewell: farewell(of: member))
            let count = room.count
            if case .member(heir: .none) = departure { state.members -= 1 }
            if count == 0, state.rooms[room.name] === room { state.rooms[room.name] = nil }
            metrics.population(rooms: state.rooms.count, members: state.members)
            return (departure, count)
        }
        guard case .member(let heir) = departure else { return }
        log("left, \(reason)", member, members: members)
        heir.map { admit($0, into: room) }
    }

    /// The socket is closed.
    func closed(_ member: RoomMember) {
        state.withLockedValue { state in
            _ = state.connections.remove(member)
        }
    }

    private func admit(_ heir: RoomMember, into room: Room) {
        log("joined", heir, members: room.count)
        heir.eventLoop.execute { heir.admit() }
    }

    private func refuse(_ member: RoomMember) {
        member.eventLoop.execute { member.close(.policy("this client id is taken in this room")) }
    }

    /// What a room is told when a member goes without a word; nil when it has said it itself.
    private func farewell(of member: RoomMember) -> ByteBuffer? {
        guard !member.hasTakenLeave else { return nil }
        return WebSocketText(
            """
            {"props":{"type":"websocket.broadcast"},"data":{"action":"connect","status":"logout",\
            "user":{"clientID":\(member.id)}}}
            """
        ).frame
    }

    private func log(_ event: String, _ member: RoomMember, members: Int) {
        logger.info(
            "member \(event)",
            metadata: [
                "room": "\(LogText.escape(member.roomName))", "id": "\(member.id)",
                "address": "\(LogText.escape(member.address))", "members": "\(members)",
            ]
        )
    }
}
