public import HLSKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Something to know while a conversion runs.
public enum ConversionEvent: Sendable {
    /// What becomes of the streams, and why. Comes once, before the first progress.
    case route(ConversionRoute)
    /// Something about the input that the result shows.
    case warning(ConversionWarning)
    /// A line that FFmpeg says, as far as ``ConversionOptions/logLevel`` lets it.
    ///
    /// FFmpeg has one log for the process: of conversions that run at once, each hears all lines.
    case log(String)
    /// How far the conversion is. Comes about ten times a second, and once at the end.
    case progress(ConversionProgress)
    /// What the playlist will be at the end. Comes before the first segment, when ``ConversionOptions/plansPlaylist`` asks
    /// for it and the length of the input is known.
    case playlistPlanned(PlannedPlaylist)
    /// A segment is whole and has this file name, in the folder of the playlist.
    case segmentAvailable(String)
    /// The playlist can be opened. For an event it comes with the first segment, else at the end.
    case playlistAvailable(URL)
    /// The conversion is done. Comes last, and only in ``HLSConverter/events(converting:to:)``.
    case finished(ConversionResult)
}

/// How far a conversion is.
public struct ConversionProgress: Sendable, Hashable {
    /// The media time that is converted.
    public var mediaTime: MediaTime
    /// The media time of the whole input; nil when the container does not tell.
    public var totalTime: MediaTime?
    /// The pictures written.
    public var frames: Int
    /// The bytes written.
    public var bytes: Int64
    /// The segments finished.
    public var segments: Int
    /// The time since the start.
    public var elapsed: Duration

    /// Describes a state of progress.
    public init(
        mediaTime: MediaTime,
        totalTime: MediaTime?,
        frames: Int,
        bytes: Int64,
        segments: Int,
        elapsed: Duration
    ) {
        self.mediaTime = mediaTime
        self.totalTime = totalTime
        self.frames = frames
        self.bytes = bytes
        self.segments = segments
        self.elapsed = elapsed
    }

    /// How much of the input is converted, 0 to 1; nil when its length is not known.
    public var fraction: Double? {
        guard let totalTime, totalTime > .zero else { return nil }
        return min(1, max(0, mediaTime.seconds / totalTime.seconds))
    }

    /// Seconds of media converted in one second.
    public var speed: Double {
        let seconds = elapsed / .seconds(1)
        return seconds > 0 ? mediaTime.seconds / seconds : 0
    }

    /// The time that is left when the speed stays as it was; nil when the input's length is not known.
    public var timeLeft: Duration? {
        guard let totalTime, speed > 0 else { return nil }
        return .seconds(max(0, totalTime.seconds - mediaTime.seconds) / speed)
    }
}

/// What became of each stream of an input.
public struct ConversionRoute: Sendable, Hashable, CustomStringConvertible {
    /// What became of one stream.
    public struct Track: Sendable, Hashable, CustomStringConvertible {
        /// The encoder; nil when the stream was copied.
        public var encoder: String?
        /// Why.
        public var reason: ConversionReason

        /// Whether the stream was copied as it is.
        public var isCopied: Bool { encoder == nil }

        /// For people, such as `copied (H.264 High)`.
        public var description: String {
            encoder.map { "encoded with \($0) (\(reason))" } ?? "copied (\(reason))"
        }
    }

    /// The picture; nil when there is none.
    public var video: Track?
    /// The sound; nil when there is none.
    public var audio: Track?

    /// One line for people.
    public var description: String {
        "video: \(video.map(\.description) ?? "none"); audio: \(audio.map(\.description) ?? "none")"
    }
}
