/// A track of a CMAF presentation: what its samples are, and how its access units come in.
public struct CMAFTrack: Sendable {
    /// The form of the access units that a muxer is given.
    public enum UnitForm: Sendable, Hashable {
        /// As MP4 carries samples.
        case sample
        /// NAL units, delimited as said; they become NAL units with lengths of four bytes.
        ///
        /// Parameter sets are left out where the sample entry has them (`avc1`, `hvc1`).
        case nalUnits(NALUnitFraming)
        /// AAC frames with ADTS headers, which are left out.
        case adts
        /// AAC in LATM with the synchronisation of LOAS, of which the frame is taken out.
        case loas
        /// Opus packets with the control headers of transport streams, which are left out.
        case opus
    }

    /// The number of the track, from 1 on.
    public var id: UInt32
    /// What the samples are.
    public var entry: SampleEntry
    /// Ticks in a second; the sampling rate for sound.
    public var timescale: UInt32
    /// The language in three letters (ISO 639-2), such as `und`.
    public var language: String
    /// How access units come in.
    public var unitForm: UnitForm

    /// Describes a track.
    ///
    /// - Parameter timescale: Ticks in a second; nil for the sampling rate of sound, and 90,000 for pictures.
    public init(
        id: UInt32,
        entry: SampleEntry,
        timescale: UInt32? = nil,
        language: String = "und",
        unitForm: UnitForm = .sample
    ) {
        self.id = id
        self.entry = entry
        self.timescale = timescale ?? entry.audioFormat.map { UInt32(clamping: $0.sampleRate) } ?? 90_000
        self.language = language
        self.unitForm = unitForm
    }
}

extension SampleEntry {
    /// What the configuration tells of a stream of sound; nil for others.
    var audioFormat: AudioFormat? {
        if case .audio(let format)? = format { format } else { nil }
    }
}

/// Why CMAF could not be written.
public struct CMAFError: Error, Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Sendable, Hashable {
        case noTracks
        case invalidTrack(UInt32)
        case negativeTime(UInt32)
        case invalidUnit(UInt32)
        case segmentTooLong(Int)
        case unfinishedSegment
    }

    private let kind: Kind

    static var noTracks: Self { Self(kind: .noTracks) }
    static func invalidTrack(_ id: UInt32) -> Self { Self(kind: .invalidTrack(id)) }
    static func negativeTime(_ id: UInt32) -> Self { Self(kind: .negativeTime(id)) }
    static func invalidUnit(_ id: UInt32) -> Self { Self(kind: .invalidUnit(id)) }
    static var unfinishedSegment: Self { Self(kind: .unfinishedSegment) }
    static func segmentTooLong(bytes: Int) -> Self { Self(kind: .segmentTooLong(bytes)) }

    /// A sentence for people.
    public var description: String {
        switch kind {
        case .noTracks: "a CMAF presentation needs at least one track"
        case .invalidTrack(let id): "track \(id) has a number that is 0 or used twice, or a timescale of 0"
        case .negativeTime(let id): "a sample of track \(id) begins before the presentation does"
        case .invalidUnit(let id): "an access unit of track \(id) is not coded as its sample entry says"
        case .segmentTooLong(let bytes): "a segment of \(bytes) bytes is longer than a media data box can be"
        case .unfinishedSegment: "samples that wait for the end of their segment need the init section so far"
        }
    }
}
