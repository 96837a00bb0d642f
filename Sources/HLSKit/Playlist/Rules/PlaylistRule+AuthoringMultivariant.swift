// Rules about multivariant playlists for Apple devices.
extension PlaylistRule {
    /// CODECS is missing.
    public static let appleCodecs = PlaylistRule(
        "apple-codecs",
        .error,
        authoring: "9.1, 9.3",
        "CODECS is missing: add it."
    )
    /// A variant with video has no RESOLUTION.
    public static let appleResolution = PlaylistRule(
        "apple-resolution",
        .error,
        authoring: "9.2, 9.4",
        "A variant with video has no RESOLUTION: add it."
    )
    /// A variant with video has no FRAME-RATE.
    public static let appleFrameRate = PlaylistRule(
        "apple-frame-rate",
        .error,
        authoring: "9.15",
        "A variant with video has no FRAME-RATE: add it."
    )
    /// AVERAGE-BANDWIDTH is missing.
    public static let appleAverageBandwidth = PlaylistRule(
        "apple-average-bandwidth",
        .error,
        authoring: "9.14",
        "AVERAGE-BANDWIDTH is missing: add it."
    )
    /// BANDWIDTH is more than twice AVERAGE-BANDWIDTH.
    public static let applePeakToAverage = PlaylistRule(
        "apple-peak-to-average",
        .warning,
        authoring: "1.30",
        "BANDWIDTH is more than twice AVERAGE-BANDWIDTH: even out the bit rate."
    )
    /// Some variants have VIDEO-RANGE and this one has not.
    public static let appleVideoRange = PlaylistRule(
        "apple-video-range",
        .error,
        authoring: "9.16",
        "Some variants have VIDEO-RANGE and this one has not: add it."
    )
    /// There is no #EXT-X-I-FRAME-STREAM-INF for the video.
    public static let appleIFrames = PlaylistRule(
        "apple-i-frames",
        .error,
        authoring: "6.1",
        "There is no #EXT-X-I-FRAME-STREAM-INF for the video: add one."
    )
    /// No variant is at most 192,000 bits per second.
    public static let appleLowestBandwidth = PlaylistRule(
        "apple-lowest-bandwidth",
        .warning,
        authoring: "9.21",
        "No variant is at most 192,000 bits per second: add one."
    )
    /// The bit rate is not 1.5 to 2 times that of the next lower variant.
    public static let appleLadder = PlaylistRule(
        "apple-ladder",
        .warning,
        authoring: "1.25",
        "The bit rate is not 1.5 to 2 times that of the next lower variant: space them so."
    )
    /// A rendition has no LANGUAGE.
    public static let appleLanguage = PlaylistRule(
        "apple-language",
        .error,
        authoring: "8.10",
        "A rendition has no LANGUAGE: add it."
    )
    /// The level of … is above 5.2.
    public static let appleVideoProfile = PlaylistRule(
        "apple-video-profile",
        .error,
        authoring: "1.3b",
        "The level of % is above 5.2: lower it."
    )
    /// The frame rate is above 60.
    public static let appleFrameRateTooHigh = PlaylistRule(
        "apple-frame-rate-too-high",
        .error,
        authoring: "1.19",
        "The frame rate is above 60: lower it."
    )
    /// The format … keeps parameter sets in the samples.
    public static let appleSampleEntry = PlaylistRule(
        "apple-sample-entry",
        .warning,
        authoring: "1.10",
        "The format % keeps parameter sets in the samples: use avc1, hvc1 or dvh1."
    )
    /// There is no SDR variant.
    public static let appleStandardRange = PlaylistRule(
        "apple-standard-range",
        .error,
        authoring: "1.24",
        "There is no SDR variant: add one for devices that show nothing else."
    )
    /// The aspect ratio differs from the first variant's.
    public static let appleAspectRatio = PlaylistRule(
        "apple-aspect-ratio",
        .warning,
        authoring: "1.33",
        "The aspect ratio differs from the first variant's: make them equal."
    )
    /// There is sound but no AAC.
    public static let appleStereo = PlaylistRule(
        "apple-stereo",
        .error,
        authoring: "2.3",
        "There is sound but no AAC: add stereo in AAC."
    )
    /// A rendition for accessibility, or a forced one, has no AUTOSELECT=YES.
    public static let appleAutoselect = PlaylistRule(
        "apple-autoselect",
        .error,
        authoring: "2.13, 4.6, 5.11",
        "The rendition % is for accessibility or forced, but AUTOSELECT is not YES: make it so."
    )
    /// The video has one bit rate only.
    public static let appleVariants = PlaylistRule(
        "apple-variants",
        .error,
        authoring: "9.9",
        "The video has one bit rate only: add variants."
    )
    /// One variant only has the highest resolution.
    public static let appleHighestResolution = PlaylistRule(
        "apple-highest-resolution",
        .warning,
        authoring: "9.10",
        "One variant only has the highest resolution: add another."
    )
    /// #EXT-X-CONTENT-STEERING has no PATHWAY-ID.
    public static let appleSteeringPathway = PlaylistRule(
        "apple-steering-pathway",
        .warning,
        authoring: "9.18",
        "#EXT-X-CONTENT-STEERING has no PATHWAY-ID: add it."
    )
    /// The video has a format that Apple devices do not play from HLS.
    public static let appleVideoFormat = PlaylistRule(
        "apple-video-format",
        .error,
        authoring: "1.1",
        "The video format % is none that Apple devices play: use H.264, HEVC, Dolby Vision or AV1."
    )
    /// No variant has a level that every device plays.
    public static let appleCompatibleLevel = PlaylistRule(
        "apple-compatible-level",
        .warning,
        authoring: "1.3a, 1.6a",
        "No variant in % has a level that every device plays: let some be H.264 up to 4.1 or HEVC Main tier up to 4.0."
    )
    /// The profile or level of Dolby Vision is none that Apple devices play.
    public static let appleDolbyVision = PlaylistRule(
        "apple-dolby-vision",
        .error,
        authoring: "1.9",
        "The Dolby Vision format % is none that Apple devices play: use profile 5, 10 or 20 up to level 9."
    )
    /// No variant is in H.264.
    public static let appleH264 = PlaylistRule(
        "apple-h264",
        .warning,
        authoring: "1.12",
        "No variant is in H.264: add some for older devices."
    )
    /// Every HDR variant has more than 30 frames per second.
    public static let appleHDRFrameRate = PlaylistRule(
        "apple-hdr-frame-rate",
        .warning,
        authoring: "1.20",
        "Every HDR variant is above 30 frames per second: add some at 30 or less."
    )
    /// The first variant is not the one nearest to 2,000 kbit/s.
    public static let appleDefaultVariant = PlaylistRule(
        "apple-default-variant",
        .warning,
        authoring: "1.32",
        "The first variant is not the one nearest to 2,000 kbit/s, where clients start: list that one first."
    )
    /// Every UHD variant is above 15 Mbit/s.
    public static let appleUHDBandwidth = PlaylistRule(
        "apple-uhd-bandwidth",
        .warning,
        authoring: "1.34",
        "Every UHD variant is above 15 Mbit/s: add one below."
    )
    /// The sound has a format that Apple devices do not play from HLS.
    public static let appleAudioFormat = PlaylistRule(
        "apple-audio-format",
        .error,
        authoring: "2.2, 2.5",
        "The audio format % is none that Apple devices play: use AAC, xHE-AAC, Apple Lossless, FLAC, AC-3 or E-AC-3."
    )
    /// There is Dolby Digital Plus but no Dolby Digital.
    public static let appleDolbyDigital = PlaylistRule(
        "apple-dolby-digital",
        .warning,
        authoring: "2.6",
        "There is E-AC-3 but no AC-3: add it for devices without Dolby Digital Plus."
    )
    /// A rendition with Dolby Atmos is in no format that carries it.
    public static let appleSpatialAudio = PlaylistRule(
        "apple-spatial-audio",
        .error,
        authoring: "2.5",
        "The rendition % has JOC in CHANNELS but no variant of its group lists ec-3: correct one."
    )
    /// The video has neither captions nor subtitles.
    public static let appleCaptions = PlaylistRule(
        "apple-captions",
        .warning,
        authoring: "4.1",
        "The video has neither captions nor subtitles: add some for those who cannot hear it."
    )
    /// Subtitles for those who cannot hear have one of the two characteristics only.
    public static let appleCaptionCharacteristics = PlaylistRule(
        "apple-caption-characteristics",
        .error,
        authoring: "4.5",
        "The subtitles % have one of the two characteristics of subtitles for the deaf: add the other."
    )
    /// `CODECS` does not tell the kind of subtitles.
    public static let appleSubtitleCodec = PlaylistRule(
        "apple-subtitle-codec",
        .warning,
        authoring: "5.10",
        "The variant has subtitles but CODECS does not tell their kind: add wvtt or stpp.ttml.im1t."
    )
    /// There is one bit rate of I-frames only.
    public static let appleIFrameRates = PlaylistRule(
        "apple-i-frame-rates",
        .warning,
        authoring: "6.6",
        "There is one bit rate of I-frames only: add others."
    )
    /// No I-frames are in H.264.
    public static let appleIFrameH264 = PlaylistRule(
        "apple-i-frame-h264",
        .warning,
        authoring: "6.14",
        "No I-frames are in H.264: add some for older devices."
    )
    /// No I-frames are SDR.
    public static let appleIFrameRange = PlaylistRule(
        "apple-i-frame-range",
        .error,
        authoring: "6.16",
        "No I-frames are SDR: add some for devices that show nothing else."
    )
    /// Sound and video are in one stream.
    public static let appleSeparateAudio = PlaylistRule(
        "apple-separate-audio",
        .warning,
        authoring: "9.5",
        "Sound and video are in one stream: deliver them apart, with #EXT-X-MEDIA."
    )
    /// Multichannel sound is in one stream with the video.
    public static let appleMultichannel = PlaylistRule(
        "apple-multichannel",
        .error,
        authoring: "9.6",
        "The multichannel format % is in one stream with the video: deliver it apart, with #EXT-X-MEDIA."
    )
    /// Alternative sound is in one stream with the video.
    public static let appleAlternativeAudio = PlaylistRule(
        "apple-alternative-audio",
        .error,
        authoring: "9.7",
        "The rendition % of several has no URI: deliver alternative sound apart."
    )
    /// Alternative video has its sound in the same stream.
    public static let appleVideoAngles = PlaylistRule(
        "apple-video-angles",
        .error,
        authoring: "9.8",
        "The variant has alternative video but no AUDIO: deliver the sound apart."
    )
    /// A rendition with more characteristics stands in front of a more general one of its language.
    public static let appleRenditionOrder = PlaylistRule(
        "apple-rendition-order",
        .warning,
        authoring: "9.17",
        "The rendition % has fewer characteristics than one of its language in front: list the most general first."
    )
    /// A variant has sound only although others have video.
    public static let appleAudioOnly = PlaylistRule(
        "apple-audio-only",
        .warning,
        authoring: "9.20 for tvOS",
        "The variant has sound only: Apple TV wants none such."
    )
    /// The average bit rate is more than a tenth off `AVERAGE-BANDWIDTH`.
    public static let appleAverageDiffers = PlaylistRule(
        "apple-average-differs",
        .error,
        authoring: "1.26, 1.28",
        "Segments have % bits per second on average, more than a tenth off AVERAGE-BANDWIDTH: correct it."
    )
    /// The peak bit rate is more than a tenth off `BANDWIDTH`.
    public static let applePeakDiffers = PlaylistRule(
        "apple-peak-differs",
        .error,
        authoring: "1.27, 1.29",
        "Segments have a peak of % bits per second, more than a tenth off BANDWIDTH: correct it."
    )
    /// An encrypted variant has a lower `HDCP-LEVEL` than its resolution asks for.
    public static let appleHDCPLevel = PlaylistRule(
        "apple-hdcp-level",
        .warning,
        authoring: "13.5, 13.6",
        "The encrypted variant has a resolution that asks for HDCP-LEVEL %: add it."
    )

    static let authoringMultivariantRules: [PlaylistRule] = [
        .appleCodecs, .appleResolution, .appleFrameRate, .appleAverageBandwidth, .applePeakToAverage,
        .appleVideoRange, .appleIFrames, .appleLowestBandwidth, .appleLadder, .appleLanguage, .appleVideoProfile,
        .appleFrameRateTooHigh, .appleSampleEntry, .appleStandardRange, .appleAspectRatio, .appleStereo,
        .appleAutoselect, .appleVariants, .appleHighestResolution, .appleSteeringPathway, .appleVideoFormat,
        .appleCompatibleLevel, .appleDolbyVision, .appleH264, .appleHDRFrameRate, .appleDefaultVariant,
        .appleUHDBandwidth, .appleAudioFormat, .appleDolbyDigital, .appleSpatialAudio, .appleCaptions,
        .appleCaptionCharacteristics, .appleSubtitleCodec, .appleIFrameRates, .appleIFrameH264, .appleIFrameRange,
        .appleSeparateAudio, .appleMultichannel, .appleAlternativeAudio, .appleVideoAngles, .appleRenditionOrder,
        .appleAudioOnly, .appleAverageDiffers, .applePeakDiffers, .appleHDCPLevel,
    ]
}
