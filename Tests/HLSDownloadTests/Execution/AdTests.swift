import Foundation
import HLSDownload
import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("Advertisements in a stream")
struct AdTests {
    /// Downloads a film of ten segments with lines in front of some of them; the indices of those that are kept.
    private func kept(
        _ lines: [Int: String],
        sequence: Int = 0,
        end: String = "",
        _ change: (inout Workbench) -> Void = { _ in }
    ) async throws -> (kept: [Int], playlist: MediaPlaylist, text: String) {
        var bench = try Workbench()
        bench.configuration.skipsAdvertisements = true
        change(&bench)
        let media = try SampleMedia.transportStream(segments: 10)
        bench.place("a", media)
        let text = SampleMedia.playlist(media.indices.map { "a\($0).ts" }, lines: lines, sequence: sequence)
        bench.fetcher.text(Workbench.url, text.replacing("#EXT-X-ENDLIST", with: end + "#EXT-X-ENDLIST"))
        try await bench.download()
        let playlist = try #require(try bench.playlist().media)
        let kept = try playlist.segments.map { segment in
            let bytes = try bench.bytes(segment.uri)
            return try #require(media.firstIndex(of: bytes))
        }
        return (kept, playlist, try bench.text("out.m3u8"))
    }

    @Test(
        "are left out between the markers that packagers write",
        arguments: [
            ["#EXT-X-CUE-OUT:6", "#EXT-X-CUE-OUT-CONT:2/6", "#EXT-X-CUE-IN"],
            ["#EXT-OATCLS-SCTE35:/DAlAAAAAAAAAP/wFAUAAAABf+/+AAAA\n#EXT-X-CUE-OUT:DURATION=6.0", "", ""],
            ["#EXT-X-CUE-OUT", "#EXT-X-CUE-OUT-CONT:ElapsedTime=2,Duration=6", "#EXT-X-CUE-IN"],
            // Longer than was planned.
            [
                "#EXT-X-CUE-OUT:2", "#EXT-X-CUE-OUT-CONT:2/2", "#EXT-X-CUE-IN",
                "#EXT-X-CUE-OUT-CONT:4/2",
            ],
            [
                #"#EXT-X-SCTE35:TYPE=0x34,ID="1",CUE-OUT=YES,DURATION=6"#, "#EXT-X-SCTE35:CUE-OUT=CONT",
                "#EXT-X-SCTE35:CUE-IN=YES",
            ],
            [#"#EXT-X-CUE:DURATION="6",ID="0",TYPE="SpliceOut",TIME="4""#, "", #"#EXT-X-CUE:TYPE="SpliceIn",ID="0""#],
            ["#ANVATO-SEGMENT-INFO:type=ad", "", "#ANVATO-SEGMENT-INFO:type=master"],
            ["#UPLYNK-SEGMENT:1,00000000,ad", "", "#UPLYNK-SEGMENT:2,00000000,segment"],
        ]
    )
    func cues(_ markers: [String]) async throws {
        var lines = [2: markers[0], 3: markers[1], 5: markers[2]]
        if markers.count > 3 { lines[4] = markers[3] }
        let (kept, playlist, text) = try await kept(lines.filter { !$0.value.isEmpty }, sequence: 7)
        #expect(kept == [0, 1, 5, 6, 7, 8, 9])
        #expect(playlist.segments.map(\.isDiscontinuity) == [false, false, true, false, false, false, false])
        #expect(playlist.mediaSequence == 7 && playlist.isEnded)
        for word in ["CUE", "SCTE35", "ANVATO", "UPLYNK"] { #expect(!text.contains(word), "\(text)") }
    }

    @Test(
        "are left out of the date ranges that mark them",
        arguments: [
            "SCTE35-OUT=0xFC01,DURATION=6", "SCTE35-OUT=0xFC01,PLANNED-DURATION=6",
            #"CLASS="twitch-stitched-ad",DURATION=6"#, #"SCTE35-OUT=0xFC01,END-DATE="2026-01-01T00:00:10.000Z""#,
            "SCTE35-OUT=0xFC01",
        ]
    )
    func dateRanges(attributes: String) async throws {
        let date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        let range = #"#EXT-X-DATERANGE:ID="ad",START-DATE="2026-01-01T00:00:04.000Z","# + attributes
        var lines = [0: date + range]
        // What ends it may come later.
        if attributes == "SCTE35-OUT=0xFC01" {
            lines[7] = #"#EXT-X-DATERANGE:ID="ad",END-DATE="2026-01-01T00:00:10.000Z",SCTE35-IN=0xFC02"#
        }
        let (kept, playlist, _) = try await kept(lines)
        #expect(kept == [0, 1, 5, 6, 7, 8, 9])
        #expect(playlist.segments[2].programDateTime?.description == "2026-01-01T00:00:10.000Z")
        #expect(
            playlist.segments[2].isDiscontinuity
                && !playlist.dateRanges.contains { $0.id == "ad" && $0.startDate != nil }
        )
    }

    @Test("at the beginning and the end are left out too, and other ranges stay")
    func ends() async throws {
        let other = #"#EXT-X-DATERANGE:ID="show",START-DATE="2026-01-01T00:00:00.000Z",DURATION=60"#
        let (kept, playlist, _) = try await kept(
            [
                0: "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n\(other)\n#EXT-X-CUE-OUT:4",
                2: "#EXT-X-DISCONTINUITY\n#EXT-X-CUE-IN", 8: "#EXT-X-DISCONTINUITY\n#EXT-X-CUE-OUT:4",
            ],
            sequence: 3
        )
        #expect(kept == [2, 3, 4, 5, 6, 7])
        #expect(playlist.mediaSequence == 5 && playlist.discontinuitySequence == 1)
        #expect(playlist.segments.allSatisfy { !$0.isDiscontinuity })
        #expect(playlist.dateRanges.map(\.id) == ["show"])
        #expect(playlist.segments[0].programDateTime?.description == "2026-01-01T00:00:04.000Z")
    }

    @Test("are not what a marker without an end begins in a film that is whole, nor an interstitial")
    func endless() async throws {
        let date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        let asset =
            #"#EXT-X-DATERANGE:ID="i",CLASS="com.apple.hls.interstitial",START-DATE="2026-01-01T00:00:04.000Z","#
            + #"DURATION=6,X-ASSET-URI="https://ads.example/i.m3u8""#
        let (kept, _, _) = try await kept([0: date + asset, 4: "#EXT-X-CUE-OUT", 5: "#EXT-X-CUE-OUT-CONT"])
        #expect(kept == Array(0..<10))
    }

    @Test("do not change the vectors of what comes behind them")
    func vectors() async throws {
        var bench = try Workbench()
        bench.configuration.skipsAdvertisements = true
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let media = try SampleMedia.transportStream(segments: 4)
        for (index, bytes) in media.enumerated() {
            let encrypted = try SampleMedia.encrypted(bytes, vector: SampleMedia.vector(20 + index))
            bench.fetcher[Workbench.at("a\(index).ts")] = .bytes(encrypted)
        }
        let key = #"#EXT-X-KEY:METHOD=AES-128,URI="k""#
        let lines = [0: key, 1: "#EXT-X-CUE-OUT:4", 3: "#EXT-X-CUE-IN"]
        bench.fetcher.text(Workbench.url, SampleMedia.playlist((0..<4).map { "a\($0).ts" }, lines: lines, sequence: 20))
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == media[0])
        #expect(try bench.bytes("stream_1.ts") == media[3])
    }

    @Test("are left out of a rendition without markers where the video has them")
    func renditions() async throws {
        var bench = try Workbench()
        bench.configuration.skipsAdvertisements = true
        let media = try SampleMedia.transportStream(segments: 6)
        for name in ["v", "s"] {
            bench.place(name, media)
            let lines = name == "v" ? [2: "#EXT-X-CUE-OUT:4", 4: "#EXT-X-CUE-IN"] : [:]
            bench.fetcher.text(
                Workbench.at("\(name).m3u8"),
                SampleMedia.playlist((0..<6).map { "\(name)\($0).ts" }, lines: lines)
            )
        }
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
        for name in ["36p", "audio-en"] {
            let playlist = try #require(try bench.playlist("\(name)/\(name).m3u8").media)
            #expect(playlist.segments.map(\.isDiscontinuity) == [false, false, true, false], "\(name)")
        }
    }

    @Test("that are all there is are refused, and their number is reported")
    func reports() async throws {
        var bench = try Workbench()
        try bench.placeFilm(segments: 2)
        let names = ["a0.ts", "a1.ts"]
        bench.configuration.skipsAdvertisements = true
        let warnings = Mutex<[DownloadWarning]>([])
        @Sendable func note(_ event: DownloadEvent) {
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(names, lines: [0: "#EXT-X-CUE-OUT:4"]))
        #expect(await bench.failure()?.code == .invalidOption)
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(names, lines: [0: "#EXT-X-CUE-OUT:2"]))
        try await bench.download(onEvent: note)
        #expect(warnings.withLock { $0 } == [.advertisementsLeftOut(count: 1, duration: 2)])
        bench.configuration.skipsAdvertisements = false
        #expect(await bench.failure()?.code == .outputOccupied)
    }

    @Test("are left out of a recording, over reloads and when it is resumed, without holes")
    func recording() async throws {
        var bench = try Workbench()
        bench.configuration.skipsAdvertisements = true
        bench.configuration.recordsLive = true
        let media = try SampleMedia.transportStream(segments: 10)
        bench.place("a", media)
        let marks = [
            1: "#EXT-X-CUE-OUT:6", 2: "#EXT-X-CUE-OUT-CONT:2/6", 3: "#EXT-X-CUE-OUT-CONT:4/6", 4: "#EXT-X-CUE-IN",
        ]
        @Sendable func window(_ range: Range<Int>, isEnded: Bool = false) -> [UInt8] {
            var lines: [Int: String] = [:]
            for index in range { if let mark = marks[index] { lines[index - range.lowerBound] = mark } }
            let names = range.map { "a\($0).ts" }
            let header = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n"
            return Array(
                SampleMedia.playlist(names, lines: lines, sequence: range.lowerBound, isEnded: isEnded, header: header)
                    .utf8
            )
        }
        let windows = Mutex([window(0..<3), window(1..<4), window(3..<6)])
        bench.fetcher.answer { request, _ in
            guard request.kind == .playlist else { return nil }
            let next = windows.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            return next.map { .bytes($0) } ?? .failure(DownloadError(.notFound, "gone"))
        }
        bench.configuration.duration = .seconds(6)
        let first = try await bench.download()
        #expect(first.segments == 3 && first.missing.isEmpty)
        windows.withLock { $0 = [window(4..<8), window(5..<10, isEnded: true)] }
        bench.configuration.duration = nil
        let second = try await bench.download()
        #expect(second.segments == 7 && second.missing.isEmpty)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.allSatisfy { !$0.isGap })
        #expect(playlist.segments.map(\.isDiscontinuity) == [false, true, false, false, false, false, false])
        for (index, number) in [0, 4, 5, 6, 7, 8, 9].enumerated() {
            #expect(try bench.bytes("stream_\(index).ts") == media[number], "\(index)")
        }
    }
}
