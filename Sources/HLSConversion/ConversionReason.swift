/// Why a stream was copied or encoded.
///
/// Cases may be added, so a `switch` over them needs a `default`.
public enum ConversionReason: Sendable, Hashable, CustomStringConvertible {
    /// The options name an encoder, or `copy`.
    case asAsked
    /// An option such as `crf` has a meaning only for what is encoded.
    case optionGiven(String)
    /// Browsers and phones play the picture as it is; the seconds are the greatest between random access points.
    case playablePicture(coding: String, randomAccess: Double?, megabitsPerSecond: Double?)
    /// Browsers and phones, or the players of the format, play the sound as it is.
    case playableSound(coding: String, sampleRate: Int, channels: Int)
    /// The coding is not the one that is played everywhere.
    case otherCoding(String, wanted: String)
    /// The samples are not 8-bit 4:2:0; with the profile.
    case otherSamples(String)
    /// The picture has a high dynamic range.
    case highDynamicRange
    /// The picture consists of fields.
    case interlaced
    /// The picture is turned or mirrored.
    case rotated
    /// The container tells another shape of the picture than the stream, which cannot be made to tell it.
    case otherShape
    /// The container tells decoding order only.
    case noPresentationTimes
    /// An edit list hides pictures that others may need.
    case hiddenPictures
    /// There are so few pictures a second that browsers open no such film; 0 for a single one.
    case slides(picturesPerSecond: Double)
    /// The time from picture to picture changes.
    case changingFrameRate
    /// Players could not seek: the seconds between random access points.
    case distantRandomAccess(seconds: Double)
    /// Megabits a second are more than connections and phones can take.
    case highBitRate(Double, limit: Double)
    /// The sound has more channels than asked for.
    case tooManyChannels(Int, limit: Int)
    /// The channels or the sampling rate of the sound change in the middle.
    case changingSound
    /// Files of the format hold other codings.
    case unusualCoding(String, format: String)

    /// Half a sentence in English.
    public var description: String {
        switch self {
        case .asAsked: "as asked"
        case .optionGiven(let option): "--\(option) was given"
        case .playablePicture(let coding, let randomAccess, let rate):
            [
                coding, randomAccess.map { "a random access point at least every \(Self.tenths($0)) s" },
                rate.map { "\(Self.tenths($0)) Mbit/s" },
            ].compactMap(\.self).joined(separator: ", ")
        case .playableSound(let coding, let sampleRate, let channels):
            "\(coding), \(sampleRate) Hz, \(channels == 1 ? "mono" : channels == 2 ? "stereo" : "\(channels) channels")"
        case .otherCoding(let coding, let wanted): "\(coding) is not \(wanted)"
        case .otherSamples(let profile): "\(profile) is not 8-bit 4:2:0"
        case .highDynamicRange: "the picture has a high dynamic range"
        case .interlaced: "the picture is interlaced"
        case .rotated: "the picture is rotated"
        case .otherShape: "the container gives the picture another shape than its stream"
        case .noPresentationTimes: "the container gives pictures no presentation times"
        case .hiddenPictures: "an edit list hides some pictures"
        case .slides(let rate):
            rate > 0 ? "\(Self.tenths(rate)) pictures a second are too few for browsers" : "there is a single picture"
        case .changingFrameRate: "the frame rate changes"
        case .distantRandomAccess(let seconds): "random access points are up to \(Self.tenths(seconds)) s apart"
        case .highBitRate(let rate, let limit): "\(Self.tenths(rate)) Mbit/s is more than \(Self.tenths(limit))"
        case .tooManyChannels(let count, let limit): "\(count) channels are more than \(limit)"
        case .changingSound: "the channels or the sampling rate change in the middle"
        case .unusualCoding(let coding, let format): "\(coding) is not usual in \(format)"
        }
    }

    /// A number with one decimal.
    package static func tenths(_ number: Double) -> String {
        let value = Int((min(max(number, 0), 1e12) * 10).rounded())
        return "\(value / 10).\(value % 10)"
    }
}
