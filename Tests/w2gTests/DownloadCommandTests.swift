import Foundation
import HLSKit
import TestSupport
import Testing

@Suite("w2g download")
struct DownloadCommandTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func segment(_ number: Int) -> [UInt8] {
        (0..<20).flatMap { [0x47] + [UInt8](repeating: UInt8((number * 20 + $0) & 255), count: 187) }
    }

    private func placeFilm(on server: TestServer, segments: Int = 3) {
        var text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
        for number in 0..<segments {
            server.put("/s\(number).ts", segment(number))
            text += "#EXTINF:2,\ns\(number).ts\n"
        }
        server.put("/film.m3u8", Array((text + "#EXT-X-ENDLIST\n").utf8))
    }

    @Test("writes a folder, prints its playlist, and verifies it when run again")
    func film() async throws {
        try await TestServer.run { server in
            placeFilm(on: server)
            let url = server.url("/film.m3u8")
            let run = try ProgramRun(["download", url, "film", "-w", "2"], in: folder.url)
            #expect(run.status == 0)
            #expect(run.output.hasSuffix("film/film.m3u8\n"))
            #expect([UInt8](try Data(contentsOf: folder.file("film/stream_2.ts"))) == segment(2))
            let requests = server.requests.count
            let again = try ProgramRun(["download", url, "film", "--json"], in: folder.url)
            #expect(again.status == 0 && again.output.contains(#""fetchedSegments" : 0"#))
            #expect(server.requests.count == requests)
        }
    }

    @Test("prints its plan and what there is to choose from, and writes nothing")
    func plan() async throws {
        try await TestServer.run { server in
            placeFilm(on: server)
            let url = server.url("/film.m3u8")
            let plan = try ProgramRun(["download", url, "film", "--dry-run"], in: folder.url)
            #expect(plan.status == 0 && plan.output.contains("3 segments"))
            let json = try ProgramRun(["download", url, "--dry-run", "--json"], in: folder.url)
            #expect(json.output.contains(#""file" : "stream_2.ts""#))
            let list = try ProgramRun(["download", url, "--list", "--lang", "zh"], in: folder.url)
            #expect(list.output.contains("没有可选项"))
            #expect(try folder.names().isEmpty)
        }
    }

    @Test("ends with the exit code that fits, and one line")
    func exitCodes() async throws {
        try await TestServer.run { server in
            placeFilm(on: server)
            server.put("/page.html", Array("<html>hello</html>".utf8))
            server.put(
                "/broken.m3u8",
                Array("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nx.ts\n#EXT-X-ENDLIST\n".utf8)
            )
            let drm = "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://k\",KEYFORMAT=\"com.apple.streamingkeydelivery\"\n"
            server.put(
                "/drm.m3u8",
                Array("#EXTM3U\n#EXT-X-TARGETDURATION:2\n\(drm)#EXTINF:2,\nx.ts\n#EXT-X-ENDLIST\n".utf8)
            )
            try Data().write(to: folder.file("file"))
            for (arguments, code) in [
                (["/page.html", "a"], 65), (["/drm.m3u8", "a"], 65), (["/none.m3u8", "a"], 66),
                (["/broken.m3u8", "b"], 75),
                (["/film.m3u8", "file"], 73), (["/film.m3u8", "c", "--variant", "great"], 64),
                (["/film.m3u8", "c", "-w", "0"], 64),
            ] as [([String], Int32)] {
                let run = try ProgramRun(
                    ["download", server.url(arguments[0])] + arguments.dropFirst() + ["--retries", "0"],
                    in: folder.url
                )
                #expect(run.status == code, "\(arguments): \(run.error)")
                #expect(run.error.split(separator: "\n").filter { $0.hasPrefix("w2g: ") }.count == 1, "\(run.error)")
                #expect(run.output.isEmpty)
            }
        }
        let local = try ProgramRun(["download", "no such.m3u8", "d"], in: folder.url)
        #expect(local.status == 66 && local.error.contains("/no such.m3u8' does not exist"), "\(local.error)")
        let run = try ProgramRun(["download", "http://127.0.0.1:1/x.m3u8", "d", "--retries", "0"], in: folder.url)
        #expect(run.status == 69, "\(run.error)")
    }

    @Test("goes on after it was killed in the middle, to the same bytes", arguments: [3, 8, 14])
    func killed(silentFrom: Int) async throws {
        try await TestServer.run { server in
            placeFilm(on: server, segments: 20)
            for number in silentFrom..<20 { server.handle("/s\(number).ts") { _ in .fault(.silent) } }
            let arguments = ["download", server.url("/film.m3u8"), "film", "-w", "4", "--progress", "json"]
            let killed = try ProgramRun(arguments, in: folder.url, signal: SIGKILL)
            #expect(killed.status == SIGKILL)
            let there = try folder.names(in: "film").filter { $0.hasPrefix("stream_") }.count
            #expect(there <= silentFrom)
            for number in silentFrom..<20 { server.handle("/s\(number).ts") { _ in nil } }
            let run = try ProgramRun(arguments, in: folder.url)
            #expect(run.status == 0, "\(run.error)")
            for number in 0..<20 {
                #expect([UInt8](try Data(contentsOf: folder.file("film/stream_\(number).ts"))) == segment(number))
            }
            #expect(try folder.names(in: "film").filter { $0.hasPrefix(".w2g-part") }.isEmpty)
        }
    }

    @Test("writes one MP4 besides when asked")
    func singleFile() throws {
        try folder.place("sample.mp4", as: "film.mp4")
        #expect(try ProgramRun(["convert", "film.mp4", "hls/film"], in: folder.url).status == 0)
        let run = try ProgramRun(["download", "hls/film", "copy", "--mp4", "one.mp4"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        let movie = try MP4File([UInt8](Data(contentsOf: folder.file("one.mp4")))).movie
        #expect(movie?.tracks.count == 2)
        let again = try ProgramRun(["download", "hls/film", "copy", "--mp4", "one.mp4"], in: folder.url)
        #expect(again.status == 73)
        #expect(try folder.names().filter { $0.hasPrefix(".") }.isEmpty)
    }

    @Test("writes one MP4 of sound alone in a transport stream, with every frame")
    func soundAlone() throws {
        var muxer = try TransportStreamMuxer(streams: [ElementaryStream(codec: .aac, pid: 0x100)])
        var text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
        for segment in 0..<3 {
            muxer.startSegment()
            for number in segment * 47..<(segment + 1) * 47 {
                let time = MediaTime(ticks: 126_000 + Int64(number) * 1_920)
                let frame = SampleUnits.silence()
                try muxer.write(frame.span, stream: 0, pts: time, dts: time, isRandomAccess: true)
            }
            muxer.flush()
            try Data(muxer.takeOutput()).write(to: folder.file("s\(segment).ts"))
            text += "#EXTINF:1.00267,\ns\(segment).ts\n"
        }
        try Data((text + "#EXT-X-ENDLIST\n").utf8).write(to: folder.file("radio.m3u8"))
        let run = try ProgramRun(["download", "radio.m3u8", "copy", "--mp4", "radio.mp4"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        let track = try #require(try MP4File([UInt8](Data(contentsOf: folder.file("radio.mp4")))).movie?.tracks.first)
        let times = track.samples.map(\.decodeTime)
        #expect(times.count == 141)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 1_024 })
    }

    @Test(
        "tells by its exit code whether a recording saw the end of its stream",
        arguments: [(true, 0), (false, 75)] as [(Bool, Int32)]
    )
    func endOfRecording(isEnded: Bool, status: Int32) async throws {
        try await TestServer.run { server in
            server.put("/s0.ts", segment(0))
            let text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\ns0.ts\n"
            server.put("/live.m3u8", text + (isEnded ? "#EXT-X-ENDLIST\n" : ""))
            if !isEnded {
                server.handle("/live.m3u8") { [weak server] _ in
                    (server?.requests(for: "/live.m3u8").count ?? 0) > 1 ? .status(404) : nil
                }
            }
            let arguments = ["download", server.url("/live.m3u8"), "live", "--live", "--live-patience", "0.1"]
            let run = try ProgramRun(arguments, in: folder.url)
            #expect(run.status == status, "\(run.error)")
            #expect(run.output == "live/live.m3u8\n" || run.output.hasSuffix("/live/live.m3u8\n"))
            let playlist = try String(contentsOf: folder.file("live/live.m3u8"), encoding: .utf8)
            #expect(playlist.contains("#EXT-X-ENDLIST"))
            #expect(run.error.contains("did not come to its end") != isEnded)
        }
    }
}
