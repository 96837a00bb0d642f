import HLSKit

// Apple's authoring rules are a set of their own.
extension PlaylistRuleCase {
    static let authoring: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "a short live playlist of short segments",
            "#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + String(repeating: "#EXTINF:2,\na.ts\n", count: 3),
            rules: .authoring,
            broken: [
                .appleIndependentSegments, .appleTargetDuration, .appleSegmentDuration, .appleLiveDates,
                .appleLiveLength, .appleLiveWindow,
            ]
        ),
        PlaylistRuleCase(
            "an ended playlist without a type",
            live(0..<2, "#EXT-X-INDEPENDENT-SEGMENTS\n", end: end),
            rules: .authoring,
            broken: [.applePlaylistType]
        ),
        PlaylistRuleCase(
            "variants that do not say what they are",
            """
            #EXTM3U
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A"
            #EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.64003d",VIDEO-RANGE=PQ
            a
            #EXT-X-STREAM-INF:BANDWIDTH=9000000,AVERAGE-BANDWIDTH=3000000,CODECS="avc1.64001f"
            b
            #EXT-X-STREAM-INF:BANDWIDTH=300000
            c
            #EXT-X-STREAM-INF:BANDWIDTH=9000000,CODECS="avc1.64003d",VIDEO-RANGE=PQ
            d

            """,
            rules: .authoring,
            broken: [
                .appleIndependentSegments, .appleCodecs, .appleResolution, .appleFrameRate, .appleAverageBandwidth,
                .applePeakToAverage, .appleVideoRange, .appleIFrames, .appleLowestBandwidth, .appleLadder,
                .appleLanguage, .appleVideoProfile, .appleDefaultVariant, .appleCaptions,
            ]
        ),
        PlaylistRuleCase(
            "variants of one size, fast, of another shape, all HDR, with sound that few devices play",
            """
            #EXTM3U
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-CONTENT-STEERING:SERVER-URI="s"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="S",LANGUAGE="en",URI="s",FORCED=YES
            #EXT-X-SESSION-KEY:METHOD=SAMPLE-AES-CTR,URI="k"
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,URI="i",CODECS="hvc1",RESOLUTION=16x9
            #EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=190000,CODECS="hev1,ec-3",RESOLUTION=1920x1080,FRAME-RATE=61,VIDEO-RANGE=PQ
            a
            #EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=190000,CODECS="hvc1,ec-3",RESOLUTION=640x480,FRAME-RATE=60,VIDEO-RANGE=HLG
            b

            """,
            rules: .authoring,
            broken: [
                .appleSteeringPathway, .appleAutoselect, .appleKeyMethod, .appleFrameRateTooHigh, .appleSampleEntry,
                .appleStandardRange, .appleAspectRatio, .appleStereo, .appleVariants, .appleHighestResolution,
                .appleDolbyDigital, .appleHDCPLevel, .appleMultichannel, .appleHDRFrameRate, .appleIFrameH264,
                .appleH264,
            ]
        ),
        PlaylistRuleCase(
            "a live playlist of low latency without what makes it work",
            live(
                0..<24,
                "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=2\n#EXT-X-PART-INF:PART-TARGET=1\n"
                    + "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"com.apple.streamingkeydelivery\",IV=0x00\n"
                    + dates + "#EXT-X-DISCONTINUITY\n"
            ).replacing(".ts", with: ".m4s?a"),
            rules: .authoring,
            broken: [
                .applePartHoldBack, .appleDeltaUpdates, .appleKeyMethod, .appleKeyVector, .appleDiscontinuitySequence,
                .appleMap, .appleLiveWindow,
            ]
        ),
        PlaylistRuleCase(
            "delta updates that keep all date ranges",
            live(
                0..<6,
                "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=3,CAN-SKIP-UNTIL=36\n"
                    + "#EXT-X-PART-INF:PART-TARGET=1\n\(dates)#EXT-X-DATERANGE:ID=\"a\"\n"
            ),
            rules: .authoring,
            broken: [.appleSkipDateRanges, .appleLiveWindow]
        ),
    ]

    private static let dates = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
}
