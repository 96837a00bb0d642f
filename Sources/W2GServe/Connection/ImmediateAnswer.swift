import NIOCore
package import NIOHTTP1

/// An answer that needs nothing to be waited for, so that the connection gives it itself.
///
/// It costs no task and no asynchronous channel. Whoever makes it must not block: it is made on the connection's event loop.
package struct ImmediateAnswer: Sendable {
    /// Makes the answer to a request; nil when it may have to wait for something.
    package typealias Maker =
        @Sendable (_ request: HTTPRequestHead, _ peer: ClientAddress.Peer, _ isSecure: Bool) -> ImmediateAnswer?

    /// The status and the fields.
    let head: HTTPResponseHead
    /// What comes behind them; nil for nothing.
    let body: ByteBuffer?
    /// Told when the socket has taken the answer, or that it never will.
    let onWritten: @Sendable (_ isWritten: Bool) -> Void
}
