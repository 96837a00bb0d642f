import HLSKit

/// Decides for each stream whether it is copied or encoded.
///
/// Pure: it sees facts and options only.
enum RoutePlanner {
    /// What becomes of a stream, and why.
    enum Route: Hashable, Sendable {
        case copy(reason: String)
        case encode(encoder: String, reason: String)

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
            return .copy(reason: "as asked")
        case .named(let name):
            return .encode(encoder: name, reason: "as asked")
        case .automatic:
            if let reason = reasonToEncode(facts, options) ?? reasonToEncode(facts.codec, for: target) {
                return .encode(encoder: target.encoder, reason: reason)
            }
            return .copy(reason: summary(facts))
        }
    }

    static func audio(
        _ facts: AudioFacts,
        _ options: ConversionOptions,
        target: Target = .hls(encoder: "aac")
    ) -> Route {
        switch options.audioEncoder {
        case .copy:
            return .copy(reason: "as asked")
        case .named(let name):
            return .encode(encoder: name, reason: "as asked")
        case .automatic:
            if target.isUsualForSource, facts.channels <= options.audioChannels {
                return .copy(reason: "\(facts.codec), \(facts.sampleRate) Hz, \(channelText(facts.channels))")
            }
            if let reason = reasonToEncode(facts, options) ?? reasonToEncode(facts.codec, for: target) {
                return .encode(encoder: target.encoder, reason: reason)
            }
            return .copy(reason: "AAC-LC, \(facts.sampleRate) Hz, \(channelText(facts.channels))")
        }
    }

    // MARK: Reasons

    /// Why a picture cannot be copied, of what is known without reading the stream.
    static func reasonToEncodeWithoutSurvey(_ facts: VideoFacts, _ options: ConversionOptions) -> String? {
        if options.crf != nil { return "--crf was given" }
        if options.preset != nil { return "--preset was given" }
        if facts.codec != "h264" { return "\(facts.codec) is not H.264" }
        if !facts.is420With8Bits { return "\(facts.profile ?? "the picture") is not 8-bit 4:2:0" }
        if facts.isHighDynamicRange { return "the picture has a high dynamic range" }
        if facts.isInterlaced { return "the picture is interlaced" }
        if facts.orientation?.isUpright != true { return "the picture is rotated" }
        if !facts.hasTimestamps { return "the container gives pictures no presentation times" }
        return nil
    }

    private static func reasonToEncode(_ codec: String, for target: Target) -> String? {
        target.holdsSource ? nil : "\(codec) is not usual in \(target.format)"
    }

    private static func reasonToEncode(_ facts: VideoFacts, _ options: ConversionOptions) -> String? {
        if let reason = reasonToEncodeWithoutSurvey(facts, options) { return reason }
        guard let survey = facts.survey else { return nil }
        if survey.hidesPictures { return "an edit list hides some pictures" }
        // Browsers stop for good where the rate changes between pictures that are shown in another order than coded.
        if facts.isReordered, survey.unevenSteps > greatestUnevenSteps { return "the frame rate changes" }
        if survey.greatestInterval > greatestRandomAccessInterval {
            return "random access points are up to \(tenths(survey.greatestInterval.seconds)) s apart"
        }
        if let rate = survey.bitRate, rate > greatestBitRate {
            return "\(tenths(Double(rate) / 1_000_000)) Mbit/s is more than \(greatestBitRate / 1_000_000)"
        }
        return nil
    }

    private static func reasonToEncode(_ facts: AudioFacts, _ options: ConversionOptions) -> String? {
        if facts.codec != "aac" { return "\(facts.codec) is not AAC-LC" }
        if !facts.isPlainAACLowComplexity { return "\(facts.profile ?? "this AAC") is not AAC-LC" }
        if facts.channels > options.audioChannels {
            return "\(facts.channels) channels are more than \(options.audioChannels)"
        }
        return nil
    }

    // MARK: Words

    private static func summary(_ facts: VideoFacts) -> String {
        var parts = ["H.264 \(facts.profile.map { "\($0) " } ?? "")\(facts.width)x\(facts.height)"]
        if let survey = facts.survey {
            parts.append("a random access point at least every \(tenths(survey.greatestInterval.seconds)) s")
            if let rate = survey.bitRate { parts.append("\(tenths(Double(rate) / 1_000_000)) Mbit/s") }
        }
        return parts.joined(separator: ", ")
    }

    private static func channelText(_ count: Int) -> String {
        switch count {
        case 1: "mono"
        case 2: "stereo"
        default: "\(count) channels"
        }
    }

    /// A number with one decimal.
    private static func tenths(_ number: Double) -> String {
        let value = Int((min(max(number, 0), 1e12) * 10).rounded())
        return "\(value / 10).\(value % 10)"
    }
}
