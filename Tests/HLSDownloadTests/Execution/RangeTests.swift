import Foundation
import HLSDownload
import HLSKit
import TestSupport
import Testing

@Suite("A part of a stream")
struct RangeTests {
    private func film(_ count: Int, lines: [Int: String] = [:], header: String = "") -> String {
        SampleMedia.playlist((0..<count).map { "a\($0).ts" }, lines: lines, header: header)
    }

    @Test("has the whole segments of its range, numbered and dated as in the stream")
    func range() async throws {
        var bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 6)
        bench.place("a", media)
        let range = #"#EXT-X-DATERANGE:ID="long",START-DATE="2026-01-01T00:00:00.000Z",DURATION=60"#
        let over = #"#EXT-X-DATERANGE:ID="over",START-DATE="2026-01-01T00:00:00.000Z",DURATION=1"#
        let date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        bench.fetcher.text(
            Workbench.url,
            film(
                6,
                lines: [0: date + range + "\n" + over, 1: "#EXT-X-DISCONTINUITY", 4: "#EXT-X-DISCONTINUITY"],
                header: "#EXT-X-MEDIA-SEQUENCE:40\n#EXT-X-DISCONTINUITY-SEQUENCE:7\n#EXT-X-START:TIME-OFFSET=1\n"
            )
        )
        (bench.configuration.start, bench.configuration.end) = (.seconds(5), .seconds(9))
        let result = try await bench.download()
        #expect(result.segments == 3 && result.duration.seconds == 6)
        for index in 0..<3 { #expect(try bench.bytes("stream_\(index).ts") == media[index + 2]) }
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.mediaSequence == 42 && playlist.discontinuitySequence == 8 && playlist.start == nil)
        #expect(playlist.segments.map(\.isDiscontinuity) == [false, false, true])
        #expect(playlist.segments[0].programDateTime?.description == "2026-01-01T00:00:04.000Z")
        #expect(playlist.segments[0].dateRanges.map(\.id) == ["long"])
        #expect(bench.fetcher.count(Workbench.at("a1.ts")) == 0)
        #expect(bench.fetcher.count(Workbench.at("a5.ts")) == 0)
    }

    @Test("is decrypted with the sequence numbers, keys and sections that the stream declares in front of it")
    func encryption() async throws {
        var bench = try Workbench()
        bench.configuration.start = .seconds(4)
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        bench.fetcher[Workbench.at("i.mp4")] = .bytes(SampleMedia.section())
        let media = (0..<4).map(SampleMedia.fragment)
        for (index, bytes) in media.enumerated() {
            let vector = SampleMedia.vector(30 + index)
            bench.fetcher[Workbench.at("f\(index).m4s")] = .bytes(try SampleMedia.encrypted(bytes, vector: vector))
        }
        let text = SampleMedia.playlist(
            (0..<4).map { "f\($0).m4s" },
            lines: [0: #"#EXT-X-MAP:URI="i.mp4""# + "\n" + #"#EXT-X-KEY:METHOD=AES-128,URI="k""#],
            sequence: 30
        )
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        #expect(try bench.names() == ["init_0.mp4", "out.m3u8", "stream_0.m4s", "stream_1.m4s"])
        for index in 0..<2 { #expect(try bench.bytes("stream_\(index).m4s") == media[index + 2]) }
        #expect(try bench.playlist().media?.segments[0].map?.uri == "init_0.mp4")
    }

    @Test("keeps the initialization vectors of its sequence numbers when the encryption is kept")
    func keptEncryption() async throws {
        var bench = try Workbench()
        bench.configuration.start = .seconds(2)
        bench.configuration.keepsEncryption = true
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let media = try SampleMedia.transportStream(segments: 2)
        for (index, bytes) in media.enumerated() {
            let encrypted = try SampleMedia.encrypted(bytes, vector: SampleMedia.vector(9 + index))
            bench.fetcher[Workbench.at("a\(index).ts")] = .bytes(encrypted)
        }
        let key = #"#EXT-X-KEY:METHOD=AES-128,URI="k""#
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["a0.ts", "a1.ts"], lines: [0: key], sequence: 9))
        try await bench.download()
        let segment = try #require(try bench.playlist().media?.segments.first)
        #expect(segment.keys.first?.initializationVector?.bytes == SampleMedia.vector(10))
    }

    @Test("has of other renditions what the segments of its video cover")
    func renditions() async throws {
        var bench = try Workbench()
        (bench.configuration.start, bench.configuration.end) = (.seconds(5), .seconds(7))
        let media = try SampleMedia.transportStream(segments: 12)
        bench.place("v", media)
        bench.place("s", media)
        func playlist(_ name: String, _ count: Int, _ duration: Double) -> String {
            var text = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
            for index in 0..<count { text += "#EXTINF:\(duration),\n\(name)\(index).ts\n" }
            return text + "#EXT-X-ENDLIST\n"
        }
        bench.fetcher.text(Workbench.at("v.m3u8"), playlist("v", 3, 4))
        // Rounded durations make segments reach a little beyond those of the video.
        bench.fetcher.text(Workbench.at("s.m3u8"), playlist("s", 12, 1.001))
        bench.fetcher.text(
            Workbench.url,
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="en",DEFAULT=YES,URI="s.m3u8"
            #EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=64x36,AUDIO="a"
            v.m3u8
            """
        )
        try await bench.download()
        let video = try #require(try bench.playlist("36p/36p.m3u8").media)
        let audio = try #require(try bench.playlist("audio-en/audio-en.m3u8").media)
        #expect(video.segments.count == 1 && video.mediaSequence == 1)
        #expect(audio.segments.count == 4 && audio.mediaSequence == 4)
    }

    @Test("takes a duration from its start on")
    func duration() async throws {
        var bench = try Workbench()
        try bench.placeFilm(segments: 6)
        (bench.configuration.start, bench.configuration.duration) = (.seconds(4), .seconds(4))
        #expect(try await bench.download().segments == 2)
        #expect(try bench.playlist().media?.mediaSequence == 2)
    }

    @Test("is not taken for another part when a download is resumed")
    func resuming() async throws {
        var bench = try Workbench()
        let media = try bench.placeFilm(segments: 5)
        bench.configuration.start = .seconds(2)
        bench.fetcher[Workbench.at("a3.ts")] = .failure(DownloadError(.notFound, "not there"))
        #expect(await bench.failure()?.code == .incomplete)
        bench.fetcher[Workbench.at("a3.ts")] = .bytes(media[3])
        bench.configuration.start = .seconds(4)
        #expect(try await bench.download().segments == 3)
        for index in 0..<3 { #expect(try bench.bytes("stream_\(index).ts") == media[index + 2]) }
        #expect(try bench.names() == ["out.m3u8", "stream_0.ts", "stream_1.ts", "stream_2.ts"])
        bench.configuration.start = .zero
        #expect(await bench.failure()?.code == .outputOccupied)
    }

    @Test("is refused when it is empty, behind the end, or of a recording")
    func refusals() async throws {
        var bench = try Workbench()
        try bench.placeFilm(segments: 2)
        for (start, end, isLive) in [(4.0, 3.0, false), (9, nil, false), (1, nil, true)] as [(Double, Double?, Bool)] {
            bench.configuration.start = .seconds(start)
            bench.configuration.end = end.map { .seconds($0) }
            bench.configuration.recordsLive = isLive
            #expect(await bench.failure()?.code == .invalidOption, "\(start)")
        }
        #expect(try bench.folder.names().isEmpty)
    }

    @Test("does not lose a segment in its middle that has no bytes")
    func emptyEnd() async throws {
        var bench = try Workbench()
        try bench.placeFilm(segments: 4)
        bench.configuration.end = .seconds(4)
        bench.fetcher[Workbench.at("a1.ts")] = .bytes([])
        #expect(await bench.failure()?.code == .incomplete)
    }
}
