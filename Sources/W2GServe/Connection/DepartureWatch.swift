/// Asks a connection, as an outbound event, to tell when its client goes away while a response is waited for.
///
/// A client that closes is noticed only when something is written to it, since others may close one direction alone.
final class DepartureWatch: Sendable {
    /// Called once, on the connection's event loop.
    let onDeparture: @Sendable () -> Void

    init(onDeparture: @escaping @Sendable () -> Void) {
        self.onDeparture = onDeparture
    }
}
