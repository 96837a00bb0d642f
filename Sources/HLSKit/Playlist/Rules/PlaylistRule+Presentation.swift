// Rules about several playlists, or one that was loaded again.
extension PlaylistRule {
    // MARK: Across playlists

    /// The media playlist … was not given.
    public static let missingMediaPlaylist = PlaylistRule(
        "missing-media-playlist",
        .note,
        "6.2.4",
        "The media playlist % was not given: nothing of it was checked."
    )
    /// The target duration of … differs from the first playlist's.
    public static let targetDurationsDiffer = PlaylistRule(
        "target-durations-differ",
        .error,
        "6.2.4",
        "The target duration of % differs from the first playlist's: make them equal."
    )
    /// #EXT-X-PLAYLIST-TYPE of … differs from the first playlist's.
    public static let playlistTypesDiffer = PlaylistRule(
        "playlist-types-differ",
        .error,
        "6.2.4",
        "#EXT-X-PLAYLIST-TYPE of % differs from the first playlist's: make them equal."
    )
    /// The discontinuities of … are not where the first playlist has them.
    public static let discontinuitiesDiffer = PlaylistRule(
        "discontinuities-differ",
        .error,
        "6.2.4",
        "The discontinuities of % are not where the first playlist has them: align them."
    )
    /// … has no dates or other dates than the first playlist.
    public static let datesDiffer = PlaylistRule(
        "dates-differ",
        .error,
        "6.2.4",
        "% has no dates or other dates than the first playlist: give all the same."
    )
    /// … is more than a target duration longer or shorter than the first playlist.
    public static let durationsDiffer = PlaylistRule(
        "durations-differ",
        .error,
        "6.2.4",
        "% is more than a target duration longer or shorter than the first playlist: make them end together."
    )
    /// Segments need … bits per second, more than BANDWIDTH.
    public static let bandwidthTooLow = PlaylistRule(
        "bandwidth-too-low",
        .error,
        "4.4.6.2",
        "Segments need % bits per second, more than BANDWIDTH: raise it."
    )
    /// Segments need … bits per second on average, more than AVERAGE-BANDWIDTH.
    public static let averageBandwidthTooLow = PlaylistRule(
        "average-bandwidth-too-low",
        .error,
        "4.4.6.2",
        "Segments need % bits per second on average, more than AVERAGE-BANDWIDTH: raise it."
    )
    /// BANDWIDTH is more than 10… above what segments need, … bits per second.
    public static let bandwidthTooHigh = PlaylistRule(
        "bandwidth-too-high",
        .warning,
        "4.4.6.2",
        "BANDWIDTH is more than 10% above what segments need, % bits per second: lower it."
    )
    /// The segments have the format …, which CODECS does not list.
    public static let codecNotDeclared = PlaylistRule(
        "codec-not-declared",
        .error,
        "4.4.6.2",
        "The segments have the format %, which CODECS does not list: add it."
    )
    /// CODECS lists the format …, which the segments do not have.
    public static let codecNotPresent = PlaylistRule(
        "codec-not-present",
        .warning,
        "4.4.6.2",
        "CODECS lists the format %, which the segments do not have: remove it."
    )
    /// The playlist … of I-frames has no #EXT-X-I-FRAMES-ONLY.
    public static let iFramesExpected = PlaylistRule(
        "i-frames-expected",
        .error,
        "4.4.6.3",
        "The playlist % of I-frames has no #EXT-X-I-FRAMES-ONLY: add it."
    )
    /// The session key … has another METHOD, KEYFORMAT or KEYFORMATVERSIONS than the key of a media playlist.
    public static let sessionKeyDiffers = PlaylistRule(
        "session-key-differs",
        .error,
        "4.4.6.5",
        "The session key % has another METHOD or format than the key of a media playlist: make them the same."
    )
    /// Several media playlists use the key …, which is no session key.
    public static let sessionKeyMissing = PlaylistRule(
        "session-key-missing",
        .warning,
        "4.4.6.5",
        "Several media playlists use the key %, which is no session key: add #EXT-X-SESSION-KEY."
    )
    /// There is no #EXT-X-RENDITION-REPORT for ….
    public static let missingRenditionReport = PlaylistRule(
        "missing-rendition-report",
        .error,
        "B.1",
        "There is no #EXT-X-RENDITION-REPORT for %: add it, so that clients can switch without a delay."
    )
    /// … stands in the multivariant playlist too.
    public static let tagInBoth = PlaylistRule(
        "tag-in-both",
        .warning,
        "4.4.2",
        "% stands in the multivariant playlist too: keep that one."
    )
    /// #EXT-X-SERVER-CONTROL of … differs from the first playlist's.
    public static let serverControlsDiffer = PlaylistRule(
        "server-controls-differ",
        .error,
        "6.2.4",
        "#EXT-X-SERVER-CONTROL of % differs from the first playlist's: make them equal."
    )
    /// The date ranges of … differ from those of another playlist.
    public static let dateRangesDiffer = PlaylistRule(
        "date-ranges-differ",
        .error,
        "6.2.4",
        "The date ranges of % differ from those of another playlist: make them equal."
    )
    /// A tag says something else in the multivariant playlist.
    public static let tagValuesDiffer = PlaylistRule(
        "tag-values-differ",
        .error,
        "4.4.2",
        "% says something else than in the multivariant playlist: make them equal, or keep that one."
    )
    /// Interstitials of one time have another order than in another playlist.
    public static let interstitialOrderDiffers = PlaylistRule(
        "interstitial-order-differs",
        .error,
        "D.2",
        "Interstitials at one time stand in another order in % than in the first playlist: make them equal."
    )

    // MARK: Across reloads

    /// The media sequence number went back from ….
    public static let mediaSequenceDecreased = PlaylistRule(
        "media-sequence-decreased",
        .error,
        "6.2.2",
        "The media sequence number went back from %: never lower it."
    )
    /// The discontinuity sequence number of the first segment was … before.
    public static let discontinuitySequenceChanged = PlaylistRule(
        "discontinuity-sequence-changed",
        .error,
        "6.2.2",
        "The discontinuity sequence number of the first segment was % before: count each discontinuity removed."
    )
    /// The target duration was … s before.
    public static let targetDurationChanged = PlaylistRule(
        "target-duration-changed",
        .error,
        "6.2.1",
        "The target duration was % s before: keep it."
    )
    /// #EXT-X-PLAYLIST-TYPE was … before.
    public static let playlistTypeChanged = PlaylistRule(
        "playlist-type-changed",
        .error,
        "6.2.1",
        "#EXT-X-PLAYLIST-TYPE was % before: keep it."
    )
    /// The playlist has changed although its type is ….
    public static let changedAgainstType = PlaylistRule(
        "changed-against-type",
        .error,
        "4.4.3.5",
        "The playlist has changed although its type is %: only add segments to EVENT, and nothing to VOD."
    )
    /// The segment … is another than before.
    public static let segmentChanged = PlaylistRule(
        "segment-changed",
        .error,
        "6.2.1",
        "The segment % is another than before: publish a segment once and leave it."
    )
    /// The segment … is gone from the end.
    public static let segmentsTakenBack = PlaylistRule(
        "segments-taken-back",
        .error,
        "6.2.2",
        "The segment % is gone from the end: remove segments from the start only."
    )
    /// Segments were removed although less than three target durations are left, … s.
    public static let windowTooShort = PlaylistRule(
        "window-too-short",
        .error,
        "6.2.2",
        "Segments were removed although less than three target durations are left, % s: keep more."
    )
    /// There are more segments although the playlist had ended.
    public static let grownAfterEnd = PlaylistRule(
        "grown-after-end",
        .error,
        "4.4.3.4",
        "There are more segments although the playlist had ended: add #EXT-X-ENDLIST with the last one only."
    )
    /// `#EXT-X-ENDLIST` is gone.
    public static let endRemoved = PlaylistRule(
        "end-removed",
        .error,
        "6.2.1",
        "#EXT-X-ENDLIST is gone: a playlist that has ended stays so."
    )
    /// A tag of the whole playlist says something else than before.
    public static let tagChanged = PlaylistRule(
        "tag-changed",
        .error,
        "6.2.1",
        "% says something else than before: keep it."
    )
    /// A date range says something else than before.
    public static let dateRangeChanged = PlaylistRule(
        "date-range-changed",
        .error,
        "4.4.5.1",
        "The date range % has lost or changed an attribute: only add to it, or take another ID."
    )
    /// A date range is gone although its segments are not.
    public static let dateRangeRemoved = PlaylistRule(
        "date-range-removed",
        .error,
        "6.2.1",
        "The date range % is gone though segments of its time are there: keep it until they go."
    )
    /// A date range has come between one that ends with the next and that next one.
    public static let dateRangeBetween = PlaylistRule(
        "date-range-between",
        .error,
        "6.2.1",
        "The date range % starts between one with END-ON-NEXT and the one that ended it: take another class."
    )
    /// A part is another than before.
    public static let partChanged = PlaylistRule(
        "part-changed",
        .error,
        "6.2.1",
        "The part % is another than before: publish a part once and leave it."
    )
    /// Segments are gone from a playlist with discontinuities that does not count them.
    public static let discontinuitySequenceMissing = PlaylistRule(
        "discontinuity-sequence-missing",
        .error,
        "6.2.2",
        "Segments are gone from a playlist with discontinuities: add #EXT-X-DISCONTINUITY-SEQUENCE."
    )
    /// There is no new segment after one and a half target durations.
    public static let segmentTooLate = PlaylistRule(
        "segment-too-late",
        .error,
        "6.2.1",
        "There is no new segment after % s: add one within one and a half target durations."
    )
    /// There is no new part after a part target duration.
    public static let partTooLate = PlaylistRule(
        "part-too-late",
        .error,
        "6.2.1",
        "There is no new part after % s: add one within the part target duration."
    )

    static let presentationRules: [PlaylistRule] = [
        .missingMediaPlaylist, .targetDurationsDiffer, .playlistTypesDiffer, .discontinuitiesDiffer, .datesDiffer,
        .durationsDiffer, .bandwidthTooLow, .averageBandwidthTooLow, .bandwidthTooHigh, .codecNotDeclared,
        .codecNotPresent, .iFramesExpected, .sessionKeyDiffers, .sessionKeyMissing, .missingRenditionReport,
        .tagInBoth, .serverControlsDiffer, .dateRangesDiffer, .tagValuesDiffer, .interstitialOrderDiffers,
        .mediaSequenceDecreased, .discontinuitySequenceChanged, .targetDurationChanged, .playlistTypeChanged,
        .changedAgainstType, .segmentChanged, .segmentsTakenBack, .windowTooShort, .grownAfterEnd, .endRemoved,
        .tagChanged, .dateRangeChanged, .dateRangeRemoved, .dateRangeBetween, .partChanged,
        .discontinuitySequenceMissing, .segmentTooLate, .partTooLate,
    ]
}
