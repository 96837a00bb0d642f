import Foundation
import HLSDownload
import HLSInspection
import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("A downloaded folder")
struct DownloadTests {
    @Test("has the stream's bytes, local names and a playlist that is whole")
    func film() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm()
        let result = try await bench.download()
        #expect(try bench.names() == ["out.m3u8", "stream_0.ts", "stream_1.ts", "stream_2.ts", "stream_3.ts"])
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.isEnded && playlist.kind == .vod && playlist.targetDuration == 2)
        #expect(result.segments == 4 && result.fetchedSegments == 4 && result.duration.seconds == 8)
        let report = try await HLSInspector().inspect(bench.directory.path)
        #expect(report.findings.isEmpty)
    }

    @Test("resolves relative, absolute, host-relative and query names, after redirects")
    func names() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 4)
        let base = "https://edge.example/v/9/index.m3u8?token=1"
        let text = SampleMedia.playlist(["a.ts", "/b.ts", "//other.example/c.ts", "?n=d"])
        bench.fetcher[Workbench.url] = .redirect(base, Array(text.utf8))
        let urls = [
            "https://edge.example/v/9/a.ts", "https://edge.example/b.ts", "https://other.example/c.ts",
            "https://edge.example/v/9/index.m3u8?n=d",
        ]
        for (url, bytes) in zip(urls, media) { bench.fetcher[url] = .bytes(bytes) }
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
    }

    @Test("never takes a name of the playlist for a path")
    func hostileNames() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 1)
        let names = ["../../../../etc/x", "/etc/passwd", "a%00b", String(repeating: "x", count: 5_000), "A.ts", "a.ts"]
        bench.fetcher.answer { request, _ in request.kind == .segment ? .bytes(media[0]) : nil }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(names))
        try await bench.download()
        #expect(try bench.names() == ["out.m3u8"] + (0..<6).map { "stream_\($0).ts" })
        #expect(try bench.folder.names() == ["out"])
    }

    @Test("keeps discontinuities, gaps, dates and date ranges, and puts variables in")
    func tags() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 4)
        bench.place("a", media)
        let range = #"#EXT-X-DATERANGE:ID="x",START-DATE="2026-01-01T00:00:00.000Z",DURATION=4.0"#
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(
                (0..<4).map { "{$p}\($0).ts" },
                lines: [
                    0: "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n" + range, 1: "#EXT-X-GAP",
                    2: "#EXT-X-DISCONTINUITY",
                ],
                sequence: 7,
                header: #"#EXT-X-DEFINE:NAME="p",VALUE="a""# + "\n"
            )
        )
        try await bench.download()
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.mediaSequence == 7 && playlist.definitions.isEmpty)
        #expect(playlist.segments.map(\.isGap) == [false, true, false, false])
        #expect(playlist.segments.map(\.isDiscontinuity) == [false, false, true, false])
        #expect(playlist.segments[0].programDateTime?.description == "2026-01-01T00:00:00.000Z")
        #expect(playlist.dateRanges.map(\.id) == ["x"])
        #expect(bench.fetcher.count(Workbench.at("a1.ts")) == 0)
        #expect(try bench.bytes("stream_3.ts") == media[3])
    }

    @Test("has a file for each byte range, and adjacent ranges are one request")
    func byteRanges() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 4)
        bench.fetcher[Workbench.at("all.ts")] = .bytes(media.flatMap(\.self))
        var lines: [Int: String] = [0: "#EXT-X-BYTERANGE:\(media[0].count)@0"]
        for index in 1..<4 { lines[index] = "#EXT-X-BYTERANGE:\(media[index].count)" }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(Array(repeating: "all.ts", count: 4), lines: lines))
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        #expect(bench.fetcher.count(Workbench.at("all.ts")) == 1)
        #expect(try bench.playlist().media?.segments[1].byteRange == nil)
    }

    @Test("has every initialization section of fragmented MP4 as a file of its own")
    func sections() async throws {
        let bench = try Workbench()
        bench.place("f", (0..<3).map(SampleMedia.fragment), extension: "m4s")
        bench.fetcher[Workbench.at("i.mp4")] = .bytes(SampleMedia.section(1) + SampleMedia.section(2))
        let length = SampleMedia.section().count
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(
                (0..<3).map { "f\($0).m4s" },
                lines: [
                    0: "#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"\(length)@0\"",
                    2: "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"i.mp4\",BYTERANGE=\"\(length)@\(length)\"",
                ]
            )
        )
        try await bench.download()
        #expect(try bench.bytes("init_0.mp4") == SampleMedia.section(1))
        #expect(try bench.bytes("init_1.mp4") == SampleMedia.section(2))
        #expect(try bench.bytes("stream_2.m4s") == SampleMedia.fragment(2))
        let segments = try #require(try bench.playlist().media?.segments)
        #expect(segments.map { $0.map?.uri } == ["init_0.mp4", "init_0.mp4", "init_1.mp4"])
    }

    @Test("calls files by what they are, whatever the stream calls them")
    func extensions() async throws {
        let bench = try Workbench()
        bench.fetcher[Workbench.at("0.jpg")] = .bytes(SampleMedia.webVTT)
        bench.fetcher[Workbench.at("1.php")] = .bytes(
            Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0] + [0xFF, 0xF1, 0x50, 0x80]
        )
        bench.fetcher[Workbench.at("2")] = .bytes(SampleMedia.fragment(1))
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["0.jpg", "1.php", "2"]))
        try await bench.download()
        #expect(try bench.names() == ["out.m3u8", "stream_0.vtt", "stream_1.aac", "stream_2.m4s"])
    }

    @Test(
        "has transport streams without the picture that disguised them",
        arguments: [
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0], Array("GIF89a".utf8),
            [0x42, 0x4D, 0, 1],
        ] as [[UInt8]]
    )
    func disguise(mark: [UInt8]) async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 1)
        let picture = mark + (0..<3_000).map { UInt8($0 * 31 & 255) }
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(picture + media[0])
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == media[0])
    }

    @Test(
        "never holds an error page, a picture or an empty file, and says what came instead",
        arguments: [
            (Array("<!DOCTYPE html><html>".utf8), "a web page"), ([0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], "a picture"),
            ([], "is empty"), (Array("Not found".utf8), "text"), (Array("#EXTM3U\n".utf8), "a playlist"),
        ] as [([UInt8], String)]
    )
    func noMedia(bytes: [UInt8], what: String) async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        bench.fetcher[Workbench.at("a2.ts")] = .bytes(bytes)
        let error = await bench.failure()
        #expect(error?.code == .incomplete)
        #expect(error?.cause?.contains("stream_2.ts") ?? false)
        #expect(error?.cause?.contains(what) ?? false)
        #expect(try bench.names() == ["stream_0.ts", "stream_1.ts", "stream_3.ts"])
    }

    @Test("keeps an odd file that the server sends the same twice, and tells of it")
    func oddFile() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 2)
        bench.fetcher[Workbench.at("a1.ts")] = .bytes(media[1] + [0x47, 1, 2])
        let warnings = Mutex<[DownloadWarning]>([])
        try await bench.download { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        #expect(
            warnings.withLock { $0 } == [.odd(file: "stream_1.ts", problem: "its last transport packet is cut off")]
        )
        #expect(bench.fetcher.count(Workbench.at("a1.ts")) == 2)
    }

    @Test("tells its plan, its progress and its end in order")
    func events() async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        var kinds: [String] = []
        var last: DownloadProgress?
        for try await event in HLSDownloader(configuration: bench.configuration)
            .events(downloading: Workbench.url, to: bench.directory)
        {
            switch event {
            case .plan(let plan): kinds.append("plan \(plan.segmentCount)")
            case .progress(let progress): last = progress
            case .playlistAvailable(let url): kinds.append(url.lastPathComponent)
            case .finished(let result): kinds.append("finished \(result.segments)")
            case .warning: kinds.append("warning")
            }
        }
        #expect(kinds == ["plan 4", "out.m3u8", "finished 4"])
        #expect(last?.fraction == 1 && last?.renditions.count == 1)
    }
}
