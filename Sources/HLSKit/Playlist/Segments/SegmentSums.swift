/// Sums over the segments of a list, kept for each chunk, so that the place of any segment costs a short walk however
/// the list was edited.
struct SegmentSums {
    static let chunkSize = 128

    struct Chunk {
        var duration: Int64 = 0
        var discontinuities = 0
        /// The last segment of the chunk with a date of its own, -1 when there is none.
        var lastDated = -1
    }

    private(set) var chunks: [Chunk] = []

    /// Takes in a segment at the end.
    mutating func append(_ record: SegmentRecord, at index: Int) {
        if index % Self.chunkSize == 0 { chunks.append(Chunk()) }
        add(record, at: index, to: &chunks[index / Self.chunkSize])
    }

    /// Sums up again from the chunk of a segment on.
    mutating func rebuild(from index: Int, records: [SegmentRecord]) {
        let first = index / Self.chunkSize
        chunks.removeLast(max(0, chunks.count - first))
        for index in (first * Self.chunkSize)..<max(first * Self.chunkSize, records.count) {
            append(records[index], at: index)
        }
    }

    /// Sums up again the chunk of one segment.
    mutating func update(at index: Int, records: [SegmentRecord]) {
        let chunk = index / Self.chunkSize
        chunks[chunk] = Chunk()
        for index in (chunk * Self.chunkSize)..<min((chunk + 1) * Self.chunkSize, records.count) {
            add(records[index], at: index, to: &chunks[chunk])
        }
    }

    /// The durations in front of a segment, and the discontinuities up to it.
    func before(_ index: Int, records: [SegmentRecord]) -> (duration: Int64, discontinuities: Int) {
        var duration: Int64 = 0
        var discontinuities = 0
        let chunk = min(index / Self.chunkSize, chunks.count)
        for chunk in chunks[..<chunk] {
            duration &+= chunk.duration
            discontinuities &+= chunk.discontinuities
        }
        for index in (chunk * Self.chunkSize)..<max(chunk * Self.chunkSize, min(index, records.count)) {
            duration &+= records[index].duration
            discontinuities &+= records[index].flags.contains(.discontinuity) ? 1 : 0
        }
        if index < records.count, records[index].flags.contains(.discontinuity) { discontinuities &+= 1 }
        return (duration, discontinuities)
    }

    /// The segment whose own date tells that of another: the last at or in front of it, or else the first behind it.
    func dated(near index: Int, records: [SegmentRecord]) -> Int? {
        let chunk = index / Self.chunkSize
        guard chunk < chunks.count else { return nil }
        var candidate = index
        while candidate >= chunk * Self.chunkSize {
            if records[candidate].flags.contains(.date) { return candidate }
            candidate -= 1
        }
        if let earlier = chunks[..<chunk].last(where: { $0.lastDated >= 0 }) { return earlier.lastDated }
        guard let later = chunks[chunk...].firstIndex(where: { $0.lastDated >= 0 }) else { return nil }
        candidate = max(index, later * Self.chunkSize)
        while candidate < records.count, !records[candidate].flags.contains(.date) { candidate += 1 }
        return candidate < records.count ? candidate : nil
    }

    private func add(_ record: SegmentRecord, at index: Int, to chunk: inout Chunk) {
        chunk.duration &+= record.duration
        if record.flags.contains(.discontinuity) { chunk.discontinuities &+= 1 }
        if record.flags.contains(.date) { chunk.lastDated = index }
    }
}
