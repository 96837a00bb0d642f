import Foundation
import Hummingbird
import NIOCore
import NIOPosix
import ServiceLifecycle
import TestSupport
import Testing

@testable import W2GServe

@Suite("Routes in somebody else's router")
struct RouterTests {
    /// Asks a server of Hummingbird's own connections, whose router has the routes beside one of its own.
    private func answers(
        to requests: [String],
        includingPage: Bool = true
    ) async throws -> [(head: String, body: String)] {
        let folder = try TestFolder()
        let film = folder.file("a film")
        try FileManager.default.createDirectory(at: film, withIntermediateDirectories: true)
        try Data(ServedFolder.film(segments: 1).utf8).write(to: film.appending(path: "a film.m3u8"))
        try Data(String(repeating: "0123456789", count: 10).utf8).write(to: film.appending(path: "s.ts"))
        let router = Router()
        router.get("own") { _, _ in "own" }
        let routes = try W2GRoutes(configuration: .init(videosDirectory: folder.path))
        router.addW2GRoutes(routes, includingPage: includingPage)
        let running = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Int.self)
        let log = RecordedLog()
        let application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { running.succeed($0.localAddress?.port ?? 0) },
            logger: log.logger
        )
        let group = ServiceGroup(configuration: .init(services: [application], logger: log.logger))
        async let ended: Void = {
            do {
                try await group.run()
            } catch {
                running.fail(error)
                throw error
            }
        }()
        let port = try await running.futureResult.get()
        let client = try await RawClient.connect(port: port)
        var answers: [(head: String, body: String)] = []
        for request in requests {
            let lines = request.split(separator: "|")
            let head = [lines[0] + " HTTP/1.1", "Host: x"] + lines.dropFirst()
            try await client.send(head.joined(separator: "\r\n") + "\r\n\r\n")
            answers.append(lines[0].hasPrefix("HEAD") ? (try await client.head(), "") : try await client.response())
        }
        try await client.close()
        await group.triggerGracefulShutdown()
        try await ended
        return answers
    }

    @Test("answer as the server does, beside the routes that there are")
    func beside() async throws {
        let got = try await answers(to: [
            "GET /own", "GET /videos/?sort=true", "GET /videos", "GET /video/a%20film/", "GET /video/a%20film",
            "GET /videos/a%20film/a%20film.m3u8", "GET /videos/a%20film/s.ts|Range: bytes=-3",
            "GET /videos/%2e%2e/s.ts", "GET /", "GET /healthz", "GET /readyz", "GET /metrics",
        ])
        #expect(got.map { status($0.head) } == [200, 200, 307, 301, 307, 200, 206, 404, 200, 200, 200, 200])
        #expect(got[0].body == "own" && got[1].body == #"{"videos":["a film"]}"#)
        #expect(field("Location", of: got[3].head) == "../../videos/a%20film/a%20film.m3u8")
        #expect(got[5].body == ServedFolder.film(segments: 1) && got[6].body == "789")
        #expect(got[7].body == #"{"detail":"Not Found"}"#)
        #expect(field("Content-Type", of: got[8].head) == "text/html; charset=utf-8")
        #expect(got[11].body.contains("w2g_cache_misses_total"))
    }

    @Test("give HEAD, 304 and OPTIONS no body and the right length")
    func bodiless() async throws {
        let got = try await answers(to: [
            "HEAD /videos/a%20film/s.ts", "GET /videos/a%20film/s.ts|If-None-Match: *", "OPTIONS /videos/", "GET /own",
        ])
        #expect(got.map { status($0.head) } == [200, 304, 204, 200] && got[3].body == "own")
        #expect(field("Content-Length", of: got[0].head) == "100")
        #expect(field("Content-Length", of: got[1].head) == nil)
        #expect(field("Content-Length", of: got[2].head) == nil)
    }

    @Test("leave the root to others when told to")
    func withoutPage() async throws {
        let got = try await answers(to: ["GET /", "GET /healthz"], includingPage: false)
        #expect(got.map { status($0.head) } == [404, 200])
    }
}
