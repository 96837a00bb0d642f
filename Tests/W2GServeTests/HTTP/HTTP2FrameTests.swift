import Foundation
import Logging
import NIOCore
import NIOEmbedded
import NIOHTTP2
import NIOSSL
import TestSupport
import Testing

@testable import W2GServe

@Suite("HTTP/2, frame by frame")
struct HTTP2FrameTests {
    /// A connection of frames made by hand (RFC 9113 4.1).
    private struct Connection {
        let client: RawClient

        init(_ served: ServedFolder) async throws {
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.applicationProtocols = ["h2"]
            client = try await RawClient.connect(
                port: served.port,
                tls: try NIOSSLContext(configuration: configuration)
            )
            try await client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            try await send(type: 4, [])
        }

        func send(type: UInt8, flags: UInt8 = 0, stream: UInt8 = 0, _ payload: [UInt8]) async throws {
            let length = [UInt8(payload.count >> 16), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)]
            try await client.send(length + [type, flags, 0, 0, 0, stream] + payload)
        }

        /// The next frame of a type; those of other types before it are left out, but an end of the connection is told.
        func next(_ type: UInt8) async throws -> (flags: UInt8, payload: [UInt8]) {
            while true {
                let head = Array(try await client.bytes(9))
                let count = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
                let payload = Array(try await client.bytes(count))
                // An answer may end with data of no bytes.
                if head[3] == type, type != 0 || count > 0 { return (head[4], payload) }
                if head[3] == 7 { throw TimedOut(what: "a frame, got GOAWAY") }
            }
        }

        /// Asks for a path on a stream, and takes no more of the answer than the window at the beginning lets through.
        func ask(_ path: String, stream: UInt8) async throws {
            // RFC 7541: indexed GET and https, then path and authority as they are.
            let fields = [0x82, 0x87, 0x04, UInt8(path.utf8.count)] + Array(path.utf8) + [0x01, 1, UInt8(ascii: "x")]
            // END_STREAM and END_HEADERS.
            try await send(type: 1, flags: 0x05, stream: stream, fields)
        }
    }

    private static func run(
        _ change: @escaping @Sendable (inout W2GServer.Configuration) -> Void = { _ in },
        _ body: @escaping @Sendable (ServedFolder, Connection) async throws -> Void
    ) async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.certificate = ServerCertificate(
                certificateFile: Fixtures.url("localhost.pem").path(percentEncoded: false),
                keyFile: Fixtures.url("localhost-key.pem").path(percentEncoded: false)
            )
            change(&configuration)
        } _: { served in
            try await body(served, try await Connection(served))
        }
    }

    @Test("a client may ask whether the connection lives as often as it likes, as browsers do")
    func pings() async throws {
        try await Self.run { _, connection in
            for number in UInt8(0)..<50 {
                let data = [UInt8](repeating: number, count: 8)
                try await connection.send(type: 6, data)
                let answer = try await connection.next(6)
                #expect(answer.flags == 1 && answer.payload == data)
            }
            try await connection.ask("/videos/", stream: 1)
            #expect(try await connection.next(0).payload == Array(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("a stream whose client takes nothing is reset in time, and the others go on")
    func stalled() async throws {
        try await Self.run {
            $0.connections.writeTimeout = .seconds(1)
        } _: { served, connection in
            try served.put("film/large.ts", String(repeating: "0123456789abcdef", count: 20_000))
            try await connection.ask("/videos/film/large.ts", stream: 1)
            // CANCEL or another reason: what counts is that the server lets go.
            _ = try await connection.next(3)
            try await connection.client.send([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0x0F, 0xFF, 0xFF])
            try await connection.ask("/videos/", stream: 3)
            #expect(try await connection.next(0).payload == Array(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("a stream that its client gives up no longer waits for what is being made, and the others go on")
    func departure() async throws {
        var limits = VideoInProgress.Limits()
        limits.patience = .seconds(3_600)
        let video = VideoInProgress(name: "new".utf8, limits: limits)
        try await Self.run {
            $0.routes.videosInProgress = [video]
        } _: { served, connection in
            try await connection.ask("/videos/new/stream_0.ts", stream: 1)
            try await connection.ask("/videos/new/stream_0.ts", stream: 3)
            try await video.wait(untilWaiting: 2)
            // CANCEL (RFC 9113 7).
            try await connection.send(type: 3, stream: 1, [0, 0, 0, 8])
            try await video.wait(untilWaiting: 1)
            try served.put("new/stream_0.ts", "first")
            video.end()
            #expect(try await connection.next(0).payload == Array("first".utf8))
        }
    }

    @Test("a request that is wrong resets its stream, and the others go on")
    func wrongStream() async throws {
        try await Self.run { _, connection in
            // A field of HTTP/1.1, which HTTP/2 forbids (RFC 9113 8.2.2): connection, literal.
            let name = Array("connection".utf8)
            let fields =
                [0x82, 0x87, 0x84, 0x01, 1, UInt8(ascii: "x"), 0, UInt8(name.count)] + name + [1, UInt8(ascii: "x")]
            try await connection.send(type: 1, flags: 0x05, stream: 1, fields)
            _ = try await connection.next(3)
            try await connection.ask("/videos/", stream: 3)
            #expect(try await connection.next(0).payload == Array(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("what a client gets for its PINGs is not taken for progress, bodies are")
    func progress() throws {
        let progress = SocketProgress()
        let setup = ConnectionSetup(
            responder: { _, _, _ in },
            immediate: nil,
            configuration: ConnectionConfiguration(),
            rooms: nil,
            logger: Logger(label: "test"),
            onHandshake: nil
        )
        let handler = HTTP2ConnectionHandler(setup: setup, progress: progress, patience: .seconds(60))
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers(progress, handler)
        let before = handler.takenBytes(of: channel)
        for _ in 0..<100 {
            let ping = HTTP2Frame.FramePayload.ping(HTTP2PingData(withInteger: 1), ack: false)
            try channel.writeInbound(HTTP2Frame(streamID: .rootStream, payload: ping))
            // The answer in a record of TLS.
            channel.writeAndFlush(ByteBuffer(repeating: 0, count: 17 + 22), promise: nil)
        }
        #expect(handler.takenBytes(of: channel) <= before)
        channel.writeAndFlush(ByteBuffer(repeating: 0, count: 10_000), promise: nil)
        #expect(handler.takenBytes(of: channel) > before)
    }

    @Test("a header that is too large is refused with a word, and the connection goes on")
    func largeHeader() async throws {
        try await Self.run { _, connection in
            // Until its settings are acknowledged the server must keep to less.
            _ = try await connection.next(4)
            try await connection.send(type: 4, flags: 1, [])
            // A name of one letter, and 40,000 letters of value: 127 + 39,873 in three groups of seven bits (RFC 7541 5.1).
            let start: [UInt8] = [
                0x82, 0x87, 0x84, 0x01, 1, UInt8(ascii: "x"), 0, 1, UInt8(ascii: "a"), 127, 193, 183, 2,
            ]
            let block = start + [UInt8](repeating: UInt8(ascii: "x"), count: 40_000)
            try await connection.send(type: 1, flags: 0x01, stream: 1, Array(block[..<16_384]))
            try await connection.send(type: 9, stream: 1, Array(block[16_384..<32_768]))
            try await connection.send(type: 9, flags: 0x04, stream: 1, Array(block[32_768...]))
            #expect(
                try await connection.next(0).payload == Array(ConnectionAnswer.headerTooLarge.body.readableBytesView)
            )
            try await connection.ask("/videos/", stream: 3)
            #expect(try await connection.next(0).payload == Array(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("TLS below 1.2 is not spoken")
    func oldTLS() async throws {
        try await Self.run { served, _ in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            configuration.minimumTLSVersion = .tlsv1
            configuration.maximumTLSVersion = .tlsv11
            let context = try NIOSSLContext(configuration: configuration)
            await #expect(throws: (any Error).self) {
                let client = try await RawClient.connect(port: served.port, tls: context)
                try await client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try await client.response()
            }
        }
    }
}
