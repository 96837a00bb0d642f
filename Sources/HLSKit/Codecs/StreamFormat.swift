/// What the headers inside an elementary stream tell about it.
public enum StreamFormat: Sendable, Hashable {
    /// A stream of pictures.
    case video(VideoFormat)
    /// A stream of sound.
    case audio(AudioFormat)

    /// The codec string of RFC 6381, as `CODECS` of a multivariant playlist lists it.
    public var codecString: String {
        switch self {
        case .video(let format): format.codecString
        case .audio(let format): format.codecString
        }
    }
}
