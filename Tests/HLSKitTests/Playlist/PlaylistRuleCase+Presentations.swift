import HLSKit

extension PlaylistRuleCase {
    private static let lowLatency =
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3\n#EXT-X-PART-INF:PART-TARGET=1\n"

    private static func keyed(_ attributes: String) -> String {
        live(0..<2, "#EXT-X-KEY:METHOD=\(attributes)\n", end: end)
    }

    static let presentations: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "playlists that fit",
            variants(2),
            members: members(live(0..<2, end: end), live(0..<2, end: end)),
            broken: []
        ),
        PlaylistRuleCase(
            "a playlist that was not given",
            variants(2),
            members: members(live(0..<2)),
            broken: [.missingMediaPlaylist]
        ),
        PlaylistRuleCase(
            "playlists of another type, target, length and date, with a discontinuity",
            variants(2),
            members: members(
                live(0..<4, end: end),
                "#EXTM3U\n#EXT-X-TARGETDURATION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n"
                    + "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXTINF:6,\na.ts\n#EXT-X-DISCONTINUITY\n"
                    + "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:01:00.000Z\n"
                    + "#EXTINF:6,\nb.ts\n" + end
            ),
            broken: [
                .targetDurationsDiffer, .playlistTypesDiffer, .discontinuitiesDiffer, .datesDiffer, .durationsDiffer,
            ]
        ),
        PlaylistRuleCase(
            "bandwidths and formats that are not those of the segments",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,AVERAGE-BANDWIDTH=9,CODECS=\"avc1.64001f\"\n0.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=9000,CODECS=\"avc1.64001f\"\n1.m3u8\n",
            members: [
                Member(uri: "0.m3u8", text: live(0..<2), sizes: [600, 600], codecs: ["avc1.64001f"]),
                Member(uri: "1.m3u8", text: live(0..<2), sizes: [600, 600], codecs: ["hvc1"]),
            ],
            broken: [
                .bandwidthTooLow, .averageBandwidthTooLow, .bandwidthTooHigh, .codecNotDeclared, .codecNotPresent,
            ]
        ),
        PlaylistRuleCase(
            "I-frames whose playlist does not say so",
            variants(0, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=8000,CODECS=\"avc1.64001f\",URI=\"0.m3u8\"\n"),
            members: members(live(0..<2)),
            broken: [.iFramesExpected, .noVariants]
        ),
        PlaylistRuleCase(
            "a session key that is that of the media playlists",
            variants(2, "#EXT-X-SESSION-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"identity\"\n#EXT-X-VERSION:5\n"),
            members: members(keyed("AES-128,URI=\"k\""), keyed("AES-128,URI=\"k\"")),
            broken: []
        ),
        PlaylistRuleCase(
            "a session key of another format than the key of its URI",
            variants(1, "#EXT-X-VERSION:5\n#EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n"),
            members: members(keyed("AES-128,URI=\"k\"")),
            broken: [.sessionKeyDiffers]
        ),
        PlaylistRuleCase(
            "a key of two playlists that is no session key",
            variants(2),
            members: members(keyed("AES-128,URI=\"k\""), keyed("AES-128,URI=\"k\"")),
            broken: [.sessionKeyMissing]
        ),
        PlaylistRuleCase(
            "reports of each other",
            variants(2),
            members: members(
                live(0..<4, lowLatency, end: "#EXT-X-RENDITION-REPORT:URI=\"1.m3u8\",LAST-MSN=3\n"),
                live(0..<4, lowLatency, end: "#EXT-X-RENDITION-REPORT:URI=\"0.m3u8\",LAST-MSN=3\n")
            ),
            broken: []
        ),
        PlaylistRuleCase(
            "a report that is missing",
            variants(2),
            members: members(
                live(0..<4, lowLatency),
                live(0..<4, lowLatency, end: "#EXT-X-RENDITION-REPORT:URI=\"0.m3u8\",LAST-MSN=3\n")
            ),
            broken: [.missingRenditionReport]
        ),
        PlaylistRuleCase(
            "tags that stand in both playlists",
            variants(1, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=1\n"),
            members: members(live(0..<2, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=1\n", end: end)),
            broken: [.tagInBoth]
        ),
        PlaylistRuleCase(
            "controls and date ranges that differ",
            variants(2),
            members: members(
                live(0..<2, dated + "#EXT-X-SERVER-CONTROL:HOLD-BACK=18\n" + range("1"), end: end),
                live(0..<2, dated + "#EXT-X-SERVER-CONTROL:HOLD-BACK=20\n" + range("2"), end: end)
            ),
            broken: [.serverControlsDiffer, .dateRangesDiffer]
        ),
        PlaylistRuleCase(
            "a bit rate that is not that of the segments",
            variants(1),
            members: [
                Member(uri: "0.m3u8", text: live(0..<2, "#EXT-X-BITRATE:9\n", end: end), sizes: [5_500, 5_500])
            ],
            broken: [.bitrateDiffers]
        ),
    ]

    static let morePresentations: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "a start that is beyond the end, and another in a media playlist",
            variants(1, "#EXT-X-START:TIME-OFFSET=100\n"),
            members: members(live(0..<2, "#EXT-X-START:TIME-OFFSET=1\n", end: end)),
            broken: [.startBeyondEnd, .tagInBoth, .tagValuesDiffer]
        ),
        PlaylistRuleCase(
            "interstitials at one time in another order",
            variants(2),
            members: members(
                live(0..<2, dated + interstitial("a") + interstitial("b"), end: end),
                live(0..<2, dated + interstitial("b") + interstitial("a"), end: end)
            ),
            broken: [.interstitialOrderDiffers]
        ),
        PlaylistRuleCase(
            "parts of two lengths at a distance from the end that suits the longer",
            variants(1, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"S\",URI=\"1.m3u8\"\n"),
            members: members(
                live(0..<4, lowLatency, end: "#EXT-X-RENDITION-REPORT:URI=\"1.m3u8\"\n"),
                live(0..<4, lowLatency, end: "#EXT-X-RENDITION-REPORT:URI=\"0.m3u8\"\n")
                    .replacing("TARGET=1", with: "TARGET=0.5")
            ),
            broken: []
        ),
        PlaylistRuleCase(
            "subtitles of IMSC that CODECS does not tell of",
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"S\",URI=\"1.m3u8\"\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=8000,CODECS=\"avc1.64001f\",SUBTITLES=\"s\"\n0.m3u8\n",
            members: [
                Member(uri: "0.m3u8", text: live(0..<2, end: end)),
                Member(uri: "1.m3u8", text: live(0..<2, end: end), codecs: ["stpp.ttml.im1t"]),
            ],
            broken: [.codecNotDeclared]
        ),
    ]

    private static let dated = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"

    private static func range(_ value: String) -> String {
        "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-01-01T00:00:00.000Z\",X-COM-A=\(value)\n"
    }

    private static func interstitial(_ id: String) -> String {
        "#EXT-X-DATERANGE:ID=\"\(id)\",CLASS=\"com.apple.hls.interstitial\",START-DATE=\"2026-01-01T00:00:00.000Z\","
            + "X-ASSET-URI=\"https://a.example/\(id)\"\n"
    }
}
