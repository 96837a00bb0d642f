import HLSKit
import Testing

/// One playlist text, and what reading it has to give: the only table, which the tests of the reader, the writer and
/// the validator, the table of tags in the documentation and the seeds of the fuzz target share.
struct PlaylistCase: Sendable, CustomTestStringConvertible {
    /// What the case shows.
    var name: String
    /// The tag that it is about.
    var tag: PlaylistTag
    /// The attributes that it is about.
    var attributes: [String] = []
    /// The text.
    var text: String
    /// What is read from it: each line is one value, as ``PlaylistCase/values(_:)`` spells it.
    var value: String = ""
    /// The rules that it breaks, those of the validator included; a case without is valid.
    var broken: [PlaylistRule] = []

    var testDescription: String { name }
}

extension PlaylistCase {
    /// A media playlist of one segment with lines in front of it and behind it, and the version that it needs.
    static func media(_ lines: String, _ segment: String = "#EXTINF:6,\na.ts\n", after: String = "") -> String {
        let rest = "#EXT-X-TARGETDURATION:6\n" + lines + segment + after
        let version = Playlist("#EXTM3U\n" + rest).media?.minimumVersion.version ?? 1
        return "#EXTM3U\n#EXT-X-VERSION:\(version)\n" + rest
    }

    /// A multivariant playlist of one variant with lines in front of it, and the version that it needs.
    static func multivariant(
        _ lines: String,
        _ variant: String = "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"avc1.64001f\"\nv.m3u8\n"
    ) -> String {
        let version = Playlist("#EXTM3U\n" + lines + variant).multivariant?.minimumVersion.version ?? 1
        return "#EXTM3U\n#EXT-X-VERSION:\(version)\n" + lines + variant
    }

    static let all =
        basic + mediaTags + segmentTags + metadataTags + multivariantTags + texts + rules + moreRules + delivery
        + variantRules
}

extension PlaylistCase {
    static let basic: [PlaylistCase] = [
        PlaylistCase(name: "a playlist starts with EXTM3U", tag: .header, text: media("")),
        PlaylistCase(
            name: "EXTM3U is missing",
            tag: .header,
            text: "#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n",
            value: "6",
            broken: [.missingHeader]
        ),
        PlaylistCase(
            name: "a version",
            tag: .version,
            text: "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:5.5,\na\n",
            value: "version 3"
        ),
        PlaylistCase(
            name: "two versions",
            tag: .version,
            text: media("#EXT-X-VERSION:7\n"),
            value: "version 7",
            broken: [.duplicateTag, .versionTooHigh]
        ),
        PlaylistCase(
            name: "a version that is no number",
            tag: .version,
            text: "#EXTM3U\n#EXT-X-VERSION:x\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na\n",
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "a version that is too low",
            tag: .version,
            text: "#EXTM3U\n#EXT-X-VERSION:2\n#EXT-X-TARGETDURATION:6\n#EXTINF:5.5,\na\n",
            broken: [.versionTooLow]
        ),
        PlaylistCase(
            name: "independent segments",
            tag: .independentSegments,
            text: media("#EXT-X-INDEPENDENT-SEGMENTS\n"),
            value: "independent"
        ),
        PlaylistCase(
            name: "independent segments with a value",
            tag: .independentSegments,
            text: media("#EXT-X-INDEPENDENT-SEGMENTS:1\n"),
            broken: [.unexpectedValue]
        ),
        PlaylistCase(
            name: "a start from the end",
            tag: .start,
            attributes: ["TIME-OFFSET", "PRECISE"],
            text: media("#EXT-X-START:TIME-OFFSET=-4.5,PRECISE=YES\n", after: "#EXT-X-ENDLIST\n"),
            value: "start -4.5 precise"
        ),
        PlaylistCase(
            name: "a start without offset",
            tag: .start,
            attributes: ["TIME-OFFSET"],
            text: media("#EXT-X-START:PRECISE=NO\n", after: "#EXT-X-ENDLIST\n"),
            broken: [.missingAttribute]
        ),
        PlaylistCase(
            name: "a variable with a value",
            tag: .define,
            attributes: ["NAME", "VALUE"],
            text: media("#EXT-X-DEFINE:NAME=\"dir\",VALUE=\"x/y\"\n", "#EXTINF:6,\n{$dir}/a.ts\n"),
            value: "uri x/y/a.ts"
        ),
        PlaylistCase(
            name: "a variable of the URL",
            tag: .define,
            attributes: ["QUERYPARAM"],
            text: "#EXTM3U\n#EXT-X-VERSION:11\n#EXT-X-TARGETDURATION:6\n#EXT-X-DEFINE:QUERYPARAM=\"q\"\n"
                + "#EXTINF:6,\na.ts?q={$q}\n",
            value: "uri a.ts?q=1 2"
        ),
        PlaylistCase(
            name: "a variable of the multivariant playlist",
            tag: .define,
            attributes: ["IMPORT"],
            text: media("#EXT-X-DEFINE:IMPORT=\"token\"\n", "#EXTINF:6,\na.ts?{$token}\n"),
            value: "uri a.ts?t"
        ),
        PlaylistCase(
            name: "a variable that is not defined",
            tag: .define,
            text: media("", "#EXTINF:6,\n{$no}.ts\n"),
            value: "uri {$no}.ts",
            broken: [.undefinedVariable]
        ),
        PlaylistCase(
            name: "a variable defined twice",
            tag: .define,
            text: media("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"1\"\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"2\"\n"),
            broken: [.duplicateVariable]
        ),
        PlaylistCase(
            name: "a variable with two sources",
            tag: .define,
            text: media("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"1\",IMPORT=\"b\"\n"),
            broken: [.malformedDefinition]
        ),
        PlaylistCase(
            name: "an import that is not there",
            tag: .define,
            text: media("#EXT-X-DEFINE:IMPORT=\"none\"\n"),
            broken: [.unknownImport]
        ),
        PlaylistCase(
            name: "a query parameter that is not there",
            tag: .define,
            text: media("#EXT-X-DEFINE:QUERYPARAM=\"none\"\n"),
            broken: [.missingQueryParameter]
        ),
        PlaylistCase(
            name: "an import in a multivariant playlist",
            tag: .define,
            text: multivariant("#EXT-X-DEFINE:IMPORT=\"token\"\n"),
            broken: [.importInMultivariant]
        ),
    ]

    static let mediaTags: [PlaylistCase] = [
        PlaylistCase(name: "a target duration", tag: .targetDuration, text: media(""), value: "target 6"),
        PlaylistCase(
            name: "no target duration",
            tag: .targetDuration,
            text: "#EXTM3U\n#EXTINF:6,\na\n",
            broken: [.missingTargetDuration]
        ),
        PlaylistCase(
            name: "a segment above the target duration",
            tag: .targetDuration,
            text: media("", "#EXTINF:6.5,\na\n"),
            broken: [.segmentExceedsTarget]
        ),
        PlaylistCase(
            name: "a media sequence number",
            tag: .mediaSequence,
            text: media("#EXT-X-MEDIA-SEQUENCE:42\n"),
            value: "sequence 42"
        ),
        PlaylistCase(
            name: "a negative media sequence number",
            tag: .mediaSequence,
            text: media("#EXT-X-MEDIA-SEQUENCE:-1\n"),
            value: "sequence 0",
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "a media sequence number of 100 digits",
            tag: .mediaSequence,
            text: media("#EXT-X-MEDIA-SEQUENCE:\(String(repeating: "9", count: 100))\n"),
            value: "sequence 0",
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "a discontinuity sequence number",
            tag: .discontinuitySequence,
            text: media("#EXT-X-DISCONTINUITY-SEQUENCE:7\n", "#EXT-X-DISCONTINUITY\n#EXTINF:6,\na\n"),
            value: "discontinuity 8"
        ),
        PlaylistCase(
            name: "a discontinuity sequence number behind a segment",
            tag: .discontinuitySequence,
            text: media("", after: "#EXT-X-DISCONTINUITY-SEQUENCE:7\n"),
            broken: [.sequenceAfterSegment]
        ),
        PlaylistCase(name: "an end", tag: .endList, text: media("", after: "#EXT-X-ENDLIST\n"), value: "ended"),
        PlaylistCase(name: "an end in front", tag: .endList, text: media("#EXT-X-ENDLIST\n"), value: "ended"),
        PlaylistCase(
            name: "an end with a value",
            tag: .endList,
            text: media("", after: "#EXT-X-ENDLIST:YES\n"),
            value: "ended",
            broken: [.unexpectedValue]
        ),
        PlaylistCase(
            name: "a type",
            tag: .playlistType,
            text: media("#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            value: "type EVENT"
        ),
        PlaylistCase(
            name: "an unknown type",
            tag: .playlistType,
            text: media("#EXT-X-PLAYLIST-TYPE:LIVE\n"),
            broken: [.malformedValue]
        ),
        PlaylistCase(
            name: "I-frames only",
            tag: .iFramesOnly,
            text: media("#EXT-X-I-FRAMES-ONLY\n", "#EXTINF:6,\n#EXT-X-BYTERANGE:10@0\na\n"),
            value: "i-frames"
        ),
        PlaylistCase(
            name: "I-frames only below version 4",
            tag: .iFramesOnly,
            text: "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-I-FRAMES-ONLY\n#EXTINF:6,\na\n",
            broken: [.versionTooLow]
        ),
        PlaylistCase(
            name: "parts",
            tag: .partInformation,
            attributes: ["PART-TARGET"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=1.5\n#EXT-X-PART-INF:PART-TARGET=0.5\n",
                "#EXT-X-PART:URI=\"p\",DURATION=0.5\n#EXTINF:0.5,\na\n"
            ),
            value: "part target 0.5"
        ),
        PlaylistCase(
            name: "parts without their target",
            tag: .partInformation,
            text: media("", "#EXT-X-PART:URI=\"p\",DURATION=6\n#EXTINF:6,\na\n"),
            broken: [.partWithoutInformation, .lowLatencyWithoutBlocking, .lowLatencyWithoutDates]
        ),
        PlaylistCase(
            name: "what the server can do",
            tag: .serverControl,
            attributes: ["CAN-SKIP-UNTIL", "CAN-SKIP-DATERANGES", "HOLD-BACK", "PART-HOLD-BACK", "CAN-BLOCK-RELOAD"],
            text: media(
                "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=36,CAN-SKIP-DATERANGES=YES,HOLD-BACK=18.5,PART-HOLD-BACK=3,"
                    + "CAN-BLOCK-RELOAD=YES\n"
            ),
            value: "control 36.0 true 18.5 3.0 true"
        ),
        PlaylistCase(
            name: "distances that are too small",
            tag: .serverControl,
            text: media("#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=35,HOLD-BACK=17\n"),
            broken: [.canSkipUntilTooSmall, .holdBackTooSmall]
        ),
    ]
}
