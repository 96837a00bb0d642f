/// What a stream may have at most, so that a hostile one ends with an error and not with a full disk or memory.
public struct DownloadLimits: Sendable, Hashable {
    /// The bytes of a playlist.
    public var playlistBytes = 64 << 20
    /// The segments of all chosen renditions together.
    public var segments = 500_000
    /// The keys, and the initialization sections, of a rendition.
    public var keysOrSections = 10_000
    /// The chosen renditions.
    public var renditions = 200
    /// The bytes of a segment for each second that it lasts; 256 MB more are always allowed.
    public var segmentBytesPerSecond = 32 << 20
    /// The bytes of an initialization section.
    public var sectionBytes = 64 << 20

    /// The usual limits.
    public init() {}

    /// The most bytes of a segment.
    func segmentBytes(lasting seconds: Double) -> Int {
        (256 << 20) + Int(min(max(0, seconds), 100_000)) * max(0, min(segmentBytesPerSecond, 1 << 40))
    }
}
