import HLSKit

extension PlaylistCase {
    private static let lowLatency =
        "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
        + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n"

    /// Rules that are about order, time and what belongs together.
    static let moreRules: [PlaylistCase] = [
        PlaylistCase(
            name: "a version that is higher than needed",
            tag: .version,
            text: "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n",
            broken: [.versionTooHigh]
        ),
        PlaylistCase(
            name: "a target duration of nothing",
            tag: .targetDuration,
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:0\n#EXTINF:0,\na.ts\n",
            broken: [.targetDurationZero]
        ),
        PlaylistCase(
            name: "a start near the end of a playlist that grows",
            tag: .start,
            text: media("#EXT-X-START:TIME-OFFSET=0\n"),
            broken: [.startNearEnd]
        ),
        PlaylistCase(
            name: "a delta update that skips too much",
            tag: .skip,
            text: media("#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36\n#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n"),
            broken: [.skippedTooMuch]
        ),
        PlaylistCase(
            name: "a key in counter mode with a vector",
            tag: .key,
            text: media("#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI=\"k\",IV=0x000102030405060708090a0b0c0d0e0f\n"),
            broken: [.initializationVectorNotAllowed]
        ),
        PlaylistCase(
            name: "a map whose key has no vector",
            tag: .map,
            text: media("#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXT-X-MAP:URI=\"m\"\n"),
            broken: [.mapKeyWithoutIV]
        ),
        PlaylistCase(
            name: "a map behind the end of a key without a vector",
            tag: .map,
            text: media(
                "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n",
                "#EXTINF:6,\na.ts\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-MAP:URI=\"m\"\n#EXTINF:6,\nb\n"
            ),
            broken: []
        ),
        PlaylistCase(
            name: "dates that overlap by more than a second",
            tag: .programDateTime,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n",
                "#EXTINF:6,\na.ts\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:04.000Z\n#EXTINF:6,\nb.ts\n"
            ),
            broken: [.ambiguousDate]
        ),
        PlaylistCase(
            name: "a discontinuity whose date is not told",
            tag: .discontinuity,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n",
                "#EXTINF:6,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\nb.ts\n"
            ),
            broken: [.discontinuityWithoutDate]
        ),
        PlaylistCase(
            name: "a discontinuity behind a part of its segment",
            tag: .part,
            text: media(
                lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\na.ts\n"
            ),
            broken: [.tagBehindPart]
        ),
        PlaylistCase(
            name: "parts that may be short",
            tag: .part,
            text: media(
                lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=1,INDEPENDENT=YES\n#EXT-X-PART:URI=\"q\",DURATION=1\n"
                    + "#EXT-X-PART:URI=\"r\",DURATION=2,GAP=YES\n#EXT-X-PART:URI=\"s\",DURATION=1\n#EXTINF:5,\na.ts\n"
            ),
            broken: []
        ),
        PlaylistCase(
            name: "parts of I-frames",
            tag: .part,
            text: media(
                "#EXT-X-I-FRAMES-ONLY\n" + lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:2,\na.ts\n"
            ),
            broken: [.partsInIFrames]
        ),
        PlaylistCase(
            name: "parts far from the end",
            tag: .part,
            text: media(
                lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:2,\na.ts\n"
                    + String(repeating: "#EXTINF:6,\nb.ts\n", count: 4)
            ),
            broken: [.partTooOld]
        ),
        PlaylistCase(
            name: "a preload with a cue",
            tag: .dateRange,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"p\",CLASS=\"com.apple.hls.preload\","
                    + "START-DATE=\"2026-01-01T00:00:01.000Z\",DURATION=1,CUE=\"PRE\",X-URI=\"u\",X-TARGET-ID=\"i\","
                    + "X-TARGET-CLASS=\"c\"\n"
            ),
            broken: [.preloadRange]
        ),
        PlaylistCase(
            name: "date ranges of one class that overlap and do not end with the next",
            tag: .dateRange,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
                    + "#EXT-X-DATERANGE:ID=\"a\",CLASS=\"c\",START-DATE=\"2026-01-01T00:00:00.000Z\",DURATION=5\n"
                    + "#EXT-X-DATERANGE:ID=\"b\",CLASS=\"c\",START-DATE=\"2026-01-01T00:00:01.000Z\",DURATION=5\n"
            ),
            broken: []
        ),
        PlaylistCase(
            name: "a hint in a playlist that has ended",
            tag: .preloadHint,
            text: media("", after: "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\"\n#EXT-X-ENDLIST\n"),
            broken: [.hintAfterEnd]
        ),
        PlaylistCase(
            name: "a report that is not relative",
            tag: .renditionReport,
            text: media("", after: "#EXT-X-RENDITION-REPORT:URI=\"https://a.example/b.m3u8\",LAST-MSN=1\n"),
            broken: [.reportNotRelative]
        ),
        PlaylistCase(
            name: "video layouts that are empty, unknown, twice of a kind, and needless",
            tag: .streamInformation,
            text: multivariant(
                "",
                ["", "CH-TRIPLE", "CH-MONO/CH-STEREO", "CH-MONO/PROJ-RECT"].map {
                    "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"c\",REQ-VIDEO-LAYOUT=\"\($0)\"\nv\n"
                }.joined()
            ),
            broken: [.malformedVideoLayout, .needlessVideoLayout]
        ),
        PlaylistCase(
            name: "a pathway with a space, and one URI with two stable IDs",
            tag: .streamInformation,
            text: multivariant(
                "",
                "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"c\",PATHWAY-ID=\"a b\",STABLE-VARIANT-ID=\"s\"\nv\n"
                    + "#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS=\"c\",STABLE-VARIANT-ID=\"t\"\nv\n"
            ),
            broken: [.malformedPathwayID, .stableIDsDiffer]
        ),
        PlaylistCase(
            name: "channels of subtitles",
            tag: .media,
            text: multivariant("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"s\",NAME=\"S\",URI=\"s\",CHANNELS=\"2\"\n"),
            broken: [.audioAttributeElsewhere]
        ),
        PlaylistCase(
            name: "sound without its channels",
            tag: .media,
            text: multivariant("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\"\n"),
            broken: [.audioWithoutChannels]
        ),
        PlaylistCase(
            name: "an ID of sound in the stream that has a space",
            tag: .media,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"A\",CHANNELS=\"2\",INSTREAM-ID=\"1 2\"\n"
            ),
            broken: [.malformedInstreamID]
        ),
    ]
}
