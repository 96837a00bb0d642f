import HLSKit

// What a live playlist may change.
extension PlaylistRuleCase {
    static let reloads: [PlaylistRuleCase] = [
        PlaylistRuleCase("a window that slides", live(2..<6), previous: live(0..<5), broken: []),
        PlaylistRuleCase(
            "a sequence that goes back",
            live(1..<5),
            previous: live(2..<5),
            broken: [.mediaSequenceDecreased]
        ),
        PlaylistRuleCase(
            "a window of less than three target durations after a removal",
            live(3..<5),
            previous: live(2..<5),
            broken: [.windowTooShort]
        ),
        PlaylistRuleCase(
            "a discontinuity that is removed and not counted",
            live(1..<5),
            previous: live(0..<4, "#EXT-X-DISCONTINUITY\n"),
            broken: [.discontinuitySequenceChanged, .discontinuitySequenceMissing]
        ),
        PlaylistRuleCase(
            "another target duration",
            live(0..<4).replacing("DURATION:6", with: "DURATION:7"),
            previous: live(0..<4),
            broken: [.targetDurationChanged]
        ),
        PlaylistRuleCase(
            "another type",
            live(0..<4),
            previous: live(0..<4, "#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            broken: [.playlistTypeChanged]
        ),
        PlaylistRuleCase(
            "an event that loses segments",
            live(1..<5, "#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            previous: live(0..<4, "#EXT-X-PLAYLIST-TYPE:EVENT\n"),
            broken: [.changedAgainstType]
        ),
        PlaylistRuleCase(
            "another segment under the same number",
            live(0..<5).replacing("2.ts", with: "other.ts"),
            previous: live(0..<4),
            broken: [.segmentChanged]
        ),
        PlaylistRuleCase(
            "segments taken back from the end",
            live(0..<4),
            previous: live(0..<5),
            broken: [.segmentsTakenBack]
        ),
        PlaylistRuleCase(
            "segments behind the end",
            live(0..<5, end: end),
            previous: live(0..<4, end: end),
            broken: [.grownAfterEnd]
        ),
        PlaylistRuleCase(
            "a delta update of a window that slides",
            "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:1\n"
                + "#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXTINF:6,\n4.ts\n",
            previous: live(0..<4),
            broken: [.skipNotOffered]
        ),
    ]

    static let moreReloads: [PlaylistRuleCase] = [
        PlaylistRuleCase(
            "an end that is gone, and tags of the whole playlist that say something else",
            live(0..<4, "#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=2\n"),
            previous: live(0..<4, end: end),
            broken: [.endRemoved, .tagChanged]
        ),
        PlaylistRuleCase(
            "segments that go from a playlist with discontinuities that does not count them",
            live(1..<6).replacing("#EXTINF:6,\n3.ts", with: "#EXT-X-DISCONTINUITY\n#EXTINF:6,\n3.ts"),
            previous: live(0..<5).replacing("#EXTINF:6,\n3.ts", with: "#EXT-X-DISCONTINUITY\n#EXTINF:6,\n3.ts"),
            broken: [.discontinuitySequenceMissing]
        ),
        PlaylistRuleCase(
            "a segment that is too late",
            live(0..<4),
            previous: live(0..<4),
            elapsed: 9.5,
            broken: [.segmentTooLate]
        ),
        PlaylistRuleCase(
            "a segment that is in time, and none while there is time",
            live(0..<5),
            previous: live(0..<4),
            elapsed: 20,
            broken: []
        ),
        PlaylistRuleCase(
            "a part that is too late",
            live(0..<4, parts, end: part("p")),
            previous: live(0..<4, parts, end: part("p")),
            elapsed: 1.5,
            broken: [.partTooLate]
        ),
        PlaylistRuleCase(
            "parts that come in time",
            live(0..<4, parts, end: part("p") + part("q")),
            previous: live(0..<4, parts, end: part("p")),
            elapsed: 1.5,
            broken: []
        ),
        PlaylistRuleCase(
            "another part in its place",
            live(0..<4, parts, end: part("other")),
            previous: live(0..<4, parts, end: part("p")),
            broken: [.partChanged]
        ),
        PlaylistRuleCase(
            "a date range that says something else",
            live(0..<4, dated + range("a", "X-COM-A=2")),
            previous: live(0..<4, dated + range("a", "X-COM-A=1")),
            broken: [.dateRangeChanged]
        ),
        PlaylistRuleCase(
            "a date range that is gone although its segments are not",
            live(0..<4, dated),
            previous: live(0..<4, dated + range("a", "DURATION=3")),
            broken: [.dateRangeRemoved]
        ),
        PlaylistRuleCase(
            "a date range that goes with its segments",
            live(2..<6, "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:12.000Z\n"),
            previous: live(0..<4, dated + range("a", "DURATION=3")),
            broken: []
        ),
        PlaylistRuleCase(
            "a date range between one that ends with the next and that next one",
            live(0..<4, dated + open + range("c", "CLASS=\"c\"", at: 4)),
            previous: live(0..<4, dated + open),
            broken: [.dateRangeBetween]
        ),
    ]

    private static let dated = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n"
    private static let parts =
        dated + "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3\n#EXT-X-PART-INF:PART-TARGET=1\n"
    private static let open =
        range("a", "CLASS=\"c\",END-ON-NEXT=YES", at: 2) + range("b", "CLASS=\"c\"", at: 8)

    private static func part(_ uri: String) -> String { "#EXT-X-PART:DURATION=1,URI=\"\(uri)\"\n" }

    private static func range(_ id: String, _ attributes: String, at second: Int = 0) -> String {
        "#EXT-X-DATERANGE:ID=\"\(id)\",START-DATE=\"2026-01-01T00:00:0\(second).000Z\",\(attributes)\n"
    }
}
