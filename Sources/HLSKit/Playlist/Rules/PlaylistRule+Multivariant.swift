// Rules about a multivariant playlist.
extension PlaylistRule {
    /// #EXT-X-STREAM-INF is not followed by a URI.
    public static let missingVariantURI = PlaylistRule(
        "missing-variant-uri",
        .error,
        "4.4.6.2",
        "#EXT-X-STREAM-INF is not followed by a URI: add it."
    )
    /// The URI has no #EXT-X-STREAM-INF in front.
    public static let uriWithoutVariant = PlaylistRule(
        "uri-without-variant",
        .error,
        "4.4.6.2",
        "The URI has no #EXT-X-STREAM-INF in front: add one."
    )
    /// There is no variant.
    public static let noVariants = PlaylistRule(
        "no-variants",
        .warning,
        "4.4.6",
        "There is no variant: add #EXT-X-STREAM-INF."
    )
    /// CODECS is missing.
    public static let missingCodecs = PlaylistRule(
        "missing-codecs",
        .warning,
        "4.4.6.2",
        "CODECS is missing: add it, so that clients choose what they can play."
    )
    /// AVERAGE-BANDWIDTH is above BANDWIDTH.
    public static let averageExceedsPeak = PlaylistRule(
        "average-exceeds-peak",
        .error,
        "4.4.6.2",
        "AVERAGE-BANDWIDTH is above BANDWIDTH: correct one."
    )
    /// No #EXT-X-MEDIA of that type has the group ….
    public static let unknownGroup = PlaylistRule(
        "unknown-group",
        .error,
        "4.4.6.2",
        "No #EXT-X-MEDIA of that type has the group %: add it, or correct the name."
    )
    /// CLOSED-CAPTIONS is NONE on some variants only.
    public static let captionsNotConsistent = PlaylistRule(
        "captions-not-consistent",
        .error,
        "4.4.6.2",
        "CLOSED-CAPTIONS is NONE on some variants only: make it NONE on all."
    )
    /// SCORE is on some variants only.
    public static let scoreNotOnAll = PlaylistRule(
        "score-not-on-all",
        .warning,
        "4.4.6.2",
        "SCORE is on some variants only: add it to all."
    )
    /// The stable ID '…' has characters that it must not.
    public static let malformedStableID = PlaylistRule(
        "malformed-stable-id",
        .error,
        "4.4.6",
        "The stable ID '%' has characters that it must not: use letters, digits and + / = . - _."
    )
    /// Closed captions have no URI.
    public static let captionsWithURI = PlaylistRule(
        "captions-with-uri",
        .error,
        "4.4.6.1",
        "Closed captions have no URI: remove it."
    )
    /// Closed captions need INSTREAM-ID.
    public static let captionsWithoutInstreamID = PlaylistRule(
        "captions-without-instream-id",
        .error,
        "4.4.6.1",
        "Closed captions need INSTREAM-ID: add it."
    )
    /// INSTREAM-ID '…' is none that the type takes.
    public static let malformedInstreamID = PlaylistRule(
        "malformed-instream-id",
        .error,
        "4.4.6.1",
        "INSTREAM-ID '%' is none: use CC1 to CC4 or SERVICE1 to SERVICE63, or letters, digits and . for other types."
    )
    /// Subtitles need a URI.
    public static let subtitlesWithoutURI = PlaylistRule(
        "subtitles-without-uri",
        .error,
        "4.4.6.1",
        "Subtitles need a URI: add it."
    )
    /// FORCED is for subtitles only.
    public static let forcedNotSubtitles = PlaylistRule(
        "forced-not-subtitles",
        .error,
        "4.4.6.1",
        "FORCED is for subtitles only: remove it."
    )
    /// DEFAULT is YES but AUTOSELECT is NO.
    public static let defaultNotAutoselect = PlaylistRule(
        "default-not-autoselect",
        .error,
        "4.4.6.1",
        "DEFAULT is YES but AUTOSELECT is NO: make it YES."
    )
    /// The group has two renditions of the name ….
    public static let duplicateRenditionName = PlaylistRule(
        "duplicate-rendition-name",
        .error,
        "4.4.6.1.1",
        "The group has two renditions of the name %: rename one."
    )
    /// The group … has more than one default.
    public static let severalDefaults = PlaylistRule(
        "several-defaults",
        .error,
        "4.4.6.1.1",
        "The group % has more than one default: keep one."
    )
    /// The group … has other renditions than the first of its type.
    public static let groupsDiffer = PlaylistRule(
        "groups-differ",
        .error,
        "4.4.6.1.1",
        "The group % has other renditions than the first of its type: make them the same."
    )
    /// The rendition … has other attributes than in the first group of its type.
    public static let groupMembersDiffer = PlaylistRule(
        "group-members-differ",
        .error,
        "4.4.6.1.1",
        "The rendition % has other attributes than in the first group of its type: make them the same."
    )
    /// The rendition … cannot be told from another of its group when clients select one.
    public static let autoselectNotDistinct = PlaylistRule(
        "autoselect-not-distinct",
        .warning,
        "4.4.6.1.1",
        "The rendition % has the language, role and characteristics of another: let them differ."
    )
    /// Session data has exactly one of VALUE and URI.
    public static let sessionDataValue = PlaylistRule(
        "session-data-value",
        .error,
        "4.4.6.4",
        "Session data has exactly one of VALUE and URI: correct it."
    )
    /// The session data … stands twice for one language.
    public static let duplicateSessionData = PlaylistRule(
        "duplicate-session-data",
        .error,
        "4.4.6.4",
        "The session data % stands twice for one language: keep one."
    )
    /// METHOD of a session key is NONE.
    public static let sessionKeyNone = PlaylistRule(
        "session-key-none",
        .error,
        "4.4.6.5",
        "METHOD of a session key is NONE: remove the tag."
    )
    /// The session key stands twice.
    public static let duplicateSessionKey = PlaylistRule(
        "duplicate-session-key",
        .error,
        "4.4.6.5",
        "The session key stands twice: keep one."
    )
    /// No variant has the pathway ….
    public static let unknownPathway = PlaylistRule(
        "unknown-pathway",
        .error,
        "4.4.6.6",
        "No variant has the pathway %: add one, or correct the name."
    )
    /// REQ-VIDEO-LAYOUT '…' has an empty entry, an unknown specifier, or two of one kind.
    public static let malformedVideoLayout = PlaylistRule(
        "malformed-video-layout",
        .error,
        "4.4.6.2",
        "REQ-VIDEO-LAYOUT '%' has an empty entry, an unknown specifier, or two of one kind: correct it."
    )
    /// REQ-VIDEO-LAYOUT says what is so without it.
    public static let needlessVideoLayout = PlaylistRule(
        "needless-video-layout",
        .warning,
        "4.4.6.2",
        "REQ-VIDEO-LAYOUT '%' is what holds without it: remove it, so that older clients play the variant."
    )
    /// The pathway ID '…' has characters that it must not.
    public static let malformedPathwayID = PlaylistRule(
        "malformed-pathway-id",
        .error,
        "4.4.6.6",
        "The pathway ID '%' has characters that it must not: use letters, digits and . - _."
    )
    /// The URI … has two stable IDs.
    public static let stableIDsDiffer = PlaylistRule(
        "stable-ids-differ",
        .warning,
        "4.4.6",
        "The URI % has two stable IDs: use one."
    )
    /// … is for audio only.
    public static let audioAttributeElsewhere = PlaylistRule(
        "audio-attribute-elsewhere",
        .error,
        "4.4.6.1",
        "% is for audio only: remove it."
    )
    /// An audio rendition has no CHANNELS.
    public static let audioWithoutChannels = PlaylistRule(
        "audio-without-channels",
        .warning,
        "4.4.6.1",
        "The audio rendition % has no CHANNELS: add it."
    )
    /// A language is not a language tag.
    public static let malformedLanguage = PlaylistRule(
        "malformed-language",
        .error,
        "4.4.6.1",
        "The language '%' is no tag of RFC 5646: write one such as en or zh-Hans."
    )
    /// `CHANNELS` is not a count and lists of identifiers.
    public static let malformedChannels = PlaylistRule(
        "malformed-channels",
        .error,
        "4.4.6.1",
        "CHANNELS '%' is not a count, and lists of identifiers behind slashes: write it such as 6 or 16/JOC."
    )
    /// `ALLOWED-CPC` is not key formats with their labels.
    public static let malformedAllowedCPC = PlaylistRule(
        "malformed-allowed-cpc",
        .error,
        "4.4.6.2",
        "ALLOWED-CPC '%' is not KEYFORMAT:LABEL/LABEL with commas between: correct it."
    )
    /// `SUPPLEMENTAL-CODECS` is not formats with their brands.
    public static let malformedSupplementalCodecs = PlaylistRule(
        "malformed-supplemental-codecs",
        .error,
        "4.4.6.2",
        "SUPPLEMENTAL-CODECS has '%', which is not a format with brands of four characters behind slashes: correct it."
    )
    /// The base layer of a supplemental format is not declared.
    public static let supplementalWithoutBase = PlaylistRule(
        "supplemental-without-base",
        .error,
        "4.4.6.2",
        "CODECS lacks the base layer of %: declare it."
    )
    /// `SCORE` is not positive.
    public static let scoreNotPositive = PlaylistRule(
        "score-not-positive",
        .error,
        "4.4.6.2",
        "SCORE is not positive: use a number above 0."
    )
    /// `FRAME-RATE` has more than three decimals.
    public static let frameRateNotRounded = PlaylistRule(
        "frame-rate-not-rounded",
        .warning,
        "4.4.6.2",
        "FRAME-RATE % has more than three decimals: round it."
    )
    /// Variants with one group of video have different resolutions.
    public static let resolutionsOfGroupDiffer = PlaylistRule(
        "resolutions-of-group-differ",
        .error,
        "4.4.6.2.1",
        "Variants of the video group % have different resolutions: give each resolution its own group."
    )
    /// `CODECS` does not list the formats of a group.
    public static let codecsLackGroup = PlaylistRule(
        "codecs-lack-group",
        .error,
        "4.4.6.1.1",
        "The variant has the group % but CODECS does not list its format: add it."
    )
    /// An attribute is not defined for I-frames.
    public static let attributeNotForIFrames = PlaylistRule(
        "attribute-not-for-i-frames",
        .warning,
        "4.4.6.3",
        "% is not defined for #EXT-X-I-FRAME-STREAM-INF: remove it."
    )
    /// There are I-frames and alternative video but no alternative I-frames.
    public static let iFramesLackAlternatives = PlaylistRule(
        "i-frames-lack-alternatives",
        .warning,
        "4.4.6.3",
        "There are I-frames and alternative video: add #EXT-X-I-FRAME-STREAM-INF with VIDEO for the alternatives."
    )
    /// A pathway has fewer groups of renditions than another.
    public static let pathwayLacksGroups = PlaylistRule(
        "pathway-lacks-groups",
        .warning,
        "4.4.6.2",
        "The pathway % does not have as many groups as the first: provide all groups on all pathways."
    )

    static let multivariantRules: [PlaylistRule] = [
        .missingVariantURI, .uriWithoutVariant, .noVariants, .missingCodecs, .averageExceedsPeak, .unknownGroup,
        .captionsNotConsistent, .scoreNotOnAll, .malformedStableID, .captionsWithURI, .captionsWithoutInstreamID,
        .malformedInstreamID, .subtitlesWithoutURI, .forcedNotSubtitles, .defaultNotAutoselect,
        .duplicateRenditionName, .severalDefaults, .groupsDiffer, .groupMembersDiffer, .autoselectNotDistinct,
        .sessionDataValue, .duplicateSessionData, .sessionKeyNone, .duplicateSessionKey, .unknownPathway,
        .malformedVideoLayout, .needlessVideoLayout, .malformedPathwayID, .stableIDsDiffer,
        .audioAttributeElsewhere, .audioWithoutChannels, .malformedLanguage, .malformedChannels,
        .malformedAllowedCPC, .malformedSupplementalCodecs, .supplementalWithoutBase, .scoreNotPositive,
        .frameRateNotRounded, .resolutionsOfGroupDiffer, .codecsLackGroup, .attributeNotForIFrames,
        .iFramesLackAlternatives, .pathwayLacksGroups,
    ]
}
