/// A Media Playlist: the segments of one rendition in playing order (RFC 8216 4.3.3).
public struct MediaPlaylist: Sendable, Hashable {
    /// Whether and how a playlist may change (`#EXT-X-PLAYLIST-TYPE`, RFC 8216 4.3.3.5).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Segments are only ever added at the end.
        case event = "EVENT"
        /// The playlist does not change.
        case vod = "VOD"
    }

    /// The protocol version that the playlist needs (`#EXT-X-VERSION`).
    public var version: Int
    /// Seconds; no segment's duration, rounded to the nearest integer, is greater (`#EXT-X-TARGETDURATION`).
    public var targetDuration: Int
    /// Whether and how the playlist may change.
    public var kind: Kind?
    /// Whether every segment can be decoded without the others (`#EXT-X-INDEPENDENT-SEGMENTS`).
    public var hasIndependentSegments: Bool
    /// The segments in playing order.
    public var segments: [MediaSegment]
    /// Whether no more segments will be added (`#EXT-X-ENDLIST`).
    public var isEnded: Bool

    /// Describes a playlist.
    ///
    /// Version 3 is what decimal durations need.
    public init(
        version: Int = 3,
        targetDuration: Int,
        kind: Kind? = nil,
        hasIndependentSegments: Bool = false,
        segments: [MediaSegment] = [],
        isEnded: Bool = false
    ) {
        self.version = version
        self.targetDuration = targetDuration
        self.kind = kind
        self.hasIndependentSegments = hasIndependentSegments
        self.segments = segments
        self.isEnded = isEnded
    }
}
