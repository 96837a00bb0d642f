import Foundation
import HLSKit
import NIOCore
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Limits, redirects and credentials over HTTP")
struct HostileServerTests {
    private let bytes = sampleBytes(100_000)

    private func playlist(
        _ bench: Bench,
        _ path: String = "/index.m3u8",
        limit: Int = 1 << 20
    ) async throws -> (bytes: [UInt8], response: ResourceResponse) {
        try await bench.fetcher.data(ResourceRequest(url: bench.server.url(path), kind: .playlist), limit: limit)
    }

    private func expectPlaylist(_ bench: Bench, limit: Int = 1 << 20) async throws {
        let result = try await playlist(bench, limit: limit)
        #expect(result.bytes == bytes)
    }

    private func failure(_ bench: Bench, _ path: String = "/index.m3u8", limit: Int = 1 << 20) async -> DownloadError? {
        do {
            _ = try await playlist(bench, path, limit: limit)
            return nil
        } catch {
            return error as? DownloadError
        }
    }

    // MARK: Limits

    @Test("a body that never ends meets a limit")
    func endless() async throws {
        var configuration = TransferConfiguration.quick
        configuration.maximumUndeclaredBytes = 500_000
        try await Bench.run(configuration) { bench in
            bench.server.handle("/a.ts") { _ in .fault(.endless) }
            let error = await bench.failure()
            #expect(error?.code == .limitReached)
            #expect(error?.message.contains("longer than 500000 bytes") == true)
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test("a length above the limit is refused before a byte is taken")
    func declared() async throws {
        var configuration = TransferConfiguration.quick
        configuration.maximumBytes = 99_999
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            #expect(await bench.failure()?.code == .limitReached)
        }
    }

    @Test("a playlist above its limit is refused")
    func longPlaylist() async throws {
        try await Bench.run { bench in
            bench.server.put("/index.m3u8", bytes)
            #expect(await failure(bench, limit: 99_999)?.code == .limitReached)
            try await expectPlaylist(bench, limit: 100_000)
        }
    }

    @Test("a compressed playlist is read, and asked for")
    func gzip() async throws {
        try await Bench.run { bench in
            let body = TestGzip.stored(bytes)
            bench.server.handle("/index.m3u8") { _ in .content(body, headers: [("Content-Encoding", "gzip")]) }
            let result = try await playlist(bench)
            #expect(result.bytes == bytes)
            #expect(result.response.byteCount == bytes.count)
            #expect(bench.server.requests[0].header("Accept-Encoding") == "gzip")
        }
    }

    @Test("a compressed playlist that is cut short or damaged is fetched again")
    func damagedGzip() async throws {
        try await Bench.run { bench in
            let body = TestGzip.stored(bytes)
            var damaged = body
            damaged[5_000] ^= 0xFF
            func answer(_ body: [UInt8]) -> TestAnswer { .content(body, headers: [("Content-Encoding", "gzip")]) }
            bench.server.script("/index.m3u8", answer(Array(body.prefix(50_000))), answer(damaged), answer(body))
            try await expectPlaylist(bench)
        }
    }

    @Test("a bomb meets the limit of decompression")
    func bomb() async throws {
        var configuration = TransferConfiguration.quick
        configuration.maximumDecompressedBytes = 1_000_000
        try await Bench.run(configuration) { bench in
            let body = TestGzip.bomb(compressed: 1_000_000)
            bench.server.handle("/index.m3u8") { _ in .content(body, headers: [("Content-Encoding", "gzip")]) }
            let error = await failure(bench, limit: 1 << 30)
            #expect(error?.code == .limitReached)
            #expect(await failure(bench, limit: 10_000)?.code == .limitReached)
        }
    }

    @Test("an encoding that was not asked for is refused")
    func encoding() async throws {
        try await Bench.run { bench in
            bench.server.handle("/a.ts") { _ in .content([1, 2, 3], headers: [("Content-Encoding", "br")]) }
            let error = await bench.failure()
            #expect(error?.code == .notUsable)
            #expect(error?.message.contains("'br'") == true)
        }
    }

    @Test("a limit of the rate holds transfers back together")
    func rate() async throws {
        var configuration = TransferConfiguration.quick
        configuration.limitRate = 200_000
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            let start = ContinuousClock.now
            async let one = bench.segment()
            async let two = bench.segment()
            _ = try await (one, two)
            // 200,000 bytes at 200,000 a second, of which a tenth may be saved up; a slow machine makes it longer only.
            #expect(ContinuousClock.now - start >= .milliseconds(850))
        }
    }

    // MARK: Redirects

    @Test("the URL behind redirects is the one that names are resolved against", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        try await Bench.run { bench in
            bench.server.put("/b/deep/index.m3u8", "#EXTM3U\n")
            bench.server.handle("/index.m3u8") { _ in .redirect("b/step?x=1", status: status) }
            bench.server.handle("/b/step") { _ in .redirect("deep/./index.m3u8#f", status: status) }
            let result = try await playlist(bench)
            #expect(PlaylistURL.resolve("a.ts", against: result.response.url) == bench.server.url("/b/deep/a.ts"))
        }
    }

    @Test("redirects that never end meet a limit")
    func endlessRedirects() async throws {
        var configuration = TransferConfiguration.quick
        configuration.connectionsPerHost = 1
        try await Bench.run(configuration) { bench in
            bench.server.handle("/index.m3u8") { .redirect("/index.m3u8?n=\($0.number)") }
            let error = await failure(bench)
            #expect(error?.code == .limitReached)
            #expect(bench.server.requests.count == 11)
            // A connection for each would show that none is used again; on a busy machine one may be opened anew.
            #expect(bench.server.connections < 11)
        }
    }

    @Test(
        "redirects to anything but http and https are refused",
        arguments: ["file:///etc/passwd", "ftp://a/", "data:,x"]
    )
    func otherSchemes(target: String) async throws {
        try await Bench.run { bench in
            bench.server.handle("/index.m3u8") { _ in .redirect(target) }
            let error = await failure(bench)
            #expect(error?.code == .notUsable)
            #expect(error?.message.contains(target) == true)
            #expect(bench.server.requests.count == 1)
        }
    }

    @Test("a redirect to nowhere is an error")
    func noLocation() async throws {
        try await Bench.run { bench in
            bench.server.handle("/index.m3u8") { _ in .status(302) }
            #expect(await failure(bench)?.code == .notUsable)
        }
    }

    // MARK: Credentials

    @Test("credentials are dropped when a redirect leads to another origin")
    func credentials() async throws {
        var configuration = TransferConfiguration.quick
        configuration.headers = [
            HeaderField(name: "Authorization", value: "Bearer secret"), HeaderField(name: "Cookie", value: "a=secret"),
            HeaderField(name: "X-Note", value: "n"),
        ]
        try await TestServer.run { other in
            other.put("/a.ts", bytes)
            let target = other.url("/a.ts")
            try await Bench.run(configuration) { bench in
                bench.server.handle("/a.ts") { _ in .redirect(target) }
                try await bench.expect(equals: bytes)
                let (home, away) = (bench.server.requests[0], other.requests[0])
                #expect(home.header("Authorization") == "Bearer secret")
                #expect(home.header("Cookie") == "a=secret")
                #expect(away.header("Authorization") == nil && away.header("Cookie") == nil)
                #expect(away.header("X-Note") == "n")
                #expect(away.header("Referer") == bench.server.url("/index.m3u8"))
            }
        }
    }

    @Test("a name and a password in the URL are sent to their origin, and stay out of messages")
    func userInfo() async throws {
        try await Bench.run(userInfo: "me:pw@") { bench in
            bench.server.put("/a.ts", bytes)
            _ = try await bench.segment()
            #expect(bench.server.requests[0].header("Authorization") == "Basic bWU6cHc=")
            let url = "http://me:pw@127.0.0.1:\(bench.server.port)/none"
            let error = await #expect(throws: DownloadError.self) {
                _ = try await bench.fetcher.data(ResourceRequest(url: url, kind: .playlist), limit: 10)
            }
            #expect(error?.description.contains("pw") == false)
        }
    }

    @Test("cookies that the playlist sets come with the segments")
    func cookies() async throws {
        try await Bench.run { bench in
            bench.server.handle("/index.m3u8") { _ in .status(200, [("Set-Cookie", "pass=1; Path=/")], body: "#EXTM3U")
            }
            bench.server.put("/a.ts", bytes)
            _ = try await playlist(bench)
            _ = try await bench.segment()
            #expect(bench.server.requests.map { $0.header("Cookie") } == [nil, "pass=1"])
        }
    }

    @Test("a token that has expired is a refusal that says so, at once")
    func expired() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.handle("/a.ts") { $0.number < 1 ? nil : .status(403) }
            _ = try await bench.segment("/a.ts?token=1")
            let error = await bench.failure("/a.ts?token=1")
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("fresh address") == true)
            #expect(bench.server.requests.count == 2)
        }
    }

    // MARK: Connections

    @Test("a certificate that nobody vouches for is refused, and says what to do")
    func certificate() async throws {
        try await Bench.run(tls: true) { bench in
            bench.server.put("/a.ts", bytes)
            let error = await bench.failure()
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("--insecure") == true)
        }
    }

    @Test("certificates are not looked at when that is wanted, or trusted from a file")
    func trusted() async throws {
        var configuration = TransferConfiguration.quick
        configuration.allowsInvalidCertificates = true
        try await Bench.run(configuration, tls: true) { bench in
            bench.server.put("/a.ts", bytes)
            try await bench.expect(equals: bytes)
        }
        let folder = try TestFolder()
        try TestCertificate.certificate.write(to: folder.file("ca.pem"), atomically: true, encoding: .utf8)
        configuration = .quick
        configuration.certificateAuthoritiesFile = folder.file("ca.pem").path(percentEncoded: false)
        try await Bench.run(configuration, tls: true) { bench in
            bench.server.put("/a.ts", bytes)
            try await bench.expect(equals: bytes)
        }
    }

    @Test("https to a server that speaks plain HTTP is told")
    func plain() async throws {
        try await Bench.run { bench in
            let url = "https://127.0.0.1:\(bench.server.port)/a.ts"
            let error = await #expect(throws: DownloadError.self) {
                _ = try await bench.fetcher.data(ResourceRequest(url: url, kind: .key), limit: 10)
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("encrypted") == true)
        }
    }

    @Test("a refused connection and a name that nobody knows are told in one line each")
    func unreachable() async throws {
        let port = SilentPort()
        let long = String(repeating: "x", count: 64)
        for (url, text) in [
            ("http://127.0.0.1:\(port.number)/a", "connection was refused"), ("http://\(long)/a", "cannot be resolved"),
        ] {
            let error = await #expect(throws: DownloadError.self) {
                try await HTTPFetcher.withFetcher(.quick, root: url) { fetcher in
                    _ = try await fetcher.data(ResourceRequest(url: url, kind: .playlist), limit: 10)
                }
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains(text) == true)
            #expect(error?.description.contains("\n") == false)
        }
    }
}
