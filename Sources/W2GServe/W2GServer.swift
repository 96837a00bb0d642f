import HTTPTypes
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// A watch-together server: a folder of videos over HTTP, and rooms over WebSockets.
///
/// ```swift
/// var configuration = W2GServer.Configuration(videosDirectory: "/srv/videos")
/// configuration.port = 8000
/// let server = try W2GServer(configuration: configuration)
/// try await ServiceGroup(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: server.logger).run()
/// ```
public final class W2GServer: Service {
    /// What is served, where, and to whom.
    public struct Configuration: Sendable {
        /// The folder of videos, origins, and the size of the cache.
        public var routes: W2GRoutes.Configuration
        /// The address to listen at; `0.0.0.0` is all of this machine, `::` with those of IPv6.
        ///
        /// Default: 127.0.0.1.
        public var host = "127.0.0.1"
        /// The port to listen at; zero is a free one.
        ///
        /// Default: 8000.
        public var port = 8000
        /// The certificate for TLS; nil for none.
        public var certificate: ServerCertificate?
        /// The limits of connections.
        public var connections = ConnectionConfiguration()
        /// The limits of rooms.
        ///
        /// Its origins are those of ``W2GRoutes/Configuration/origins``.
        public var rooms = RoomConfiguration()
        /// How long answers may take to their end after the server was asked to stop.
        ///
        /// Default: 4 s.
        public var stopPatience: Duration = .seconds(4)
        /// Where a line for each request, and for members that come and go, is written; nil for nowhere.
        public var log: LogOutput?

        /// Serves a folder with the defaults.
        public init(videosDirectory: String) {
            routes = W2GRoutes.Configuration(videosDirectory: videosDirectory)
        }
    }

    /// How often gathered lines of the log are written.
    private static let logInterval = Duration.milliseconds(200)

    /// Tells of members that come and go, and of what goes wrong.
    public let logger: Logger
    /// What answers requests.
    public let routes: W2GRoutes
    /// The rooms.
    public let rooms: RoomServer
    let configuration: Configuration
    private let server: Server<ConnectionChannel>

    /// Makes a server; it listens when it is run.
    ///
    /// - Parameters:
    ///   - logger: Instead of one that writes to the log of the configuration.
    ///   - onRunning: Called with the port when the server listens.
    /// - Throws: ``ServeError`` when the folder, or the certificate, cannot be used.
    public init(
        configuration: Configuration,
        logger: Logger? = nil,
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws(ServeError) {
        var configuration = configuration
        configuration.rooms.origins = configuration.routes.origins
        configuration.routes.trustedProxies = configuration.connections.trustedProxies
        self.configuration = configuration
        let logger =
            logger
            ?? Logger(label: "w2g") { [log = configuration.log] _ -> any LogHandler in
                guard let log else { return SwiftLogNoOpLogHandler() }
                return OutputLogHandler(output: log)
            }
        self.logger = logger
        let routes = try W2GRoutes(configuration: configuration.routes, logger: logger)
        self.routes = routes
        rooms = RoomServer(configuration: configuration.rooms, logger: logger, metrics: routes.metrics)
        let tls = try configuration.certificate.map { certificate throws(ServeError) in
            try certificate.tlsConfiguration()
        }
        let answering = Answering(routes: routes, configuration: configuration)
        do {
            let channel = try ConnectionChannel(
                responder: { try await answering.respond(to: $0, $1, $2) },
                immediate: { answering.immediateAnswer(to: $0, from: $1, isSecure: $2) },
                configuration: configuration.connections,
                tls: tls,
                rooms: rooms,
                logger: logger,
                onHandshake: { answering.note(handshake: $0, $1, address: $2) }
            )
            server = Server(
                childChannelSetup: channel,
                configuration: ServerConfiguration(
                    address: .hostname(configuration.host, port: configuration.port),
                    backlog: 4_096
                ),
                onServerRunning: { channel in
                    // In front of all others: nobody is asked for who cannot be taken.
                    try? await channel.eventLoop.submit {
                        let patience = AcceptPatience(logger: logger)
                        try channel.pipeline.syncOperations.addHandler(patience, position: .first)
                    }.get()
                    await onRunning(channel.localAddress?.port ?? 0)
                },
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger
            )
        } catch {
            throw ServeError(.certificateNotUsable, "the certificate cannot be used: \(error)", cause: error)
        }
    }

    /// Serves until the task is cancelled or a graceful shutdown is asked for.
    ///
    /// Then nobody is let in any more, answers that have begun are finished for as long as the patience lasts, and sockets
    /// are closed with 1001.
    /// - Throws: ``ServeError`` when it cannot listen.
    public func run() async throws {
        let (routes, rooms, patience) = (routes, rooms, configuration.stopPatience)
        let log = configuration.log
        defer { log?.flush() }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [self] in try await serve() }
            if let log {
                tasks.addTask {
                    while !Task.isCancelled {
                        _ = try? await NIOThreadPool.singleton.runIfActive { log.flush() }
                        try? await Task.sleep(for: Self.logInterval)
                    }
                }
            }
            tasks.addTask {
                try? await gracefulShutdown()
                guard !Task.isCancelled else { return }
                routes.stop()
                let end = ContinuousClock.now + patience
                await rooms.shutdown(within: min(patience, .seconds(2)))
                try await Task.sleep(until: end)
            }
            // Whichever comes first: the server has ended, or its time is over.
            while let _ = try await tasks.next(), !Task.isCancelled, !Task.isShuttingDownGracefully {}
            tasks.cancelAll()
        }
    }

    private func serve() async throws {
        do {
            try await server.run()
        } catch let error as IOError {
            throw ServeError(listening: configuration, error)
        } catch  where error is SocketAddressError || error is SocketAddressError.UnknownHost {
            throw ServeError(
                .addressNotUsable,
                "'\(configuration.host)' is no address of this machine: give another host",
                cause: error
            )
        }
    }
}
