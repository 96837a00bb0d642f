import Foundation
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
            served.server.configuration.log?.flush()
            try FileManager.default.moveItem(at: log, to: served.folder.file("log.1"))
            served.server.configuration.log?.reopen()
            _ = try await served.ask("/nothing")
            served.server.configuration.log?.flush()
            let first = try String(contentsOf: served.folder.file("log.1"), encoding: .utf8)
            let second = try String(contentsOf: log, encoding: .utf8)
            #expect(first.contains("127.0.0.1 GET /videos/film/stream_0.ts 200 1000 "))
            #expect(!first.contains("\u{1B}"))
            #expect(second.contains("127.0.0.1 GET /nothing 404 22 ") && !second.contains("stream_0"))
        }
    }

    @Test("a member is closed with 1001 when the server stops, soon")
    func stop() async throws {
        let start = ContinuousClock.now
        try await ServedFolder.run { served in
            let client = try await RawClient.connect(port: served.port)
            try await client.upgrade("/ws/7/")
            async let stopped: Void = served.server.rooms.shutdown(within: .seconds(1))
            #expect(try await client.closeCode() == 1001)
            try await client.close()
            await stopped
        }
        #expect(ContinuousClock.now - start < .seconds(30))
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
