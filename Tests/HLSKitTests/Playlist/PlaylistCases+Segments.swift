import HLSKit

extension PlaylistCase {
    static let segmentTags: [PlaylistCase] = [
        PlaylistCase(
            name: "a duration with a title",
            tag: .segment,
            text: media("", "#EXTINF:5.123456,A, b\na\n"),
            value: "duration 5.123456\ntitle A, b"
        ),
        PlaylistCase(
            name: "a duration without comma",
            tag: .segment,
            text: media("", "#EXTINF:6\na\n"),
            value: "duration 6.0",
            broken: [.missingComma]
        ),
        PlaylistCase(
            name: "a URI without duration",
            tag: .segment,
            text: media("", "a.ts\n"),
            value: "duration 0.0",
            broken: [.missingDuration]
        ),
        PlaylistCase(
            name: "a duration without URI",
            tag: .segment,
            text: media("", after: "#EXTINF:6,\n"),
            broken: [.missingSegmentURI]
        ),
        PlaylistCase(
            name: "a negative duration",
            tag: .segment,
            text: media("", "#EXTINF:-1,x\na\n"),
            value: "duration -1.0",
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "byte ranges that follow each other",
            tag: .byteRange,
            text: media("", "#EXTINF:6,\n#EXT-X-BYTERANGE:10@5\na\n#EXTINF:6,\n#EXT-X-BYTERANGE:20\na\n"),
            value: "range 10@5\nrange 20@15"
        ),
        PlaylistCase(
            name: "a byte range that follows nothing",
            tag: .byteRange,
            text: media("", "#EXTINF:6,\n#EXT-X-BYTERANGE:10@5\na\n#EXTINF:6,\n#EXT-X-BYTERANGE:20\nb\n"),
            broken: [.unknownRangeStart]
        ),
        PlaylistCase(
            name: "a byte range beyond every file",
            tag: .byteRange,
            text: media("", "#EXTINF:6,\n#EXT-X-BYTERANGE:9223372036854775807@9223372036854775807\na\n"),
            broken: [.rangeTooLarge]
        ),
        PlaylistCase(
            name: "a discontinuity",
            tag: .discontinuity,
            text: media("", "#EXTINF:6,\na\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\nb\n"),
            value: "discontinuity 0\ndiscontinuity 1"
        ),
        PlaylistCase(
            name: "a discontinuity with a value",
            tag: .discontinuity,
            text: media("", "#EXT-X-DISCONTINUITY:x\n#EXTINF:6,\na\n"),
            broken: [.unexpectedValue]
        ),
        PlaylistCase(
            name: "a key",
            tag: .key,
            attributes: ["METHOD", "URI", "IV"],
            text: media("#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x000102030405060708090A0B0C0D0E0F\n"),
            value: "key AES-128 k 15"
        ),
        PlaylistCase(
            name: "several keys",
            tag: .key,
            attributes: ["KEYFORMAT", "KEYFORMATVERSIONS"],
            text: media(
                "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",KEYFORMAT=\"com.example\",KEYFORMATVERSIONS=\"1/2\"\n"
                    + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"l\"\n",
                "#EXTINF:6,\na\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:6,\nb\n"
            ),
            value: "key SAMPLE-AES k -\nkey SAMPLE-AES l -\nkeys 2\nkeys 0"
        ),
        PlaylistCase(
            name: "a key for AES-256-GCM",
            tag: .key,
            text: media("#EXT-X-KEY:METHOD=AES-256-GCM,URI=\"k\"\n"),
            value: "key AES-256-GCM k -"
        ),
        PlaylistCase(
            name: "keys that are broken",
            tag: .key,
            attributes: ["METHOD", "URI", "IV", "KEYFORMATVERSIONS"],
            text: media(
                "#EXT-X-KEY:METHOD=AES-128\n#EXT-X-KEY:METHOD=NONE,URI=\"k\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x1\n"
                    + "#EXT-X-KEY:URI=\"k\"\n#EXT-X-KEY:METHOD=AES-128,URI=k,KEYFORMATVERSIONS=\"0\"\n"
            ),
            broken: [
                .keyWithoutURI, .keyNoneWithAttributes, .wrongIVLength, .missingAttribute, .malformedAttribute,
                .malformedKeyVersions,
            ]
        ),
        PlaylistCase(
            name: "a map",
            tag: .map,
            attributes: ["URI", "BYTERANGE"],
            text: media("#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"720@0\"\n"),
            value: "map init.mp4 720@0"
        ),
        PlaylistCase(
            name: "a map whose range has no start",
            tag: .map,
            attributes: ["BYTERANGE"],
            text: media("#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"720\"\n"),
            broken: [.mapRangeWithoutStart]
        ),
        PlaylistCase(
            name: "a map without URI",
            tag: .map,
            attributes: ["URI"],
            text: media("#EXT-X-MAP:BYTERANGE=\"7@0\"\n"),
            broken: [.missingAttribute]
        ),
        PlaylistCase(
            name: "dates",
            tag: .programDateTime,
            text: media(
                "",
                "#EXTINF:6,\na\n#EXT-X-PROGRAM-DATE-TIME:2024-02-29T23:59:58.5+01:00\n#EXTINF:6,\nb\n#EXTINF:6,\nc\n"
            ),
            value: "date 2024-02-29T22:59:52.500Z\ndate 2024-02-29T23:59:58.500+01:00\ndate 2024-02-29T23:00:04.500Z"
        ),
        PlaylistCase(
            name: "a date without zone",
            tag: .programDateTime,
            text: media("#EXT-X-PROGRAM-DATE-TIME:2024-02-29T01:02:03.000\n"),
            value: "date 2024-02-29T01:02:03.000Z",
            broken: [.dateWithoutZone]
        ),
        PlaylistCase(
            name: "a date that is none",
            tag: .programDateTime,
            text: media("#EXT-X-PROGRAM-DATE-TIME:yesterday\n"),
            broken: [.malformedValue]
        ),
        PlaylistCase(name: "a gap", tag: .gap, text: media("#EXT-X-GAP\n"), value: "gap"),
        PlaylistCase(name: "a gap with a value", tag: .gap, text: media("#EXT-X-GAP:1\n"), broken: [.unexpectedValue]),
        PlaylistCase(
            name: "a bit rate",
            tag: .bitrate,
            text: media("#EXT-X-BITRATE:800\n", "#EXTINF:6,\na\n#EXTINF:6,\nb\n"),
            value: "bitrate 800\nbitrate 800"
        ),
        PlaylistCase(
            name: "a bit rate that is no number",
            tag: .bitrate,
            text: media("#EXT-X-BITRATE:fast\n"),
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "a part",
            tag: .part,
            attributes: ["URI", "DURATION", "INDEPENDENT", "BYTERANGE", "GAP"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n",
                "#EXT-X-PART:DURATION=2,URI=\"p\",INDEPENDENT=YES,BYTERANGE=\"5@1\",GAP=YES\n#EXT-X-GAP\n#EXTINF:2,\na\n"
            ),
            value: "part p 2.0 true 5@1 true"
        ),
        PlaylistCase(
            name: "parts that are too long and too short",
            tag: .part,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=2\n#EXT-X-PART-INF:PART-TARGET=1\n",
                "#EXT-X-PART:DURATION=0.5,URI=\"p\"\n#EXT-X-PART:DURATION=2,URI=\"q\"\n#EXTINF:2.5,\na\n"
            ),
            broken: [.partTooShort, .partExceedsTarget, .partHoldBackLow]
        ),
    ]

    static let metadataTags: [PlaylistCase] = [
        PlaylistCase(
            name: "a date range",
            tag: .dateRange,
            attributes: [
                "ID", "CLASS", "START-DATE", "CUE", "END-DATE", "DURATION", "PLANNED-DURATION", "SCTE35-CMD",
            ],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n"
                    + "#EXT-X-DATERANGE:ID=\"r\",CLASS=\"c\",START-DATE=\"2024-01-01T00:00:01.000Z\",CUE=\"PRE,ONCE\","
                    + "END-DATE=\"2024-01-01T00:00:03.000Z\",DURATION=2,PLANNED-DURATION=2.5,SCTE35-CMD=0xFC01,"
                    + "X-COM-A=\"b\"\n"
            ),
            value: "range r c PRE,ONCE 2.0 2.5"
        ),
        PlaylistCase(
            name: "a date range that a later tag continues",
            tag: .dateRange,
            attributes: ["SCTE35-OUT", "SCTE35-IN"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n"
                    + "#EXT-X-DATERANGE:ID=\"r\",START-DATE=\"2024-01-01T00:00:01.000Z\",SCTE35-OUT=0xFC01\n",
                after: "#EXT-X-DATERANGE:ID=\"r\",DURATION=4,SCTE35-IN=0xFC02\n"
            ),
            value: "range r - - 4.0 -"
        ),
        PlaylistCase(
            name: "a date range that ends with the next",
            tag: .dateRange,
            attributes: ["END-ON-NEXT"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n"
                    + "#EXT-X-DATERANGE:ID=\"r\",CLASS=\"c\",START-DATE=\"2024-01-01T00:00:01.000Z\",END-ON-NEXT=YES\n"
            ),
            value: "range r c - - -"
        ),
        PlaylistCase(
            name: "date ranges that are broken",
            tag: .dateRange,
            attributes: ["START-DATE", "DURATION", "END-DATE", "END-ON-NEXT", "CUE", "ID"],
            text: media(
                "#EXT-X-DATERANGE:ID=\"a\",DURATION=-1\n"
                    + "#EXT-X-DATERANGE:ID=\"b\",START-DATE=\"2024-01-01T00:00:09.000Z\",END-DATE=\"2024-01-01T00:00:01.000Z\","
                    + "CUE=\"PRE,POST\"\n"
                    + "#EXT-X-DATERANGE:ID=\"b\",START-DATE=\"2024-01-01T00:00:08.000Z\",END-ON-NEXT=YES,COLOR=1\n"
            ),
            broken: [
                .malformedAttribute, .dateRangeWithoutStart, .dateRangeNegative, .dateRangeEndsEarly, .conflictingCue,
                .dateRangeConflict, .dateRangeOpenEnd, .dateRangeWithoutDate, .dateRangeAttribute,
            ]
        ),
        PlaylistCase(
            name: "an interstitial",
            tag: .dateRange,
            attributes: [
                "X-ASSET-URI", "X-RESUME-OFFSET", "X-PLAYOUT-LIMIT", "X-SNAP", "X-RESTRICT", "X-CONTENT-MAY-VARY",
                "X-TIMELINE-OCCUPIES", "X-TIMELINE-STYLE", "X-SKIP-CONTROL-OFFSET", "X-SKIP-CONTROL-DURATION",
                "X-SKIP-CONTROL-LABEL-ID",
            ],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"i\","
                    + "CLASS=\"com.apple.hls.interstitial\",START-DATE=\"2024-01-01T00:00:01.000Z\",X-ASSET-URI=\"https://a/\","
                    + "X-RESUME-OFFSET=0,X-PLAYOUT-LIMIT=9.5,X-SNAP=\"OUT,IN\",X-RESTRICT=\"SKIP,JUMP\","
                    + "X-CONTENT-MAY-VARY=\"NO\",X-TIMELINE-OCCUPIES=\"RANGE\",X-TIMELINE-STYLE=\"PRIMARY\","
                    + "X-SKIP-CONTROL-OFFSET=1,X-SKIP-CONTROL-DURATION=2,X-SKIP-CONTROL-LABEL-ID=\"skip\"\n"
            ),
            value: "interstitial https://a/ - 0.0 9.5 OUT,IN SKIP,JUMP false RANGE PRIMARY 1.0 2.0 skip"
        ),
        PlaylistCase(
            name: "an interstitial with a list",
            tag: .dateRange,
            attributes: ["X-ASSET-LIST"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"i\","
                    + "CLASS=\"com.apple.hls.interstitial\",START-DATE=\"2024-01-01T00:00:01.000Z\",X-ASSET-LIST=\"l.json\"\n"
            ),
            value: "interstitial - l.json - - - - true - - - - -"
        ),
        PlaylistCase(
            name: "an interstitial with two assets",
            tag: .dateRange,
            attributes: ["X-ASSET-URI", "X-ASSET-LIST"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"i\",CLASS=\""
                    + "com.apple.hls.interstitial\",START-DATE=\"2024-01-01T00:00:01.000Z\",X-ASSET-LIST=\"l\",X-ASSET-URI=\"a:u\"\n"
            ),
            broken: [.interstitialAsset]
        ),
        PlaylistCase(
            name: "a preload",
            tag: .dateRange,
            attributes: ["X-URI", "X-TARGET-ID", "X-TARGET-CLASS"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"p\",CLASS=\"com.apple.hls.preload\","
                    + "START-DATE=\"2024-01-01T00:00:01.000Z\",DURATION=3,X-URI=\"u\",X-TARGET-ID=\"i\",X-TARGET-CLASS=\"c\"\n"
            ),
            value: "preload u i c"
        ),
        PlaylistCase(
            name: "a preload without target",
            tag: .dateRange,
            attributes: ["X-TARGET-ID"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2024-01-01T00:00:00.000Z\n#EXT-X-DATERANGE:ID=\"p\",CLASS=\"com.apple.hls.preload\","
                    + "START-DATE=\"2024-01-01T00:00:01.000Z\",X-URI=\"u\"\n"
            ),
            broken: [.preloadTarget, .preloadRange]
        ),
        PlaylistCase(
            name: "a delta update",
            tag: .skip,
            attributes: ["SKIPPED-SEGMENTS", "RECENTLY-REMOVED-DATERANGES"],
            text: media(
                "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36,CAN-SKIP-DATERANGES=YES\n"
                    + "#EXT-X-SKIP:SKIPPED-SEGMENTS=3,RECENTLY-REMOVED-DATERANGES=\"a\tb\"\n",
                String(repeating: "#EXTINF:6,\na.ts\n", count: 7)
            ),
            value: "skip 3 a|b\nnumber 3"
        ),
        PlaylistCase(
            name: "a delta update without number",
            tag: .skip,
            attributes: ["SKIPPED-SEGMENTS"],
            text: media("#EXT-X-SKIP:SKIPPED-SEGMENTS=\"3\"\n"),
            broken: [.malformedAttribute, .skipNotOffered]
        ),
        PlaylistCase(
            name: "a preload hint",
            tag: .preloadHint,
            attributes: ["TYPE", "URI", "BYTERANGE-START", "BYTERANGE-LENGTH"],
            text: media("", after: "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\",BYTERANGE-START=5,BYTERANGE-LENGTH=6\n"),
            value: "hint PART p 5 6"
        ),
        PlaylistCase(
            name: "two preload hints of one type",
            tag: .preloadHint,
            attributes: ["TYPE"],
            text: media("", after: "#EXT-X-PRELOAD-HINT:TYPE=MAP,URI=\"p\"\n#EXT-X-PRELOAD-HINT:TYPE=MAP,URI=\"q\"\n"),
            broken: [.duplicatePreloadHint]
        ),
        PlaylistCase(
            name: "a rendition report",
            tag: .renditionReport,
            attributes: ["URI", "LAST-MSN", "LAST-PART"],
            text: media("", after: "#EXT-X-RENDITION-REPORT:URI=\"../o.m3u8\",LAST-MSN=9,LAST-PART=2\n"),
            value: "report ../o.m3u8 9 2"
        ),
        PlaylistCase(
            name: "a rendition report with a broken number",
            tag: .renditionReport,
            attributes: ["LAST-MSN"],
            text: media("", after: "#EXT-X-RENDITION-REPORT:URI=\"o\",LAST-MSN=last\n"),
            broken: [.malformedAttribute]
        ),
    ]
}
