import Foundation
import HLSDownload
import HLSKit
import Synchronization
import Testing

@Suite("Tags that the specification does not define")
struct UnknownTagTests {
    private static let text = """
        #EXTM3U
        #EXT-X-VERSION:7
        #EXT-X-HEADER-MARK:a=1
        #EXT-X-TARGETDURATION:2
        # a comment
        #EXT-X-CUE-OUT:DURATION=4
        #EXT-OATCLS-SCTE35:/DAlAAAAAAAAAP//8AUGAAAAAQ==
        #EXTINF:2,
        a0.ts
        #EXT-X-AD-ASSET:URI="https://ads.example/x"
        #EXTINF:2,
        a1.ts
        #EXT-X-CUE-IN
        #EXT-X-ENDLIST

        """

    @Test("are kept in their places, but for those that name other places, which is told")
    func kept() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 2)
        bench.fetcher.text(Workbench.url, Self.text)
        let warnings = Mutex<[DownloadWarning]>([])
        try await bench.download { if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } } }
        let lines = try bench.text("out.m3u8").split(separator: "\n").filter {
            $0.hasPrefix("#EXT") || !$0.hasPrefix("#")
        }
        #expect(
            lines.filter { !$0.hasPrefix("#EXT-X-VERSION") && !$0.hasPrefix("#EXT-X-MEDIA-SEQUENCE") } == [
                "#EXTM3U", "#EXT-X-HEADER-MARK:a=1", "#EXT-X-TARGETDURATION:2", "#EXT-X-PLAYLIST-TYPE:VOD",
                "#EXT-X-CUE-OUT:DURATION=4", "#EXT-OATCLS-SCTE35:/DAlAAAAAAAAAP//8AUGAAAAAQ==", "#EXTINF:2.000000,",
                "stream_0.ts", "#EXTINF:2.000000,", "stream_1.ts", "#EXT-X-CUE-IN", "#EXT-X-ENDLIST",
            ]
        )
        #expect(!(try bench.text("out.m3u8").contains("a comment")))
        #expect(warnings.withLock { $0 } == [.tagsLeftOut(rendition: "", names: ["EXT-X-AD-ASSET"])])
    }

    @Test("of a live stream are kept once, also when it is gone on with")
    func live() async throws {
        var bench = try LiveTests.bench([])
        bench.configuration.duration = .seconds(2)
        func serve(_ range: Range<Int>, isEnded: Bool = false) {
            var text = "#EXTM3U\n#EXT-X-MARK:1\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n"
            for number in range { text += "#EXT-X-CUE:\(number)\n#EXTINF:1.0,\na\(number).ts\n" }
            let bytes = Array((text + "#EXT-X-LAST:\(range.upperBound)\n" + (isEnded ? "#EXT-X-ENDLIST\n" : "")).utf8)
            bench.fetcher.answer { request, _ in request.kind == .playlist ? .bytes(bytes) : nil }
        }
        serve(0..<3)
        try await bench.download()
        bench.configuration.duration = nil
        serve(1..<5, isEnded: true)
        try await bench.download()
        let tags = try bench.text("out.m3u8").split(separator: "\n").filter {
            ["#EXT-X-MARK", "#EXT-X-CUE", "#EXT-X-LAST"].contains($0.split(separator: ":").first.map(String.init) ?? "")
        }
        #expect(tags == ["#EXT-X-MARK:1"] + (0..<5).map { "#EXT-X-CUE:\($0)" } + ["#EXT-X-LAST:5"])
    }

    @Test("of a multivariant playlist are kept too")
    func multivariant() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 2)
        bench.fetcher.text(Workbench.at("a.m3u8"), SampleMedia.playlist(["a0.ts"]))
        bench.fetcher.text(Workbench.at("b.m3u8"), SampleMedia.playlist(["a1.ts"]))
        bench.fetcher.text(
            Workbench.url,
            "#EXTM3U\n#EXT-X-ORIGIN:abc\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"n\",DEFAULT=YES,URI=\"b.m3u8\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO=\"g\"\na.m3u8\n"
        )
        try await bench.download()
        #expect(try bench.text("out.m3u8").hasPrefix("#EXTM3U\n#EXT-X-ORIGIN:abc\n"))
    }

    @Test("and attribute lists that are broken are written in the form of the specification")
    func brokenLists() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 2)
        for name in ["a", "s"] {
            bench.fetcher.text(
                Workbench.at("\(name).m3u8"),
                "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"
                    + "#EXT-X-DATERANGE:ID=x , START-DATE=\"2026-01-01T00:00:00Z\",DURATION=\"1\"\n"
                    + "#EXTINF:2,\na0.ts\n#EXTINF:2,\na1.ts\n#EXT-X-ENDLIST\n"
            )
        }
        bench.fetcher.text(
            Workbench.url,
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=\"AUDIO\", GROUP-ID=g ,NAME=Sound,DEFAULT=\"YES\",URI=s.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=\"1000\", AUDIO=g,CODECS=avc1.4D401E,mp4a.40.2,X-A=\"1\"2,,\na.m3u8\n"
        )
        try await bench.download()
        let text = try bench.text("out.m3u8")
        #expect(text.contains("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"g\",NAME=\"Sound\",DEFAULT=YES,URI=\""), "\(text)")
        #expect(text.contains(",AUDIO=\"g\",CODECS=\"avc1.4D401E,mp4a.40.2\",X-A=\"1\""), "\(text)")
        let result = PlaylistReader().read(Array(text.utf8))
        let broken: Set<PlaylistRule> = [.malformedAttributeList, .malformedAttribute, .duplicateAttribute]
        #expect(result.diagnostics.filter { broken.contains($0.rule) } == [], "\(text)")
    }
}
