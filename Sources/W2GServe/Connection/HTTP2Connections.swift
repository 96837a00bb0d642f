import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypesHTTP2
import NIOTLS

/// Makes connections that speak HTTP/2, and their streams.
struct HTTP2Connections: Sendable {
    /// The streams of a connection, as they come.
    typealias Streams = NIOHTTP2Handler.AsyncStreamMultiplexer<HTTP1Handler.Routed>

    /// How long the streams of a connection that ends may go on, once the client knows of it.
    private static let grace = TimeAmount.seconds(5)
    /// Streams of one connection at once.
    private static let greatestStreamCount = 100

    let setup: ConnectionSetup

    /// Puts the handlers into the pipeline of a connection that has chosen HTTP/2; must be called on its event loop.
    func begin(on channel: any Channel) throws -> Streams {
        let limits = setup.configuration
        let (idle, write) = (TimeAmount(limits.idleTimeout), TimeAmount(limits.writeTimeout))
        let manager = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: idle, maxAge: nil, maxGraceTime: Self.grace, keepalive: nil)
        )
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Self.greatestStreamCount),
            // Twice what a request may have: beyond it the connection ends, up to it there is an answer that says why.
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.maximumHeaderSize * 2),
        ]
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(IdleStateHandler(allTimeout: max(idle, write) + Self.grace))
        let streams = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: manager.http2StreamDelegate,
            configuration: configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try pipeline.addHandler(HTTP2StreamHandler(setup: setup))
                return try HTTP1Handler.Routed(wrappingChannelSynchronously: stream)
            }
        }
        try pipeline.addHandler(manager)
        try pipeline.addHandler(HTTP2ConnectionEnd(setup: setup))
        return streams
    }
}

/// Ends a connection of HTTP/2 that is silent in both directions or breaks the protocol.
private final class HTTP2ConnectionEnd: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let setup: ConnectionSetup
    /// What the client had not taken yet when the connection was silent before.
    private var queued = 0

    init(setup: ConnectionSetup) {
        self.setup = setup
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            let left = SocketQueue.byteCount(of: context.channel)
            if left == 0 || left == queued { context.close(promise: nil) }
            queued = left
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What is wrong with one stream ends that one, which the handler in front has seen to.
        if error is NIOHTTP2Errors.StreamError { return }
        setup.logger.debug("connection error", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
