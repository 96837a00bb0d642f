/// A Media Playlist: the segments of one rendition in playing order (draft-pantos-hls-rfc8216bis 4.4.3).
///
/// A playlist that was read keeps its text. Setting a property rewrites the line that says it and no other, so that
/// writing gives back what was read, but for what was changed.
public struct MediaPlaylist: Sendable, Hashable {
    /// Whether and how a playlist may change (`#EXT-X-PLAYLIST-TYPE`, 4.4.3.5).
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Segments are only ever added at the end.
        case event = "EVENT"
        /// The playlist does not change.
        case vod = "VOD"
    }

    /// Where the playlist comes from, which its URIs are relative to; it is not written.
    public var url: String?
    /// The text in front of the first segment's lines.
    var header: [UInt8]
    /// The text behind the last segment's URI.
    var trailer: [UInt8]
    var usesCRLF: Bool

    /// The protocol version that the playlist needs (`#EXT-X-VERSION`); nil when it does not say, which means 1.
    public var version: Int? {
        didSet { if version != oldValue { set(.version, to: version) } }
    }
    /// Seconds; no segment's duration, rounded, is greater (`#EXT-X-TARGETDURATION`); nil when it is missing.
    public var targetDuration: Int? {
        didSet { if targetDuration != oldValue { set(.targetDuration, to: targetDuration) } }
    }
    /// The media sequence number of the first segment (`#EXT-X-MEDIA-SEQUENCE`).
    public var mediaSequence: Int {
        didSet {
            guard mediaSequence != oldValue else { return }
            set(.mediaSequence, to: mediaSequence)
            ownSegments.base.mediaSequence = mediaSequence
        }
    }
    /// The discontinuity sequence number in front of the first segment (`#EXT-X-DISCONTINUITY-SEQUENCE`).
    public var discontinuitySequence: Int {
        didSet {
            guard discontinuitySequence != oldValue else { return }
            set(.discontinuitySequence, to: discontinuitySequence)
            ownSegments.base.discontinuitySequence = discontinuitySequence
        }
    }
    /// Whether and how the playlist may change.
    public var kind: Kind? {
        didSet {
            guard kind != oldValue else { return }
            set(.playlistType, line: kind.map { SegmentLines.bare(.playlistType) + [0x3A] + Array($0.rawValue.utf8) })
        }
    }
    /// Whether every segment is one I-frame (`#EXT-X-I-FRAMES-ONLY`).
    public var isIFramesOnly: Bool {
        didSet { set(.iFramesOnly, isIFramesOnly, oldValue) }
    }
    /// Whether every segment can be decoded without the others (`#EXT-X-INDEPENDENT-SEGMENTS`).
    public var hasIndependentSegments: Bool {
        didSet { set(.independentSegments, hasIndependentSegments, oldValue) }
    }
    /// Where to start playing (`#EXT-X-START`).
    public var start: StartPoint? {
        didSet { if start != oldValue { set(.start, line: start?.lineBytes) } }
    }
    /// The variables that the playlist defines (`#EXT-X-DEFINE`); see ``variables`` for their values.
    public var definitions: [VariableDefinition] {
        didSet { replaceInHeader(.define, oldValue, with: definitions) }
    }
    /// What the server can do (`#EXT-X-SERVER-CONTROL`).
    public var serverControl: ServerControl? {
        didSet { if serverControl != oldValue { set(.serverControl, line: serverControl?.lineBytes) } }
    }
    /// What all parts share (`#EXT-X-PART-INF`).
    public var partInformation: PartInformation? {
        didSet { if partInformation != oldValue { set(.partInformation, line: partInformation?.lineBytes) } }
    }
    /// What a delta update leaves out (`#EXT-X-SKIP`); nil when the playlist is whole.
    public var skip: SkippedSegments? {
        didSet {
            guard skip != oldValue else { return }
            set(.skip, line: skip?.lineBytes)
            ownSegments.base.skippedSegments = max(0, skip?.count ?? 0)
        }
    }
    var ownSegments: MediaSegments
    /// The parts behind the last segment, of the one that is being made.
    public var pendingParts: [PartialSegment] {
        didSet {
            pendingParts = PartialSegment.settled(pendingParts)
            replaceInTrailer(.part, oldValue, with: pendingParts)
        }
    }
    /// The date ranges behind the last segment; see ``dateRanges`` for all.
    public var trailingDateRanges: [DateRange] {
        didSet { replaceInTrailer(.dateRange, oldValue, with: trailingDateRanges) }
    }
    /// What will be needed soon (`#EXT-X-PRELOAD-HINT`).
    public var preloadHints: [PreloadHint] {
        didSet { replaceInTrailer(.preloadHint, oldValue, with: preloadHints) }
    }
    /// How far other renditions are (`#EXT-X-RENDITION-REPORT`).
    public var renditionReports: [RenditionReport] {
        didSet { replaceInTrailer(.renditionReport, oldValue, with: renditionReports) }
    }
    /// Whether no more segments will be added (`#EXT-X-ENDLIST`).
    public var isEnded: Bool {
        didSet { set(.endList, isEnded, oldValue) }
    }

    /// The variables and their values, imported ones and those of the URL included.
    public internal(set) var variables: PlaylistVariables

    /// The segments in playing order.
    public var segments: MediaSegments {
        get { ownSegments }
        set {
            let lines = ownSegments.allPlaylistLines()
            ownSegments = newValue
            if !lines.isEmpty, ownSegments.allPlaylistLines().isEmpty { ownSegments.orphans = lines }
            adoptSegments()
        }
        // An observer would copy the list for each change of it.
        _modify {
            defer { adoptSegments() }
            yield &ownSegments
        }
    }
}
