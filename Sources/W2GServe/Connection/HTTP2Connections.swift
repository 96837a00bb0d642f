import NIOCore
import NIOHTTP2
import NIOHTTPTypesHTTP2

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
        let idle = TimeAmount(limits.idleTimeout)
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
        let progress = SocketProgress()
        try pipeline.addHandler(progress, position: .first)
        // A little longer than the manager, which says goodbye first.
        let patience = max(idle, TimeAmount(limits.writeTimeout)) + Self.grace
        let connection = NIOLoopBound(
            HTTP2ConnectionHandler(setup: setup, progress: progress, patience: patience),
            eventLoop: channel.eventLoop
        )
        let streams = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: manager.http2StreamDelegate,
            configuration: configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                let pipeline = stream.pipeline.syncOperations
                try pipeline.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try pipeline.addHandler(
                    HTTP2StreamHandler(setup: setup, connection: connection.value, now: stream.eventLoop.now)
                )
                return try HTTP1Handler.Routed(wrappingChannelSynchronously: stream)
            }
        }
        try pipeline.addHandler(manager)
        try pipeline.addHandler(connection.value)
        return streams
    }
}
