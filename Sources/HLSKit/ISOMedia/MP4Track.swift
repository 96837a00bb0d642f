/// A track of a movie (ISO/IEC 14496-12 8.3.1).
public struct MP4Track: Sendable {
    /// The kinds of tracks that handlers tell (ISO/IEC 14496-12 8.4.3).
    public enum Kind: Sendable, Hashable {
        /// Pictures (`vide`).
        case video
        /// Sound (`soun`).
        case audio
        /// Subtitles and captions (`subt`, `text`, `sbtl`, `clcp`).
        case text
        /// Metadata (`meta`).
        case metadata
        /// Something else.
        case other(BoxType)

        init(handler: BoxType) {
            switch handler {
            case "vide": self = .video
            case "soun": self = .audio
            case "subt", "text", "sbtl", "clcp": self = .text
            case "meta": self = .metadata
            default: self = .other(handler)
            }
        }
    }

    /// A part of the timeline, in the order of the presentation (ISO/IEC 14496-12 8.6.6).
    public struct Edit: Sendable, Hashable {
        /// The duration in ticks of the movie; 0 in a movie with fragments means to the end.
        public var duration: UInt64
        /// The composition time at which it begins, in ticks of the track; nil for an empty edit.
        public var mediaTime: Int64?
        /// The speed; 0 shows one picture all the time.
        public var rate: Double
    }

    /// What a track is meant for, such as commentary (`kind`, ISO/IEC 14496-12 8.10.4).
    public struct Role: Sendable, Hashable {
        /// What says which values there are, such as `urn:mpeg:dash:role:2011`.
        public var scheme: String
        /// The role; empty when the scheme alone tells it.
        public var value: String
    }

    /// What a track has to do with others, such as `chap`: they have its chapters (ISO/IEC 14496-12 8.3.3).
    public struct Reference: Sendable, Hashable {
        /// What the others are for this track.
        public var type: BoxType
        /// The numbers of the others.
        public var tracks: [UInt32]
    }

    /// The number of the track, from 1 on.
    public var id: UInt32
    /// What the track is.
    public var kind: Kind
    /// Ticks in a second; never zero.
    public var timescale: UInt32
    /// The duration in ticks of ``timescale``; nil when it is not told.
    public var duration: UInt64?
    /// The language in three letters (ISO 639-2), such as `und`.
    public var language: String
    /// False for a track that is not meant to be played unless it is chosen.
    public var isEnabled: Bool
    /// What the track is meant for; empty when the file does not tell.
    public var roles: [Role] = []
    /// What it has to do with other tracks.
    public var references: [Reference] = []
    /// The width that pictures are shown with, in pixels.
    public var width: Double
    /// The height that pictures are shown with, in pixels.
    public var height: Double
    /// How pictures are turned and moved for the display: nine numbers, row by row, of 16.16 bits, the last of each row of
    /// 2.30 bits (ISO/IEC 14496-12 8.3.2.3).
    public var matrix: [Int32] = MP4Movie.identityMatrix
    /// The edit list; empty when the track is played from its start to its end.
    public var edits: [Edit]
    /// What the samples are: codec and configuration; samples refer to these by their place.
    public var sampleEntries: [SampleEntry]
    /// The samples that the movie itself lists; none in an init segment.
    public var samples: SampleTable
    /// What holds for samples of fragments that tell nothing else (`trex`); nil when there is none.
    public var fragmentDefaults: SampleDefaults?

    /// A number of ticks of this track as a time.
    public func mediaTime(_ ticks: Int64) -> MediaTime {
        MediaTime(ticks, timescale: timescale)
    }

    /// The mean frame rate of the samples that the movie lists; nil when there are none or the track has no pictures.
    public var frameRate: FrameRate? {
        guard kind == .video, samples.duration > 0 else { return nil }
        let (ticks, overflows) = Int64(timescale).multipliedReportingOverflow(by: Int64(samples.count))
        return overflows ? nil : FrameRate(Int(ticks), Int(clamping: samples.duration))
    }
}

/// What holds for samples when neither fragment nor run tells it (ISO/IEC 14496-12 8.8.3).
public struct SampleDefaults: Sendable, Hashable {
    /// The place of the sample entry, from 1 on.
    public var descriptionIndex: UInt32 = 1
    /// The duration in ticks of the track.
    public var duration: UInt32 = 0
    /// The bytes of a sample.
    public var size: UInt32 = 0
    /// Dependencies and random access.
    public var flags = SampleFlags(rawValue: 0)

    init() {}
}

/// The dependencies of a sample (ISO/IEC 14496-12 8.8.3.1).
public struct SampleFlags: RawRepresentable, Sendable, Hashable {
    /// The bits as they stand in the file.
    public var rawValue: UInt32

    /// Creates flags from their bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// True when decoding can start at the sample: `sample_is_non_sync_sample` is not set.
    public var isSync: Bool { rawValue & 0x1_0000 == 0 }

    /// Whether the sample depends on others: 0 unknown, 1 it does, 2 it does not.
    public var dependsOn: UInt8 { UInt8(rawValue >> 24 & 3) }

    /// Whether others depend on the sample: 0 unknown, 1 they do, 2 they do not.
    public var isDependedOn: UInt8 { UInt8(rawValue >> 22 & 3) }

    static let nonSync = SampleFlags(rawValue: 0x101_0000)
    static let sync = SampleFlags(rawValue: 0x200_0000)
}

/// A sample of a track: an access unit, and where and when it is.
public struct MP4Sample: Sendable, Hashable {
    /// The decoding time in ticks of the track.
    public var decodeTime: Int64
    /// The duration in ticks of the track.
    public var duration: UInt32
    /// What the presentation comes later than the decoding, in ticks of the track.
    public var compositionOffset: Int64
    /// The bytes in the file.
    public var byteRange: Range<Int>
    /// Dependencies and random access; of a plain MP4 file only random access is known.
    public var flags: SampleFlags
    /// The place of the sample entry, from 1 on.
    public var descriptionIndex: UInt32

    /// True when decoding can start here.
    public var isSync: Bool { flags.isSync }

    /// The composition time in ticks of the track, before its edit list.
    public var compositionTime: Int64 { decodeTime &+ compositionOffset }
}
