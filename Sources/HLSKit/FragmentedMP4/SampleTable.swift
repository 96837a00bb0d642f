/// The samples that a movie box lists, in the order of decoding (ISO/IEC 14496-12 8.6 and 8.7).
///
/// The tables stay as they are in the file, so that going through millions of samples takes no memory beyond them.
public struct SampleTable: Sendable, Sequence {
    /// The number of samples.
    public internal(set) var count = 0
    /// The sum of the durations in ticks of the track.
    public internal(set) var duration: Int64 = 0

    var timeToSample = EntryTable()
    var compositionOffsets = EntryTable()
    /// True when composition offsets are signed (version 1).
    var offsetsAreSigned = false
    /// The size of all samples; nil when the table tells each.
    var fixedSize: UInt32? = 0
    var sizes = EntryTable()
    /// Bits of an entry of `sizes`: 4, 8, 16 or 32.
    var sizeBits = 32
    var chunks = EntryTable()
    var samplesPerChunk = EntryTable()
    /// The numbers of samples where decoding can start; nil when it can at every one.
    var syncSamples: EntryTable?

    init() {}

    /// Goes through the samples.
    public func makeIterator() -> Iterator {
        Iterator(table: self)
    }

    /// No sample is there before the tables are asked.
    public var underestimatedCount: Int { 0 }

    func size(_ index: Int) -> UInt32 {
        if let fixedSize { return fixedSize }
        switch sizeBits {
        case 4:
            let pair = sizes.byte(index / 2)
            return UInt32(index % 2 == 0 ? pair >> 4 : pair & 15)
        case 8: return UInt32(sizes.byte(index))
        case 16: return UInt32(sizes.halfWord(index))
        default: return sizes.word(index)
        }
    }

    func chunkOffset(_ index: Int) -> UInt64 {
        chunks.entryBytes == 8 ? chunks.longWord(index) : UInt64(chunks.word(index))
    }

    /// Gives out samples, going along all tables at once.
    public struct Iterator: IteratorProtocol, Sendable {
        private let table: SampleTable
        private var index = 0
        private var decodeTime: Int64 = 0
        private var times = RunCursor()
        private var offsets = RunCursor()
        private var chunk = ChunkCursor()
        private var nextSync = 0

        init(table: SampleTable) {
            self.table = table
        }

        /// The next sample in the order of decoding.
        public mutating func next() -> MP4Sample? {
            guard index < table.count, let place = chunk.next(in: table) else { return nil }
            let size = Int(table.size(index))
            let (end, overflows) = place.offset.addingReportingOverflow(size)
            guard !overflows else { return nil }
            chunk.offset = end
            let duration = times.next(in: table.timeToSample) ?? 0
            let offset = offsets.next(in: table.compositionOffsets) ?? 0
            let sample = MP4Sample(
                decodeTime: decodeTime,
                duration: duration,
                compositionOffset: table.offsetsAreSigned ? Int64(Int32(bitPattern: offset)) : Int64(offset),
                byteRange: place.offset..<end,
                flags: isSync() ? .sync : .nonSync,
                descriptionIndex: place.descriptionIndex
            )
            index += 1
            decodeTime &+= Int64(duration)
            return sample
        }

        private mutating func isSync() -> Bool {
            guard let sync = table.syncSamples else { return true }
            while nextSync < sync.count, Int(sync.word(nextSync)) < index + 1 { nextSync += 1 }
            return nextSync < sync.count && Int(sync.word(nextSync)) == index + 1
        }
    }
}

/// A place in a table of runs: how many samples, and a value of each.
private struct RunCursor: Sendable {
    private var entry = 0
    private var used: UInt32 = 0

    mutating func next(in table: EntryTable) -> UInt32? {
        while entry < table.count, used >= table.word(entry) {
            entry += 1
            used = 0
        }
        guard entry < table.count else { return nil }
        used += 1
        return table.word(entry, at: 4)
    }
}

/// A place in the chunks of a track.
struct ChunkCursor: Sendable {
    var offset = 0
    private(set) var chunk = -1
    private var left: UInt32 = 0
    private var entry = 0
    private var descriptionIndex: UInt32 = 1

    init() {}

    /// Where the next sample begins; nil behind the last chunk.
    mutating func next(in table: SampleTable) -> (offset: Int, descriptionIndex: UInt32)? {
        while left == 0 {
            guard nextChunk(in: table) != nil else { return nil }
        }
        left -= 1
        return (offset, descriptionIndex)
    }

    /// Goes to the next chunk; the samples that it has, nil behind the last one.
    mutating func nextChunk(in table: SampleTable) -> UInt32? {
        chunk += 1
        let runs = table.samplesPerChunk
        guard chunk < table.chunks.count, runs.count > 0 else { return nil }
        while entry + 1 < runs.count, Int(runs.word(entry + 1)) <= chunk + 1 { entry += 1 }
        left = runs.word(entry, at: 4)
        descriptionIndex = runs.word(entry, at: 8)
        guard let start = Int(exactly: table.chunkOffset(chunk)) else { return nil }
        offset = start
        return left
    }
}
