/// One Media Segment with everything that applies to it (draft-pantos-hls-rfc8216bis 4.4.4).
///
/// Keys, map, bit rate and the start of a byte range are those in effect, whichever line of the playlist they come
/// from. Setting them changes this segment alone: the list writes what the next segment needs to keep its own.
public struct MediaSegment: Sendable, Hashable {
    /// Where the segment is, relative to the playlist, percent-encoded as RFC 3986 demands.
    public var uri: String
    /// How long the segment lasts; written with six decimals when it is new.
    public var duration: MediaDuration
    /// What people may read, empty when there is none; line endings are written as spaces.
    public var title: String
    /// The part of the resource, with its start resolved; nil means all of it.
    public var byteRange: ByteRange?
    /// The keys that apply, one a key format; empty when the segment is not encrypted.
    public var keys: [EncryptionKey]
    /// The Media Initialization Section that applies.
    public var map: MediaInitialization?
    /// Whether encoding or timestamps start anew with this segment (`#EXT-X-DISCONTINUITY`).
    public var isDiscontinuity: Bool
    /// Whether the segment is not available (`#EXT-X-GAP`).
    public var isGap: Bool
    /// The date that the segment's own `#EXT-X-PROGRAM-DATE-TIME` gives; see ``date`` for the one in effect.
    public var programDateTime: MediaDate?
    /// The approximate bit rate in kilobits per second (`#EXT-X-BITRATE`).
    public var bitrate: Int?
    /// The date ranges that stand in front of the segment.
    public var dateRanges: [DateRange]
    /// The Partial Segments that make up the segment.
    public var parts: [PartialSegment]
    /// Comments and unknown tags in front of the segment, a line each.
    public var otherLines: [String]

    var placement = Placement()

    /// Describes a segment.
    public init(
        uri: String,
        duration: MediaDuration,
        title: String = "",
        byteRange: ByteRange? = nil,
        keys: [EncryptionKey] = [],
        map: MediaInitialization? = nil,
        isDiscontinuity: Bool = false,
        isGap: Bool = false,
        programDateTime: MediaDate? = nil,
        bitrate: Int? = nil,
        dateRanges: [DateRange] = [],
        parts: [PartialSegment] = [],
        otherLines: [String] = []
    ) {
        self.uri = uri
        self.duration = duration
        self.title = title
        self.byteRange = byteRange
        self.keys = keys
        self.map = map
        self.isDiscontinuity = isDiscontinuity
        self.isGap = isGap
        self.programDateTime = programDateTime
        self.bitrate = bitrate
        self.dateRanges = dateRanges
        self.parts = parts
        self.otherLines = otherLines
    }

    /// What a segment has from its place in a playlist.
    ///
    /// It is not part of what the segment is: two are equal wherever they are.
    struct Placement: Sendable, Hashable {
        var mapKeys: [EncryptionKey]?
        var mediaSequence = 0
        var discontinuitySequence = 0
        var startTime = MediaDuration.zero
        var date: MediaDate?

        static func == (left: Placement, right: Placement) -> Bool { true }
        func hash(into hasher: inout Hasher) {}
    }
}

extension MediaSegment {
    /// The keys that apply to the map, which are those in force where it is declared (4.4.4.4).
    ///
    /// A new segment's map is declared under its own keys.
    public var mapKeys: [EncryptionKey] { placement.mapKeys ?? keys }

    /// The media sequence number (3); 0 for a segment that is in no playlist.
    public var mediaSequence: Int { placement.mediaSequence }

    /// The discontinuity sequence number (6.2.1); 0 for a segment that is in no playlist.
    public var discontinuitySequence: Int { placement.discontinuitySequence }

    /// The sum of the durations in front of the segment; zero for a segment that is in no playlist.
    public var startTime: MediaDuration { placement.startTime }

    /// The date of the first sample: the segment's own, or the nearest one with the durations between (4.4.4.6).
    public var date: MediaDate? { programDateTime ?? placement.date }

    /// The initialization vector of a key for this segment: its own, or the media sequence number (5.2).
    public func initializationVector(of key: EncryptionKey) -> [UInt8] {
        if let vector = key.initializationVector?.bytes { return vector }
        return [UInt8](repeating: 0, count: 8)
            + (0..<8).map { UInt8(truncatingIfNeeded: mediaSequence >> (56 - 8 * $0)) }
    }
}
