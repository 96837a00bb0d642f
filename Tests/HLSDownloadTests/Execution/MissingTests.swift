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

    @Test("for want of one of several keys follow the policy, and the rest is fetched", arguments: [false, true])
    func key(becomesGap: Bool) async throws {
        var bench = try Workbench()
        bench.configuration.missingSegments = becomesGap ? .gap : .fail
        let media = try SampleMedia.transportStream(segments: 40, pictures: 2)
        bench.place("a", try (0..<40).map { try SampleMedia.encrypted(media[$0], vector: SampleMedia.vector($0)) })
        bench.fetcher[Workbench.at("k1")] = .bytes(SampleMedia.key)
        bench.fetcher[Workbench.at("k2")] = .failure(DownloadError(.unreachable, "the server refuses the key"))
        let lines = [0: "k1", 3: "k2", 33: "k1"].mapValues { "#EXT-X-KEY:METHOD=AES-128,URI=\"\($0)\"" }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist((0..<40).map { "a\($0).ts" }, lines: lines))
        if becomesGap {
            let result = try await bench.download()
            #expect(result.segments == 10 && result.missing.count == 30)
            #expect(try bench.playlist().media?.segments.map(\.isGap) == (0..<40).map { (3..<33).contains($0) })
        } else {
            let error = await bench.failure()
            #expect(error?.code == .incomplete && error?.cause?.contains("the server refuses the key") ?? false)
        }
        #expect(try bench.bytes("stream_39.ts") == media[39])
    }
}
