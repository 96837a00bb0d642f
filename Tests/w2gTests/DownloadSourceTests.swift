import Foundation
import HLSKit
import TestSupport
import Testing

@Suite("The source and target of w2g download")
struct DownloadSourceTests {
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

    private func placeFilm(on server: TestServer, at path: String, segments: Int = 4) {
        let place = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        for number in 0..<segments { server.put("\(place)/s\(number).ts", segment(number)) }
        server.put(path, film((0..<segments).map { "s\($0).ts" }))
    }

    @discardableResult
    private func download(
        _ arguments: [String],
        status: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ProgramRun {
        let run = try ProgramRun(["download", "--progress", "none", "--retries", "0"] + arguments, in: folder.url)
        #expect(run.status == status, "\(arguments): \(run.error)", sourceLocation: sourceLocation)
        return run
    }

    private func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.file(name))) }

    @Test("are named by the address alone, by what of it tells most")
    func names() async throws {
        try await TestServer.run { server in
            for (path, name) in [
                ("/a%20film.m3u8", "a film"), ("/great/index.m3u8", "great"), ("/show.mp4/chunklist_w1.m3u8", "show"),
                ("/x/master.m3u8", "x"),
            ] {
                placeFilm(on: server, at: path)
                let run = try download([server.url(path) + "?token=a/b"])
                #expect(run.output.hasSuffix("\(name)/\(name).m3u8\n"), "\(run.output)")
                #expect(try bytes("\(name)/stream_3.ts") == segment(3))
            }
        }
    }

    @Test("are not mistaken: the name of a film for the folder is refused with what to do instead")
    func fileForFolder() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            let run = try download([server.url("/film.m3u8"), "out/film.mp4"], status: 64)
            #expect(run.error.contains("--mp4 'out/film.mp4'"))
            let chinese = try download([server.url("/film.m3u8"), "film.mp4", "--lang", "zh"], status: 64)
            #expect(chinese.error.contains("文件夹"))
            #expect(try folder.names().isEmpty)
        }
    }

    @Test("can be standard input and a base address")
    func standardInput() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/place/film.m3u8")
            try Data(film((0..<4).map { "s\($0).ts" }).utf8).write(to: folder.file("list"))
            let base = server.url("/place/film.m3u8")
            let program = "\"$PROGRAM\" download --progress none --retries 0"
            let run = try ProgramRun(script: "\(program) - --base-url '\(base)' <list", in: folder.url)
            #expect(run.status == 0, "\(run.error)")
            #expect(try bytes("film/stream_3.ts") == segment(3))
            let named = try ProgramRun(script: "cat list | \(program) - other --base-url '\(base)'", in: folder.url)
            #expect(named.status == 0, "\(named.error)")
            let list = try ProgramRun(script: "\(program) - --list <list", in: folder.url)
            #expect(list.status == 0, "\(list.error)")
            for language in ["en", "zh"] {
                let script = "\(program) - x --lang \(language) <list"
                let refused = try ProgramRun(script: script, in: folder.url)
                #expect(refused.status == 64 && refused.error.contains("--base-url"), "\(refused.error)")
            }
            let page = try ProgramRun(script: "echo hello | \(program) - x", in: folder.url)
            #expect(page.status == 65, "\(page.error)")
            try download([server.url("/place/film.m3u8"), "far", "--base-url", server.url("/none/")], status: 75)
        }
    }

    @Test("are limited to a range of media time")
    func range() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            let url = server.url("/film.m3u8")
            try download([url, "part", "--from", "0:03", "--to", "5s"])
            #expect(try folder.names(in: "part").filter { $0.hasSuffix(".ts") }.count == 2)
            #expect(try bytes("part/stream_0.ts") == segment(1))
            #expect(server.requests(for: "/s0.ts").isEmpty && server.requests(for: "/s3.ts").isEmpty)
            try download([url, "all", "--from", "0"])
            for (arguments, words) in [
                (["--from", "9"], ["--from", "0:08"]), (["--from", "3", "--to", "2"], ["--from", "--to"]),
                (["--to", "x"], ["x"]), (["--from", "1", "--live"], ["--live"]),
            ] {
                for language in ["en", "zh"] {
                    let run = try download([url, "no", "--lang", language] + arguments, status: 64)
                    for word in words { #expect(run.error.contains(word), "\(run.error)") }
                }
            }
        }
    }

    @Test("lack their marked advertisements when that is wanted, and that is reported in both languages")
    func advertisements() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            let names = (0..<4).map { "s\($0).ts" }
            let text = film(names).replacing("s0.ts\n", with: "s0.ts\n#EXT-X-CUE-OUT:2\n")
            server.put("/marked.m3u8", text)
            for (language, words) in [("en", "1 segment of advertisements"), ("zh", "1 个广告分段")] {
                let run = try download([server.url("/marked.m3u8"), language, "--skip-ads", "--lang", language])
                #expect(run.error.contains(words), "\(run.error)")
                #expect(try bytes("\(language)/stream_1.ts") == segment(2))
                #expect(
                    try String(contentsOf: folder.file("\(language)/\(language).m3u8"), encoding: .utf8)
                        .contains("#EXT-X-DISCONTINUITY\n")
                )
            }
            #expect(server.requests(for: "/s1.ts").isEmpty)
            let none = try download([server.url("/film.m3u8"), "none", "--skip-ads"])
            #expect(none.error.contains("nothing is left out"))
        }
    }

    @Test("of another format, or a choice of variants that is none, is explained in both languages")
    func explanations() async throws {
        try await TestServer.run { server in
            server.put("/film.mpd", "<?xml version=\"1.0\"?><MPD/>")
            placeFilm(on: server, at: "/film.m3u8")
            for language in ["en", "zh"] {
                let other = try download([server.url("/film.mpd"), "x", "--lang", language], status: 65)
                #expect(other.error.contains("MPEG-DASH") && other.error.contains(".m3u8"), "\(other.error)")
                let choice = [server.url("/film.m3u8"), "x", "--variant", "size=1", "--lang", language]
                #expect(try download(choice, status: 64).error.contains("height<=720,codec=avc"))
            }
            try download([server.url("/film.m3u8").replacing("http://", with: " "), "bare"])
        }
    }

    @Test("are decrypted with a given key and vector")
    func key() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            let url = server.url("/film.m3u8")
            for language in ["en", "zh"] {
                let run = try download([url, "x", "--key", "12", "--lang", language], status: 64)
                #expect(run.error.contains("'12'"))
                #expect(try download([url, "x", "--iv", "q", "--lang", language], status: 64).error.contains("'q'"))
            }
            // What is not encrypted does not become something else silently.
            let key = String(repeating: "00", count: 16)
            try download([url, "x", "--key", key, "--iv", key], status: 75)
        }
    }

    @Test("pass the playlist's query on when that is wanted")
    func query() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            let url = server.url("/film.m3u8") + "?token=abc"
            func targets() -> [String] { server.requests.map(\.target).filter { $0.contains(".ts") } }
            try download([url, "plain"])
            #expect(targets().allSatisfy { !$0.contains("token") })
            try download([url, "with", "--inherit-query"])
            #expect(targets().count { $0.hasSuffix("?token=abc") } == 4)
        }
    }
}
