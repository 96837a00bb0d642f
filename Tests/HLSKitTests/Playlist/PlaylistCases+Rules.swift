import HLSKit

extension PlaylistCase {
    /// Rules that the cases of the tags do not break.
    static let rules: [PlaylistCase] = [
        PlaylistCase(
            name: "a variable whose name has a space",
            tag: .define,
            text: media("#EXT-X-DEFINE:NAME=\"a b\",VALUE=\"1\"\n"),
            broken: [.malformedVariableName]
        ),
        PlaylistCase(
            name: "a start beyond the end",
            tag: .start,
            text: media("#EXT-X-START:TIME-OFFSET=7\n"),
            broken: [.startBeyondEnd]
        ),
        PlaylistCase(
            name: "a playlist that does not change and has no end",
            tag: .playlistType,
            text: media("#EXT-X-PLAYLIST-TYPE:VOD\n"),
            broken: [.vodWithoutEnd]
        ),
        PlaylistCase(
            name: "parts without a distance from the end",
            tag: .partInformation,
            text: media("#EXT-X-PART-INF:PART-TARGET=0.5\n"),
            broken: [.partHoldBackMissing]
        ),
        PlaylistCase(
            name: "parts at too small a distance from the end, and skipping that is not told of",
            tag: .serverControl,
            text: media(
                "#EXT-X-SERVER-CONTROL:PART-HOLD-BACK=0.9,CAN-SKIP-DATERANGES=YES\n#EXT-X-PART-INF:PART-TARGET=0.5\n"
            ),
            broken: [.partHoldBackTooSmall, .skipDateRangesAlone]
        ),
        PlaylistCase(
            name: "33 keys at once",
            tag: .key,
            text: media(
                (0..<33).map { "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"\($0)\"\n" }.joined()
            ),
            broken: [.tooManyKeys]
        ),
        PlaylistCase(
            name: "parts that are shorter than their segment",
            tag: .part,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n",
                "#EXT-X-PART:URI=\"p\",DURATION=2\n#EXTINF:6,\na.ts\n"
            ),
            broken: [.partsDoNotAddUp]
        ),
        PlaylistCase(
            name: "parts whose ranges follow one another",
            tag: .part,
            attributes: ["BYTERANGE"],
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=6\n#EXT-X-PART-INF:PART-TARGET=2\n",
                "#EXT-X-PART:URI=\"a.ts\",DURATION=2,BYTERANGE=\"10@5\"\n"
                    + "#EXT-X-PART:URI=\"a.ts\",DURATION=2,BYTERANGE=\"20\"\n"
                    + "#EXT-X-PART:URI=\"a.ts\",DURATION=2,BYTERANGE=\"7\"\n#EXTINF:6,\na.ts\n",
                after: "#EXT-X-PART:URI=\"b.ts\",DURATION=2,BYTERANGE=\"3@0\"\n"
                    + "#EXT-X-PART:URI=\"b.ts\",DURATION=2,BYTERANGE=\"4\"\n"
            ),
            value: "part a.ts 2.0 false 10@5 false\npart a.ts 2.0 false 20@15 false\n"
                + "part a.ts 2.0 false 7@35 false\npending b.ts 4@3"
        ),
        PlaylistCase(
            name: "a part whose range follows one of another resource",
            tag: .part,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,"
                    + "PART-HOLD-BACK=9\n#EXT-X-PART-INF:PART-TARGET=3\n",
                "#EXT-X-PART:URI=\"a.ts\",DURATION=3,BYTERANGE=\"10@5\"\n"
                    + "#EXT-X-PART:URI=\"b.ts\",DURATION=3,BYTERANGE=\"20\"\n#EXTINF:6,\na.ts\n"
            ),
            value: "part b.ts 3.0 false 20@- false",
            broken: [.unknownPartStart]
        ),
        PlaylistCase(
            name: "date ranges that overlap, and one whose end is not its length",
            tag: .dateRange,
            text: media(
                "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
                    + "#EXT-X-DATERANGE:ID=\"a\",CLASS=\"c\",START-DATE=\"2026-01-01T00:00:00.000Z\",DURATION=5,"
                    + "END-DATE=\"2026-01-01T00:00:04.000Z\"\n"
                    + "#EXT-X-DATERANGE:ID=\"b\",CLASS=\"c\",START-DATE=\"2026-01-01T00:00:01.000Z\",END-ON-NEXT=YES\n"
            ),
            broken: [.dateRangeLengthDiffers, .dateRangesOverlap]
        ),
        PlaylistCase(
            name: "a multivariant playlist without variants",
            tag: .sessionData,
            text: multivariant("#EXT-X-SESSION-DATA:DATA-ID=\"a.b\",VALUE=\"v\"\n", ""),
            broken: [.noVariants]
        ),
        PlaylistCase(
            name: "a rendition of another language in another group",
            tag: .media,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"N\",LANGUAGE=\"en\",CHANNELS=\"2\",URI=\"1\"\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"N\",LANGUAGE=\"de\",CHANNELS=\"6\",URI=\"2\"\n"
            ),
            broken: [.groupMembersDiffer]
        ),
        PlaylistCase(
            name: "a rendition with other channels in another group",
            tag: .media,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"N\",LANGUAGE=\"en\",CHANNELS=\"2\",URI=\"1\"\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"N\",LANGUAGE=\"en\",CHANNELS=\"6\",URI=\"2\"\n"
            )
        ),
        PlaylistCase(
            name: "two renditions that clients cannot choose between",
            tag: .media,
            text: multivariant(
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"M\",LANGUAGE=\"en\",CHANNELS=\"2\",AUTOSELECT=YES\n"
                    + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"N\",LANGUAGE=\"en\",CHANNELS=\"2\",AUTOSELECT=YES\n"
            ),
            broken: [.autoselectNotDistinct]
        ),
    ]
}
