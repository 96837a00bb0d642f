// Rules about metadata of a media playlist.
extension PlaylistRule {
    /// There is a date range but no #EXT-X-PROGRAM-DATE-TIME.
    public static let dateRangeWithoutDate = PlaylistRule(
        "date-range-without-date",
        .error,
        "4.4.5.1",
        "There is a date range but no #EXT-X-PROGRAM-DATE-TIME: add one."
    )
    /// The first tag of the date range … has no START-DATE.
    public static let dateRangeWithoutStart = PlaylistRule(
        "date-range-without-start",
        .error,
        "4.4.5.1",
        "The first tag of the date range % has no START-DATE: add it."
    )
    /// The date range … repeats an attribute with another value.
    public static let dateRangeConflict = PlaylistRule(
        "date-range-conflict",
        .error,
        "4.4.5.1",
        "The date range % repeats an attribute with another value: make them equal."
    )
    /// A duration of the date range … is negative.
    public static let dateRangeNegative = PlaylistRule(
        "date-range-negative",
        .error,
        "4.4.5.1",
        "A duration of the date range % is negative: correct it."
    )
    /// The date range … ends before it starts.
    public static let dateRangeEndsEarly = PlaylistRule(
        "date-range-ends-early",
        .error,
        "4.4.5.1",
        "The date range % ends before it starts: correct END-DATE."
    )
    /// END-DATE of the date range … is not START-DATE plus DURATION.
    public static let dateRangeLengthDiffers = PlaylistRule(
        "date-range-length-differs",
        .error,
        "4.4.5.1",
        "END-DATE of the date range % is not START-DATE plus DURATION: correct one."
    )
    /// END-ON-NEXT of the date range … needs CLASS, and neither DURATION nor END-DATE.
    public static let dateRangeOpenEnd = PlaylistRule(
        "date-range-open-end",
        .error,
        "4.4.5.1",
        "END-ON-NEXT of the date range % needs CLASS, and neither DURATION nor END-DATE: correct it."
    )
    /// The date range … overlaps an earlier one of its class.
    public static let dateRangesOverlap = PlaylistRule(
        "date-ranges-overlap",
        .error,
        "4.4.5.1",
        "The date range % overlaps an earlier one of its class: move it."
    )
    /// The attribute … is not defined.
    public static let dateRangeAttribute = PlaylistRule(
        "date-range-attribute",
        .warning,
        "4.4.5.1",
        "The attribute % is not defined: start its name with X-."
    )
    /// CUE has both PRE and POST.
    public static let conflictingCue = PlaylistRule(
        "conflicting-cue",
        .error,
        "4.4.5.1",
        "CUE has both PRE and POST: keep one."
    )
    /// An interstitial has exactly one of X-ASSET-URI and X-ASSET-LIST.
    public static let interstitialAsset = PlaylistRule(
        "interstitial-asset",
        .error,
        "D.2",
        "An interstitial has exactly one of X-ASSET-URI and X-ASSET-LIST: correct it."
    )
    /// A preload needs X-URI, X-TARGET-ID and X-TARGET-CLASS.
    public static let preloadTarget = PlaylistRule(
        "preload-target",
        .error,
        "F",
        "A preload needs X-URI, X-TARGET-ID and X-TARGET-CLASS: add what is missing."
    )
    /// There are two preload hints of type ….
    public static let duplicatePreloadHint = PlaylistRule(
        "duplicate-preload-hint",
        .warning,
        "6.2.6",
        "There are two preload hints of type %: keep one."
    )
    /// A preload has neither DURATION nor END-DATE, or it has CUE or END-ON-NEXT.
    public static let preloadRange = PlaylistRule(
        "preload-range",
        .error,
        "F",
        "A preload needs DURATION or END-DATE, and neither CUE nor END-ON-NEXT: correct it."
    )
    /// There is a preload hint in a playlist that has ended.
    public static let hintAfterEnd = PlaylistRule(
        "hint-after-end",
        .error,
        "4.4.5.3",
        "There is a preload hint in a playlist that has ended: remove it."
    )
    /// URI of a rendition report is not relative.
    public static let reportNotRelative = PlaylistRule(
        "report-not-relative",
        .error,
        "4.4.5.4",
        "URI of the rendition report is not relative: write it relative to this playlist."
    )
    /// A name that others may choose too is not a reversed domain name.
    public static let notReverseDNS = PlaylistRule(
        "not-reverse-dns",
        .warning,
        nil,
        "The name % may be taken by others too: start it with a domain name in reverse."
    )
    /// `X-ASSET-URI` is not absolute.
    public static let assetNotAbsolute = PlaylistRule(
        "asset-not-absolute",
        .error,
        "D.2",
        "X-ASSET-URI is not absolute: write it with its scheme and host."
    )
    /// `X-SKIP-CONTROL-LABEL-ID` has characters that it must not.
    public static let malformedLabelID = PlaylistRule(
        "malformed-label-id",
        .error,
        "D.3",
        "X-SKIP-CONTROL-LABEL-ID '%' has characters that it must not: use letters, - and _."
    )
    /// A splice has come in but its duration is not told.
    public static let spliceWithoutEnd = PlaylistRule(
        "splice-without-end",
        .error,
        "4.4.5.1.1",
        "The date range % has SCTE35-IN but neither DURATION nor END-DATE: add one."
    )
    /// `X-TARGET-CLASS` is not the class of the date range that is meant.
    public static let preloadClassDiffers = PlaylistRule(
        "preload-class-differs",
        .warning,
        "F",
        "X-TARGET-CLASS is not the class of the date range %: make them the same."
    )
    /// What is hinted stands in the playlist already.
    public static let hintAlreadyListed = PlaylistRule(
        "hint-already-listed",
        .error,
        "4.4.5.3",
        "The hinted part % stands in the playlist already: hint the next one."
    )

    static let metadataRules: [PlaylistRule] = [
        .dateRangeWithoutDate, .dateRangeWithoutStart, .dateRangeConflict, .dateRangeNegative, .dateRangeEndsEarly,
        .dateRangeLengthDiffers, .dateRangeOpenEnd, .dateRangesOverlap, .dateRangeAttribute, .conflictingCue,
        .interstitialAsset, .preloadTarget, .duplicatePreloadHint, .preloadRange, .hintAfterEnd, .reportNotRelative,
        .notReverseDNS, .assetNotAbsolute, .malformedLabelID, .spliceWithoutEnd, .preloadClassDiffers,
        .hintAlreadyListed,
    ]
}
