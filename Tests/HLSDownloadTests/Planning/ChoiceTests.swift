import HLSDownload
import HLSKit
import Testing

@Suite("Choosing from a multivariant playlist")
struct ChoiceTests {
    static let outline = """
        #EXTM3U
        #EXT-X-INDEPENDENT-SEGMENTS
        #EXT-X-CONTENT-STEERING:SERVER-URI="steering.json",PATHWAY-ID="A"
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="English",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,URI="en.m3u8"
        #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="French",LANGUAGE="fr-CA",AUTOSELECT=YES,URI="fr.m3u8"
        #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="sub",NAME="German",LANGUAGE="de",AUTOSELECT=YES,URI="de.m3u8"
        #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="CC",INSTREAM-ID="CC1"
        #EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=640x360,CODECS="avc1.42c01e,mp4a.40.2",AUDIO="aud",SUBTITLES="sub",\
        PATHWAY-ID="A"
        360.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=5000000,RESOLUTION=1920x1080,CODECS="avc1.640028,mp4a.40.2",AUDIO="aud",\
        SUBTITLES="sub",PATHWAY-ID="A",CLOSED-CAPTIONS="cc"
        1080.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=2500000,RESOLUTION=1280x720,FRAME-RATE=25,CODECS="avc1.64001f,mp4a.40.2",\
        AUDIO="aud",SUBTITLES="sub",PATHWAY-ID="A"
        720.m3u8
        #EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1920x1080,AUDIO="aud",PATHWAY-ID="B"
        https://b.example/1080.m3u8
        #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,RESOLUTION=640x360,URI="iframes.m3u8"
        """

    static func bench() throws -> Workbench {
        let bench = try Workbench()
        bench.fetcher.text(Workbench.url, outline.replacing("\\\n", with: ""))
        let media = try SampleMedia.transportStream(segments: 2)
        for name in ["360", "1080", "720", "en", "fr"] {
            bench.place(name + "-", media)
            bench.fetcher.text(Workbench.at(name + ".m3u8"), SampleMedia.playlist((0..<2).map { "\(name)-\($0).ts" }))
        }
        bench.place("de-", [SampleMedia.webVTT, SampleMedia.webVTT], extension: "vtt")
        bench.fetcher.text(Workbench.at("de.m3u8"), SampleMedia.playlist(["de-0.vtt", "de-1.vtt"]))
        bench.fetcher[Workbench.at("i.ts")] = .bytes(media[0])
        bench.fetcher.text(
            Workbench.at("iframes.m3u8"),
            SampleMedia.playlist(
                ["i.ts", "i.ts"],
                lines: [0: "#EXT-X-BYTERANGE:1880@0", 1: "#EXT-X-BYTERANGE:1880@1880"],
                header: "#EXT-X-I-FRAMES-ONLY\n"
            )
        )
        return bench
    }

    private func folders(_ change: (inout HLSDownloader.Configuration) throws -> Void) async throws -> [String] {
        var bench = try Self.bench()
        try change(&bench.configuration)
        return try await HLSDownloader(configuration: bench.configuration)
            .plan(Workbench.url, to: bench.directory).renditions.map(\.folder)
    }

    @Test(
        "takes the variants that are asked for",
        arguments: [
            ("best", ["1080p"]), ("worst", ["360p"]), ("all", ["360p", "1080p", "720p"]), ("3", ["720p"]),
            ("height<=720", ["720p"]), ("height<720", ["360p"]), ("bandwidth<=3M", ["720p"]),
            ("bandwidth>3000k", ["1080p"]),
            ("width=640", ["360p"]), ("fps>=25", ["720p"]),
            ("height<=720, bandwidth<2M", ["360p"]), ("codec=h264,height<=720", ["720p"]),
            ("all,height>=720", ["1080p", "720p"]), ("worst,height>=720", ["720p"]),
            ("codec=avc1.640028", ["1080p"]), ("codec!=avc1.64,best", ["360p"]), ("codecs=aac", ["1080p"]),
        ]
    )
    func variants(choice: String, expected: [String]) async throws {
        #expect(try await folders { $0.variants = try VariantChoice(choice) }.filter { $0.hasSuffix("p") } == expected)
    }

    @Test("refuses what chooses nothing, and lists what there is")
    func refusals() async throws {
        for text in [
            "", "good", "height", "height<=", "height<=x", "0", "-1", "height~720", "height<=720,", "best,worst",
            "codec=", "1,height<=720",
        ] {
            #expect(throws: DownloadError.self, "\(text)") { try VariantChoice(text) }
        }
        for change in [
            { (configuration: inout HLSDownloader.Configuration) in
                configuration.variants = try VariantChoice("height<=100")
            },
            { $0.variants = try VariantChoice("codec=hevc") },
            { $0.variants = try VariantChoice("4") }, { $0.audio = TrackChoice("it") },
        ] {
            let error = await #expect(throws: DownloadError.self) { try await folders(change) }
            #expect(error?.code == .invalidOption)
            #expect(error?.message.contains("there are") ?? false)
        }
    }

    @Test(
        "takes default renditions, all, none, or those of a language",
        arguments: [
            ("default", "default", ["1080p", "audio-en"]), ("none", "all", ["1080p", "subtitles-de"]),
            ("all", "none", ["1080p", "audio-en", "audio-fr-ca"]),
            ("fr", "de", ["1080p", "audio-fr-ca", "subtitles-de"]),
            ("none", "none", [""]),
        ]
    )
    func renditions(audio: String, subtitles: String, expected: [String]) async throws {
        let found = try await folders {
            $0.audio = TrackChoice(audio)
            $0.subtitles = TrackChoice(subtitles)
        }
        #expect(found == expected)
    }

    @Test("gives each rendition a folder, under a multivariant playlist with true bit rates and no foreign names")
    func multivariant() async throws {
        var bench = try Self.bench()
        bench.configuration.variants = .all
        bench.configuration.audio = .all
        bench.configuration.subtitles = .all
        bench.configuration.includesIFrames = true
        let result = try await bench.download()
        #expect(
            try bench.names()
                == ["1080p", "360p", "720p", "audio-en", "audio-fr-ca", "iframes-360p", "out.m3u8", "subtitles-de"]
        )
        #expect(try bench.names("out/1080p") == ["1080p.m3u8", "stream_0.ts", "stream_1.ts"])
        #expect(result.renditions == 7)
        let text = try bench.text("out.m3u8")
        #expect(!text.contains("STEERING") && !text.contains("PATHWAY") && !text.contains("://"))
        let playlist = try #require(try bench.playlist().multivariant)
        #expect(playlist.variants.map(\.uri) == ["360p/360p.m3u8", "1080p/1080p.m3u8", "720p/720p.m3u8"])
        #expect(
            playlist.renditions.map(\.uri) == [
                "audio-en/audio-en.m3u8", "audio-fr-ca/audio-fr-ca.m3u8", "subtitles-de/subtitles-de.m3u8", nil,
            ]
        )
        let size = try bench.bytes("1080p/stream_0.ts").count
        let rate = try #require(playlist.variants.first?.bandwidth)
        #expect(abs(rate - size * 8) < rate / 10)
        #expect(playlist.hasIndependentSegments)
        #expect(try bench.playlist("iframes-360p/iframes-360p.m3u8").media?.isIFramesOnly ?? false)
        let validator = PlaylistValidator()
        #expect(validator.diagnostics(of: .multivariant(playlist)).filter { $0.severity == .error }.isEmpty)
    }

    @Test("takes the codecs of sound away with the sound")
    func codecs() async throws {
        var bench = try Self.bench()
        bench.configuration.audio = .none
        bench.configuration.subtitles = .all
        try await bench.download()
        let variant = try #require(try bench.playlist().multivariant?.variants.first)
        #expect(variant.codecs?.entries == ["avc1.640028"] && variant.audio == nil && variant.subtitles == "sub")
    }

    @Test("says the codecs where the stream does not")
    func missingCodecs() async throws {
        let bench = try Self.bench()
        let text = Self.outline.replacing(try Regex("CODECS=\"[^\"]*\","), with: "")
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        let codecs = try #require(try bench.playlist().multivariant?.variants.first?.codecs?.entries)
        #expect(codecs == ["avc1.4D001E", "mp4a.40.2"])
    }

    @Test("lists what there is")
    func list() async throws {
        let bench = try Self.bench()
        let listing = try await HLSDownloader(configuration: bench.configuration).list(Workbench.url)
        #expect(listing.variants.map(\.number) == [1, 2, 3] && listing.variants[2].resolution == "1280x720")
        #expect(listing.renditions.map(\.name) == ["English", "French", "German", "CC"])
    }

    @Test("refuses a multivariant playlist within another, and one that is no playlist")
    func nested() async throws {
        let bench = try Self.bench()
        bench.fetcher.text(Workbench.at("1080.m3u8"), Self.outline)
        #expect(await bench.failure()?.message.contains("multivariant playlist within another") ?? false)
        bench.fetcher.text(Workbench.url, "<html>Sign in</html>")
        let error = await bench.failure()
        #expect(error?.code == .notUsable)
        #expect(error?.message.contains("a web page and no HLS playlist") ?? false)
        bench.fetcher.text(Workbench.url, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-ENDLIST\n")
        #expect(await bench.failure()?.message.contains("no segments") ?? false)
    }
}
