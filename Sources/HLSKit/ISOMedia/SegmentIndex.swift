/// A segment index: where the parts of a presentation are (`sidx`, ISO/IEC 14496-12 8.16.3).
public struct SegmentIndex: Sendable, Hashable {
    /// A part of the presentation.
    public struct Reference: Sendable, Hashable {
        /// True when the bytes begin with another index.
        public var isIndex: Bool
        /// The bytes of the part.
        public var byteCount: UInt32
        /// The duration in ticks of the index.
        public var duration: UInt32
        /// True when the part begins with a stream access point.
        public var startsWithAccessPoint: Bool
        /// The type of the stream access point; 0 unknown, 1 and 2 need nothing from before.
        public var accessPointType: UInt8
    }

    /// The stream that is indexed: the number of a track.
    public var referenceID: UInt32
    /// Ticks in a second.
    public var timescale: UInt32
    /// The presentation time of the first part, in ticks.
    public var earliestPresentationTime: UInt64
    /// Where the first part begins: bytes behind the end of the index.
    public var firstOffset: UInt64
    /// The parts, each behind the one before.
    public var references: [Reference]
    /// Where the box is in the file.
    public var byteRange: Range<Int>
}

/// An event for whoever plays the stream (`emsg`, ISO/IEC 23009-1 5.10.3.3).
public struct EventMessage: Sendable, Hashable {
    /// What the scheme calls itself, a URI.
    public var scheme: String
    /// What the scheme tells events apart by.
    public var value: String
    /// Ticks in a second.
    public var timescale: UInt32
    /// When the event is, in ticks: from the start of the segment in version 0, on the timeline in version 1.
    public var time: UInt64
    /// True when ``time`` counts from the start of the segment.
    public var isRelative: Bool
    /// The duration in ticks; nil when it is not known.
    public var duration: UInt32?
    /// The number of the event; messages with one number are the same.
    public var id: UInt32
    /// What only the scheme tells the meaning of.
    public var data: [UInt8]
    /// Where the box begins in the file.
    public var offset: Int
}

/// When a part of the stream was produced (`prft`, ISO/IEC 14496-12 8.16.5).
public struct ProducerReferenceTime: Sendable, Hashable {
    /// The number of the track.
    public var trackID: UInt32
    /// The time by the clock of the producer, in seconds since 1900 with 32 binary places (RFC 5905 6).
    public var networkTime: UInt64
    /// The time of the media that belongs to it, in ticks of the track.
    public var mediaTime: UInt64
    /// Where the box begins in the file.
    public var offset: Int
}
