// Rules about a media playlist and its segments.
extension PlaylistRule {
    // MARK: Media playlist

    /// There is no #EXT-X-TARGETDURATION.
    public static let missingTargetDuration = PlaylistRule(
        "missing-target-duration",
        .error,
        "4.4.3.1",
        "There is no #EXT-X-TARGETDURATION: add one."
    )
    /// The segment lasts … s, rounded more than the target duration.
    public static let segmentExceedsTarget = PlaylistRule(
        "segment-exceeds-target",
        .error,
        "4.4.3.1",
        "The segment lasts % s, rounded more than the target duration: raise the target or cut shorter."
    )
    /// … stands behind a segment or discontinuity.
    public static let sequenceAfterSegment = PlaylistRule(
        "sequence-after-segment",
        .error,
        "4.4.3.2",
        "% stands behind a segment or discontinuity: move it in front."
    )
    /// #EXT-X-VERSION is below what the playlist needs.
    public static let versionTooLow = PlaylistRule(
        "version-too-low",
        .error,
        "8",
        "%: raise #EXT-X-VERSION."
    )
    /// HOLD-BACK is below three target durations.
    public static let holdBackTooSmall = PlaylistRule(
        "hold-back-too-small",
        .error,
        "4.4.3.8",
        "HOLD-BACK is below three target durations: raise it."
    )
    /// There are parts but no PART-HOLD-BACK.
    public static let partHoldBackMissing = PlaylistRule(
        "part-hold-back-missing",
        .error,
        "4.4.3.8",
        "There are parts but no PART-HOLD-BACK: add it to #EXT-X-SERVER-CONTROL."
    )
    /// PART-HOLD-BACK is below twice the part target.
    public static let partHoldBackTooSmall = PlaylistRule(
        "part-hold-back-too-small",
        .error,
        "4.4.3.8",
        "PART-HOLD-BACK is below twice the part target: raise it to three times."
    )
    /// PART-HOLD-BACK is below three times the part target.
    public static let partHoldBackLow = PlaylistRule(
        "part-hold-back-low",
        .warning,
        "4.4.3.8",
        "PART-HOLD-BACK is below three times the part target: raise it."
    )
    /// CAN-SKIP-UNTIL is below six target durations.
    public static let canSkipUntilTooSmall = PlaylistRule(
        "can-skip-until-too-small",
        .error,
        "4.4.3.8",
        "CAN-SKIP-UNTIL is below six target durations: raise it."
    )
    /// CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL.
    public static let skipDateRangesAlone = PlaylistRule(
        "skip-date-ranges-alone",
        .error,
        "4.4.3.8",
        "CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL: add it."
    )
    /// TIME-OFFSET is beyond the playlist.
    public static let startBeyondEnd = PlaylistRule(
        "start-beyond-end",
        .warning,
        "4.4.2.2",
        "TIME-OFFSET is beyond the playlist: choose one within it."
    )
    /// The type is VOD but #EXT-X-ENDLIST is missing.
    public static let vodWithoutEnd = PlaylistRule(
        "vod-without-end",
        .warning,
        "4.4.3.5",
        "The type is VOD but #EXT-X-ENDLIST is missing: add it, or remove the type."
    )
    /// #EXT-X-VERSION is … but … is enough.
    public static let versionTooHigh = PlaylistRule(
        "version-too-high",
        .warning,
        "6.2.1",
        "Version % is enough: lower #EXT-X-VERSION, so that older clients play it too."
    )
    /// The target duration is 0.
    public static let targetDurationZero = PlaylistRule(
        "target-duration-zero",
        .error,
        "4.4.3.1",
        "The target duration is 0: give the duration of the longest segment, at least 1."
    )
    /// TIME-OFFSET is less than three target durations from the end of a playlist that grows.
    public static let startNearEnd = PlaylistRule(
        "start-near-end",
        .warning,
        "4.4.2.2",
        "TIME-OFFSET is less than three target durations from the end: choose an earlier one."
    )
    /// Segments nearer to the end than CAN-SKIP-UNTIL are skipped.
    public static let skippedTooMuch = PlaylistRule(
        "skipped-too-much",
        .error,
        "6.2.5.1",
        "The % s that are left are less than CAN-SKIP-UNTIL: skip only older segments."
    )
    /// What is skipped is not offered to be skipped.
    public static let skipNotOffered = PlaylistRule(
        "skip-not-offered",
        .error,
        "6.2.5.1",
        "#EXT-X-SKIP is answered though % is missing: offer it in #EXT-X-SERVER-CONTROL, or send all."
    )
    /// `#EXT-X-SKIP` stands behind a segment.
    public static let skipAfterSegment = PlaylistRule(
        "skip-after-segment",
        .error,
        "6.2.5.1",
        "#EXT-X-SKIP stands behind a segment though the oldest are skipped: move it in front."
    )
    /// There are parts but clients cannot wait for them.
    public static let lowLatencyWithoutBlocking = PlaylistRule(
        "low-latency-without-blocking",
        .warning,
        "B.1",
        "There are parts but no CAN-BLOCK-RELOAD=YES: offer it, or clients play without low latency."
    )
    /// There are parts but no dates.
    public static let lowLatencyWithoutDates = PlaylistRule(
        "low-latency-without-dates",
        .warning,
        "B.1",
        "There are parts but no #EXT-X-PROGRAM-DATE-TIME: add it, or clients play without low latency."
    )

    // MARK: Segments

    /// The segment has no #EXTINF.
    public static let missingDuration = PlaylistRule(
        "missing-duration",
        .error,
        "4.4.4.1",
        "The segment has no #EXTINF: add one in front of its URI."
    )
    /// #EXTINF has no comma behind the duration.
    public static let missingComma = PlaylistRule(
        "missing-comma",
        .error,
        "4.4.4.1",
        "#EXTINF has no comma behind the duration: add it."
    )
    /// #EXTINF is not followed by a URI.
    public static let missingSegmentURI = PlaylistRule(
        "missing-segment-uri",
        .error,
        "4.4.4.1",
        "#EXTINF is not followed by a URI: add it, or remove the tag."
    )
    /// The range has no offset and the previous segment is no range of the same resource.
    public static let unknownRangeStart = PlaylistRule(
        "unknown-range-start",
        .error,
        "4.4.4.2",
        "The range has no offset and the previous segment is no range of the same resource: add @offset."
    )
    /// The range ends beyond 2^63 bytes.
    public static let rangeTooLarge = PlaylistRule(
        "range-too-large",
        .error,
        "4.4.4.2",
        "The range ends beyond 2^63 bytes: correct it."
    )
    /// METHOD is not NONE but URI is missing.
    public static let keyWithoutURI = PlaylistRule(
        "key-without-uri",
        .error,
        "4.4.4.4",
        "METHOD is not NONE but URI is missing: add it."
    )
    /// METHOD is NONE but there are other attributes.
    public static let keyNoneWithAttributes = PlaylistRule(
        "key-none-with-attributes",
        .error,
        "4.4.4.4",
        "METHOD is NONE but there are other attributes: remove them."
    )
    /// IV is not 128 bits.
    public static let wrongIVLength = PlaylistRule(
        "wrong-iv-length",
        .error,
        "4.4.4.4",
        "IV is not 128 bits: write 0x and 32 digits."
    )
    /// More than 32 keys apply at once.
    public static let tooManyKeys = PlaylistRule(
        "too-many-keys",
        .error,
        "4.4.4.4",
        "More than 32 keys apply at once: end some with METHOD=NONE."
    )
    /// KEYFORMATVERSIONS is not positive integers with / between.
    public static let malformedKeyVersions = PlaylistRule(
        "malformed-key-versions",
        .error,
        "4.4.4.4",
        "KEYFORMATVERSIONS is not positive integers with / between: correct it."
    )
    /// BYTERANGE of #EXT-X-MAP has no offset.
    public static let mapRangeWithoutStart = PlaylistRule(
        "map-range-without-start",
        .error,
        "4.4.4.5",
        "BYTERANGE of #EXT-X-MAP has no offset: add @offset."
    )
    /// There are parts but no #EXT-X-PART-INF.
    public static let partWithoutInformation = PlaylistRule(
        "part-without-information",
        .error,
        "4.4.3.7",
        "There are parts but no #EXT-X-PART-INF: add it."
    )
    /// The part lasts longer than PART-TARGET.
    public static let partExceedsTarget = PlaylistRule(
        "part-exceeds-target",
        .error,
        "4.4.4.9",
        "The part lasts longer than PART-TARGET: raise the target or cut shorter."
    )
    /// A part that is not the last of its segment is shorter than 85… of PART-TARGET.
    public static let partTooShort = PlaylistRule(
        "part-too-short",
        .error,
        "4.4.4.9",
        "A part that is not the last of its segment is shorter than 85% of PART-TARGET: cut longer."
    )
    /// The range of the part has no offset and the part in front is no range of the same resource.
    public static let unknownPartStart = PlaylistRule(
        "unknown-part-start",
        .error,
        "4.4.4.9",
        "The range has no offset and the part in front is no range of the same resource: add @offset."
    )
    /// The parts last … s other than the segment.
    public static let partsDoNotAddUp = PlaylistRule(
        "parts-do-not-add-up",
        .warning,
        "4.4.4.9",
        "The parts last % s other than the segment: correct the durations."
    )
    /// METHOD … has no IV.
    public static let initializationVectorNotAllowed = PlaylistRule(
        "iv-not-allowed",
        .error,
        "4.4.4.4",
        "METHOD % has no IV: remove it."
    )
    /// The key of an #EXT-X-MAP has no IV.
    public static let mapKeyWithoutIV = PlaylistRule(
        "map-key-without-iv",
        .error,
        "4.4.4.5",
        "The AES-128 key that applies to #EXT-X-MAP has no IV: add one."
    )
    /// The date '…' has no time zone.
    public static let dateWithoutZone = PlaylistRule(
        "date-without-zone",
        .warning,
        "4.4.4.6",
        "The date '%' has no time zone: add one, such as Z."
    )
    /// The segment's date is more than a second before the end of the segment in front.
    public static let ambiguousDate = PlaylistRule(
        "ambiguous-date",
        .error,
        "6.2.1",
        "The date is % s before the end of the segment in front: let dates not overlap."
    )
    /// A segment behind a discontinuity has no #EXT-X-PROGRAM-DATE-TIME.
    public static let discontinuityWithoutDate = PlaylistRule(
        "discontinuity-without-date",
        .warning,
        "6.2.1",
        "The playlist has dates but this segment behind a discontinuity has none: add #EXT-X-PROGRAM-DATE-TIME."
    )
    /// #EXT-X-BITRATE is more than a tenth off.
    public static let bitrateDiffers = PlaylistRule(
        "bitrate-differs",
        .error,
        "4.4.4.8",
        "#EXT-X-BITRATE is more than a tenth off the % kbit/s of the segment: correct it."
    )
    /// … stands behind a part of its segment.
    public static let tagBehindPart = PlaylistRule(
        "tag-behind-part",
        .error,
        "4.4.4.9",
        "% stands behind a part of its segment: move it in front of the first part."
    )
    /// A playlist of I-frames has parts.
    public static let partsInIFrames = PlaylistRule(
        "parts-in-i-frames",
        .warning,
        "4.4.4.9",
        "A playlist of I-frames has parts: remove them."
    )
    /// Parts are more than three target durations from the end.
    public static let partTooOld = PlaylistRule(
        "part-too-old",
        .warning,
        "6.2.2",
        "Parts are more than three target durations from the end: remove them."
    )
    /// A date has no milliseconds.
    public static let dateWithoutMilliseconds = PlaylistRule(
        "date-without-milliseconds",
        .warning,
        nil,
        "The date '%' has no fraction of a second: write at least milliseconds."
    )
    /// Keys that apply together differ in method or vector.
    public static let keysDiffer = PlaylistRule(
        "keys-differ",
        .error,
        "6.2.3",
        "The keys that apply to the segment differ in %: one segment is encrypted in one way only."
    )
    /// A segment is missing but its parts are not, or the other way round.
    public static let gapPartsDiffer = PlaylistRule(
        "gap-parts-differ",
        .error,
        "6.2.1",
        "The segment and its parts do not agree on whether they are missing: give GAP to %."
    )
    /// The byte range of an I-frame includes the map.
    public static let rangeIncludesMap = PlaylistRule(
        "range-includes-map",
        .error,
        "4.4.3.6",
        "The byte range of the I-frame includes its Media Initialization Section: start behind it."
    )

    static let mediaRules: [PlaylistRule] = [
        .missingTargetDuration, .segmentExceedsTarget, .sequenceAfterSegment, .versionTooLow, .holdBackTooSmall,
        .partHoldBackMissing, .partHoldBackTooSmall, .partHoldBackLow, .canSkipUntilTooSmall, .skipDateRangesAlone,
        .startBeyondEnd, .vodWithoutEnd, .versionTooHigh, .targetDurationZero, .startNearEnd, .skippedTooMuch,
        .skipNotOffered, .skipAfterSegment, .lowLatencyWithoutBlocking, .lowLatencyWithoutDates, .missingDuration,
        .missingComma, .missingSegmentURI, .unknownRangeStart, .rangeTooLarge, .keyWithoutURI,
        .keyNoneWithAttributes, .wrongIVLength, .tooManyKeys, .malformedKeyVersions, .mapRangeWithoutStart,
        .partWithoutInformation, .partExceedsTarget, .partTooShort, .unknownPartStart, .partsDoNotAddUp,
        .initializationVectorNotAllowed, .mapKeyWithoutIV, .dateWithoutZone, .ambiguousDate,
        .discontinuityWithoutDate, .bitrateDiffers, .tagBehindPart, .partsInIFrames, .partTooOld,
        .dateWithoutMilliseconds, .keysDiffer, .gapPartsDiffer, .rangeIncludesMap,
    ]
}
