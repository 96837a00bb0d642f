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

    @Test("are decrypted with a given key and vector")
    func key() async throws {
        try await TestServer.run { server in
            placeFilm(on: server, at: "/film.m3u8")
            // AES-128 of nothing but padding, with a key of zeros and a vector of zeros.
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
