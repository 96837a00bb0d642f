import HLSKit

/// How a conversion is done.
///
/// The defaults suit a film that friends watch in their browsers and on their phones.
public struct ConversionOptions: Sendable, Hashable {
    /// What becomes of a stream.
    public enum Encoder: Sendable, Hashable, ExpressibleByStringLiteral {
        /// Copied when browsers and phones can play it as it is, encoded with libx264 or aac otherwise.
        case automatic
        /// Copied as it is.
        case copy
        /// Encoded by the FFmpeg encoder of this name, such as `libx264` or `aac`.
        case named(String)

        /// Reads `auto`, `copy` or an encoder's name.
        public init(_ text: String) {
            switch text {
            case "auto": self = .automatic
            case "copy": self = .copy
            default: self = .named(text)
            }
        }

        /// What ``init(_:)`` reads.
        var name: String {
            switch self {
            case .automatic: "auto"
            case .copy: "copy"
            case .named(let name): name
            }
        }

        /// Reads `auto`, `copy` or an encoder's name.
        public init(stringLiteral value: String) {
            self.init(value)
        }
    }

    /// How much time libx264 takes to save bits.
    public enum Preset: String, Sendable, Hashable, CaseIterable {
        /// The least time and the most bits.
        case ultrafast
        /// The second fastest.
        case superfast
        /// The default: fast, and still small.
        case veryfast
        /// The fourth fastest.
        case faster
        /// The fifth fastest.
        case fast
        /// libx264's own default.
        case medium
        /// The third slowest.
        case slow
        /// The second slowest.
        case slower
        /// The most time and the fewest bits.
        case veryslow
    }

    /// How much FFmpeg's libraries write to stderr, from nothing to everything.
    public enum LogLevel: String, Sendable, Hashable, CaseIterable {
        /// Nothing.
        case quiet
        /// What ends the process.
        case panic
        /// What ends the conversion.
        case fatal
        /// What damages the result.
        case error
        /// What may damage it.
        case warning
        /// What is worth knowing.
        case info
        /// More of that.
        case verbose
        /// What helps to find faults in FFmpeg.
        case debug
        /// Everything.
        case trace
    }

    /// How the playlist is announced while and after it is made.
    public enum PlaylistType: String, Sendable, Hashable, CaseIterable {
        /// The playlist appears once, when everything else is there.
        case vod
        /// The playlist appears with the first segment and grows, so that people can start to watch.
        case event
    }

    /// What becomes of the picture.
    public var videoEncoder: Encoder = .automatic
    /// What becomes of the sound.
    public var audioEncoder: Encoder = .automatic
    /// The constant rate factor, 0 (lossless) to 51; 23 when nil.
    ///
    /// Setting it means that the picture is encoded.
    public var crf: Int?
    /// The preset; `veryfast` when nil.
    ///
    /// Setting it means that the picture is encoded.
    public var preset: Preset?
    /// The bit rate of encoded sound in kbit/s, 8 to 1,024.
    public var bitrate = 128
    /// The most channels that the sound may have, 1 to 8.
    public var audioChannels = 2
    /// How much FFmpeg's libraries write to stderr.
    ///
    /// They keep one setting for the whole process.
    public var logLevel: LogLevel = .error
    /// What is made of the input.
    public enum Output: Sendable, Hashable {
        /// A folder with segments and a playlist.
        case hls
        /// One file, which the FFmpeg muxer of this name writes, such as `mp4`.
        case file(format: String)

        /// Parses `hls`, or the name of an FFmpeg muxer.
        public init(_ text: String) {
            self = text == "hls" ? .hls : .file(format: text)
        }
    }

    /// What is made of the input.
    public var output = Output.hls
    /// What segments are; nil for transport streams where these hold the codecs, and fragmented MP4 otherwise.
    public var segmentType: SegmentType?
    /// The length that segments should have in seconds, 0.5 to 60.
    public var hlsTime = 2.0
    /// How the playlist is announced.
    public var hlsPlaylistType: PlaylistType = .vod
    /// Whether an event is announced as a finished film (VOD) when its last segment is there.
    public var finishesEventAsVOD = false
    /// Whether the whole playlist is planned before the first segment, and reported with
    /// ``ConversionEvent/playlistPlanned(_:)``.
    ///
    /// For HLS. It costs a look at the times of the input: in its index, at its end, or by reading it once.
    public var plansPlaylist = false
    /// The segments are called this, `_`, their number, and `.ts` or `.m4s`.
    public var hlsSegmentFilename = "stream"
    /// Whether a finished result of another input, or foreign files in the way, may be replaced.
    public var replacesOtherResults = false

    /// Whether the input is a playlist of this machine, whose segments in the same folder are read.
    public var readsLocalPlaylist = false

    /// The default options.
    public init() {}

    /// Checks what can be checked without an input.
    ///
    /// - Throws: ``ConversionError`` with the code ``ConversionError/Code/invalidOption``.
    public func validate() throws(ConversionError) {
        if videoEncoder == .copy, crf != nil || preset != nil {
            throw ConversionError(
                .invalidOption,
                "a copied picture has no \(crf != nil ? "crf" : "preset"): leave it out, or let the picture be encoded"
            )
        }
        try Self.check(crf.map { (0...51).contains($0) } ?? true, "crf", "\(crf ?? 0)", "0 to 51")
        try Self.check((8...1024).contains(bitrate), "bitrate", "\(bitrate)", "8 to 1024 kbit/s")
        try Self.check((1...8).contains(audioChannels), "audio-channels", "\(audioChannels)", "1 to 8")
        try Self.check(hlsTime >= 0.5 && hlsTime <= 60, "hls-time", "\(hlsTime)", "0.5 to 60 seconds")
        let name = hlsSegmentFilename
        try Self.check(
            !name.isEmpty && FileName.bytes(name).count <= 200 && !name.hasPrefix(".")
                && !name.utf8.contains { $0 == 0x2F || $0 < 0x20 || $0 == 0x7F },
            "hls-segment-filename",
            "'\(name)'",
            "a file name of at most 200 bytes without '/', control characters or a leading dot"
        )
    }

    private static func check(
        _ isValid: Bool,
        _ option: String,
        _ value: String,
        _ allowed: String
    ) throws(ConversionError) {
        guard !isValid else { return }
        throw ConversionError(.invalidOption, "\(option) \(value) is not allowed: give \(allowed)")
    }
}
