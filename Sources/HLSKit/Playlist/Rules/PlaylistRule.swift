/// What a finding is about: a rule of the specification, or one of Apple's authoring rules.
///
/// The raw value names the rule and does not change.
public enum PlaylistRule: String, Sendable, Hashable, CaseIterable {
    // MARK: Text

    /// The first line is not #EXTM3U.
    case missingHeader = "missing-header"
    /// The file starts with a byte order mark.
    case byteOrderMark = "byte-order-mark"
    /// There is a control character.
    case controlCharacter = "control-character"
    /// There are bytes that are not UTF-8.
    case invalidUTF8 = "invalid-utf8"
    /// There are spaces around the line's text.
    case strayWhitespace = "stray-whitespace"
    /// … does not belong to this kind of playlist.
    case mixedPlaylist = "mixed-playlist"
    /// … stands more than once.
    case duplicateTag = "duplicate-tag"
    /// The value '…' is not what the tag takes.
    case malformedValue = "malformed-value"
    /// … takes no value.
    case unexpectedValue = "unexpected-value"
    /// Version … is newer than 13, the newest that is known here.
    case unsupportedVersion = "unsupported-version"
    /// There are more findings than are kept.
    case tooManyDiagnostics = "too-many-diagnostics"

    // MARK: Attributes

    /// The attribute list is broken at '…'.
    case malformedAttributeList = "malformed-attribute-list"
    /// The attribute … stands twice.
    case duplicateAttribute = "duplicate-attribute"
    /// The attribute … has a value of another form than the tag demands.
    case malformedAttribute = "malformed-attribute"
    /// The attribute … has a value that is not defined.
    case unknownAttributeValue = "unknown-attribute-value"
    /// The attribute … is missing.
    case missingAttribute = "missing-attribute"

    // MARK: Variables

    /// The variable … is not defined above this line.
    case undefinedVariable = "undefined-variable"
    /// The variable … is defined twice.
    case duplicateVariable = "duplicate-variable"
    /// A definition has exactly one of NAME with VALUE, IMPORT and QUERYPARAM.
    case malformedDefinition = "malformed-definition"
    /// The variable name '…' has other characters than letters, digits, - and _.
    case malformedVariableName = "malformed-variable-name"
    /// The multivariant playlist does not define ….
    case unknownImport = "unknown-import"
    /// IMPORT stands in a multivariant playlist.
    case importInMultivariant = "import-in-multivariant"
    /// The URL has no query parameter … with a value.
    case missingQueryParameter = "missing-query-parameter"

    // MARK: Media playlist

    /// There is no #EXT-X-TARGETDURATION.
    case missingTargetDuration = "missing-target-duration"
    /// The segment lasts … s, rounded more than the target duration.
    case segmentExceedsTarget = "segment-exceeds-target"
    /// … stands behind a segment or discontinuity.
    case sequenceAfterSegment = "sequence-after-segment"
    /// #EXT-X-VERSION is below what the playlist needs.
    case versionTooLow = "version-too-low"
    /// HOLD-BACK is below three target durations.
    case holdBackTooSmall = "hold-back-too-small"
    /// There are parts but no PART-HOLD-BACK.
    case partHoldBackMissing = "part-hold-back-missing"
    /// PART-HOLD-BACK is below twice the part target.
    case partHoldBackTooSmall = "part-hold-back-too-small"
    /// PART-HOLD-BACK is below three times the part target.
    case partHoldBackLow = "part-hold-back-low"
    /// CAN-SKIP-UNTIL is below six target durations.
    case canSkipUntilTooSmall = "can-skip-until-too-small"
    /// CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL.
    case skipDateRangesAlone = "skip-date-ranges-alone"
    /// TIME-OFFSET is beyond the playlist.
    case startBeyondEnd = "start-beyond-end"
    /// The type is VOD but #EXT-X-ENDLIST is missing.
    case vodWithoutEnd = "vod-without-end"
    /// #EXT-X-VERSION is … but … is enough.
    case versionTooHigh = "version-too-high"
    /// The target duration is 0.
    case targetDurationZero = "target-duration-zero"
    /// TIME-OFFSET is less than three target durations from the end of a playlist that grows.
    case startNearEnd = "start-near-end"
    /// Segments nearer to the end than CAN-SKIP-UNTIL are skipped.
    case skippedTooMuch = "skipped-too-much"

    // MARK: Segments

    /// The segment has no #EXTINF.
    case missingDuration = "missing-duration"
    /// #EXTINF has no comma behind the duration.
    case missingComma = "missing-comma"
    /// #EXTINF is not followed by a URI.
    case missingSegmentURI = "missing-segment-uri"
    /// The range has no offset and the previous segment is no range of the same resource.
    case unknownRangeStart = "unknown-range-start"
    /// The range ends beyond 2^63 bytes.
    case rangeTooLarge = "range-too-large"
    /// METHOD is not NONE but URI is missing.
    case keyWithoutURI = "key-without-uri"
    /// METHOD is NONE but there are other attributes.
    case keyNoneWithAttributes = "key-none-with-attributes"
    /// IV is not 128 bits.
    case wrongIVLength = "wrong-iv-length"
    /// More than 32 keys apply at once.
    case tooManyKeys = "too-many-keys"
    /// KEYFORMATVERSIONS is not positive integers with / between.
    case malformedKeyVersions = "malformed-key-versions"
    /// BYTERANGE of #EXT-X-MAP has no offset.
    case mapRangeWithoutStart = "map-range-without-start"
    /// There are parts but no #EXT-X-PART-INF.
    case partWithoutInformation = "part-without-information"
    /// The part lasts longer than PART-TARGET.
    case partExceedsTarget = "part-exceeds-target"
    /// A part that is not the last of its segment is shorter than 85… of PART-TARGET.
    case partTooShort = "part-too-short"
    /// The range of the part has no offset and the part in front is no range of the same resource.
    case unknownPartStart = "unknown-part-start"
    /// The parts last … s other than the segment.
    case partsDoNotAddUp = "parts-do-not-add-up"
    /// METHOD … has no IV.
    case initializationVectorNotAllowed = "iv-not-allowed"
    /// The key of an #EXT-X-MAP has no IV.
    case mapKeyWithoutIV = "map-key-without-iv"
    /// The date '…' has no time zone.
    case dateWithoutZone = "date-without-zone"
    /// The segment's date is more than a second before the end of the segment in front.
    case ambiguousDate = "ambiguous-date"
    /// A segment behind a discontinuity has no #EXT-X-PROGRAM-DATE-TIME.
    case discontinuityWithoutDate = "discontinuity-without-date"
    /// #EXT-X-BITRATE is more than a tenth off.
    case bitrateDiffers = "bitrate-differs"
    /// … stands behind a part of its segment.
    case tagBehindPart = "tag-behind-part"
    /// A playlist of I-frames has parts.
    case partsInIFrames = "parts-in-i-frames"
    /// Parts are more than three target durations from the end.
    case partTooOld = "part-too-old"

    // MARK: Metadata

    /// There is a date range but no #EXT-X-PROGRAM-DATE-TIME.
    case dateRangeWithoutDate = "date-range-without-date"
    /// The first tag of the date range … has no START-DATE.
    case dateRangeWithoutStart = "date-range-without-start"
    /// The date range … repeats an attribute with another value.
    case dateRangeConflict = "date-range-conflict"
    /// A duration of the date range … is negative.
    case dateRangeNegative = "date-range-negative"
    /// The date range … ends before it starts.
    case dateRangeEndsEarly = "date-range-ends-early"
    /// END-DATE of the date range … is not START-DATE plus DURATION.
    case dateRangeLengthDiffers = "date-range-length-differs"
    /// END-ON-NEXT of the date range … needs CLASS, and neither DURATION nor END-DATE.
    case dateRangeOpenEnd = "date-range-open-end"
    /// The date range … overlaps an earlier one of its class.
    case dateRangesOverlap = "date-ranges-overlap"
    /// The attribute … is not defined.
    case dateRangeAttribute = "date-range-attribute"
    /// CUE has both PRE and POST.
    case conflictingCue = "conflicting-cue"
    /// An interstitial has exactly one of X-ASSET-URI and X-ASSET-LIST.
    case interstitialAsset = "interstitial-asset"
    /// A preload needs X-URI, X-TARGET-ID and X-TARGET-CLASS.
    case preloadTarget = "preload-target"
    /// There are two preload hints of type ….
    case duplicatePreloadHint = "duplicate-preload-hint"
    /// A preload has neither DURATION nor END-DATE, or it has CUE or END-ON-NEXT.
    case preloadRange = "preload-range"
    /// There is a preload hint in a playlist that has ended.
    case hintAfterEnd = "hint-after-end"
    /// URI of a rendition report is not relative.
    case reportNotRelative = "report-not-relative"

    // MARK: Multivariant playlist

    /// #EXT-X-STREAM-INF is not followed by a URI.
    case missingVariantURI = "missing-variant-uri"
    /// The URI has no #EXT-X-STREAM-INF in front.
    case uriWithoutVariant = "uri-without-variant"
    /// There is no variant.
    case noVariants = "no-variants"
    /// CODECS is missing.
    case missingCodecs = "missing-codecs"
    /// AVERAGE-BANDWIDTH is above BANDWIDTH.
    case averageExceedsPeak = "average-exceeds-peak"
    /// No #EXT-X-MEDIA of that type has the group ….
    case unknownGroup = "unknown-group"
    /// CLOSED-CAPTIONS is NONE on some variants only.
    case captionsNotConsistent = "captions-not-consistent"
    /// SCORE is on some variants only.
    case scoreNotOnAll = "score-not-on-all"
    /// The stable ID '…' has characters that it must not.
    case malformedStableID = "malformed-stable-id"
    /// Closed captions have no URI.
    case captionsWithURI = "captions-with-uri"
    /// Closed captions need INSTREAM-ID.
    case captionsWithoutInstreamID = "captions-without-instream-id"
    /// INSTREAM-ID '…' is none that the type takes.
    case malformedInstreamID = "malformed-instream-id"
    /// Subtitles need a URI.
    case subtitlesWithoutURI = "subtitles-without-uri"
    /// FORCED is for subtitles only.
    case forcedNotSubtitles = "forced-not-subtitles"
    /// DEFAULT is YES but AUTOSELECT is NO.
    case defaultNotAutoselect = "default-not-autoselect"
    /// The group has two renditions of the name ….
    case duplicateRenditionName = "duplicate-rendition-name"
    /// The group … has more than one default.
    case severalDefaults = "several-defaults"
    /// The group … has other renditions than the first of its type.
    case groupsDiffer = "groups-differ"
    /// The rendition … has other attributes than in the first group of its type.
    case groupMembersDiffer = "group-members-differ"
    /// The rendition … cannot be told from another of its group when clients select one.
    case autoselectNotDistinct = "autoselect-not-distinct"
    /// Session data has exactly one of VALUE and URI.
    case sessionDataValue = "session-data-value"
    /// The session data … stands twice for one language.
    case duplicateSessionData = "duplicate-session-data"
    /// METHOD of a session key is NONE.
    case sessionKeyNone = "session-key-none"
    /// The session key stands twice.
    case duplicateSessionKey = "duplicate-session-key"
    /// No variant has the pathway ….
    case unknownPathway = "unknown-pathway"
    /// REQ-VIDEO-LAYOUT '…' has an empty entry, an unknown specifier, or two of one kind.
    case malformedVideoLayout = "malformed-video-layout"
    /// REQ-VIDEO-LAYOUT says what is so without it.
    case needlessVideoLayout = "needless-video-layout"
    /// The pathway ID '…' has characters that it must not.
    case malformedPathwayID = "malformed-pathway-id"
    /// The URI … has two stable IDs.
    case stableIDsDiffer = "stable-ids-differ"
    /// … is for audio only.
    case audioAttributeElsewhere = "audio-attribute-elsewhere"
    /// An audio rendition has no CHANNELS.
    case audioWithoutChannels = "audio-without-channels"

    // MARK: Across playlists

    /// The media playlist … was not given.
    case missingMediaPlaylist = "missing-media-playlist"
    /// The target duration of … differs from the first playlist's.
    case targetDurationsDiffer = "target-durations-differ"
    /// #EXT-X-PLAYLIST-TYPE of … differs from the first playlist's.
    case playlistTypesDiffer = "playlist-types-differ"
    /// The discontinuities of … are not where the first playlist has them.
    case discontinuitiesDiffer = "discontinuities-differ"
    /// … has no dates or other dates than the first playlist.
    case datesDiffer = "dates-differ"
    /// … is more than a target duration longer or shorter than the first playlist.
    case durationsDiffer = "durations-differ"
    /// Segments need … bits per second, more than BANDWIDTH.
    case bandwidthTooLow = "bandwidth-too-low"
    /// Segments need … bits per second on average, more than AVERAGE-BANDWIDTH.
    case averageBandwidthTooLow = "average-bandwidth-too-low"
    /// BANDWIDTH is more than 10… above what segments need, … bits per second.
    case bandwidthTooHigh = "bandwidth-too-high"
    /// The segments have the format …, which CODECS does not list.
    case codecNotDeclared = "codec-not-declared"
    /// CODECS lists the format …, which the segments do not have.
    case codecNotPresent = "codec-not-present"
    /// The playlist … of I-frames has no #EXT-X-I-FRAMES-ONLY.
    case iFramesExpected = "i-frames-expected"

    /// The session key … has another METHOD, KEYFORMAT or KEYFORMATVERSIONS than the key of a media playlist.
    case sessionKeyDiffers = "session-key-differs"
    /// Several media playlists use the key …, which is no session key.
    case sessionKeyMissing = "session-key-missing"
    /// There is no #EXT-X-RENDITION-REPORT for ….
    case missingRenditionReport = "missing-rendition-report"
    /// … stands in the multivariant playlist too.
    case tagInBoth = "tag-in-both"
    /// #EXT-X-SERVER-CONTROL of … differs from the first playlist's.
    case serverControlsDiffer = "server-controls-differ"
    /// The date ranges of … differ from those of another playlist.
    case dateRangesDiffer = "date-ranges-differ"

    // MARK: Across reloads

    /// The media sequence number went back from ….
    case mediaSequenceDecreased = "media-sequence-decreased"
    /// The discontinuity sequence number of the first segment was … before.
    case discontinuitySequenceChanged = "discontinuity-sequence-changed"
    /// The target duration was … s before.
    case targetDurationChanged = "target-duration-changed"
    /// #EXT-X-PLAYLIST-TYPE was … before.
    case playlistTypeChanged = "playlist-type-changed"
    /// The playlist has changed although its type is ….
    case changedAgainstType = "changed-against-type"
    /// The segment … is another than before.
    case segmentChanged = "segment-changed"
    /// The segment … is gone from the end.
    case segmentsTakenBack = "segments-taken-back"
    /// Segments were removed although less than three target durations are left, … s.
    case windowTooShort = "window-too-short"
    /// There are more segments although the playlist had ended.
    case grownAfterEnd = "grown-after-end"

    // MARK: Apple's authoring rules

    /// #EXT-X-INDEPENDENT-SEGMENTS is missing.
    case appleIndependentSegments = "apple-independent-segments"
    /// The target duration is … s.
    case appleTargetDuration = "apple-target-duration"
    /// Segments last … s on average.
    case appleSegmentDuration = "apple-segment-duration"
    /// A live playlist has no #EXT-X-PROGRAM-DATE-TIME.
    case appleLiveDates = "apple-live-dates"
    /// A live playlist has fewer than 6 segments.
    case appleLiveLength = "apple-live-length"
    /// An ended playlist has no #EXT-X-PLAYLIST-TYPE.
    case applePlaylistType = "apple-playlist-type"
    /// CODECS is missing.
    case appleCodecs = "apple-codecs"
    /// A variant with video has no RESOLUTION.
    case appleResolution = "apple-resolution"
    /// A variant with video has no FRAME-RATE.
    case appleFrameRate = "apple-frame-rate"
    /// AVERAGE-BANDWIDTH is missing.
    case appleAverageBandwidth = "apple-average-bandwidth"
    /// BANDWIDTH is more than twice AVERAGE-BANDWIDTH.
    case applePeakToAverage = "apple-peak-to-average"
    /// Some variants have VIDEO-RANGE and this one has not.
    case appleVideoRange = "apple-video-range"
    /// There is no #EXT-X-I-FRAME-STREAM-INF for the video.
    case appleIFrames = "apple-i-frames"
    /// No variant is at most 192,000 bits per second.
    case appleLowestBandwidth = "apple-lowest-bandwidth"
    /// The bit rate is not 1.5 to 2 times that of the next lower variant.
    case appleLadder = "apple-ladder"
    /// A rendition has no LANGUAGE.
    case appleLanguage = "apple-language"
    /// The level of … is above 5.2.
    case appleVideoProfile = "apple-video-profile"
    /// The frame rate is above 60.
    case appleFrameRateTooHigh = "apple-frame-rate-too-high"
    /// The format … keeps parameter sets in the samples.
    case appleSampleEntry = "apple-sample-entry"
    /// There is no SDR variant.
    case appleStandardRange = "apple-standard-range"
    /// The aspect ratio differs from the first variant's.
    case appleAspectRatio = "apple-aspect-ratio"
    /// There is sound but no AAC.
    case appleStereo = "apple-stereo"
    /// A rendition for accessibility, or a forced one, has no AUTOSELECT=YES.
    case appleAutoselect = "apple-autoselect"
    /// A live playlist has discontinuities but no #EXT-X-DISCONTINUITY-SEQUENCE.
    case appleDiscontinuitySequence = "apple-discontinuity-sequence"
    /// A segment of fragmented MP4 has no #EXT-X-MAP.
    case appleMap = "apple-map"
    /// The video has one bit rate only.
    case appleVariants = "apple-variants"
    /// One variant only has the highest resolution.
    case appleHighestResolution = "apple-highest-resolution"
    /// #EXT-X-CONTENT-STEERING has no PATHWAY-ID.
    case appleSteeringPathway = "apple-steering-pathway"
    /// METHOD … does not go with the key format on Apple devices.
    case appleKeyMethod = "apple-key-method"
    /// A FairPlay key has an IV.
    case appleKeyVector = "apple-key-vector"
    /// PART-HOLD-BACK is below three times the part target.
    case applePartHoldBack = "apple-part-hold-back"
    /// A window of more than two minutes has no CAN-SKIP-UNTIL.
    case appleDeltaUpdates = "apple-delta-updates"
    /// CAN-SKIP-DATERANGES is missing though there are date ranges.
    case appleSkipDateRanges = "apple-skip-date-ranges"
}
