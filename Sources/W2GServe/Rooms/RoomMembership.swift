import NIOCore

/// Who holds which id in one room, and who waits for an id whose holder may be dead.
///
/// It does no I/O and reads no clock: its owner carries out what it answers, and tells it what came of it.
struct RoomMembership<Connection: Hashable> {
    /// What becomes of somebody who comes in.
    enum Arrival: Equatable {
        /// A member from now on.
        case admitted
        /// The id is held. The holder is to be probed; who had waited before is to be refused.
        case waiting(holder: Connection, displaced: Connection?)
        /// There is no place left.
        case full
    }

    /// What somebody who goes was.
    enum Departure: Equatable {
        /// A member; whoever waited for the id is a member now.
        case member(heir: Connection?)
        /// One who waited.
        case heir
        /// Nobody that is known, or not any more.
        case stranger
    }

    fileprivate struct Place {
        var holder: Connection
        var heir: Connection?
        var probedUntil: NIODeadline?
    }

    private let maximumMembers: Int
    private let probePatience: TimeAmount
    private var places: [UInt64: Place] = [:]

    /// Makes an empty room.
    ///
    /// - Parameters:
    ///   - maximumMembers: How many may be in.
    ///   - probePatience: How long a holder has to show that it lives.
    init(maximumMembers: Int, probePatience: TimeAmount) {
        self.maximumMembers = maximumMembers
        self.probePatience = probePatience
    }

    /// How many members there are.
    var count: Int { places.count }

    /// The member with this id.
    func holder(of id: UInt64) -> Connection? { places[id]?.holder }

    /// Somebody comes in.
    mutating func arrive(_ connection: Connection, as id: UInt64, now: NIODeadline) -> Arrival {
        guard var place = places[id] else {
            guard places.count < maximumMembers else { return .full }
            places[id] = Place(holder: connection)
            return .admitted
        }
        let displaced = place.heir
        place.heir = connection
        place.probedUntil = now + probePatience
        places[id] = place
        return .waiting(holder: place.holder, displaced: displaced)
    }

    /// A probed member gave a sign of life.
    ///
    /// - Returns: Who had waited for the id, and is to be refused.
    mutating func answered(_ connection: Connection, as id: UInt64) -> Connection? {
        guard var place = places[id], place.holder == connection else { return nil }
        let refused = place.heir
        place.heir = nil
        place.probedUntil = nil
        places[id] = place
        return refused
    }

    /// A probed member has said nothing so far.
    ///
    /// - Returns: Who is the member from now on, when the time is over; the one before is to be closed.
    mutating func unanswered(_ connection: Connection, as id: UInt64, now: NIODeadline) -> Connection? {
        guard let place = places[id], place.holder == connection, let heir = place.heir,
            let end = place.probedUntil, now >= end
        else { return nil }
        places[id] = Place(holder: heir)
        return heir
    }

    /// Somebody goes.
    mutating func depart(_ connection: Connection, as id: UInt64) -> Departure {
        guard var place = places[id] else { return .stranger }
        if place.holder == connection {
            places[id] = place.heir.map { Place(holder: $0) }
            return .member(heir: place.heir)
        }
        guard place.heir == connection else { return .stranger }
        place.heir = nil
        place.probedUntil = nil
        places[id] = place
        return .heir
    }
}

extension RoomMembership: Sendable where Connection: Sendable {}
extension RoomMembership.Place: Sendable where Connection: Sendable {}
