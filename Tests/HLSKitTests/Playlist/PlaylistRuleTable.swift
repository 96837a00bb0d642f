import HLSKit

/// The list of rules for the documentation.
enum PlaylistRuleTable {
    static var markdown: String {
        var text = """
            # Rules of playlists

            What `PlaylistReader` and `PlaylistValidator` check, made by a test from the rules. Each has a case in the tables
            of `Tests/HLSKitTests/Playlist` that breaks it. An error is a MUST, a warning a SHOULD. In what a rule says, `%`
            stands for what the finding is about, unless it follows a number.

            ## draft-pantos-hls-rfc8216bis

            | rule | severity | section | what it says |
            |---|---|---|---|

            """
        text += rows(PlaylistRule.allCases.filter { !$0.isAuthoringRule })
        text += """

            ## HLS Authoring Specification for Apple Devices

            | rule | severity | items | what it says |
            |---|---|---|---|

            """
        text += rows(PlaylistRule.allCases.filter(\.isAuthoringRule))
        text += """

            ## What is not checked here, and why

            | section | rule | why |
            |---|---|---|

            """
        for (section, rule, reason) in unchecked { text += "| \(section) | \(rule) | \(reason) |\n" }
        return text
    }

    private static func rows(_ rules: [PlaylistRule]) -> String {
        rules.map { rule in
            let section = rule.section?.replacing("HLS Authoring Specification, ", with: "") ?? "that of the tag"
            return "| `\(rule.rawValue)` | \(rule.severity) | \(section) | \(rule.advice) |\n"
        }.joined()
    }

    private static let unchecked: [(section: String, rule: String, reason: String)] = [
        ("3", "what segments contain, and that parts contain the same as their segment", "needs the media"),
        ("3.1.2", "a map for each segment of fragmented MP4", "the name of a segment is a guess: `apple-map` makes it"),
        ("4.1", "normalization of other scripts than Latin, Greek, Cyrillic, kana and Hangul", "no table is at hand"),
        ("4.4.3.6, 4.4.4.5", "a map for I-frames that do not follow one in their resource", "needs the media"),
        ("4.4.4.1", "durations are exact, and rounded when they are integers", "needs the media"),
        ("4.4.4.3", "a discontinuity where the encoding changes", "needs the media"),
        ("4.4.5.1.1", "dates, durations and commands are those of SCTE-35", "needs the source"),
        ("4.4.5.3, 6.2.6", "a hinted part is published", "the server may change its mind"),
        (
            "4.4.5.4", "LAST-MSN and LAST-PART are those of the other playlist",
            "the playlists are loaded one after the other"
        ),
        ("4.4.6.1", "CHANNELS where one name and one format have other numbers of channels", "needs the media"),
        (
            "4.4.6.2", "FRAME-RATE, HDCP-LEVEL, VIDEO-RANGE and REQ-VIDEO-LAYOUT are what the video needs",
            "needs the media"
        ),
        ("5, 6.2.3", "keys and encryption", "needs the keys and the media"),
        ("6.2.1, 6.2.2", "availability of segments, atomic changes, compression, expiry", "are of the server"),
        ("6.2.5.1", "all that was removed lately is in RECENTLY-REMOVED-DATERANGES", "needs the time of removal"),
        ("6.3", "what clients do", "is not of playlists"),
        ("D.4", "`_HLS_interstitial_id` in the URIs of interstitials", "the draft's own examples do without"),
        ("Apple 1.23, 9.23", "a full ladder for each format", "what is anticipated is not told"),
        (
            "Apple 1.7, 1.13 to 1.18, 1.21, 1.22, 1.35, 1.36", "colour, key frames, interlacing, metadata",
            "needs the media"
        ),
        ("Apple 2.4, 2.9 to 2.12, 2.14 to 2.26", "bit rates, loudness and layout of sound", "needs the media"),
        (
            "Apple 3, 5.3 to 5.9, 6.2 to 6.5, 6.15, 7.1 to 7.4", "insertions, subtitles, dense I-frames, continuity",
            "needs the media"
        ),
        ("Apple 9.24, 16", "Dolby Vision beside HDR10, stereo video", "a playlist does not tell them for sure"),
        ("Apple 10, 12, 15", "delivery, security, SharePlay", "are of the server"),
    ]
}
