/// The samples that a movie box lists, in the order of decoding (ISO/IEC 14496-12 8.6 and 8.7).
///
/// The tables stay as they are in the file, so that going through millions of samples takes no memory beyond them; those of
/// ``MP4File/leavingTablesInFile(byteCount:greatestMovieSize:read:)`` are not in memory either.
public struct SampleTable: Sendable, Sequence {
    /// The number of samples.
    public internal(set) var count = 0
    /// The sum of the durations in ticks of the track.
    public internal(set) var duration: Int64 = 0

    var timeToSample = EntryTable()
    var compositionOffsets = EntryTable()
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

    /// The size of a sample; what comes behind it is read along.
    mutating func size(_ index: Int) -> UInt32 {
        if let fixedSize { return fixedSize }
        sizes.load(sizeBits == 4 ? index / 2 : index)
        switch sizeBits {
        case 4:
            let pair = sizes.byte(index / 2)
            return UInt32(index % 2 == 0 ? pair >> 4 : pair & 15)
        case 8: return UInt32(sizes.byte(index))
        case 16: return UInt32(sizes.halfWord(index))
        default: return sizes.word(index)
        }
    }

    fileprivate mutating func chunkOffset(_ index: Int) -> UInt64 {
        chunks.load(index)
        return chunks.entryBytes == 8 ? chunks.longWord(index) : UInt64(chunks.word(index))
    }

    /// Gives out samples, going along all tables at once.
    public struct Iterator: IteratorProtocol, Sendable {
        private var table: SampleTable
        private var index = 0
        private var decodeTime: Int64 = 0
        private var times: RunCursor
        private var offsets: RunCursor
        private var chunk: ChunkCursor
        private var nextSync = 0

        init(table: SampleTable) {
            self.table = table
            times = RunCursor(table.timeToSample)
            offsets = RunCursor(table.compositionOffsets)
            chunk = ChunkCursor(table)
        }

        /// The next sample in the order of decoding.
        public mutating func next() -> MP4Sample? {
            guard index < table.count, let place = chunk.next() else { return nil }
            let size = Int(table.size(index))
            let (end, overflows) = place.offset.addingReportingOverflow(size)
            guard !overflows else { return nil }
            chunk.offset = end
            let duration = times.next() ?? 0
            // Those of version 0 are unsigned by the book and signed by every writer that has negative ones.
            let offset = Int32(bitPattern: offsets.next() ?? 0)
            let sample = MP4Sample(
                decodeTime: decodeTime,
                duration: duration,
                compositionOffset: Int64(offset),
                byteRange: place.offset..<end,
                flags: isSync() ? .sync : .nonSync,
                descriptionIndex: place.descriptionIndex
            )
            index += 1
            decodeTime &+= Int64(duration)
            return sample
        }

        private mutating func isSync() -> Bool {
            guard let count = table.syncSamples?.count else { return true }
            while nextSync < count {
                table.syncSamples?.load(nextSync)
                let number = Int(table.syncSamples?.word(nextSync) ?? 0)
                if number > index { return number == index + 1 }
                nextSync += 1
            }
            return false
        }
    }
}

/// A place in a table of runs: how many samples, and a value of each.
private struct RunCursor: Sendable {
    private var table: EntryTable
    private var entry = -1
    private var left: UInt32 = 0
    private var value: UInt32 = 0

    init(_ table: EntryTable) {
        self.table = table
    }

    mutating func next() -> UInt32? {
        while left == 0 {
            entry += 1
            guard entry < table.count else { return nil }
            table.load(entry)
            left = table.word(entry)
            value = table.word(entry, at: 4)
        }
        left -= 1
        return value
    }
}

/// A place in the chunks of a track.
struct ChunkCursor: Sendable {
    private var table: SampleTable
    var offset = 0
    private(set) var chunk = -1
    private var left: UInt32 = 0
    private var entry = 0
    private var descriptionIndex: UInt32 = 1

    init(_ table: SampleTable) {
        self.table = table
    }

    /// Where the next sample begins; nil behind the last chunk.
    mutating func next() -> (offset: Int, descriptionIndex: UInt32)? {
        while left == 0 {
            guard nextChunk() != nil else { return nil }
        }
        left -= 1
        return (offset, descriptionIndex)
    }

    /// Goes to the next chunk; the samples that it has, nil behind the last one.
    mutating func nextChunk() -> UInt32? {
        chunk += 1
        let runCount = table.samplesPerChunk.count
        guard chunk < table.chunks.count, runCount > 0 else { return nil }
        while entry + 1 < runCount {
            table.samplesPerChunk.load(entry + 1)
            guard Int(table.samplesPerChunk.word(entry + 1)) <= chunk + 1 else { break }
            entry += 1
        }
        table.samplesPerChunk.load(entry)
        left = table.samplesPerChunk.word(entry, at: 4)
        descriptionIndex = table.samplesPerChunk.word(entry, at: 8)
        guard let start = Int(exactly: table.chunkOffset(chunk)) else { return nil }
        offset = start
        return left
    }
}
