import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Testing

@testable import W2GServe

/// The WebSocket client of SwiftNIO against the server.
@Suite("SwiftNIO's client")
struct NIOClientTests {
    private typealias Socket = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    private func connect(_ server: ConnectionServer, _ path: String) async throws -> Socket {
        let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: server.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let upgrader = NIOTypedWebSocketClientUpgrader<Socket?>(
                        upgradePipelineHandler: { channel, _ in
                            channel.eventLoop.makeCompletedFuture { try Socket(wrappingChannelSynchronously: channel) }
                        }
                    )
                    let head = HTTPRequestHead(
                        version: .http1_1,
                        method: .GET,
                        uri: path,
                        headers: ["Host": "127.0.0.1", "Content-Length": "0"]
                    )
                    let configuration = NIOTypedHTTPClientUpgradeConfiguration<Socket?>(
                        upgradeRequestHead: head,
                        upgraders: [upgrader],
                        notUpgradingCompletionHandler: { $0.eventLoop.makeSucceededFuture(nil) }
                    )
                    return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: .init(upgradeConfiguration: configuration)
                    )
                }
            }
        return try #require(try await upgraded.get())
    }

    @Test("talks to another member and closes in good order")
    func talks() async throws {
        try await ConnectionServer.run { server in
            let other = try await server.join("/ws/film/2/")
            try await connect(server, "/ws/film/1/").executeThenClose { inbound, outbound in
                let text = #"{"props":{"type":"websocket.broadcast"},"data":{"text":"你好"}}"#
                let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: ByteBuffer(string: text))
                try await outbound.write(frame)
                #expect(try await other.message() == text)
                try await other.say(#"{"n":1}"#)
                var iterator = inbound.makeAsyncIterator()
                let answer = try #require(try await iterator.next())
                #expect(answer.opcode == .text && answer.fin && answer.maskKey == nil)
                #expect(String(buffer: answer.unmaskedData) == #"{"n":1}"#)
                var code = ByteBuffer()
                code.write(webSocketErrorCode: .normalClosure)
                try await outbound.write(
                    WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code)
                )
                #expect(try #require(try await iterator.next()).opcode == .connectionClose)
            }
            #expect(try await other.message().contains(#""status":"logout","user":{"clientID":1}"#))
        }
    }
}
