package import HummingbirdCore
package import Logging
package import NIOCore
package import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
package import NIOSSL
import NIOTLS

/// Told of each request that the routes never see: the handshakes of WebSockets, and what the connection refuses itself.
///
/// The request is nil when it could not be read. The text is the client's address.
package typealias HandshakeObserver =
    @Sendable (_ request: HTTPRequestHead?, _ status: HTTPResponseStatus, _ address: String) -> Void

/// Makes a server's connections: TLS, HTTP/2 by ALPN, HTTP/1.1, and WebSockets of rooms on any request of it.
package struct ConnectionChannel: ServerChildChannel {
    /// What a connection has turned out to speak.
    enum Protocols: Sendable {
        /// HTTP/1.1 for the routes.
        case http1(HTTP1Handler.Routed)
        /// HTTP/2.
        case http2(HTTP2Connections.Streams)
        /// Nothing that needs a task: a WebSocket, or a connection that is gone.
        case nothing
    }

    /// A connection that may not have said yet what it speaks.
    package struct Value: ServerChildChannelValue {
        /// The connection.
        package let channel: any Channel
        let protocols: EventLoopFuture<Protocols>
    }

    private let setup: ConnectionSetup
    private let tls: NIOSSLContext?

    /// Makes the connections of one server.
    ///
    /// - Parameters:
    ///   - responder: Answers requests by routes. It runs on the connection's event loop and must not block it.
    ///   - immediate: Answers what needs no waiting, in front of the responder; HTTP/1.1 only.
    ///   - configuration: The limits of a connection.
    ///   - tls: The certificate and key; nil for no TLS. The protocols of ALPN are set here.
    ///   - rooms: The rooms under `/ws/`; nil for none.
    ///   - logger: Gets what goes wrong on connections, at the level `debug`.
    ///   - onHandshake: Told of requests that the responder never sees.
    /// - Throws: An error of NIOSSL when the certificate or key cannot be used.
    package init(
        responder: @escaping HTTPChannelHandler.Responder,
        immediate: ImmediateAnswer.Maker? = nil,
        configuration: ConnectionConfiguration = ConnectionConfiguration(),
        tls: TLSConfiguration? = nil,
        rooms: RoomServer? = nil,
        logger: Logger,
        onHandshake: HandshakeObserver? = nil
    ) throws {
        let setup = ConnectionSetup(
            responder: responder,
            immediate: immediate,
            configuration: configuration,
            rooms: rooms,
            logger: logger,
            onHandshake: onHandshake
        )
        self.setup = setup
        self.tls = try tls.map { configuration in
            var configuration = configuration
            configuration.applicationProtocols = ["h2", "http/1.1"]
            // RFC 8996: what came before must not be used.
            configuration.minimumTLSVersion = .tlsv12
            return try NIOSSLContext(configuration: configuration)
        }
    }

    /// Puts the handlers into the pipeline of a new connection.
    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            guard setup.limiter.admit(channel) else {
                channel.close(promise: nil)
                return Value(channel: channel, protocols: channel.eventLoop.makeSucceededFuture(.nothing))
            }
            guard let tls else {
                return Value(channel: channel, protocols: try http1(channel, isSecure: false))
            }
            return Value(channel: channel, protocols: try negotiated(channel, tls))
        }
    }

    /// Answers the requests of a connection until it is closed.
    package func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.protocols.get() {
            case .nothing: break
            case .http2(let streams): await answer(streams, of: value.channel)
            case .http1(let channel): await answer(channel)
            }
        } catch {
            logger.debug("connection without a protocol", metadata: ["error": "\(error)"])
        }
    }
}

// MARK: Protocols

extension ConnectionChannel {
    private func http1(_ channel: any Channel, isSecure: Bool) throws -> EventLoopFuture<Protocols> {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = setup.configuration.maximumHeaderSize
        limits.maxHeaderListSize = setup.configuration.maximumHeaderSize
        limits.maxHeaderFieldCount = setup.configuration.maximumHeaderCount
        let routed = channel.eventLoop.makePromise(of: HTTP1Handler.Routed?.self)
        let handler = HTTP1Handler(setup: setup, isSecure: isSecure, routed: routed)
        let companions = HTTP1Handler.Companions(
            arrivals: ArrivalHandler(handler),
            joiner: isSecure ? WriteJoiner() : nil,
            encoder: HTTPResponseEncoder(),
            decoder: ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)
            )
        )
        handler.companions = companions
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(companions.arrivals)
        if let joiner = companions.joiner { try pipeline.addHandler(joiner) }
        try pipeline.addHandler(companions.encoder)
        try pipeline.addHandler(companions.decoder)
        try pipeline.addHandler(handler)
        return routed.futureResult.map { $0.map { .http1($0) } ?? .nothing }
    }

    private func negotiated(
        _ channel: any Channel,
        _ tls: NIOSSLContext
    ) throws -> EventLoopFuture<Protocols> {
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls))
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(setup.configuration.headerTimeout)) {
            channel.close(promise: nil)
        }
        let chosen = channel.eventLoop.makePromise(of: EventLoopFuture<Protocols>.self)
        let handler = ApplicationProtocolNegotiationHandler { result, channel in
            timer.cancel()
            let protocols: EventLoopFuture<Protocols>
            if result == .negotiated("h2") {
                protocols = channel.eventLoop.makeCompletedFuture {
                    .http2(try HTTP2Connections(setup: setup).begin(on: channel))
                }
            } else {
                protocols = channel.eventLoop.makeCompletedFuture { try http1(channel, isSecure: true) }.flatMap { $0 }
            }
            chosen.succeed(protocols)
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        try pipeline.addHandler(handler)
        channel.closeFuture.whenComplete { _ in
            timer.cancel()
            chosen.succeed(channel.eventLoop.makeSucceededFuture(.nothing))
        }
        return chosen.futureResult.flatMap { $0 }
    }
}

// MARK: Routes

extension ConnectionChannel {
    /// Answers the streams of an HTTP/2 connection, all at once.
    private func answer(_ streams: HTTP2Connections.Streams, of channel: any Channel) async {
        await withTaskCancellationHandler {
            do {
                try await withThrowingDiscardingTaskGroup { group in
                    for try await stream in streams.inbound {
                        group.addTask { await answer(stream) }
                    }
                }
            } catch {
                setup.logger.debug("connection lost", metadata: ["error": "\(error)"])
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    /// Answers the requests of an HTTP/1.1 connection, one after the other, or of one stream, on its event loop.
    private func answer(_ channel: HTTP1Handler.Routed) async {
        let executor = EventLoopTaskExecutor.of(channel.channel.eventLoop)
        await withTaskExecutorPreference(executor) {
            await withTaskCancellationHandler {
                do {
                    try await channel.executeThenClose { inbound, outbound in
                        for try await part in inbound {
                            guard case .head(let head) = part else { continue }
                            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
                            try await setup.responder(request, ResponseWriter(outbound: outbound), channel.channel)
                        }
                    }
                } catch {
                    setup.logger.debug("connection lost", metadata: ["error": "\(error)"])
                }
            } onCancel: {
                channel.channel.close(promise: nil)
            }
        }
    }
}
