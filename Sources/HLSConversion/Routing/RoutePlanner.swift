import HLSKit

/// Decides for each stream whether it is copied or encoded.
///
/// Pure: it sees facts and options only.
enum RoutePlanner {
    /// What becomes of a stream, and why.
    enum Route: Hashable, Sendable {
        case copy(reason: ConversionReason)
        case encode(encoder: String, reason: ConversionReason)

        var isCopy: Bool {
            if case .copy = self { true } else { false }
        }

        var track: ConversionRoute.Track {
            switch self {
            case .copy(let reason): ConversionRoute.Track(encoder: nil, reason: reason)
            case .encode(let encoder, let reason): ConversionRoute.Track(encoder: encoder, reason: reason)
            }
        }
    }

    /// Browsers and phones seek to random access points only.
    static let greatestRandomAccessInterval = MediaTime(seconds: 10)
    /// A few lost pictures are no change of the frame rate.
    static let greatestUnevenSteps = 7
    /// Chromium opens no film with fewer pictures a second.
    static let leastPictureRate = 0.51
    /// Bits a second that an ordinary connection and phone can take.
    static let greatestBitRate: Int64 = 12_000_000

    /// What the output can hold of a kind of stream.
    struct Target: Hashable, Sendable {
        /// The muxer, for people.
        var format: String
        /// The encoder for what is not copied.
        var encoder: String
        /// Whether the stream's own coding may be in such a file.
        var holdsSource: Bool
        /// Whether the stream's own coding is what such a file holds first of all.
        var isUsualForSource: Bool
        /// Whether a copied picture can be given the shape that the source's container tells.
        var takesShape = true

        /// HLS segments, which hold what browsers play.
        static func hls(encoder: String) -> Target {
            Target(format: "hls", encoder: encoder, holdsSource: true, isUsualForSource: false)
        }
    }

    static func video(
        _ facts: VideoFacts,
        _ options: ConversionOptions,
        target: Target = .hls(encoder: "libx264")
    ) -> Route {
        switch options.videoEncoder {
        case .copy:
            return .copy(reason: .asAsked)
        case .named(let name):
            return .encode(encoder: name, reason: .asAsked)
        case .automatic:
            if let reason = reasonToEncode(facts, options) ?? reasonToEncode(facts.codec, for: target)
                ?? (facts.shape == .asCoded || target.takesShape ? nil : .otherShape)
            {
                return .encode(encoder: target.encoder, reason: reason)
            }
            return .copy(reason: playable(facts))
        }
    }

    static func audio(
        _ facts: AudioFacts,
        _ options: ConversionOptions,
        target: Target = .hls(encoder: "aac")
    ) -> Route {
        switch options.audioEncoder {
        case .copy:
            return .copy(reason: .asAsked)
        case .named(let name):
            return .encode(encoder: name, reason: .asAsked)
        case .automatic:
            if target.isUsualForSource, facts.channels <= options.audioChannels {
                return .copy(reason: playable(facts, coding: facts.codec))
            }
            if let reason = reasonToEncode(facts, options) ?? reasonToEncode(facts.codec, for: target) {
                return .encode(encoder: target.encoder, reason: reason)
            }
            return .copy(reason: playable(facts, coding: "AAC-LC"))
        }
    }

    /// Whether it makes no difference if the stream's headers announce an order of pictures that its packets do not have.
    static func isCertain(_ facts: VideoFacts) -> Bool {
        facts.isReordered || facts.survey.map { $0.unevenSteps <= greatestUnevenSteps } ?? true
    }

    // MARK: Reasons

    /// Why a picture cannot be copied, of what is known without reading the stream.
    static func reasonToEncodeWithoutSurvey(_ facts: VideoFacts, _ options: ConversionOptions) -> ConversionReason? {
        if options.crf != nil { return .optionGiven("crf") }
        if options.preset != nil { return .optionGiven("preset") }
        if facts.codec != "h264" { return .otherCoding(facts.codec, wanted: "H.264") }
        if !facts.is420With8Bits { return .otherSamples(facts.profile ?? "the picture") }
        if facts.isHighDynamicRange { return .highDynamicRange }
        if facts.isInterlaced { return .interlaced }
        if facts.orientation?.isUpright != true { return .rotated }
        if facts.shape == .notReplaceable { return .otherShape }
        if !facts.hasTimestamps { return .noPresentationTimes }
        return nil
    }

    private static func reasonToEncode(_ codec: String, for target: Target) -> ConversionReason? {
        target.holdsSource ? nil : .unusualCoding(codec, format: target.format)
    }

    private static func reasonToEncode(_ facts: VideoFacts, _ options: ConversionOptions) -> ConversionReason? {
        if let reason = reasonToEncodeWithoutSurvey(facts, options) { return reason }
        guard let survey = facts.survey else { return nil }
        if survey.orientation?.isUpright != true { return .rotated }
        if survey.hidesPictures { return .hiddenPictures }
        if let rate = survey.pictureRate, rate < leastPictureRate { return .slides(picturesPerSecond: rate) }
        // Browsers stop for good where the rate changes between pictures that are shown in another order than coded.
        if facts.isReordered, survey.unevenSteps > greatestUnevenSteps { return .changingFrameRate }
        if survey.greatestInterval > greatestRandomAccessInterval {
            return .distantRandomAccess(seconds: survey.greatestInterval.seconds)
        }
        if let rate = survey.bitRate, rate > greatestBitRate {
            return .highBitRate(megabits(rate), limit: megabits(greatestBitRate))
        }
        return nil
    }

    private static func reasonToEncode(_ facts: AudioFacts, _ options: ConversionOptions) -> ConversionReason? {
        if facts.codec != "aac" { return .otherCoding(facts.codec, wanted: "AAC-LC") }
        if !facts.isPlainAACLowComplexity { return .otherCoding(facts.profile ?? "this AAC", wanted: "AAC-LC") }
        if facts.channels > options.audioChannels {
            return .tooManyChannels(facts.channels, limit: options.audioChannels)
        }
        if facts.changesForm { return .changingSound }
        return nil
    }

    private static func playable(_ facts: VideoFacts) -> ConversionReason {
        .playablePicture(
            coding: "H.264 \(facts.profile.map { "\($0) " } ?? "")\(facts.width)x\(facts.height)",
            randomAccess: facts.survey?.greatestInterval.seconds,
            megabitsPerSecond: facts.survey?.bitRate.map(megabits)
        )
    }

    private static func playable(_ facts: AudioFacts, coding: String) -> ConversionReason {
        .playableSound(coding: coding, sampleRate: facts.sampleRate, channels: facts.channels)
    }

    private static func megabits(_ bits: Int64) -> Double { Double(bits) / 1_000_000 }
}
