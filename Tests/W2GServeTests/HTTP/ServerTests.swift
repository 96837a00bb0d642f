import Foundation
import NIOSSL
import TestSupport
import Testing

@testable import W2GServe

@Suite("A server")
struct ServerTests {
    @Test("each request is a line of the log, with control characters escaped and the client behind a trusted proxy")
    func log() async throws {
        try await ServedFolder.run { configuration, folder in
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
        } _: { served in
            _ = try await served.ask("/videos/film/film.m3u8?a=\u{1B}[31m", ["X-Forwarded-For: 203.0.113.9, 127.0.0.1"])
            _ = try await served.ask("/videos/film/stream_0.ts")
            let log = served.folder.file("log")
            _ = try await served.log(with: "stream_0.ts")
            try FileManager.default.moveItem(at: log, to: served.folder.file("log.1"))
            served.server.configuration.log?.reopen()
            _ = try await served.ask("/nothing")
            let second = try await served.log(with: "/nothing")
            let first = try String(contentsOf: served.folder.file("log.1"), encoding: .utf8)
            #expect(first.contains("127.0.0.1 GET /videos/film/stream_0.ts 200 1000 "))
            #expect(!first.contains("\u{1B}"))
            #expect(second.contains("127.0.0.1 GET /nothing 404 22 ") && !second.contains("stream_0"))
        }
    }

    @Test("with a certificate it speaks TLS: HTTP/1.1, WebSockets, and HTTP/2 for those who ask for it")
    func tls() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.certificate = ServerCertificate(
                certificateFile: Fixtures.url("localhost.pem").path(percentEncoded: false),
                keyFile: Fixtures.url("localhost-key.pem").path(percentEncoded: false)
            )
        } _: { served in
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            let context = try NIOSSLContext(configuration: configuration)
            let client = try await RawClient.connect(port: served.port, tls: context)
            try await client.send("GET /videos/ HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().body == #"{"videos":["film"]}"#)
            let page = try await RawClient.connect(port: served.port, tls: context)
            try await page.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await page.response().body.contains("wss://x/ws/"))
            let (one, two) = (try await member(1, served, context), try await member(2, served, context))
            try await one.say(#"{"data":"over TLS"}"#)
            #expect(try await two.message() == #"{"data":"over TLS"}"#)
            configuration.applicationProtocols = ["h2"]
            let modern = try await RawClient.connect(
                port: served.port,
                tls: try NIOSSLContext(configuration: configuration)
            )
            // The preface of HTTP/2 (RFC 9113 3.4) with empty settings; the server's settings come back.
            try await modern.send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0])
            let frame = try await modern.take(9)
            #expect(Array(frame.utf8)[3] == 4)
        }
    }

    private func member(_ id: Int, _ served: ServedFolder, _ context: NIOSSLContext) async throws -> RawClient {
        let client = try await RawClient.connect(port: served.port, tls: context)
        try await client.upgrade("/ws/\(id)/")
        return client
    }

    @Test("how long deliveries take is counted")
    func deliveryTime() async throws {
        try await ServedFolder.run { served in
            let (one, two) = (
                try await RawClient.connect(port: served.port), try await RawClient.connect(port: served.port)
            )
            try await one.upgrade("/ws/1/")
            try await two.upgrade("/ws/2/")
            try await one.say(#"{"data":"hello"}"#)
            #expect(try await two.message() == #"{"data":"hello"}"#)
            // The members' coming is delivered too.
            try await served.waitForMetrics { text in
                text.contains("w2g_room_delivery_duration_seconds_count ")
                    && !text.contains("w2g_room_delivery_duration_seconds_count 0\n")
            }
        }
    }

    @Test(
        "a member is closed with 1001 when the server stops, and nobody waits behind its goodbye",
        .timeLimit(.minutes(10))
    )
    func stop() async throws {
        try await ServedFolder.run { served in
            let client = try await RawClient.connect(port: served.port)
            try await client.upgrade("/ws/7/")
            async let stopped: Void = served.server.rooms.shutdown(within: .seconds(3_600))
            #expect(try await client.closeCode() == 1001)
            try await client.close()
            await stopped
        }
    }

    @Test("what makes a server impossible is told with its kind")
    func failures() async throws {
        let missing = #expect(throws: ServeError.self) {
            _ = try W2GServer(configuration: .init(videosDirectory: "/nowhere/at/all"))
        }
        #expect(missing?.code == .folderNotFound)
        try await ServedFolder.run { served in
            let path = served.videos.path(percentEncoded: false)
            var configuration = W2GServer.Configuration(videosDirectory: path)
            configuration.port = served.port
            let second = try W2GServer(configuration: configuration)
            let taken = await #expect(throws: ServeError.self) { try await second.run() }
            #expect(taken?.code == .addressInUse)
            let segment = path + "/film/stream_0.ts"
            configuration.certificate = ServerCertificate(certificateFile: segment, keyFile: segment)
            let wrong = configuration
            let bad = #expect(throws: ServeError.self) { _ = try W2GServer(configuration: wrong) }
            #expect(bad?.code == .certificateNotUsable)
        }
    }
}
