public import HLSKit

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// Something to know while a download runs.
public enum DownloadEvent: Sendable {
    /// What will be fetched. Comes once, before the first progress; not when a finished folder is only verified.
    case plan(DownloadPlan)
    /// Something that the result shows, or that went otherwise than it should.
    case warning(DownloadWarning)
    /// How far the download is. Comes about ten times a second, and once at the end.
    case progress(DownloadProgress)
    /// The playlist can be opened. For a live stream it comes with the first segments, else at the end.
    case playlistAvailable(URL)
    /// The download is done. Comes last, and only in ``HLSDownloader/events(downloading:to:)``.
    case finished(DownloadResult)
}

/// How far a download is.
public struct DownloadProgress: Sendable, Hashable {
    /// How far one rendition is.
    public struct Rendition: Sendable, Hashable {
        /// The folder of the rendition; empty when it is the only one.
        public var folder: String
        /// The segments that are there.
        public var segments: Int
        /// All segments that are known.
        public var total: Int
    }

    /// The renditions in the order of the plan.
    public var renditions: [Rendition]
    /// The bytes that came from the network.
    public var bytes: Int
    /// The requests that were tried once more.
    public var retries: Int
    /// Why the last of them was needed; nil without retries.
    public var retryReason: String?
    /// The time since the start.
    public var elapsed: Duration
    /// Bytes a second, of late.
    public var speed: Double
    /// Whether more segments are to come than are known.
    public var isLive: Bool

    /// The segments that are there.
    public var segments: Int { renditions.reduce(0) { $0 + $1.segments } }
    /// All segments that are known.
    public var total: Int { renditions.reduce(0) { $0 + $1.total } }

    /// How much is done, 0 to 1; nil when the end is not known.
    public var fraction: Double? {
        isLive || total == 0 ? nil : min(1, Double(segments) / Double(total))
    }

    /// The number of segments that were there before the first one was fetched.
    var earlier = 0

    /// The time that is left when segments go on coming as they did; nil when the end is not known.
    public var timeLeft: Duration? {
        let fetched = segments - earlier
        guard !isLive, fetched > 0, total >= segments else { return nil }
        return elapsed * (Double(total - segments) / Double(fetched))
    }
}

/// Something about a stream that the result shows.
public enum DownloadWarning: Sendable, Hashable, CustomStringConvertible {
    /// The playlist is still growing, and only what it has now is downloaded.
    case stillGrowing
    /// Segments left the live window before they could be fetched.
    case fellOut(rendition: String, count: Int)
    /// A segment could not be fetched and became a gap.
    case missing(DownloadResult.Missing)
    /// A file is not quite right, but the server sends it so.
    case odd(file: String, problem: String)
    /// The last segment of a film has no bytes, and is not in the folder's playlist.
    case emptyEnd(file: String)
    /// Segments of the first rendition are left out since they are marked as advertisements; zero when none are marked.
    case advertisementsLeftOut(count: Int, duration: Double)
    /// A live playlist cannot be loaded for the moment: it is loaded again for so many seconds at most.
    case liveInterrupted(rendition: String, reason: String, patience: Int)
    /// A live playlist can no longer be loaded, or has not changed for long: the recording ends there.
    case liveEnded(rendition: String, reason: String)
    /// A playlist, or a segment, is loaded from another place that has the same, because the first one fails.
    case copyUsed(url: String, copy: String, reason: String)
    /// Subtitles that were not named cannot be loaded: the film is downloaded without them.
    case subtitlesLeftOut(name: String, reason: String)
    /// The multivariant playlist names a WebVTT file instead of a playlist: the folder has a playlist of it.
    case subtitlesWithoutPlaylist(name: String, url: String)
    /// Unknown tags are left out of a playlist because they name other places.
    case tagsLeftOut(rendition: String, names: [String])

    /// One sentence for people.
    public var description: String {
        switch self {
        case .stillGrowing: "the stream is live: what it has now is downloaded, --live records on"
        case .fellOut(let rendition, let count):
            "\(count) \(count == 1 ? "segment" : "segments")\(Self.place(rendition)) left the live window before they could be fetched"
        case .missing(let missing): "\(missing.file) is missing and became a gap: \(missing.reason)"
        case .odd(let file, let problem): "\(file) is kept, although \(problem)"
        case .emptyEnd(let file): "\(file), the last segment of the playlist, is empty and left out"
        case .advertisementsLeftOut(0, _): "no segments are marked as advertisements: nothing is left out"
        case .advertisementsLeftOut(let count, let duration):
            "\(count) \(count == 1 ? "segment" : "segments") of advertisements (\(duration) s) left out"
        case .liveInterrupted(let rendition, let reason, let patience):
            "the live playlist\(Self.place(rendition)) cannot be loaded, retrying until \(patience) seconds pass without a new segment: \(reason)"
        case .liveEnded(let rendition, let reason): "the live stream\(Self.place(rendition)) has ended: \(reason)"
        case .copyUsed(let url, let copy, let reason):
            "the copy at '\(copy)' is used in place of '\(url)': \(reason)"
        case .subtitlesLeftOut(let name, let reason):
            "the subtitles '\(name)' cannot be loaded and are left out: \(reason)"
        case .subtitlesWithoutPlaylist(let name, let url):
            "the subtitles '\(name)' are one WebVTT file instead of a playlist, which becomes their only segment: '\(url)'"
        case .tagsLeftOut(let rendition, let names):
            "\(names.joined(separator: ", ")) of the playlist\(Self.place(rendition)) is left out: it names another place"
        }
    }

    private static func place(_ rendition: String) -> String {
        rendition.isEmpty ? "" : " of '\(rendition)'"
    }
}

/// What a download made.
public struct DownloadResult: Sendable, Hashable {
    /// A file that could not be fetched.
    public struct Missing: Sendable, Hashable, Codable {
        /// What it would have been called.
        public var file: String
        /// Where it should be.
        public var url: String
        /// Why it is not there.
        public var reason: String
    }

    /// The folder of the playlist.
    public var folder: URL
    /// The folder that holds ``folder``: what a server of videos serves.
    public var videosDirectory: URL { folder.deletingLastPathComponent() }
    /// The playlist to open.
    public var playlist: URL
    /// The length of the longest rendition.
    public var duration: MediaTime
    /// The renditions.
    public var renditions: Int
    /// The segments of all renditions.
    public var segments: Int
    /// The segments that were fetched now and not there before.
    public var fetchedSegments: Int
    /// The bytes of all files.
    public var bytes: Int64
    /// The segments that became gaps.
    public var missing: [Missing]
    /// Why a recording ended although its stream did not say that it is over (`EXT-X-ENDLIST`); nil otherwise.
    public var interruption: String?
}
