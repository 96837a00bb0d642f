import Foundation
import HLSDownload
import HLSKit
import Testing

@Suite("Segments that cannot be fetched")
struct MissingTests {
    @Test("fail the download with their list, and leave no playlist")
    func list() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 6)
        bench.fetcher[Workbench.at("a1.ts")] = nil
        bench.fetcher[Workbench.at("a4.ts")] = .failure(DownloadError(.unreachable, "the server resets"))
        let error = await bench.failure()
        #expect(error?.code == .incomplete)
        #expect(error?.message.hasPrefix("2 files") ?? false)
        #expect(error?.cause?.contains("stream_4.ts: the server resets") ?? false)
        #expect(try bench.names() == ["stream_0.ts", "stream_2.ts", "stream_3.ts", "stream_5.ts"])
    }

    @Test("become gaps when that is asked for")
    func gap() async throws {
        var bench = try Workbench()
        bench.configuration.missingSegments = .gap
        try bench.placeFilm()
        bench.fetcher[Workbench.at("a1.ts")] = nil
        let result = try await bench.download()
        #expect(result.missing.map(\.file) == ["stream_1.ts"])
        #expect(try bench.playlist().media?.segments.map(\.isGap) == [false, true, false, false])
    }

    @Test("end the attempt when nothing comes any more")
    func hopeless() async throws {
        let bench = try Workbench()
        bench.fetcher.text(Workbench.url, SampleMedia.playlist((0..<500).map { "a\($0).ts" }))
        let error = await bench.failure()
        #expect(error?.code == .incomplete)
        #expect(bench.fetcher.requests.count < 20)
    }

    @Test("that are fatal for a reason of ours end it at once")
    func fatal() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 6)
        bench.fetcher[Workbench.at("a0.ts")] = .failure(DownloadError(.inputOutput, "disk full"))
        #expect(await bench.failure()?.code == .inputOutput)
    }

    @Test("with their section missing cannot be gaps")
    func section() async throws {
        var bench = try Workbench()
        bench.configuration.missingSegments = .gap
        bench.place("f", [SampleMedia.fragment(0)], extension: "m4s")
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(["f0.m4s"], lines: [0: "#EXT-X-MAP:URI=\"none.mp4\""])
        )
        #expect(await bench.failure()?.code == .incomplete)
    }
}
