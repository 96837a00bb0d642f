import ArgumentParser
import Foundation
import HLSDownload
import HLSKit
import TestSupport
import Testing

@testable import w2g

@Suite("The options of w2g download")
struct DownloadOptionTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func segment(_ number: Int) -> [UInt8] {
        (0..<20).flatMap { [0x47] + [UInt8](repeating: UInt8((number * 20 + $0) & 255), count: 187) }
    }

    private func film(_ names: [String]) -> String {
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + names.map { "#EXTINF:2,\n\($0)\n" }.joined() + "#EXT-X-ENDLIST\n"
    }

    private func placeFilm(on server: TestServer, segments: Int = 3) {
        for number in 0..<segments { server.put("/s\(number).ts", segment(number)) }
        server.put("/film.m3u8", film((0..<segments).map { "s\($0).ts" }))
    }

    /// Runs a download without retries, and expects how it ends.
    @discardableResult
    private func download(
        _ arguments: [String],
        environment: [String: String] = [:],
        status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ProgramRun {
        let run = try ProgramRun(
            ["download", "--progress", "none", "--retries", "0", "--stall-timeout", "600"] + arguments,
            in: folder.url,
            environment: ["PATH": "/nonexistent", "LANG": "C"].merging(environment) { $1 }
        )
        #expect(run.status == status, "\(arguments): \(run.error)", sourceLocation: sourceLocation)
        return run
    }

    @Test("send header fields, user agent, referer and cookies, and no credentials to another origin")
    func headers() async throws {
        try await TestServer.run { server in
            try await TestServer.run { other in
                placeFilm(on: server)
                other.put("/far.ts", segment(9))
                server.put("/two.m3u8", film(["s0.ts", other.url("/far.ts")]))
                let jar = "# Netscape HTTP Cookie File\n127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tabc\n"
                try Data(jar.utf8).write(to: folder.file("jar.txt"))
                let url = server.url("/two.m3u8")
                try download([
                    url, "a", "-H", "X-One: 1", "--header", "Authorization: Bearer t", "--user-agent", "me/1",
                    "--referer",
                    "https://site.example/", "--cookies", "jar.txt",
                ])
                let near = try #require(server.requests(for: "/s0.ts").first)
                #expect(near.header("X-One") == "1" && near.header("User-Agent") == "me/1")
                #expect(near.header("Referer") == "https://site.example/" && near.header("Cookie") == "session=abc")
                #expect(near.header("Authorization") == "Bearer t")
                let far = try #require(other.requests(for: "/far.ts").first)
                #expect(far.header("Authorization") == nil && far.header("User-Agent") == "me/1")
                try download([url, "b", "-H", "Authorization: Bearer t", "--trust-host", "127.0.0.1"])
                #expect(other.requests(for: "/far.ts").last?.header("Authorization") == "Bearer t")
                let usual = try #require(server.requests(for: "/s0.ts").last)
                #expect(usual.header("Referer") == url && usual.header("User-Agent")?.hasPrefix("Mozilla/5.0") == true)
                #expect(try download([url, "c", "-H", "nonsense"], status: 64).error.contains("nonsense"))
                #expect(try download([url, "c", "--cookies", "none.txt"], status: 64).error.contains("none.txt"))
                // As shells have it for the output of a command.
                let piped = try ProgramRun(
                    script: "cat jar.txt | \"$PROGRAM\" download '\(url)' d --cookies /dev/stdin --progress none",
                    in: folder.url
                )
                #expect(piped.status == 0, "\(piped.error)")
                #expect(server.requests(for: "/s0.ts").last?.header("Cookie") == "session=abc")
            }
        }
    }

    @Test("limit the rate")
    func rate() async throws {
        var transfer = TransferConfiguration()
        try TransferArguments.parse(["--limit-rate", "8K"]).apply(to: &transfer)
        #expect(transfer.limitRate == 8_000)
        try await TestServer.run { server in
            placeFilm(on: server)
            try download([server.url("/film.m3u8"), "film", "--limit-rate", "1M"])
            try download([server.url("/film.m3u8"), "b", "--limit-rate", "fast"], status: 64)
        }
    }

    @Test("take a proxy from the option or the environment")
    func proxy() async throws {
        try await TestServer.run { server in
            try await TestProxy.run { proxy in
                placeFilm(on: server)
                let (url, address) = (server.url("/film.m3u8"), "127.0.0.1:\(proxy.port)")
                try download([url, "a", "--proxy", "http://" + address])
                let byOption = proxy.requests.count
                #expect(byOption > 0)
                try download([url, "b"], environment: ["http_proxy": "http://" + address])
                let byEnvironment = proxy.requests.count
                #expect(byEnvironment > byOption)
                try download([url, "c"], environment: ["http_proxy": "http://" + address, "no_proxy": "127.0.0.1"])
                #expect(proxy.requests.count == byEnvironment)
                try download([url, "d"], environment: ["ALL_PROXY": "socks5://" + address])
                #expect(proxy.requests.last?.hasPrefix("SOCKS ") == true)
                try download([url, "e", "--proxy", "ftp://x"], status: 64)
                let silent = SilentPort()
                let run = try download([url, "e", "--proxy", "http://127.0.0.1:\(silent.number)"], status: 69)
                #expect(run.error.contains("the proxy '127.0.0.1:\(silent.number)' cannot be reached"))
            }
        }
    }

    @Test("trust certificates as told, and nobody else's")
    func certificates() async throws {
        try await TestServer.run(tls: true) { server in
            placeFilm(on: server)
            try Data(TestCertificate.certificate.utf8).write(to: folder.file("ca.pem"))
            try Data("nothing".utf8).write(to: folder.file("bad.pem"))
            let url = server.url("/film.m3u8")
            #expect(try download([url, "a"], status: 69).error.contains("certificate"))
            try download([url, "a", "--insecure"])
            try download([url, "b", "--cacert", "ca.pem"])
            try download([url, "c", "--cacert", "bad.pem"], status: 64)
            try download([url, "c", "--http1", "--http2"], status: 64)
        }
    }

    @Test("use HTTP/2 when asked, with one connection for all")
    func version() async throws {
        placeFilmOnDisk(segments: 24)
        try Data(TestCertificate.certificate.utf8).write(to: folder.file("ca.pem"))
        try Data(TestCertificate.privateKey.utf8).write(to: folder.file("key.pem"))
        let server = try ServerRun(
            ["launch", "videos", "--ssl-cert-filepath", "ca.pem", "--ssl-key-filepath", "key.pem"],
            in: folder.url
        )
        let url = server.address + "/videos/film/film.m3u8"
        for (version, isOne) in [("http2", true), ("http1", false)] {
            try await TestProxy.run { proxy in
                let arguments = [
                    url, version, "--" + version, "--cacert", "ca.pem", "--proxy", "http://127.0.0.1:\(proxy.port)",
                ]
                try download(arguments)
                #expect((proxy.requests.count == 1) == isOne, "\(version): \(proxy.requests.count) connections")
            }
            #expect([UInt8](try Data(contentsOf: folder.file("\(version)/stream_23.ts"))) == segment(23))
        }
    }

    private func placeFilmOnDisk(segments: Int) {
        let place = folder.file("videos/film")
        try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for number in 0..<segments { try? Data(segment(number)).write(to: place.appending(path: "s\(number).ts")) }
        try? Data(film((0..<segments).map { "s\($0).ts" }).utf8).write(to: place.appending(path: "film.m3u8"))
    }

    @Test("choose variants, sound and subtitles")
    func choice() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, segments: 2)
            server.put("/s.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", type: "text/vtt")
            server.put("/text.m3u8", film(["s.vtt"]))
            for name in ["low", "middle", "high", "en", "fr"] { server.put("/\(name).m3u8", film(["s0.ts", "s1.ts"])) }
            func media(_ type: String, _ language: String, _ uri: String, _ isDefault: Bool) -> String {
                "#EXT-X-MEDIA:TYPE=\(type),GROUP-ID=\"\(type)\",NAME=\"\(language)\",LANGUAGE=\"\(language)\","
                    + "DEFAULT=\(isDefault ? "YES" : "NO"),AUTOSELECT=YES,URI=\"\(uri).m3u8\"\n"
            }
            var text = "#EXTM3U\n" + media("AUDIO", "en", "en", true) + media("AUDIO", "fr", "fr", false)
            text += media("SUBTITLES", "de", "text", false)
            for (name, height, rate) in [("low", 360, 800_000), ("middle", 720, 2_000_000), ("high", 1_080, 5_000_000)]
            {
                text += "#EXT-X-STREAM-INF:BANDWIDTH=\(rate),RESOLUTION=\(height * 16 / 9)x\(height),"
                text += "CODECS=\"avc1.64001f,mp4a.40.2\",AUDIO=\"AUDIO\",SUBTITLES=\"SUBTITLES\"\n\(name).m3u8\n"
            }
            server.put("/all.m3u8", text)
            let url = server.url("/all.m3u8")
            for (arguments, folders) in [
                ([], ["1080p", "audio-en"]), (["--variant", "worst"], ["360p", "audio-en"]),
                (["--variant", "height<=720"], ["720p", "audio-en"]), (["--variant", "2"], ["720p", "audio-en"]),
                (["--variant", "all", "--audio", "none"], ["360p", "720p", "1080p"]),
                (["--audio", "fr", "--subtitles", "de"], ["1080p", "audio-fr", "subtitles-de"]),
                (["--variant", "bandwidth<=1M", "--audio", "all"], ["360p", "audio-en", "audio-fr"]),
            ] {
                let run = try download([url, "x", "--dry-run", "--json"] + arguments)
                let plan = try JSONDecoder().decode(Plan.self, from: Data(run.output.utf8))
                #expect(plan.renditions.map(\.folder).sorted() == folders.sorted(), "\(arguments)")
            }
            for arguments in [
                ["--audio", "xx"], ["--subtitles", "xx"], ["--variant", "height<=100"], ["--variant", "7"],
            ] {
                try download([url, "x"] + arguments, status: 64)
            }
            let list = try download([url, "--list"]).output
            for word in ["1280x720", "5000 kbit/s", "AUDIO", "fr", "de"] { #expect(list.contains(word), "\(list)") }
            #expect(try download([url, "--list", "--json"]).output.contains("\"variants\""))
            #expect(!(try folder.names().contains("x")))
            try download([url, "x", "--variant", "worst", "--audio", "all", "--subtitles", "all"])
            #expect(try folder.names(in: "x/subtitles-de").sorted() == ["stream_0.vtt", "subtitles-de.m3u8"])
            #expect(try ProgramRun(["inspect", "--quiet", "x"], in: folder.url).status == 0)
        }
    }

    @Test("make gaps of what is missing, and go on from another address")
    func missing() async throws {
        try await TestServer.run { server in
            placeFilm(on: server)
            server.handle("/s1.ts") { _ in .status(404) }
            let url = server.url("/film.m3u8")
            let gap = try download([url, "gap", "--missing", "gap"])
            #expect(gap.error.contains("stream_1.ts is missing"))
            #expect(try String(contentsOf: folder.file("gap/gap.m3u8"), encoding: .utf8).contains("#EXT-X-GAP\n"))
            #expect(try download([url, "film"], status: 75).error.contains("stream_1.ts"))
            for number in 0..<3 { server.put("/moved/s\(number).ts", segment(number)) }
            server.put("/moved/list.m3u8", film((0..<3).map { "s\($0).ts" }))
            let moved = server.url("/moved/list.m3u8")
            #expect(try download([moved, "film"], status: 73).error.contains("--resume-from"))
            let run = try download([moved, "film", "--resume-from", url, "--json"])
            #expect(run.output.contains(#""fetchedSegments" : 1"#), "\(run.output)")
            #expect(server.requests(for: "/moved/s0.ts").isEmpty)
        }
    }
}

/// What is read of a plan.
private struct Plan: Decodable {
    struct Rendition: Decodable {
        let folder: String
    }

    let renditions: [Rendition]
}
