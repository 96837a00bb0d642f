import NIOCore

@testable import W2GServe

// Every test gets servers and clients that wait longer than any machine stalls, and shortens the one time that it is about:
// one that may be over at any moment without changing what the test expects.

extension TimeAmount {
    /// How long a test waits for what comes at once, before it counts as never coming.
    static let patience = TimeAmount.minutes(10)
}

/// Waits until something is so of which nothing tells.
///
/// - Throws: ``TimedOut`` when it never comes.
func waitUntil(_ what: String, _ isReached: () throws -> Bool) async throws {
    let end = NIODeadline.now() + .patience
    while try !isReached() {
        guard NIODeadline.now() < end else { throw TimedOut(what: what) }
        await Task.yield()
    }
}

extension RoomConfiguration {
    /// Rooms that give nobody up: the clients of the tests answer no Ping of their own accord.
    static var patient: RoomConfiguration {
        var configuration = RoomConfiguration()
        configuration.fullPatience = .seconds(3_600)
        configuration.pingInterval = .seconds(3_600)
        configuration.pongPatience = .seconds(3_600)
        configuration.probePatience = .seconds(3_600)
        configuration.closePatience = .seconds(3_600)
        return configuration
    }
}

extension ConnectionConfiguration {
    /// Connections that are given up for nothing that the client does slowly.
    static var patient: ConnectionConfiguration {
        var configuration = ConnectionConfiguration()
        configuration.headerTimeout = .seconds(3_600)
        configuration.idleTimeout = .seconds(3_600)
        configuration.writeTimeout = .seconds(3_600)
        return configuration
    }
}
