import HLSKit

// Apple's rules of formats, renditions and what is measured.
extension PlaylistRuleCase {
    static let moreAuthoring: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "formats that Apple devices do not play, without captions",
            """
            #EXTM3U
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,URI="i",CODECS="hvc1.2.4.L93.B0",RESOLUTION=16x9,VIDEO-RANGE=PQ
            #EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=190000,CODECS="vp09.00,Opus",RESOLUTION=16x9,FRAME-RATE=30
            a
            #EXT-X-STREAM-INF:BANDWIDTH=300000,AVERAGE-BANDWIDTH=300000,CODECS="dvh1.07.10,ec-3",RESOLUTION=16x9,FRAME-RATE=60,VIDEO-RANGE=PQ
            b
            #EXT-X-STREAM-INF:BANDWIDTH=16000000,AVERAGE-BANDWIDTH=16000000,CODECS="hvc1.2.4.H156.B0",RESOLUTION=3840x2160,FRAME-RATE=60,VIDEO-RANGE=PQ
            c
            #EXT-X-STREAM-INF:BANDWIDTH=64000,AVERAGE-BANDWIDTH=64000,CODECS="mp4a.40.2"
            d

            """,
            rules: .authoring,
            broken: [
                .appleVideoFormat, .appleAudioFormat, .appleSeparateAudio, .appleDolbyVision, .appleMultichannel,
                .appleVideoProfile, .appleCompatibleLevel, .appleH264, .appleHDRFrameRate, .appleUHDBandwidth,
                .appleDolbyDigital, .appleCaptions, .appleIFrameRates, .appleIFrameH264, .appleIFrameRange,
                .appleAudioOnly, .appleVideoRange, .appleHighestResolution,
            ]
        ),
        PlaylistRuleCase(
            "renditions without what tells them apart, and encrypted video without protection",
            """
            #EXTM3U
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-SESSION-KEY:METHOD=SAMPLE-AES,URI="skd://k"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A",LANGUAGE="en",CHANNELS="16/JOC",CHARACTERISTICS="x"
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="B",LANGUAGE="en",CHANNELS="2",URI="b"
            #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="S",LANGUAGE="en",URI="s",AUTOSELECT=YES,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog"
            #EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="1"
            #EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="v",NAME="2",URI="2"
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,URI="i",CODECS="avc1.64001f",RESOLUTION=16x9
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=19000,URI="j",CODECS="avc1.64001f",RESOLUTION=16x9
            #EXT-X-STREAM-INF:BANDWIDTH=190000,AVERAGE-BANDWIDTH=190000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30,AUDIO="a",SUBTITLES="s"
            http://a.example/v
            #EXT-X-STREAM-INF:BANDWIDTH=350000,AVERAGE-BANDWIDTH=350000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30,AUDIO="a",HDCP-LEVEL=TYPE-0
            w
            #EXT-X-STREAM-INF:BANDWIDTH=350000,AVERAGE-BANDWIDTH=350000,CODECS="avc1.64001f",RESOLUTION=16x9,FRAME-RATE=30,VIDEO="v"
            x

            """,
            rules: .authoring,
            broken: [
                .appleKeyFormat, .appleAlternativeAudio, .appleSpatialAudio, .appleRenditionOrder,
                .appleCaptionCharacteristics, .appleSubtitleCodec, .appleVideoAngles, .appleHDCPLevel,
                .appleInsecureURL, .appleDefaultVariant,
            ]
        ),
        PlaylistRuleCase(
            "a segment that rounds to the target but is longer than half a second more, and short parts",
            "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-TARGETDURATION:6\n#EXT-X-PART-INF:PART-TARGET=0.5\n"
                + "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36,PART-HOLD-BACK=1.5\n"
                + "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
                + String(repeating: "#EXTINF:6,\na.ts\n", count: 7) + "#EXTINF:6.6,\nb.ts\n",
            rules: .authoring,
            broken: [.appleSegmentTooLong, .applePartTarget, .appleLiveWindow]
        ),
    ]

    static let authoringPresentations: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "playlists of other lengths and cuts, whose bit rates are not those that are declared",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=8000,AVERAGE-BANDWIDTH=8000\n0.m3u8\n"
                + "#EXT-X-STREAM-INF:BANDWIDTH=8000,AVERAGE-BANDWIDTH=8000\n1.m3u8\n",
            members: [
                Member(uri: "0.m3u8", text: live(0..<2, end: end), sizes: [600, 600]),
                Member(uri: "1.m3u8", text: live(0..<3, end: end), sizes: [6_000, 6_000, 6_000]),
            ],
            rules: .authoring,
            broken: [
                .applePeakDiffers, .appleAverageDiffers, .appleContentDurations, .appleBoundaries,
                .appleIndependentSegments, .applePlaylistType, .appleCodecs,
            ]
        )
    ]
}
