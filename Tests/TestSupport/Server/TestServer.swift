import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// A web server for tests that misbehaves on command.
///
/// ```swift
/// try await TestServer.run { server in
///     server.put("/a.ts", bytes)
///     server.script("/a.ts", .status(503), .fault(.truncated(after: 100)))
///     // The third request and those behind it are answered well.
///     let url = server.url("/a.ts")
/// }
/// ```
package final class TestServer: Sendable {
    private struct Resource {
        var bytes: [UInt8]
        var type: String
        var tag: String
    }

    private struct State {
        var resources: [String: Resource] = [:]
        var scripts: [String: [TestAnswer]] = [:]
        var handlers: [String: @Sendable (TestRequest) -> TestAnswer?] = [:]
        var requests: [TestRequest] = []
        var counts: [String: Int] = [:]
        var busy = 0
        var peak = 0
        var connections = 0
        /// Who waits for the first request for a path.
        var waiters: [String: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = NIOLockedValueBox(State())
    private let isSecure: Bool
    private let listener: NIOLockedValueBox<(any Channel)?> = NIOLockedValueBox(nil)
    private let channels: NIOLockedValueBox<[ObjectIdentifier: any Channel]> = NIOLockedValueBox([:])

    private init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    /// Runs a server on a free port of 127.0.0.1 as long as `body` does.
    package static func run<Result: Sendable>(
        tls isSecure: Bool = false,
        _ body: (TestServer) async throws -> Result
    ) async throws -> Result {
        let server = TestServer(isSecure: isSecure)
        try await server.listen()
        do {
            let result = try await body(server)
            await server.close()
            return result
        } catch {
            await server.close()
            throw error
        }
    }

    // MARK: What it has

    /// Puts a resource at a path.
    package func put(_ path: String, _ bytes: [UInt8], type: String = "video/mp2t", tag: String = "1") {
        state.withLockedValue { $0.resources[path] = Resource(bytes: bytes, type: type, tag: "\"\(tag)\"") }
    }

    /// Puts a text at a path.
    package func put(_ path: String, _ text: String, type: String = "application/vnd.apple.mpegurl") {
        put(path, Array(text.utf8), type: type)
    }

    /// The answers to the next requests for a path, one each; later ones are answered well.
    package func script(_ path: String, _ answers: TestAnswer...) {
        state.withLockedValue { $0.scripts[path, default: []] += answers }
    }

    /// Answers every request for a path; nil answers well.
    package func handle(_ path: String, _ handler: @escaping @Sendable (TestRequest) -> TestAnswer?) {
        state.withLockedValue { $0.handlers[path] = handler }
    }

    // MARK: What it saw

    /// All requests so far.
    package var requests: [TestRequest] { state.withLockedValue { $0.requests } }

    /// The requests for a path so far.
    package func requests(for path: String) -> [TestRequest] { requests.filter { $0.path == path } }

    /// Waits until a path has been requested.
    package func waitForRequest(for path: String) async {
        await withCheckedContinuation { continuation in
            let hasCome = state.withLockedValue { state in
                if state.counts[path, default: 0] > 0 { return true }
                state.waiters[path, default: []].append(continuation)
                return false
            }
            if hasCome { continuation.resume() }
        }
    }

    /// The most requests that were being answered at once.
    package var peak: Int { state.withLockedValue { $0.peak } }

    /// The connections so far.
    package var connections: Int { state.withLockedValue { $0.connections } }

    /// The port that it listens on.
    package var port: Int { listener.withLockedValue { $0?.localAddress?.port ?? 0 } }

    /// The URL of a path; another name of the same machine makes another origin of it.
    package func url(_ path: String, host: String = "127.0.0.1") -> String {
        "\(isSecure ? "https" : "http")://\(host):\(port)\(path)"
    }

    // MARK: Running

    private func listen() async throws {
        var context: NIOSSLContext?
        if isSecure {
            let certificates = try NIOSSLCertificate.fromPEMBytes(Array(TestCertificate.certificate.utf8))
            let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.privateKey.utf8), format: .pem)
            context = try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: certificates.map { .certificate($0) },
                    privateKey: .privateKey(key)
                )
            )
        }
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { [context] channel in
                channel.eventLoop.makeCompletedFuture {
                    self.opened(channel)
                    let pipeline = channel.pipeline.syncOperations
                    if let context { try pipeline.addHandler(NIOSSLServerHandler(context: context)) }
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    try pipeline.addHandler(TestConnection(server: self))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listener.withLockedValue { $0 = channel }
    }

    private func opened(_ channel: any Channel) {
        state.withLockedValue { $0.connections += 1 }
        let id = ObjectIdentifier(channel)
        channels.withLockedValue { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.channels.withLockedValue { $0[id] = nil } }
    }

    private func close() async {
        try? await listener.withLockedValue { $0 }?.close()
        closeConnections()
    }

    /// Closes every connection, as a server does that is started anew.
    package func closeConnections() {
        for channel in channels.withLockedValue({ Array($0.values) }) { channel.close(promise: nil) }
    }

    // MARK: Answering

    /// The answer to a request, and the resource at its path.
    func answer(_ head: HTTPRequestHead) -> (TestRequest, TestAnswer, bytes: [UInt8]?, type: String, tag: String) {
        let (request, planned, handler, resource, waiters) = state.withLockedValue { state in
            var request = TestRequest(
                method: head.method.rawValue,
                target: Self.originForm(head.uri),
                headers: head.headers.map { ($0.name, $0.value) },
                number: 0
            )
            let path = request.path
            request.number = state.counts[path, default: 0]
            state.counts[path] = request.number + 1
            state.requests.append(request)
            state.busy += 1
            state.peak = max(state.peak, state.busy)
            let script = state.scripts[path] ?? []
            let planned = request.number < script.count ? script[request.number] : nil
            let waiters = state.waiters.removeValue(forKey: path) ?? []
            return (request, planned, state.handlers[path], state.resources[path], waiters)
        }
        for waiter in waiters { waiter.resume() }
        // Without the lock: a handler may change what the server has.
        let answer = planned ?? handler?(request) ?? (resource == nil ? TestAnswer.status(404) : .good)
        return (request, answer, resource?.bytes, resource?.type ?? "text/plain", resource?.tag ?? "")
    }

    /// A target without scheme and host, which servers must take too (RFC 9112 3.2.2) and proxies pass on.
    private static func originForm(_ target: String) -> String {
        guard target.hasPrefix("http://") else { return target }
        return String(target.dropFirst("http://".count).drop { $0 != "/" })
    }

    /// A request is answered, or its connection gone.
    func finished() {
        state.withLockedValue { $0.busy -= 1 }
    }
}
