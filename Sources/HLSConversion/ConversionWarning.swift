/// Something about an input that its result shows.
///
/// Cases may be added, so a `switch` over them needs a `default`.
public enum ConversionWarning: Sendable, Hashable, CustomStringConvertible {
    /// Places of the input could not be decoded and were passed over.
    case damaged(input: String, places: Int)
    /// The input ends before the length that it claims; both in seconds.
    case cutOff(input: String, seconds: Int, claimed: Int)
    /// Somebody wrote to the input while it was read.
    case changed(input: String)
    /// The format has no place for the picture, or for the sound.
    case leftOut(isPicture: Bool, format: String)
    /// FFmpeg does not know the coding of the picture, or of the sound.
    case unknownCoding(isPicture: Bool)
    /// How long the input is cannot be known before it is converted, so the playlist grows instead of being whole.
    case unknownLength(input: String)
    /// This FFmpeg cannot turn a high dynamic range into an ordinary one.
    case paleColours

    /// A sentence in English.
    public var description: String {
        switch self {
        case .damaged(let input, let places):
            "'\(input)' is damaged in \(places == 1 ? "one place, which was" : "\(places) places, which were") passed over"
        case .cutOff(let input, let seconds, let claimed):
            "'\(input)' ends after \(seconds) s of the \(claimed) s that it claims: it is cut off, and what is there was converted"
        case .changed(let input):
            "'\(input)' was changed while it was read: convert it again when it stays as it is"
        case .leftOut(let isPicture, let format):
            "files of the format \(format) hold no \(isPicture ? "picture" : "sound"): it is left out"
        case .unknownCoding(let isPicture):
            "the \(isPicture ? "picture" : "sound") is in a coding that this FFmpeg does not know: it is left out"
        case .unknownLength(let input):
            "how long '\(input)' is cannot be known before it is converted: players see what is there so far, from its start"
        case .paleColours:
            "this FFmpeg lacks the zscale filter: colours of the HDR picture will look pale"
        }
    }
}
