/// A fragment: a `moof` box, and where its samples are (ISO/IEC 14496-12 8.8.4).
public struct MovieFragment: Sendable {
    /// Where the `moof` box is in the file.
    public var byteRange: Range<Int>
    /// The number of the fragment; nil when it is not told.
    public var sequenceNumber: UInt32?
    /// What the fragment has of each track.
    public var tracks: [TrackFragment]
    /// What systems of digital rights management need (`pssh`).
    public var protectionSystems: [ProtectionSystem]

    /// What the fragment has of a track; nil when it has nothing.
    public func track(_ id: UInt32) -> TrackFragment? {
        tracks.first { $0.trackID == id }
    }
}

/// What a fragment has of one track (ISO/IEC 14496-12 8.8.6).
public struct TrackFragment: Sendable {
    /// The number of the track.
    public var trackID: UInt32
    /// `baseMediaDecodeTime` in ticks of the track; nil when the fragment does not tell it.
    public var baseDecodeTime: UInt64?
    /// The decoding time of the first sample in ticks of the track.
    ///
    /// Without a ``baseDecodeTime`` it is the end of the fragment before, or 0 in the first one.
    public var startTime: Int64
    /// The runs of samples, each of which lies in one piece.
    public var runs: [TrackRun]

    /// The number of samples.
    public var sampleCount: Int { runs.reduce(0) { $0 &+ $1.sampleCount } }

    /// The sum of the durations in ticks of the track.
    public var duration: Int64 { runs.reduce(0) { $0 &+ $1.duration } }

    /// Where the next fragment has to begin, in ticks of the track.
    public var endTime: Int64 { startTime &+ duration }

    /// The sum of the bytes of all samples.
    public var byteCount: Int { runs.reduce(0) { clampedSum($0, $1.byteRange.count) } }

    /// The samples in the order of decoding.
    public var samples: some Sequence<MP4Sample> & Sendable { RunSequence(runs: runs) }

    /// Whether the first sample says that decoding can start there; nil when there is no sample.
    public var startsWithSync: Bool? {
        runs.first { $0.sampleCount > 0 }.map { $0.flags(0).isSync }
    }
}

/// Samples of a track that lie one behind the other (ISO/IEC 14496-12 8.8.8).
///
/// The table stays as it is in the file.
public struct TrackRun: Sendable {
    /// The number of samples.
    public var sampleCount: Int
    /// The bytes of the samples in the file.
    public var byteRange: Range<Int>
    /// The decoding time of the first sample in ticks of the track.
    public var startTime: Int64
    /// The sum of the durations in ticks of the track.
    public var duration: Int64
    /// The place of the sample entry, from 1 on.
    public var descriptionIndex: UInt32

    var fields: RunFields
    var table: EntryTable
    var defaults: SampleDefaults
    var firstFlags: SampleFlags?

    func duration(_ index: Int) -> UInt32 {
        fields.durationOffset.map { table.word(index, at: $0) } ?? defaults.duration
    }

    func size(_ index: Int) -> UInt32 {
        fields.sizeOffset.map { table.word(index, at: $0) } ?? defaults.size
    }

    func flags(_ index: Int) -> SampleFlags {
        if index == 0, let firstFlags { return firstFlags }
        return fields.flagsOffset.map { SampleFlags(rawValue: table.word(index, at: $0)) } ?? defaults.flags
    }

    func compositionOffset(_ index: Int) -> Int64 {
        guard let place = fields.compositionOffset else { return 0 }
        let word = table.word(index, at: place)
        return fields.isSigned ? Int64(Int32(bitPattern: word)) : Int64(word)
    }
}

/// What a run tells of each sample, and where in an entry (ISO/IEC 14496-12 8.8.8.2).
struct RunFields: Sendable {
    private(set) var durationOffset: Int?
    private(set) var sizeOffset: Int?
    private(set) var flagsOffset: Int?
    private(set) var compositionOffset: Int?
    private(set) var entryBytes = 0
    let isSigned: Bool

    init(version: UInt8, flags: UInt32) {
        isSigned = version > 0
        durationOffset = take(flags & 0x100)
        sizeOffset = take(flags & 0x200)
        flagsOffset = take(flags & 0x400)
        compositionOffset = take(flags & 0x800)
    }

    private mutating func take(_ flag: UInt32) -> Int? {
        guard flag != 0 else { return nil }
        defer { entryBytes += 4 }
        return entryBytes
    }
}

private struct RunSequence: Sequence, IteratorProtocol, Sendable {
    let runs: [TrackRun]
    private var run = 0
    private var index = 0
    private var decodeTime: Int64 = 0
    private var offset = 0

    init(runs: [TrackRun]) {
        self.runs = runs
    }

    mutating func next() -> MP4Sample? {
        while run < runs.count, index >= runs[run].sampleCount {
            run += 1
            index = 0
        }
        guard run < runs.count else { return nil }
        let current = runs[run]
        if index == 0 {
            decodeTime = current.startTime
            offset = current.byteRange.lowerBound
        }
        let end = Swift.min(clampedSum(offset, Int(current.size(index))), current.byteRange.upperBound)
        let duration = current.duration(index)
        let sample = MP4Sample(
            decodeTime: decodeTime,
            duration: duration,
            compositionOffset: current.compositionOffset(index),
            byteRange: offset..<end,
            flags: current.flags(index),
            descriptionIndex: current.descriptionIndex
        )
        decodeTime &+= Int64(duration)
        offset = end
        index += 1
        return sample
    }
}
