import Foundation
import HLSDownload
import HLSKit
import TestSupport
import Testing

@Suite("A plan")
struct PlanTests {
    private func plan(_ bench: Workbench, _ source: String = Workbench.url) async throws -> DownloadPlan {
        try await HLSDownloader(configuration: bench.configuration).plan(source, to: bench.directory)
    }

    @Test("says what will be fetched and what it will be called, writes nothing, and is read back from JSON")
    func value() async throws {
        let bench = try Workbench()
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(
                ["v.mp4", "v.mp4"],
                lines: [
                    0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-BYTERANGE:100@50",
                    1: "#EXT-X-BYTERANGE:70",
                ],
                sequence: 258
            )
        )
        let plan = try await plan(bench)
        let rendition = try #require(plan.renditions.first)
        #expect(plan.playlist == "out.m3u8" && !plan.isLive && plan.segmentCount == 2 && rendition.duration == 4)
        #expect(rendition.keys.map(\.url) == [Workbench.at("k")])
        #expect(rendition.initializations.map(\.file) == ["init_0.mp4"])
        #expect(rendition.segments.map(\.file) == ["stream_0.m4s", "stream_1.m4s"])
        #expect(rendition.segments[1].range.map { [$0.start, $0.length] } == [150, 70])
        #expect(rendition.segments[1].protection?.vector == String(repeating: "0", count: 28) + "0103")
        #expect(bench.fetcher.requests.count == 1)
        #expect(try bench.folder.names().isEmpty)
        let data = try JSONEncoder().encode(plan)
        #expect(try JSONDecoder().decode(DownloadPlan.self, from: data) == plan)
    }

    @Test("meets limits of segments, keys and sections")
    func limits() async throws {
        var bench = try Workbench()
        bench.configuration.limits.segments = 5
        bench.configuration.limits.keysOrSections = 3
        bench.fetcher.text(Workbench.url, SampleMedia.playlist((0..<6).map { "\($0).ts" }))
        #expect(await bench.failure()?.code == .limitReached)
        var lines: [Int: String] = [:]
        for index in 0..<4 { lines[index] = "#EXT-X-KEY:METHOD=AES-128,URI=\"k\(index)\"" }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist((0..<4).map { "\($0).ts" }, lines: lines))
        #expect(await bench.failure()?.message.contains("more than 3 keys") ?? false)
    }

    @Test("has local files only when the playlist is one")
    func localFiles() async throws {
        let bench = try Workbench()
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["file:///etc/passwd"]))
        #expect(await bench.failure()?.message.contains("local file") ?? false)
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["ftp://x/y.ts"]))
        #expect(await bench.failure()?.message.contains("no http or https URL") ?? false)
        let key = "#EXT-X-KEY:METHOD=AES-128,URI=\"file:///etc/passwd\""
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["a.ts"], lines: [0: key]))
        #expect(await bench.failure()?.code == .notUsable)
    }

    @Test("reads a folder that was downloaded, so that it can be copied")
    func folder() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm()
        try await bench.download()
        var copy = try Workbench()
        copy.configuration.fetcher = LocalFetcher(remote: MemoryFetcher())
        let spaced = bench.folder.file("a film #1")
        try FileManager.default.copyItem(at: bench.directory, to: spaced)
        try FileManager.default.moveItem(
            at: spaced.appending(path: "out.m3u8"),
            to: spaced.appending(path: "a film #1.m3u8")
        )
        try await copy.download(spaced.path)
        for (index, bytes) in media.enumerated() { #expect(try copy.bytes("stream_\(index).ts") == bytes) }
        #expect(await copy.failure("/nonexistent/x.m3u8")?.code == .outputOccupied)
        let other = try Workbench()
        var configuration = other.configuration
        configuration.fetcher = LocalFetcher(remote: MemoryFetcher())
        await #expect(throws: DownloadError.self) {
            try await HLSDownloader(configuration: configuration).download("/nonexistent/x.m3u8", to: other.directory)
        }
    }

    @Test("fetches renditions in the order in which they play")
    func order() async throws {
        var bench = try ChoiceTests.bench()
        bench.configuration.workers = 1
        try await bench.download()
        let names = bench.fetcher.requests.filter { $0.kind == .segment }.map {
            $0.url.split(separator: "/").last ?? ""
        }
        #expect(names == ["1080-0.ts", "en-0.ts", "1080-1.ts", "en-1.ts"])
    }
}
