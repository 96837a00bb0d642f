import Foundation
import NIOCore
import NIOEmbedded
import NIOSSL
import TestSupport
import Testing

@testable import W2GServe

@Suite("Answers that need no waiting")
struct ImmediateAnswerTests {
    private static func request(_ path: String, _ method: String = "GET", _ fields: String = "") -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
    }

    @Test("come in the order of the requests, between those that have to be waited for")
    func order() async throws {
        try await ServedFolder.run { served in
            let segment = "/videos/film/stream_0.ts"
            for name in ["film/stream_0.ts", "film/film.m3u8"] { try served.age(name) }
            let whole = try await served.settled(segment).body
            let playlist = try await served.settled("/videos/film/film.m3u8").body
            let client = try await RawClient.connect(port: served.port)
            let requests = [
                Self.request(segment), Self.request("/videos/"), Self.request(segment, "GET", "Range: bytes=0-4\r\n"),
                Self.request("/videos/film/missing.ts"), Self.request(segment), Self.request("/videos/film/film.m3u8"),
                Self.request(segment, "POST"), Self.request(segment, "GET", "Connection: close\r\n"),
            ]
            try await client.send(requests.joined())
            #expect(try await client.response().body == whole)
            #expect(try await client.response().body == #"{"videos":["film"]}"#)
            #expect(try await client.response().body == "01234")
            #expect(status(try await client.response().head) == 404)
            #expect(try await client.response().body == whole)
            #expect(try await client.response().body == playlist)
            #expect(status(try await client.response().head) == 405)
            let last = try await client.response()
            #expect(last.body == whole && field("Connection", of: last.head) == "close")
            #expect(try await client.drained() == 0)
        }
    }

    @Test("have no body for HEAD, and close a connection of HTTP/1.0")
    func headAndOldVersion() async throws {
        try await ServedFolder.run { served in
            try served.age("film/stream_0.ts")
            _ = try await served.settled("/videos/film/stream_0.ts")
            let client = try await RawClient.connect(port: served.port)
            try await client.send(Self.request("/videos/film/stream_0.ts", "HEAD"))
            #expect(field("Content-Length", of: try await client.head()) == "1000")
            try await client.send("GET /videos/film/stream_0.ts HTTP/1.0\r\n\r\n")
            let answer = try await client.response()
            #expect(answer.body.utf8.count == 1_000 && field("Connection", of: answer.head) == "close")
            #expect(try await client.drained() == 0)
        }
    }

    @Test("are all there for a client that asks for much at once and takes it late", arguments: [false, true])
    func lateReader(isSecure: Bool) async throws {
        try await ServedFolder.run { configuration, _ in
            guard isSecure else { return }
            configuration.certificate = ServerCertificate(
                certificateFile: Fixtures.url("localhost.pem").path(percentEncoded: false),
                keyFile: Fixtures.url("localhost-key.pem").path(percentEncoded: false)
            )
        } _: { served in
            let size = 1 << 20
            try served.put("film/stream_1.ts", String(repeating: "0123456789abcdef", count: size / 16))
            try served.age("film/stream_1.ts")
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            let context = isSecure ? try NIOSSLContext(configuration: configuration) : nil
            func connect() async throws -> RawClient { try await RawClient.connect(port: served.port, tls: context) }
            // Into memory.
            for _ in 0..<2 {
                let first = try await connect()
                try await first.send(Self.request("/videos/film/stream_1.ts"))
                #expect(try await first.response().body.utf8.count == size)
            }
            let client = try await connect()
            try await client.send(Self.request("/healthz"))
            _ = try await client.response()
            try await client.setReading(false)
            let request = Self.request("/videos/film/stream_1.ts")
            try await client.send(String(repeating: request, count: 31))
            try await client.send(Self.request("/videos/film/stream_1.ts", "GET", "Connection: close\r\n"))
            // Another client is served meanwhile.
            let other = try await connect()
            try await other.send(Self.request("/videos/film/stream_0.ts"))
            #expect(try await other.response().body.utf8.count == 1_000)
            try await client.setReading(true)
            let total = try await client.drained()
            #expect(total > 32 * size && total < 32 * (size + 1_000))
        }
    }
}

@Suite("Joined writes")
struct WriteJoinerTests {
    /// Takes what would go to TLS.
    private final class Taker: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var written: [String] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            written.append(String(buffer: unwrapOutboundIn(data)))
            promise?.succeed()
        }
    }

    private func pipeline() throws -> (EmbeddedChannel, WriteJoiner, Taker) {
        let (channel, joiner, taker) = (EmbeddedChannel(), WriteJoiner(), Taker())
        try channel.pipeline.syncOperations.addHandlers(taker, joiner)
        return (channel, joiner, taker)
    }

    @Test("small ones leave as one with the flush, and all are told so")
    func joins() throws {
        let (channel, _, taker) = try pipeline()
        var told = 0
        for text in ["head ", "body ", "end"] {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess { told += 1 }
            channel.write(ByteBuffer(string: text), promise: promise)
        }
        #expect(taker.written == [] && told == 0)
        channel.flush()
        #expect(taker.written == ["head body end"] && told == 3)
    }

    @Test("what does not fit into a record passes as it is, behind what came before it")
    func large() throws {
        let (channel, _, taker) = try pipeline()
        let large = String(repeating: "x", count: 16_384)
        for text in ["a", large, "b", "c"] { channel.write(ByteBuffer(string: text), promise: nil) }
        channel.flush()
        #expect(taker.written == ["a", large, "bc"])
    }

    @Test("what waits goes out when the handler leaves, and when the channel is closed")
    func leaving() throws {
        let (channel, joiner, taker) = try pipeline()
        channel.write(ByteBuffer(string: "last"), promise: nil)
        channel.pipeline.syncOperations.removeHandler(joiner, promise: nil)
        channel.write(ByteBuffer(string: "next"), promise: nil)
        #expect(taker.written == ["last", "next"])
        let (other, _, otherTaker) = try pipeline()
        other.write(ByteBuffer(string: "last"), promise: nil)
        other.close(promise: nil)
        #expect(otherTaker.written == ["last"])
    }
}
