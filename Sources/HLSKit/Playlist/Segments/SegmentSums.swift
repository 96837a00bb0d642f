/// Sums over the segments of a list, kept for each chunk, so that the place of any segment costs a short walk however
/// long the list is and however it was edited.
struct SegmentSums {
    static let chunkSize = 128

    /// What is known of all segments up to a place.
    struct Totals: Equatable {
        var duration: Int64 = 0
        var discontinuities = 0
        /// The last segment with a date of its own, -1 when there is none.
        var lastDated = -1
    }

    struct Chunk {
        /// What is in front of the chunk.
        var before: Totals
        /// The same, and the segments of the chunk.
        var through: Totals

        init(behind previous: Chunk?) {
            before = previous?.through ?? Totals()
            through = before
        }
    }

    private(set) var chunks: [Chunk] = []
    /// The first segment with a date of its own, -1 when there is none.
    private var firstDated = -1

    /// Takes in a segment at the end.
    mutating func append(_ record: SegmentRecord, at index: Int) {
        if index % Self.chunkSize == 0 { chunks.append(Chunk(behind: chunks.last)) }
        Self.add(record, at: index, to: &chunks[index / Self.chunkSize].through)
        if firstDated < 0, record.flags.contains(.date) { firstDated = index }
    }

    /// Sums up again from the chunk of a segment on.
    mutating func rebuild(from index: Int, records: [SegmentRecord]) {
        let first = index / Self.chunkSize
        chunks.removeLast(max(0, chunks.count - first))
        if firstDated >= first * Self.chunkSize { firstDated = -1 }
        for index in (first * Self.chunkSize)..<max(first * Self.chunkSize, records.count) {
            append(records[index], at: index)
        }
    }

    /// Sums up again the chunk of one segment, and what is known in front of those behind it.
    mutating func update(at index: Int, records: [SegmentRecord]) {
        let changed = index / Self.chunkSize
        for chunk in changed..<chunks.count {
            let new = Chunk(behind: chunk > 0 ? chunks[chunk - 1] : nil)
            if chunk > changed, new.before == chunks[chunk].before { break }
            chunks[chunk] = new
            for index in range(of: chunk, records) { Self.add(records[index], at: index, to: &chunks[chunk].through) }
        }
        guard firstDated < 0 || firstDated / Self.chunkSize >= changed else { return }
        firstDated =
            chunks.firstIndex { $0.through.lastDated >= 0 }
            .flatMap { range(of: $0, records).first { records[$0].flags.contains(.date) } } ?? -1
    }

    /// The durations in front of a segment, and the discontinuities up to it.
    func before(_ index: Int, records: [SegmentRecord]) -> (duration: Int64, discontinuities: Int) {
        let chunk = min(index / Self.chunkSize, chunks.count)
        var totals = (chunk < chunks.count ? chunks[chunk].before : chunks.last?.through) ?? Totals()
        for index in (chunk * Self.chunkSize)..<max(chunk * Self.chunkSize, min(index, records.count)) {
            Self.add(records[index], at: index, to: &totals)
        }
        if index < records.count, records[index].flags.contains(.discontinuity) { totals.discontinuities &+= 1 }
        return (totals.duration, totals.discontinuities)
    }

    /// The segment whose own date tells that of another: the last at or in front of it, or else the first behind it.
    func dated(near index: Int, records: [SegmentRecord]) -> Int? {
        let chunk = index / Self.chunkSize
        guard (0..<records.count).contains(firstDated), chunk < chunks.count else { return nil }
        var candidate = index
        while candidate >= max(firstDated, chunk * Self.chunkSize) {
            if records[candidate].flags.contains(.date) { return candidate }
            candidate -= 1
        }
        let earlier = chunks[chunk].before.lastDated
        return earlier >= 0 ? earlier : firstDated
    }

    private func range(of chunk: Int, _ records: [SegmentRecord]) -> Range<Int> {
        (chunk * Self.chunkSize)..<max(chunk * Self.chunkSize, min((chunk + 1) * Self.chunkSize, records.count))
    }

    private static func add(_ record: SegmentRecord, at index: Int, to totals: inout Totals) {
        totals.duration &+= record.duration
        if record.flags.contains(.discontinuity) { totals.discontinuities &+= 1 }
        if record.flags.contains(.date) { totals.lastDated = index }
    }
}
