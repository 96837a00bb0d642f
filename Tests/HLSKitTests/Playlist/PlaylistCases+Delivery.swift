import HLSKit

extension PlaylistCase {
    private static let dated = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
    private static let lowLatency =
        dated + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n"

    private static func range(_ attributes: String) -> String {
        "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-01-01T00:00:01.000Z\",\(attributes)\n"
    }

    /// Rules of text, delivery, segments and date ranges.
    static let delivery: [PlaylistCase] = [
        PlaylistCase(
            name: "a title whose accents and syllables are written in pieces",
            tag: .segment,
            text: media("", "#EXTINF:6,e\u{301}t\u{E9}\na.ts\n#EXTINF:6,\u{1112}\u{1161}\u{11AB}\nb.ts\n"),
            broken: [.notNormalized]
        ),
        PlaylistCase(
            name: "a title with marks that have no character of their own",
            tag: .segment,
            text: media("", "#EXTINF:6,q\u{302} \u{D55C}\na.ts\n"),
            broken: []
        ),
        PlaylistCase(
            name: "URIs with characters that no URI has",
            tag: .map,
            text: media("#EXT-X-MAP:URI=\"a b.mp4\"\n", "#EXTINF:6,\n\u{E9}.ts\n#EXTINF:6,\n%2.ts\n"),
            broken: [.malformedURI]
        ),
        PlaylistCase(
            name: "a delta update that is not offered",
            tag: .skip,
            text: media("#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n", String(repeating: "#EXTINF:6,\na.ts\n", count: 7)),
            broken: [.skipNotOffered]
        ),
        PlaylistCase(
            name: "a delta update that skips date ranges although that is not offered, behind a segment",
            tag: .skip,
            text: media(
                "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36\n",
                String(repeating: "#EXTINF:6,\na.ts\n", count: 7),
                after: "#EXT-X-SKIP:SKIPPED-SEGMENTS=2,RECENTLY-REMOVED-DATERANGES=\"\"\n"
            ),
            broken: [.skipNotOffered, .skipAfterSegment]
        ),
        PlaylistCase(
            name: "parts that clients cannot wait for, without dates",
            tag: .part,
            text: media(
                "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n",
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:2,\na.ts\n"
            ),
            broken: [.lowLatencyWithoutBlocking, .lowLatencyWithoutDates]
        ),
        PlaylistCase(
            name: "dates without milliseconds, and one without a zone",
            tag: .dateRange,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n"
                    + "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-01-01T00:00:01\"\n"
            ),
            broken: [.dateWithoutMilliseconds, .dateWithoutZone]
        ),
        PlaylistCase(
            name: "keys of one segment with other methods and vectors",
            tag: .key,
            text: media(
                "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x000102030405060708090a0b0c0d0e0f\n"
                    + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\",IV=0x100102030405060708090a0b0c0d0e0f,KEYFORMAT=\"f\"\n"
            ),
            broken: [.keysDiffer]
        ),
        PlaylistCase(
            name: "a missing segment whose parts are there, and one whose parts are all missing",
            tag: .gap,
            text: media(
                lowLatency,
                "#EXT-X-GAP\n#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:2,\na.ts\n"
                    + "#EXT-X-PART:URI=\"q\",DURATION=2,GAP=YES\n#EXTINF:2,\nb.ts\n"
            ),
            broken: [.gapPartsDiffer]
        ),
        PlaylistCase(
            name: "a missing segment whose parts are missing",
            tag: .gap,
            text: media(lowLatency, "#EXT-X-GAP\n#EXT-X-PART:URI=\"p\",DURATION=2,GAP=YES\n#EXTINF:2,\na.ts\n"),
            broken: []
        ),
        PlaylistCase(
            name: "an I-frame whose range includes the map",
            tag: .byteRange,
            text: media(
                "#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI=\"a.mp4\",BYTERANGE=\"100@0\"\n",
                "#EXT-X-BYTERANGE:500@0\n#EXTINF:6,\na.mp4\n#EXT-X-BYTERANGE:500@500\n#EXTINF:6,\na.mp4\n"
            ),
            broken: [.rangeIncludesMap]
        ),
        PlaylistCase(
            name: "an attribute of an author who names no domain, with a value of no form",
            tag: .dateRange,
            text: media(dated + range("X-AD=word")),
            broken: [.notReverseDNS, .malformedAttribute]
        ),
        PlaylistCase(
            name: "words that are not defined in lists",
            tag: .dateRange,
            text: media(
                dated
                    + range(
                        "CLASS=\"com.apple.hls.interstitial\",CUE=\"ONCE,SOON\",X-ASSET-URI=\"https://a.example/\""
                    )
            ),
            broken: [.unknownAttributeValue]
        ),
        PlaylistCase(
            name: "an interstitial whose asset is relative and whose label has a space",
            tag: .dateRange,
            text: media(
                dated
                    + range(
                        "CLASS=\"com.apple.hls.interstitial\",X-ASSET-URI=\"ad\",X-SKIP-CONTROL-LABEL-ID=\"to skip\""
                    )
            ),
            broken: [.assetNotAbsolute, .malformedLabelID]
        ),
        PlaylistCase(
            name: "a splice that is in and does not say how long it was",
            tag: .dateRange,
            text: media(dated + range("SCTE35-OUT=0xFC00") + "#EXT-X-DATERANGE:ID=\"a\",SCTE35-IN=0xFC02\n"),
            broken: [.spliceWithoutEnd]
        ),
        PlaylistCase(
            name: "a preload of a date range of another class",
            tag: .dateRange,
            text: media(
                dated + range("CLASS=\"c\"")
                    + "#EXT-X-DATERANGE:ID=\"p\",CLASS=\"com.apple.hls.preload\",START-DATE=\"2026-01-01T00:00:00.000Z\","
                    + "DURATION=1,X-URI=\"u\",X-TARGET-ID=\"a\",X-TARGET-CLASS=\"d\"\n"
            ),
            broken: [.preloadClassDiffers]
        ),
        PlaylistCase(
            name: "a hint of a part that is there",
            tag: .preloadHint,
            text: media(
                lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:2,\na.ts\n",
                after: "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\"\n"
            ),
            broken: [.hintAlreadyListed]
        ),
        PlaylistCase(
            name: "a hint of the next range of a part's resource",
            tag: .preloadHint,
            text: media(
                lowLatency,
                "#EXT-X-PART:URI=\"p\",DURATION=2,BYTERANGE=\"10@0\"\n#EXTINF:2,\na.ts\n",
                after: "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p\",BYTERANGE-START=10\n"
            ),
            broken: []
        ),
    ]
}
