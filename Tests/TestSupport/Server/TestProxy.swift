import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A proxy for tests that takes HTTP's CONNECT, whole addresses of plain HTTP, and SOCKS 5, and sends everything to where it was asked to.
package final class TestProxy: Sendable {
    private let seen = NIOLockedValueBox<[String]>([])
    private let listener: NIOLockedValueBox<(any Channel)?> = NIOLockedValueBox(nil)
    private let authorization: String?

    private init(authorization: String?) {
        self.authorization = authorization
    }

    /// Runs a proxy on a free port of 127.0.0.1 as long as `body` does.
    ///
    /// - Parameter authorization: The `Proxy-Authorization` that it wants; nil for none.
    package static func run<Result: Sendable>(
        authorization: String? = nil,
        _ body: (TestProxy) async throws -> Result
    ) async throws -> Result {
        let proxy = TestProxy(authorization: authorization)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handshake(proxy: proxy))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        proxy.listener.withLockedValue { $0 = channel }
        do {
            let result = try await body(proxy)
            try? await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    /// The port that it listens on.
    package var port: Int { listener.withLockedValue { $0?.localAddress?.port ?? 0 } }

    /// The places that were asked for, such as `CONNECT example.com:80` and `SOCKS example.com:80`.
    package var requests: [String] { seen.withLockedValue { $0 } }

    /// Reads what the client wants, and joins it with a connection to there.
    private final class Handshake: ChannelInboundHandler, RemovableChannelHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let proxy: TestProxy
        private var bytes: [UInt8] = []
        private var hasGreeted = false
        private var isDone = false

        init(proxy: TestProxy) {
            self.proxy = proxy
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes += Array(unwrapInboundIn(data).readableBytesView)
            guard !isDone, let first = bytes.first else { return }
            if first == 5 { socks(context) } else { connect(context) }
        }

        /// `CONNECT host:port HTTP/1.1` (RFC 9110 9.3.6).
        private func connect(_ context: ChannelHandlerContext) {
            let text = String(decoding: bytes, as: UTF8.self)
            guard text.hasSuffix("\r\n\r\n") else { return }
            let words = text.split(separator: " ")
            guard words.count > 2, ["CONNECT", "GET"].contains(words[0]) else {
                return answer("HTTP/1.1 405 No\r\n\r\n", context)
            }
            if let wanted = proxy.authorization,
                !text.lowercased().contains("proxy-authorization: \(wanted.lowercased())")
            {
                return answer("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", context)
            }
            if words[0] == "GET" { return forward(text, String(words[1]), context) }
            let parts = words[1].split(separator: ":")
            guard parts.count == 2, let port = Int(parts[1]) else { return }
            proxy.seen.withLockedValue { $0.append("CONNECT \(words[1])") }
            join(String(parts[0]), port, reply: Array("HTTP/1.1 200 Yes\r\n\r\n".utf8), context)
        }

        /// `GET http://host:port/path HTTP/1.1` (RFC 9112 3.2.2); every further request goes to the same server.
        private func forward(_ text: String, _ address: String, _ context: ChannelHandlerContext) {
            let parts = address.dropFirst("http://".count).split(separator: "/", maxSplits: 1)
            let authority = (parts.first ?? "").split(separator: ":")
            guard address.hasPrefix("http://"), parts.count == 2, authority.count == 2, let port = Int(authority[1])
            else {
                return answer("HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n", context)
            }
            proxy.seen.withLockedValue { $0.append("GET \(address)") }
            let request = "GET /\(parts[1])" + text.dropFirst("GET ".count + address.count)
            join(String(authority[0]), port, reply: [], request: Array(request.utf8), context)
        }

        /// A greeting, and a request with a name or an address (RFC 1928 3, 4).
        private func socks(_ context: ChannelHandlerContext) {
            if !hasGreeted {
                guard bytes.count >= 2, bytes.count >= 2 + Int(bytes[1]) else { return }
                bytes.removeFirst(2 + Int(bytes[1]))
                hasGreeted = true
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [5, 0])), promise: nil)
            }
            guard bytes.count > 4 else { return }
            let (host, end): (String, Int)
            if bytes[3] == 3 {
                end = 5 + Int(bytes[4])
                guard bytes.count >= end + 2 else { return }
                host = String(decoding: bytes[5..<end], as: UTF8.self)
            } else {
                end = 8
                guard bytes.count >= end + 2 else { return }
                host = bytes[4..<8].map(String.init).joined(separator: ".")
            }
            let port = Int(bytes[end]) << 8 | Int(bytes[end + 1])
            proxy.seen.withLockedValue { $0.append("SOCKS \(host):\(port)") }
            join(host, port, reply: [5, 0, 0, 1, 0, 0, 0, 0, 0, 0], context)
        }

        private func answer(_ text: String, _ context: ChannelHandlerContext) {
            isDone = true
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
                channel.close(promise: nil)
            }
        }

        private func join(
            _ host: String,
            _ port: Int,
            reply: [UInt8],
            request: [UInt8] = [],
            _ context: ChannelHandlerContext
        ) {
            isDone = true
            let client = context.channel
            let handshake = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { server in
                    server.eventLoop.makeCompletedFuture {
                        try server.pipeline.syncOperations.addHandler(Pipe(to: client))
                    }
                }
                .connect(host: host == "localhost" ? "127.0.0.1" : host, port: port)
                .whenComplete { result in
                    guard case .success(let server) = result else { return client.close(promise: nil) }
                    client.eventLoop.execute {
                        try? client.pipeline.syncOperations.addHandler(Pipe(to: server))
                        client.pipeline.syncOperations.removeHandler(handshake.value, promise: nil)
                        client.writeAndFlush(ByteBuffer(bytes: reply), promise: nil)
                        server.writeAndFlush(ByteBuffer(bytes: request), promise: nil)
                    }
                }
        }
    }

    /// Writes what comes to another connection, and closes that one too.
    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let target: any Channel

        init(to target: any Channel) {
            self.target = target
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            target.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            target.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
