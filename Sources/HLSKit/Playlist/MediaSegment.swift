/// One Media Segment of a Media Playlist: its `#EXTINF` and its URI (RFC 8216 4.3.2.1).
public struct MediaSegment: Sendable, Hashable {
    /// Where the segment is, relative to the playlist, percent-encoded as RFC 3986 demands.
    public var uri: String
    /// How long the segment lasts, written with six decimals.
    public var duration: MediaDuration

    /// Describes a segment.
    public init(uri: String, duration: MediaDuration) {
        self.uri = uri
        self.duration = duration
    }
}

/// A span of time in whole microseconds, as `#EXTINF` writes it.
public struct MediaDuration: Sendable, Hashable, Comparable {
    /// Millionths of a second.
    public var microseconds: Int64

    /// Creates a span from millionths of a second.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The span in seconds.
    public var seconds: Double {
        Double(microseconds) / 1_000_000
    }

    /// Orders spans by their length.
    public static func < (left: MediaDuration, right: MediaDuration) -> Bool {
        left.microseconds < right.microseconds
    }
}
