// Rules about media playlists for Apple devices.
extension PlaylistRule {
    /// #EXT-X-INDEPENDENT-SEGMENTS is missing.
    public static let appleIndependentSegments = PlaylistRule(
        "apple-independent-segments",
        .warning,
        authoring: "9.11, 9.12",
        "#EXT-X-INDEPENDENT-SEGMENTS is missing: add it."
    )
    /// The target duration is … s.
    public static let appleTargetDuration = PlaylistRule(
        "apple-target-duration",
        .note,
        authoring: "7.5",
        "The target duration is % s: use 6 s."
    )
    /// Segments last … s on average.
    public static let appleSegmentDuration = PlaylistRule(
        "apple-segment-duration",
        .note,
        authoring: "7.6",
        "Segments last % s on average: cut them at about 6 s."
    )
    /// A live playlist has no #EXT-X-PROGRAM-DATE-TIME.
    public static let appleLiveDates = PlaylistRule(
        "apple-live-dates",
        .error,
        authoring: "8.4",
        "A live playlist has no #EXT-X-PROGRAM-DATE-TIME: add it."
    )
    /// A live playlist has fewer than 6 segments.
    public static let appleLiveLength = PlaylistRule(
        "apple-live-length",
        .error,
        authoring: "8.11",
        "A live playlist has fewer than 6 segments: keep more."
    )
    /// An ended playlist has no #EXT-X-PLAYLIST-TYPE.
    public static let applePlaylistType = PlaylistRule(
        "apple-playlist-type",
        .error,
        authoring: "8.6, 8.8",
        "An ended playlist has no #EXT-X-PLAYLIST-TYPE: add VOD or EVENT."
    )
    /// A live playlist has discontinuities but no #EXT-X-DISCONTINUITY-SEQUENCE.
    public static let appleDiscontinuitySequence = PlaylistRule(
        "apple-discontinuity-sequence",
        .error,
        authoring: "8.17",
        "A live playlist has discontinuities but no #EXT-X-DISCONTINUITY-SEQUENCE: add it."
    )
    /// A segment of fragmented MP4 has no #EXT-X-MAP.
    public static let appleMap = PlaylistRule(
        "apple-map",
        .error,
        authoring: "8.20",
        "The segment % of fragmented MP4 has no #EXT-X-MAP: add one."
    )
    /// METHOD … does not go with the key format on Apple devices.
    public static let appleKeyMethod = PlaylistRule(
        "apple-key-method",
        .error,
        authoring: "13.2, 13.11",
        "METHOD % cannot be used so on Apple devices: use SAMPLE-AES."
    )
    /// A FairPlay key has an IV.
    public static let appleKeyVector = PlaylistRule(
        "apple-key-vector",
        .warning,
        authoring: "13.4",
        "A FairPlay key has an IV: remove it."
    )
    /// PART-HOLD-BACK is below three times the part target.
    public static let applePartHoldBack = PlaylistRule(
        "apple-part-hold-back",
        .error,
        authoring: "14.3",
        "PART-HOLD-BACK is below three times the part target: raise it."
    )
    /// A window of more than two minutes has no CAN-SKIP-UNTIL.
    public static let appleDeltaUpdates = PlaylistRule(
        "apple-delta-updates",
        .warning,
        authoring: "14.4",
        "A low-latency window of more than two minutes has no CAN-SKIP-UNTIL: offer delta updates."
    )
    /// CAN-SKIP-DATERANGES is missing though there are date ranges.
    public static let appleSkipDateRanges = PlaylistRule(
        "apple-skip-date-ranges",
        .warning,
        authoring: "14.5",
        "CAN-SKIP-DATERANGES is missing though there are date ranges: add it."
    )
    /// A segment is more than half a second longer than the target duration.
    public static let appleSegmentTooLong = PlaylistRule(
        "apple-segment-too-long",
        .error,
        authoring: "7.7",
        "The segment lasts % s, more than half a second above the target duration: cut shorter."
    )
    /// A media playlist is longer or shorter than the first.
    public static let appleContentDurations = PlaylistRule(
        "apple-content-durations",
        .error,
        authoring: "8.3, 8.7",
        "% is not as long as the first playlist: let all have the same content."
    )
    /// A live playlist has less than 15 minutes.
    public static let appleLiveWindow = PlaylistRule(
        "apple-live-window",
        .warning,
        authoring: "8.12",
        "A live playlist has % s: keep at least 15 minutes."
    )
    /// The segments of a media playlist do not start where those of the first do.
    public static let appleBoundaries = PlaylistRule(
        "apple-boundaries",
        .warning,
        authoring: "8.22",
        "The segments of % do not start where those of the first playlist do: cut all at the same times."
    )
    /// A URI has the scheme http.
    public static let appleInsecureURL = PlaylistRule(
        "apple-insecure-url",
        .warning,
        authoring: "11.1, 11.2, 11.3",
        "The URI % is fetched without TLS: use https."
    )
    /// A key of FairPlay has another key format.
    public static let appleKeyFormat = PlaylistRule(
        "apple-key-format",
        .error,
        authoring: "13.3",
        "The key % is one of FairPlay: let KEYFORMAT be com.apple.streamingkeydelivery."
    )
    /// The part target is not a second.
    public static let applePartTarget = PlaylistRule(
        "apple-part-target",
        .warning,
        authoring: "14.2c",
        "The part target is % s: use 1 s."
    )

    static let authoringMediaRules: [PlaylistRule] = [
        .appleIndependentSegments, .appleTargetDuration, .appleSegmentDuration, .appleLiveDates, .appleLiveLength,
        .applePlaylistType, .appleDiscontinuitySequence, .appleMap, .appleKeyMethod, .appleKeyVector,
        .applePartHoldBack, .appleDeltaUpdates, .appleSkipDateRanges, .appleSegmentTooLong, .appleContentDurations,
        .appleLiveWindow, .appleBoundaries, .appleInsecureURL, .appleKeyFormat, .applePartTarget,
    ]
}
