import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

@testable import W2GServe

/// A server of connections and rooms, with a few routes to tell answers apart.
struct ConnectionServer: Sendable {
    let port: Int
    let rooms: RoomServer
    let metrics: RecordedMetrics
    let log: RecordedLog

    /// Serves on a free port of this host until `body` returns.
    static func run<Result: Sendable>(
        rooms configuration: RoomConfiguration = .patient,
        connections: ConnectionConfiguration = .patient,
        tls: TLSConfiguration? = nil,
        _ body: @escaping @Sendable (ConnectionServer) async throws -> Result
    ) async throws -> Result {
        let metrics = RecordedMetrics()
        let log = RecordedLog()
        let rooms = RoomServer(configuration: configuration, logger: log.logger, metrics: metrics)
        let router = Router()
        router.get("hello") { _, _ in "hello" }
        router.get("large") { _, _ in
            Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(repeating: 0x78, count: 8_000_000)))
        }
        let running = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Int.self)
        let application = Application(
            router: router,
            server: HTTPServerBuilder { responder in
                try ConnectionChannel(
                    responder: responder,
                    configuration: connections,
                    tls: tls,
                    rooms: rooms,
                    logger: log.logger
                )
            },
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { running.succeed($0.localAddress?.port ?? 0) },
            logger: log.logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: log.logger))
        return try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                do {
                    try await group.run()
                } catch {
                    running.fail(error)
                    throw error
                }
                return nil
            }
            let port = try await running.futureResult.get()
            let server = ConnectionServer(port: port, rooms: rooms, metrics: metrics, log: log)
            tasks.addTask {
                do {
                    let result = try await body(server)
                    await rooms.shutdown(within: .milliseconds(50))
                    await group.triggerGracefulShutdown()
                    return result
                } catch {
                    await rooms.shutdown(within: .milliseconds(50))
                    await group.triggerGracefulShutdown()
                    throw error
                }
            }
            var result: Result?
            while let next = try await tasks.next() { result = next ?? result }
            guard let result else { throw TimedOut(what: "server") }
            return result
        }
    }

    /// Opens a WebSocket, which takes part as soon as its 101 is read.
    func join(_ path: String, headers: [String] = []) async throws -> RawClient {
        let client = try await RawClient.connect(port: port)
        try await client.upgrade(path, headers: headers)
        return client
    }
}
