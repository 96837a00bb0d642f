import HLSKit
import Testing

/// The examples that the specification has, one for one.
///
/// They have the tags, the attributes and the number of segments, variants and renditions of those in the
/// specification, with names of this project's own; what is cut there with dots is written out.
@Suite("The examples of the specification")
struct PlaylistExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        /// The section of draft-pantos-hls-rfc8216bis-22; RFC 8216 has those up to 9.10 as 8.1 to 8.10.
        var section: String
        var text: String

        var testDescription: String { section }
    }

    @Test("is read strictly and without a finding, and written as it was", arguments: examples)
    func reading(_ example: Example) throws {
        let result = PlaylistReader().read(example.text)
        #expect(result.diagnostics.isEmpty)
        #expect(try PlaylistReader().readStrictly(example.text) == result.playlist)
        #expect(result.playlist.text == example.text)
        // What the specification's own examples leave out is a SHOULD each, or one of a profile.
        let findings = PlaylistValidator().diagnostics(of: result.playlist)
        let leftOut: Set<PlaylistRule> = [
            .missingCodecs, .audioWithoutChannels, .dateWithoutMilliseconds, .lowLatencyWithoutDates,
        ]
        #expect(findings.allSatisfy { leftOut.contains($0.rule) }, "\(findings)")
    }

    @Test("every section is there")
    func sections() {
        // 9.13 is a manifest alone: `clones` below.
        #expect(
            Set(Self.examples.map(\.section)) == Set((1...12).map { "9.\($0)" }).union(["D: one asset", "D: skipping"])
        )
    }

    private static func media(_ section: String) throws -> MediaPlaylist {
        let example = try #require(examples.first { $0.section == section })
        return try #require(Playlist(example.text, url: "https://m.example/films/7/main.m3u8").media)
    }

    private static func multivariant(_ section: String) throws -> MultivariantPlaylist {
        let example = try #require(examples.first { $0.section == section })
        return try #require(Playlist(example.text, url: "https://m.example/films/7/main.m3u8").multivariant)
    }

    @Test("the media playlists say what they say")
    func mediaPlaylists() throws {
        #expect(try Self.media("9.1").segments.totalDuration == 21.021 && Self.media("9.1").isEnded)
        #expect(try Self.media("9.2").segments.map(\.mediaSequence) == [4_100, 4_101, 4_102])
        let keys = try Self.media("9.3").segments.map { $0.keys.map(\.uri) }
        #expect(keys[0] == keys[2] && keys[2] != keys[3] && keys.allSatisfy { $0.count == 1 })
        let splice = try Self.media("9.10").mergedDateRanges
        #expect(splice.count == 1 && splice[0].duration == 59.993 && splice[0].plannedDuration == 59.993)
        #expect(splice[0].scte35Out?.bytes.first == 0xFC && splice[0].scte35In?.bytes.count == 45)
        let live = try Self.media("9.11")
        #expect(live.segments.map(\.parts.count) == [0, 0, 0, 2, 2, 2] && live.pendingParts.count == 1)
        #expect(live.segments.map(\.discontinuitySequence) == [0, 0, 0, 0, 0, 1])
        #expect(live.preloadHints.map(\.uri) == ["break94.1.mp4"])
        #expect(live.renditionReports.first?.lastMediaSequence == 94 && live.renditionReports.first?.lastPart == 1)
    }

    @Test("the multivariant playlists say what they say")
    func multivariantPlaylists() throws {
        #expect(try Self.multivariant("9.4").variants.map(\.averageBandwidth) == [900_000, 1_900_000, 5_000_000, nil])
        #expect(try Self.multivariant("9.5").iFrameVariants.count == 3)
        #expect(try Self.multivariant("9.6").renditions(.audio, group: "snd").map(\.isDefault) == [true, false, false])
        let angles = try Self.multivariant("9.7")
        #expect(angles.variants.map { angles.renditions(.video, group: $0.video ?? "").count } == [3, 3, 3])
        #expect(try Self.multivariant("9.8").sessionData.map(\.language) == [nil, "en", "es"])
        #expect(try Self.multivariant("9.9").renditions[0].characteristics?.entries.count == 2)
        let steered = try Self.multivariant("9.12")
        #expect(steered.contentSteering?.pathwayID == "NET-1")
        #expect(steered.variants.map(\.pathwayID) == ["NET-1", "NET-1", "NET-2", "NET-2"])
    }

    @Test("the manifest of section 9.12 is read")
    func steering() throws {
        let manifest = try SteeringManifest(
            parsing: """
                {
                  "VERSION": 1,
                  "TTL": 300,
                  "RELOAD-URI": "https://m.example/steer?film=7&session=9",
                  "PATHWAY-PRIORITY": ["NET-1", "NET-2"]
                }
                """
        )
        #expect(manifest.timeToLive == 300 && manifest.pathwayPriority == ["NET-1", "NET-2"])
        #expect(manifest.reloadURI == "https://m.example/steer?film=7&session=9" && manifest.pathwayClones.isEmpty)
    }

    @Test("the manifest of section 9.13 clones a pathway of 9.12")
    func clones() throws {
        let manifest = try SteeringManifest(
            parsing: """
                {
                  "VERSION": 1,
                  "TTL": 300,
                  "PATHWAY-PRIORITY": ["NET-1-COPY", "NET-1"],
                  "PATHWAY-CLONES": [
                    {
                      "BASE-ID": "NET-1",
                      "ID": "NET-1-COPY",
                      "URI-REPLACEMENT": {
                        "HOST": "m2.example",
                        "PARAMS": { "pass": "s3cr3t" },
                        "PER-VARIANT-URIS": { "Picture-5": "https://v.example/films/7/5/v.m3u8" },
                        "PER-RENDITION-URIS": { "Sound-1": "https://r.example/films/7/en.m3u8?a=1" }
                      }
                    }
                  ]
                }
                """
        )
        let clone = try #require(manifest.pathwayClones.first)
        let playlist = try Self.multivariant("9.12").adding(clone)
        #expect(
            playlist.variants.filter { $0.pathwayID == "NET-1-COPY" }.map(\.uri) == [
                "https://m2.example/films/7/1/v.m3u8?pass=s3cr3t", "https://v.example/films/7/5/v.m3u8",
            ]
        )
        #expect(playlist.renditions.last?.uri == "https://r.example/films/7/en.m3u8?a=1")
    }
}

extension PlaylistExampleTests {
    static let examples = mediaExamples + multivariantExamples + interstitialExamples

    private static func variants(_ attributes: String, _ uris: String) -> String {
        zip(["low", "mid", "top"], [1_200_000, 2_400_000, 7_200_000]).map { name, bandwidth in
            "#EXT-X-STREAM-INF:BANDWIDTH=\(bandwidth)\(attributes)\n\(name)/\(uris)\n"
        }.joined()
    }

    private static let mediaExamples = [
        Example(
            section: "9.1",
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-VERSION:3\n#EXTINF:9.009,\nhttp://a.example/1.ts\n"
                + "#EXTINF:9.009,\nhttp://a.example/2.ts\n#EXTINF:3.003,\nhttp://a.example/3.ts\n#EXT-X-ENDLIST\n"
        ),
        Example(
            section: "9.2",
            text: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:8\n#EXT-X-MEDIA-SEQUENCE:4100\n\n#EXTINF:7.96,\n"
                + "https://a.example/4100.ts\n#EXTINF:7.94,\nhttps://a.example/4101.ts\n#EXTINF:7.96,\n"
                + "https://a.example/4102.ts\n"
        ),
        Example(
            section: "9.3",
            text: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:310\n#EXT-X-TARGETDURATION:15\n\n"
                + "#EXT-X-KEY:METHOD=AES-128,URI=\"https://k.example/?r=1\"\n\n#EXTINF:2.8,\nhttp://a.example/1a.ts\n"
                + "#EXTINF:15.0,\nhttp://a.example/1b.ts\n#EXTINF:13.3,\nhttp://a.example/1c.ts\n\n"
                + "#EXT-X-KEY:METHOD=AES-128,URI=\"https://k.example/?r=2\"\n\n#EXTINF:15.0,\nhttp://a.example/2a.ts\n"
        ),
        Example(
            section: "9.10",
            text:
                "#EXTM3U\n#EXT-X-TARGETDURATION:30\n#EXT-X-PROGRAM-DATE-TIME:2025-03-05T11:14:30Z\n#EXTINF:30,\na.ts\n"
                + "#EXT-X-DATERANGE:ID=\"splice-1\",START-DATE=\"2025-03-05T11:15:00Z\",PLANNED-DURATION=59.993,"
                + "SCTE35-OUT=0xFC002F\(String(repeating: "0", count: 90))\n#EXTINF:30,\nb.ts\n#EXTINF:30,\nc.ts\n"
                + "#EXT-X-DATERANGE:ID=\"splice-1\",DURATION=59.993,"
                + "SCTE35-IN=0xFC002A\(String(repeating: "0", count: 84))\n#EXTINF:30,\nd.ts\n"
        ),
        Example(
            section: "9.11",
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-VERSION:6\n#EXT-X-PART-INF:PART-TARGET=2.00002\n"
                + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=6.1\n#EXT-X-MEDIA-SEQUENCE:88\n"
                + "#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.00004,\nmain88.mp4\n#EXTINF:4.00004,\nmain89.mp4\n"
                + "#EXTINF:4.00004,\nmain90.mp4\n#EXT-X-PART:DURATION=2.00002,INDEPENDENT=YES,URI=\"main91.0.mp4\"\n"
                + "#EXT-X-PART:DURATION=2.00002,URI=\"main91.1.mp4\"\n#EXTINF:4.00004,\nmain91.mp4\n"
                + "#EXT-X-PART:DURATION=2.00002,INDEPENDENT=YES,URI=\"main92.0.mp4\"\n"
                + "#EXT-X-PART:DURATION=0.50001,URI=\"main92.1.mp4\"\n#EXTINF:2.50003,\nmain92.mp4\n#EXT-X-DISCONTINUITY\n"
                + "#EXT-X-PART:DURATION=2.00002,INDEPENDENT=YES,URI=\"break93.0.mp4\"\n"
                + "#EXT-X-PART:DURATION=2.00002,URI=\"break93.1.mp4\"\n#EXTINF:4.00004,\nbreak93.mp4\n"
                + "#EXT-X-PART:DURATION=2.00002,INDEPENDENT=YES,URI=\"break94.0.mp4\"\n"
                + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"break94.1.mp4\"\n"
                + "#EXT-X-RENDITION-REPORT:URI=\"/low/live.m3u8\",LAST-MSN=94,LAST-PART=1\n"
        ),
    ]

    private static let multivariantExamples = [
        Example(
            section: "9.4",
            text: "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1200000,AVERAGE-BANDWIDTH=900000\nhttp://a.example/low.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=2400000,AVERAGE-BANDWIDTH=1900000\nhttp://a.example/mid.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=7200000,AVERAGE-BANDWIDTH=5000000\nhttp://a.example/top.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.5\"\nhttp://a.example/sound.m3u8\n"
        ),
        Example(
            section: "9.5",
            text: "#EXTM3U\n"
                + ["low", "mid", "top"].map {
                    "#EXT-X-STREAM-INF:BANDWIDTH=1200000\n\($0)/av.m3u8\n"
                        + "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI=\"\($0)/i.m3u8\"\n"
                }.joined() + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.5\"\nsound.m3u8\n"
        ),
        Example(
            section: "9.6",
            text: "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"snd\",NAME=\"English\",DEFAULT=YES,AUTOSELECT=YES,"
                + "LANGUAGE=\"en\",URI=\"main/en.m3u8\"\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"snd\",NAME=\"Deutsch\","
                + "DEFAULT=NO,AUTOSELECT=YES,LANGUAGE=\"de\",URI=\"main/de.m3u8\"\n#EXT-X-MEDIA:TYPE=AUDIO,"
                + "GROUP-ID=\"snd\",NAME=\"Comments\",DEFAULT=NO,AUTOSELECT=NO,LANGUAGE=\"en\",URI=\"talk/en.m3u8\"\n"
                + variants(",CODECS=\"avc1.4d401e,mp4a.40.5\",AUDIO=\"snd\"", "v.m3u8")
                + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.5\",AUDIO=\"snd\"\nmain/en.m3u8\n"
        ),
        Example(
            section: "9.7",
            text: "#EXTM3U\n"
                + ["low", "mid", "top"].map { group in
                    zip(["Main", "Field", "Bench"], ["YES", "NO", "NO"]).map { name, isDefault in
                        "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"\(group)\",NAME=\"\(name)\",DEFAULT=\(isDefault),"
                            + "URI=\"\(group)/\(name)/av.m3u8\"\n"
                    }.joined()
                        + "\n#EXT-X-STREAM-INF:BANDWIDTH=1200000,CODECS=\"avc1.4d401e,mp4a.40.2\",VIDEO=\"\(group)\"\n"
                        + "\(group)/Main/av.m3u8\n\n"
                }.joined()
        ),
        Example(
            section: "9.8",
            text: "#EXTM3U\n#EXT-X-SESSION-DATA:DATA-ID=\"com.example.words\",URI=\"words.json\"\n\n"
                + "#EXT-X-SESSION-DATA:DATA-ID=\"com.example.name\",LANGUAGE=\"en\",VALUE=\"A film\"\n"
                + "#EXT-X-SESSION-DATA:DATA-ID=\"com.example.name\",LANGUAGE=\"es\",VALUE=\"Una película\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.2\"\na.m3u8\n"
        ),
        Example(
            section: "9.9",
            text: "#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Easy\",LANGUAGE=\"en\",URI=\"s.m3u8\","
                + "CHARACTERISTICS=\"public.accessibility.transcribes-spoken-dialog,public.easy-to-read\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.2\",SUBTITLES=\"s\"\na.m3u8\n"
        ),
        Example(
            section: "9.12",
            text: "#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steer?film=7\",PATHWAY-ID=\"NET-1\"\n"
                + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"1\",NAME=\"English\",DEFAULT=YES,URI=\"en.m3u8\",LANGUAGE=\"en\","
                + "STABLE-RENDITION-ID=\"Sound-1\"\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"2\",NAME=\"ENGLISH\",DEFAULT=YES,"
                + "URI=\"https://n.example/films/7/en.m3u8\",LANGUAGE=\"en\",STABLE-RENDITION-ID=\"Sound-1\"\n"
                + [("1", "NET-1", ""), ("2", "NET-2", "https://n.example/films/7/")].map { group, pathway, folder in
                    [("1", 1_200_000), ("5", 7_200_000)].map { size, bandwidth in
                        "#EXT-X-STREAM-INF:BANDWIDTH=\(bandwidth),AUDIO=\"\(group)\",PATHWAY-ID=\"\(pathway)\","
                            + "STABLE-VARIANT-ID=\"Picture-\(size)\"\n\(folder)\(size)/v.m3u8\n"
                    }.joined()
                }.joined()
        ),
    ]

    private static let interstitialExamples = [
        Example(
            section: "D: one asset",
            text:
                "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2025-01-02T21:55:40.000Z\n#EXTINF:6,\na.ts\n"
                + "#EXT-X-ENDLIST\n#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"com.apple.hls.interstitial\","
                + "START-DATE=\"2025-01-02T21:55:44.000Z\",DURATION=15.0,X-ASSET-URI=\"http://ads.example/1.m3u8\","
                + "X-RESUME-OFFSET=0,X-RESTRICT=\"SKIP,JUMP\",X-COM-EXAMPLE-BEACON=123\n"
        ),
        Example(
            section: "D: skipping",
            text:
                "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2025-01-02T21:55:40.000Z\n#EXTINF:6,\na.mp4\n"
                + "#EXT-X-ENDLIST\n#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"com.apple.hls.interstitial\","
                + "START-DATE=\"2025-01-02T21:55:44.000Z\",DURATION=30.0,X-ASSET-LIST=\"http://ads.example/1.json\","
                + "X-RESUME-OFFSET=0,X-SKIP-CONTROL-OFFSET=2,X-SKIP-CONTROL-DURATION=5,X-SKIP-CONTROL-LABEL-ID=\"Exit\"\n"
        ),
    ]
}
