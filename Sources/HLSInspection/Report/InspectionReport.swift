/// What was inspected, what it is, and what is wrong with it.
///
/// Encoded as JSON it is what `docs/inspect.md` describes; properties that are nil are left out.
public struct InspectionReport: Sendable, Hashable, Codable {
    /// What a source can be.
    public enum Kind: String, Sendable, Hashable, Codable {
        /// A playlist of one rendition.
        case mediaPlaylist = "media-playlist"
        /// A playlist of several renditions.
        case multivariantPlaylist = "multivariant-playlist"
        /// One segment without a playlist.
        case segment
        /// The tracks of fragmented MP4 without their samples.
        case initializationSegment = "init-segment"
        /// Fragmented MP4 with its tracks.
        case fragmentedMP4 = "fragmented-mp4"
        /// MP4 without fragments.
        case mp4
    }

    /// The version of the JSON; it rises when something is changed or taken out.
    public var version = 1
    /// What was given.
    public var source: String
    /// What it is.
    public var kind: Kind
    /// The file that was read first: the playlist of a folder, or else the source.
    public var file: String
    /// The renditions in the order of the playlist, variants first.
    public var renditions: [Rendition] = []
    /// The findings: those of the playlists first, then those of the media in the order of the segments.
    public var findings: [Finding] = []

    /// A report without renditions and findings.
    public init(source: String, kind: Kind, file: String) {
        self.source = source
        self.kind = kind
        self.file = file
    }

    /// The number of findings of a severity.
    public func count(_ severity: Finding.Severity) -> Int {
        findings.count { $0.severity == severity }
    }
}
