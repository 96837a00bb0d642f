/// The segments of a media playlist in playing order.
///
/// The list keeps the text that was read and a short record of each segment; a ``MediaSegment`` is made when it is
/// asked for. Appending one costs that segment, and a changed segment's other lines stay as they are.
public struct MediaSegments: Sendable {
    /// The text that was read; it never changes, so that copies share it.
    var source: [UInt8] = []
    /// The text of segments that were added or changed.
    var added: [UInt8] = []
    var records: [SegmentRecord] = []
    var tables = SegmentTables()
    var sums = SegmentSums()
    var variables = PlaylistVariables()
    var base = Base()
    var usesCRLF = false
    /// Lines of the whole playlist that stood among segments that are gone, when there is no segment to hold them.
    var orphans: [UInt8] = []
    /// The bytes of `added` that no segment has any more.
    var deadBytes = 0

    /// What the playlist says of all segments.
    struct Base: Hashable {
        var mediaSequence = 0
        var discontinuitySequence = 0
        var skippedSegments = 0
    }

    /// An empty list.
    public init() {}

    /// The duration of all segments together.
    public var totalDuration: MediaDuration {
        MediaDuration(microseconds: sums.before(records.count, records: records).duration)
    }

    /// The number of bytes that the lines of all segments have.
    var textLength: Int {
        records.reduce(0) { $0 &+ $1.length }
    }

    /// The duration of one segment, without making the segment.
    public func duration(at index: Int) -> MediaDuration {
        MediaDuration(microseconds: records[index].duration)
    }

    /// Appends the lines of some segments, such as those that a playlist has gained, to a text.
    ///
    /// What the segments say is what the whole playlist has in these places.
    public func write(_ range: Range<Int>, to text: inout [UInt8]) {
        var index = range.lowerBound
        while index < range.upperBound {
            let start = records[index].offset
            var end = start + records[index].length
            index += 1
            let limit = start < source.count ? source.count : Int.max
            while index < range.upperBound, records[index].offset == end, end < limit {
                end += records[index].length
                index += 1
            }
            text.endLine(usesCRLF: usesCRLF)
            text.append(contentsOf: self.text(TextRange(offset: start, length: end - start)))
        }
    }
}

extension [UInt8] {
    /// Ends the last line if it is not ended: more follows.
    mutating func endLine(usesCRLF: Bool) {
        // A byte order mark alone is no line.
        guard let last, last != 0x0A, count != 3 || !span.startsWithByteOrderMark else { return }
        if usesCRLF { append(0x0D) }
        append(0x0A)
    }
}

extension MediaSegments: Hashable {
    /// Two lists are equal when their lines are, byte for byte.
    public static func == (left: MediaSegments, right: MediaSegments) -> Bool {
        guard left.records.count == right.records.count, left.variables == right.variables else { return false }
        return zip(left.records, right.records).allSatisfy { left.text($0) == right.text($1) }
    }

    /// Hashes the number of segments and the lines of the last.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(records.count)
        if let last = records.last { hasher.combine(text(last)) }
    }
}

extension MediaSegments: RandomAccessCollection, MutableCollection, RangeReplaceableCollection,
    ExpressibleByArrayLiteral
{
    /// The first index, always 0.
    public var startIndex: Int { 0 }

    /// The number of segments.
    public var endIndex: Int { records.count }

    /// A list of segments.
    public init(arrayLiteral segments: MediaSegment...) {
        self.init(segments)
    }

    /// The segment at an index, made anew on each reading.
    public subscript(index: Int) -> MediaSegment {
        get { segment(at: index) }
        set { change(at: index, from: segment(at: index), to: newValue) }
        _modify {
            let old = segment(at: index)
            var new = old
            yield &new
            change(at: index, from: old, to: new)
        }
    }

    /// Makes room for a number of segments in all, so that a list of known length need not move while it grows.
    public mutating func reserveCapacity(_ count: Int) {
        guard count > records.capacity else { return }
        // At least double: whoever asks for a little more each time would have all moved each time.
        let count = Swift.min(Swift.max(count, records.count * 2), 1 << 22)
        records.reserveCapacity(count)
        added.reserveCapacity(added.count + (count - Swift.min(count, records.count)) * 160)
    }

    /// Appends a segment: what it costs does not depend on how many there are.
    public mutating func append(_ segment: MediaSegment) {
        let index = records.count
        records.append(add(segment, after: records.last))
        sums.append(records[index], at: index)
        compact()
    }

    /// Appends segments one after the other.
    public mutating func append(contentsOf segments: some Sequence<MediaSegment>) {
        reserveCapacity(records.count + segments.underestimatedCount)
        // Those of an array are read where they are: a copy of each would cost a tenth of the time.
        let isDone: Void? = segments.withContiguousStorageIfAvailable { buffer in
            let span = unsafe buffer.span
            for index in span.indices { append(span[index]) }
        }
        guard isDone == nil else { return }
        for segment in segments { append(segment) }
    }

    /// Removes all segments.
    public mutating func removeAll(keepingCapacity: Bool = false) {
        replaceSubrange(0..<records.count, with: EmptyCollection<MediaSegment>())
    }

    /// Replaces some segments by others; those behind keep their keys, their map and their byte range.
    public mutating func replaceSubrange(
        _ range: Range<Int>,
        with segments: some Collection<MediaSegment>
    ) {
        let following = range.upperBound < records.count ? segment(at: range.upperBound) : nil
        var orphans: [UInt8] = []
        for record in records[range] {
            if record.flags.contains(.playlistTags) { orphans += playlistLines(in: text(record)) }
            if record.offset >= source.count { deadBytes += record.length }
        }
        var previous = range.lowerBound > 0 ? records[range.lowerBound - 1] : nil
        var new: [SegmentRecord] = []
        new.reserveCapacity(segments.count)
        for segment in segments {
            let record = add(segment, after: previous)
            new.append(record)
            previous = record
        }
        records.replaceSubrange(range, with: new)
        if let following {
            settle(at: range.lowerBound + new.count, as: following, putting: orphans)
        } else {
            self.orphans += orphans
        }
        sums.rebuild(from: range.lowerBound, records: records)
        compact()
    }
}
