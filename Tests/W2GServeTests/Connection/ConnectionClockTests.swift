import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import W2GServe

/// Whole connections in memory, on an event loop whose time is turned by hand.
@Suite("A connection as time passes")
struct ConnectionClockTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static var limits: ConnectionConfiguration {
        var limits = ConnectionConfiguration()
        limits.headerTimeout = .seconds(15)
        limits.idleTimeout = .seconds(75)
        limits.writeTimeout = .seconds(60)
        return limits
    }

    /// A connection of HTTP/1.1 that answers every request with `hello`.
    private static func http1() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        let connections = try ConnectionChannel(
            responder: { _, _, _ in },
            immediate: { _, _, _ in
                let head = HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "5"])
                return ImmediateAnswer(head: head, body: ByteBuffer(string: "hello")) { _ in }
            },
            configuration: limits,
            logger: logger
        )
        _ = connections.setup(channel: channel, logger: logger)
        try connect(channel)
        return channel
    }

    private static func connect(_ channel: EmbeddedChannel) throws {
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 4_000)).wait()
    }

    /// A connection of HTTP/2 whose client has sent its preface and empty settings (RFC 9113 3.4), and its streams.
    private static func http2() throws -> (channel: EmbeddedChannel, streams: HTTP2Connections.Streams) {
        let channel = EmbeddedChannel()
        let setup = ConnectionSetup(
            responder: { _, _, _ in },
            immediate: nil,
            configuration: limits,
            rooms: nil,
            logger: logger,
            onHandshake: nil
        )
        let streams = try HTTP2Connections(setup: setup).begin(on: channel)
        try connect(channel)
        try channel.writeInbound(ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        try send(type: 4, [], to: channel)
        return (channel, streams)
    }

    /// Sends a frame of HTTP/2 (RFC 9113 4.1).
    private static func send(
        type: UInt8,
        flags: UInt8 = 0,
        stream: UInt8 = 0,
        _ payload: [UInt8],
        to channel: EmbeddedChannel
    ) throws {
        let head = [0, 0, UInt8(payload.count), type, flags, 0, 0, 0, stream]
        try channel.writeInbound(ByteBuffer(bytes: head + payload))
    }

    /// The bytes that the server has sent since the last call.
    private static func sent(by channel: EmbeddedChannel) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { bytes += Array(buffer.readableBytesView) }
        return bytes
    }

    /// The frames of HTTP/2 that the server has sent since the last call: their types and streams.
    private static func frames(of channel: EmbeddedChannel) throws -> [(type: UInt8, stream: UInt8)] {
        var bytes = try sent(by: channel)[...]
        var frames: [(type: UInt8, stream: UInt8)] = []
        while bytes.count >= 9 {
            let head = Array(bytes.prefix(9))
            frames.append((head[3], head[8]))
            bytes = bytes.dropFirst(9 + (Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])))
        }
        return frames
    }

    @Test("is closed without an answer when no request begins in time")
    func silent() throws {
        let channel = try Self.http1()
        channel.embeddedEventLoop.advanceTime(by: .seconds(14))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
        #expect(try Self.sent(by: channel).isEmpty)
    }

    @Test("is refused with 408 when a request's header does not come to its end in time, however steadily it comes")
    func slowHeader() throws {
        let channel = try Self.http1()
        for byte in "GET /hello HTTP" {
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
            try channel.writeInbound(ByteBuffer(string: String(byte)))
        }
        #expect(try channel.isActive && Self.sent(by: channel).isEmpty)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1_014))
        #expect(try String(decoding: Self.sent(by: channel), as: UTF8.self).hasPrefix("HTTP/1.1 408 "))
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test("is closed when no further request comes in time, counted from the latest response")
    func idle() throws {
        let channel = try Self.http1()
        for _ in 0..<3 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(14))
            try channel.writeInbound(ByteBuffer(string: "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"))
            #expect(try String(decoding: Self.sent(by: channel), as: UTF8.self).hasSuffix("hello"))
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try !channel.isActive && Self.sent(by: channel).isEmpty)
    }

    @Test("of HTTP/2: a request that does not come to its end is reset in time, and the connection stays")
    func unfinishedRequest() throws {
        let (channel, streams) = try Self.http2()
        // END_HEADERS alone: a body could follow (RFC 7541: indexed GET, https and /, then the authority).
        try Self.send(type: 1, flags: 0x04, stream: 1, [0x82, 0x87, 0x84, 0x01, 1, UInt8(ascii: "x")], to: channel)
        channel.embeddedEventLoop.advanceTime(by: .seconds(14))
        #expect(try !Self.frames(of: channel).contains { $0.type == 3 })
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try Self.frames(of: channel).contains { $0 == (3, 1) })
        #expect(channel.isActive)
        _ = try channel.finish(acceptAlreadyClosed: true)
        // A stream that nobody takes is let go only now that it is closed.
        withExtendedLifetime(streams) {}
    }

    @Test("of HTTP/2 that only sends PINGs is closed in time, each PING answered until then")
    func onlyPings() throws {
        let (channel, _) = try Self.http2()
        _ = try Self.sent(by: channel)
        var seconds = 0
        while channel.isActive, seconds < 200 {
            try Self.send(type: 6, [UInt8](repeating: 1, count: 8), to: channel)
            #expect(try Self.frames(of: channel).contains { $0.type == 6 })
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            seconds += 1
        }
        // The time of an idle connection, and five seconds to take leave.
        #expect((75...95).contains(seconds), "\(seconds)")
    }
}
