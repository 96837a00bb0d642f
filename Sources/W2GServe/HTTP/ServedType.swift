/// The kinds of files that are served, and what they are called over HTTP.
enum ServedType: String, CaseIterable, Sendable {
    case playlist = "m3u8"
    case transportStream = "ts"
    case fragment = "m4s"
    case mp4
    case subtitles = "vtt"
    /// Packed audio (RFC 8216bis 3.1.3), as downloads may hold it.
    case aac
    /// MP3 as packed audio.
    case mp3
    /// AC-3 as packed audio.
    case ac3
    /// E-AC-3 as packed audio.
    case enhancedAC3 = "ec3"

    /// The type of a file by its name; nil when such files are not served.
    init?(_ path: MediaPath) {
        self.init(rawValue: path.pathExtension)
    }

    /// Whether the files are text, which becomes shorter in gzip.
    var isText: Bool { self == .playlist || self == .subtitles }

    /// The value of Content-Type.
    var contentType: String {
        switch self {
        case .playlist: "application/vnd.apple.mpegurl"
        case .transportStream: "video/mp2t"
        case .fragment, .mp4: "video/mp4"
        case .subtitles: "text/vtt"
        case .aac: "audio/aac"
        case .mp3: "audio/mpeg"
        case .ac3: "audio/ac3"
        case .enhancedAC3: "audio/eac3"
        }
    }
}
