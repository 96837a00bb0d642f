import HLSKit
import Testing

/// A playlist of each kind that the specification shows.
///
/// RFC 8216 section 8, draft-pantos-hls-rfc8216bis section 9 and appendix D have them; these are in
/// this project's own words. All of them are read without a finding, also strictly.
@Suite("The kinds of playlists that the specification shows")
struct PlaylistExampleTests {
    static let examples: [(name: String, text: String)] = [
        (
            "a simple media playlist",
            "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXT-X-VERSION:3\n#EXTINF:7.5,\nhttp://a.example/1.ts\n#EXTINF:3.25,\n"
                + "http://a.example/2.ts\n#EXT-X-ENDLIST\n"
        ),
        (
            "a live media playlist over HTTPS",
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:5120\n\n#EXTINF:5.96,\n"
                + "https://a.example/5120.ts\n#EXTINF:6.04,\nhttps://a.example/5121.ts\n"
        ),
        (
            "encrypted segments whose key changes",
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:31\n#EXT-X-TARGETDURATION:12\n\n"
                + "#EXT-X-KEY:METHOD=AES-128,URI=\"https://k.example/?r=1\"\n\n#EXTINF:2.5,\na.ts\n#EXTINF:12.0,\nb.ts\n\n"
                + "#EXT-X-KEY:METHOD=AES-128,URI=\"https://k.example/?r=2\"\n\n#EXTINF:12.0,\nc.ts\n"
        ),
        (
            "a multivariant playlist",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=800000,CODECS=\"avc1.4d401e\"\nlow.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS=\"mp4a.40.5\"\naudio.m3u8\n"
        ),
        (
            "a multivariant playlist with I-frames",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000\nlow/av.m3u8\n"
                + "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90000,URI=\"low/i.m3u8\"\n"
        ),
        (
            "alternative audio",
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",DEFAULT=YES,AUTOSELECT=YES,LANGUAGE=\"en\","
                + "URI=\"en.m3u8\"\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Comment\",DEFAULT=NO,AUTOSELECT=NO,"
                + "LANGUAGE=\"en\",URI=\"c.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS=\"avc1.4d401e,mp4a.40.2\","
                + "AUDIO=\"a\"\nv.m3u8\n"
        ),
        (
            "alternative video",
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"low\",NAME=\"Main\",DEFAULT=YES,URI=\"main.m3u8\"\n"
                + "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"low\",NAME=\"Bench\",DEFAULT=NO,URI=\"bench.m3u8\"\n\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS=\"avc1.4d401e\",VIDEO=\"low\"\nmain.m3u8\n"
        ),
        (
            "session data",
            "#EXTM3U\n#EXT-X-SESSION-DATA:DATA-ID=\"com.example.text\",URI=\"text.json\"\n"
                + "#EXT-X-SESSION-DATA:DATA-ID=\"com.example.title\",LANGUAGE=\"en\",VALUE=\"A title\"\n"
                + "#EXT-X-SESSION-DATA:DATA-ID=\"com.example.title\",LANGUAGE=\"de\",VALUE=\"Ein Titel\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\"\na.m3u8\n"
        ),
        (
            "characteristics",
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"Deaf\",LANGUAGE=\"en\",URI=\"s.m3u8\",CHARACTERISTICS="
                + "\"public.accessibility.transcribes-spoken-dialog,public.easy-to-read\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\",SUBTITLES=\"s\"\na.m3u8\n"
        ),
        (
            "a date range with SCTE-35 commands",
            "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-PROGRAM-DATE-TIME:2025-03-05T11:14:50Z\n#EXTINF:10,\na.ts\n"
                + "#EXT-X-DATERANGE:ID=\"splice-1\",START-DATE=\"2025-03-05T11:15:00Z\",PLANNED-DURATION=59.9,SCTE35-OUT=0xFC00\n"
                + "#EXTINF:10,\nb.ts\n#EXT-X-DATERANGE:ID=\"splice-1\",DURATION=59.9,SCTE35-IN=0xFC02\n#EXTINF:10,\nc.ts\n"
        ),
        (
            "low latency",
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n"
                + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n"
                + "#EXT-X-MEDIA-SEQUENCE:70\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:4.0,\n70.mp4\n"
                + "#EXT-X-PART:DURATION=2,INDEPENDENT=YES,URI=\"71.0.mp4\"\n#EXT-X-PART:DURATION=0.5,URI=\"71.1.mp4\"\n"
                + "#EXTINF:2.5,\n71.mp4\n#EXT-X-DISCONTINUITY\n#EXT-X-PART:DURATION=2,INDEPENDENT=YES,URI=\"72.0.mp4\"\n"
                + "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"72.1.mp4\"\n"
                + "#EXT-X-RENDITION-REPORT:URI=\"/1M/live.m3u8\",LAST-MSN=72,LAST-PART=1\n"
        ),
        (
            "content steering",
            "#EXTM3U\n#EXT-X-CONTENT-STEERING:SERVER-URI=\"/steer?v=1\",PATHWAY-ID=\"A\"\n"
                + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"A\",NAME=\"English\",DEFAULT=YES,URI=\"a.m3u8\",STABLE-RENDITION-ID=\"e\"\n"
                + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"B\",NAME=\"ENGLISH\",DEFAULT=YES,URI=\"b.m3u8\",STABLE-RENDITION-ID=\"e\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"A\",PATHWAY-ID=\"A\",STABLE-VARIANT-ID=\"v\"\nhttps://a.example/v.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=2,AUDIO=\"B\",PATHWAY-ID=\"B\",STABLE-VARIANT-ID=\"w\"\nhttps://b.example/w.m3u8\n"
        ),
        (
            "an interstitial",
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2025-01-02T21:55:40.000Z\n#EXTINF:6,\na.ts\n"
                + "#EXT-X-ENDLIST\n#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"com.apple.hls.interstitial\","
                + "START-DATE=\"2025-01-02T21:55:44.000Z\",DURATION=15.0,X-ASSET-URI=\"http://ads.example/1.m3u8\","
                + "X-RESUME-OFFSET=0,X-RESTRICT=\"SKIP,JUMP\",X-COM-EXAMPLE-BEACON=123\n"
        ),
        (
            "an interstitial that can be skipped",
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:2025-01-02T21:55:40.000Z\n#EXTINF:6,\na.mp4\n"
                + "#EXT-X-ENDLIST\n#EXT-X-DATERANGE:ID=\"ad\",CLASS=\"com.apple.hls.interstitial\","
                + "START-DATE=\"2025-01-02T21:55:44.000Z\",DURATION=30.0,X-ASSET-LIST=\"http://ads.example/1.json\","
                + "X-RESUME-OFFSET=0,X-SKIP-CONTROL-OFFSET=2,X-SKIP-CONTROL-DURATION=5,X-SKIP-CONTROL-LABEL-ID=\"Exit\"\n"
        ),
    ]

    @Test("is read strictly and without a finding", arguments: examples.map(\.text))
    func reading(_ text: String) throws {
        let result = PlaylistReader().read(text)
        #expect(result.diagnostics.isEmpty)
        #expect(try PlaylistReader().readStrictly(text) == result.playlist)
        #expect(result.playlist.text == text)
        // What the specification's own examples leave out is a SHOULD each, or one of a profile.
        let findings = PlaylistValidator().diagnostics(of: result.playlist)
        let leftOut: Set<PlaylistRule> = [
            .missingCodecs, .audioWithoutChannels, .dateWithoutMilliseconds, .lowLatencyWithoutDates,
        ]
        #expect(findings.allSatisfy { leftOut.contains($0.rule) })
    }
}
