import Logging
import NIOCore
import NIOHTTP2

/// Ends a connection of HTTP/2 on which nothing happens any more, or whose client breaks the protocol.
///
/// Requests and bytes that the client takes are what happens; PINGs alone do not keep a connection.
final class HTTP2ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let setup: ConnectionSetup
    private let progress: SocketProgress
    private let patience: TimeAmount
    private var since = NIODeadline.distantPast
    private var taken = 0
    private var timer: RepeatedTask?
    /// The frames of the client that are answered at once with a frame of the server's own.
    private var acknowledgedFrames = 0

    /// More than the answer to a PING or SETTINGS takes in a TLS record of its own, in bytes.
    private static let acknowledgementSize = 64
    /// How often to look, as a part of the patience.
    private static let looks: Int64 = 5

    /// Watches over one connection.
    ///
    /// - Parameter patience: How long nothing may happen.
    init(setup: ConnectionSetup, progress: SocketProgress, patience: TimeAmount) {
        self.setup = setup
        self.progress = progress
        self.patience = patience
    }

    /// A request has come.
    func requested(_ now: NIODeadline) {
        since = now
    }

    /// The bytes of answers that the client has taken, or less: what it gets for its PINGs does not count.
    func takenBytes(of channel: any Channel) -> Int {
        progress.look(at: channel).taken &- acknowledgedFrames * Self.acknowledgementSize
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data).payload {
        case .ping(_, ack: false), .settings(.settings): acknowledgedFrames += 1
        default: break
        }
        context.fireChannelRead(data)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        since = context.eventLoop.now
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let step = TimeAmount.nanoseconds(patience.nanoseconds / Self.looks)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: step, delay: step) { _ in
            let (handler, context) = bound.value
            handler.look(context)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    private func look(_ context: ChannelHandlerContext) {
        let now = context.eventLoop.now
        let latest = takenBytes(of: context.channel)
        if latest > taken { since = now }
        taken = max(taken, latest)
        if now >= since + patience { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        setup.logger.debug("connection error", metadata: ["error": "\(error)"])
        if !Self.isOfOneStream(error) { context.close(promise: nil) }
    }

    /// Whether an error is about one stream, which is reset for it, and leaves the others alone (RFC 9113 5.4.2, 8.1.1).
    private static func isOfOneStream(_ error: any Error) -> Bool {
        switch error {
        case is NIOHTTP2Errors.ContentLengthViolated, is NIOHTTP2Errors.ContentLengthHeadersMismatch,
            is NIOHTTP2Errors.ContentLengthHeaderNegative, is NIOHTTP2Errors.ContentLengthHeaderMalformedValue,
            is NIOHTTP2Errors.MissingPseudoHeader, is NIOHTTP2Errors.DuplicatePseudoHeader,
            is NIOHTTP2Errors.PseudoHeaderAfterRegularHeader, is NIOHTTP2Errors.UnknownPseudoHeader,
            is NIOHTTP2Errors.InvalidPseudoHeaders, is NIOHTTP2Errors.EmptyPathHeader,
            is NIOHTTP2Errors.InvalidHTTP2HeaderFieldName, is NIOHTTP2Errors.InvalidHTTP2HeaderFieldValue,
            is NIOHTTP2Errors.ForbiddenHeaderField, is NIOHTTP2Errors.TrailersWithoutEndStream,
            is NIOHTTP2Errors.StreamClosed:
            true
        default:
            false
        }
    }
}
