/// Writes access units as segments of fragmented MP4, as CMAF has them (ISO/IEC 23000-19 7).
///
/// Decoding times of a segment begin where those of the segment before end, exactly. There is no edit list: where pictures are
/// reordered, decoding times are moved so that the first picture is presented at its own time. The muxer holds one segment.
///
/// ```swift
/// let track = CMAFTrack(id: 1, entry: entry, unitForm: .adts)
/// var muxer = try CMAFMuxer(tracks: [track])
/// let initialization = muxer.initializationSection
/// try muxer.write(frame.span, track: 0, pts: time, dts: time, isRandomAccess: true)
/// let segment = try muxer.finishSegment()
/// ```
public struct CMAFMuxer: Sendable {
    /// The bytes of the init section, which every segment needs.
    public private(set) var initializationSection: [UInt8]

    private var tracks: [TrackAssembler]
    private var sequenceNumber: UInt32 = 0

    /// Creates a muxer.
    ///
    /// - Parameter tracks: At least one.
    /// - Throws: ``CMAFError`` when there is no track, or numbers are used twice or zero.
    public init(tracks: [CMAFTrack]) throws(CMAFError) {
        guard !tracks.isEmpty else { throw .noTracks }
        var seen: Set<UInt32> = [0]
        for track in tracks {
            guard track.timescale > 0, seen.insert(track.id).inserted else { throw .invalidTrack(track.id) }
        }
        self.tracks = tracks.map(TrackAssembler.init)
        initializationSection = InitializationSection.bytes(tracks)
    }

    /// The bytes of media data that wait for the end of the segment.
    public var pendingByteCount: Int {
        tracks.reduce(0) { $0 + $1.samples.data.count }
    }

    /// Whether units of a track had parameter sets that its sample entry lacks: they are left out where the entry is to have
    /// all of them (`avc1`, `hvc1`).
    ///
    /// - Parameter track: The place of the track in the list that the muxer was created with.
    public func hasUnknownParameterSets(track: Int) -> Bool {
        tracks[track].hasUnknownParameterSets
    }

    /// Changes what the samples of a track are, as where a stream changes its size or parameter sets.
    ///
    /// The timeline and the numbers of fragments run on, and ``initializationSection`` is another one from here on.
    /// - Parameters:
    ///   - entry: What the samples are from here on; the timescale of the track stays.
    ///   - track: The place of the track in the list that the muxer was created with.
    /// - Throws: ``CMAFError`` when units wait for the end of a segment, which needs the init section so far.
    public mutating func setEntry(_ entry: SampleEntry, track: Int) throws(CMAFError) {
        guard tracks.allSatisfy({ $0.samples.samples.isEmpty }) else { throw .unfinishedSegment }
        tracks[track].setEntry(entry)
        initializationSection = InitializationSection.bytes(tracks.map(\.track))
    }

    /// Adds one access unit to the segment at hand.
    ///
    /// - Parameters:
    ///   - unit: The bytes, in the form that its track says.
    ///   - track: The place of its track in the list that the muxer was created with.
    ///   - pts: Its presentation time, not negative.
    ///   - dts: Its decoding time; it rises from unit to unit of one track.
    ///   - duration: How long it lasts, where that is known: it counts for the last unit of a segment.
    ///   - isRandomAccess: Whether decoding can start here.
    /// - Throws: ``CMAFError`` when the unit is not coded as its track says, or begins before the presentation does.
    public mutating func write(
        _ unit: Span<UInt8>,
        track: Int,
        pts: MediaTime,
        dts: MediaTime,
        duration: MediaTime? = nil,
        isRandomAccess: Bool
    ) throws(CMAFError) {
        try tracks[track].add(unit, pts: pts, dts: dts, duration: duration, isRandomAccess: isRandomAccess)
    }

    /// Ends the segment at hand and makes its bytes; empty when nothing was written into it.
    ///
    /// - Parameter next: The decoding times of the units that come next, by track, where they are known: the last units of
    ///   the segment last until then. Without them they last as long as told, or as long as the unit before.
    /// - Throws: ``CMAFError`` when the segment is too long for a media data box.
    public mutating func finishSegment(next: [MediaTime?] = []) throws(CMAFError) -> [UInt8] {
        var parts: [FragmentSamples] = []
        for index in tracks.indices {
            if let part = tracks[index].finish(next: index < next.count ? next[index] : nil) { parts.append(part) }
        }
        guard !parts.isEmpty else { return [] }
        sequenceNumber &+= 1
        return try FragmentWriter.segment(sequenceNumber: sequenceNumber, tracks: &parts)
    }

    /// Takes the memory of a segment that is not needed any more for a later one.
    ///
    /// A segment is built in the memory of its first track: when those that were written come back, writing allocates nothing.
    ///
    /// - Parameter segment: The segment; empty afterwards.
    public mutating func reuse(_ segment: inout [UInt8]) {
        tracks[0].reuse(&segment)
        segment = []
    }
}
