/// Makes records of the lines of segments.
///
/// Reading a playlist and changing one both go through it, so that what is
/// kept of a segment always is what its lines say.
struct SegmentParser {
    /// What one segment hands on to the next.
    struct State {
        var keySet: UInt32 = 0
        var map: UInt32 = 0
        var bitrate: UInt32 = 0
        /// Where the range of the previous segment ends, -1 when it has none.
        var rangeEnd = -1
        /// The URI of the previous segment; nil to trust `rangeEnd` whatever the URI is.
        var uri: Range<Int>?

        /// Makes it independent of the text that was read so far, and of the tables.
        ///
        /// - Returns: The text that it and the new tables refer to.
        mutating func move(from old: (text: [UInt8], tables: SegmentTables), to new: inout SegmentTables) -> [UInt8] {
            var text: [UInt8] = []
            func copy(_ range: TextRange) -> TextRange {
                let start = text.count
                text += old.text[range.offset..<(range.offset + range.length)]
                return TextRange(offset: start, length: range.length)
            }
            func copy(keys number: UInt32) -> UInt32 {
                guard number != 0 else { return 0 }
                let set = old.tables.sets[Int(number)]
                let start = new.keys.count
                for key in old.tables.keys[set.start..<(set.start + set.count)] { new.keys.append(copy(key)) }
                new.sets.append(SegmentTables.KeySet(start: start, count: set.count))
                return UInt32(new.sets.count - 1)
            }
            let keys = keySet
            keySet = copy(keys: keys)
            if map != 0 {
                let declared = old.tables.maps[Int(map)]
                let mapKeys = declared.keySet == keys ? keySet : copy(keys: declared.keySet)
                new.maps.append(SegmentTables.Map(text: copy(declared.text), keySet: mapKeys))
                map = UInt32(new.maps.count - 1)
            }
            uri = uri.map { range in
                let moved = copy(TextRange(offset: range.lowerBound, length: range.count))
                return moved.offset..<(moved.offset + moved.length)
            }
            return text
        }
    }

    var state = State()
    var record = SegmentRecord()
    /// Whether a line that belongs to a segment has been read, other than comments and unknown tags.
    var isInSegment = false
    /// Whether a key or a map was declared.
    var hasDeclared = false
    let mayHaveReferences: Bool

    init(mayHaveReferences: Bool) {
        self.mayHaveReferences = mayHaveReferences
    }

    /// What a line turned out to break.
    struct Finding {
        var rule: PlaylistRule
        var range: Range<Int>
    }

    /// Takes in the line of a tag; `base` is added to its offsets.
    mutating func take(
        _ tag: PlaylistTag,
        _ line: PlaylistLine,
        in text: Span<UInt8>,
        base: Int,
        tables: inout SegmentTables,
        bytes: (TextRange) -> [UInt8]
    ) -> Finding? {
        isInSegment = true
        if mayHaveReferences { noteReferences(in: text, line.value) }
        switch tag {
        case .segment: return takeDuration(line, in: text)
        case .byteRange:
            guard let range = ByteRange.read(text, line.value) else {
                return Finding(rule: .malformedValue, range: line.value)
            }
            record.flags.insert(.range)
            record.rangeLength = range.length
            record.rangeStart = range.start ?? -1
            if range.start == nil { record.flags.insert(.impliedStart) } else { record.flags.remove(.impliedStart) }
            if range.start != nil, range.end == nil { return Finding(rule: .rangeTooLarge, range: line.value) }
        case .discontinuity: record.flags.insert(.discontinuity)
        case .gap: record.flags.insert(.gap)
        case .part: record.flags.insert(.parts)
        case .dateRange: record.flags.insert(.dateRanges)
        case .programDateTime:
            guard let (date, isComplete) = MediaDate.read(text, line.value) else {
                return Finding(rule: .malformedValue, range: line.value)
            }
            record.flags.insert(.date)
            record.date = date.microsecondsSince1970
            // A missing zone is common and means UTC here; a missing time is not.
            if !isComplete, line.value.count < 16 { return Finding(rule: .malformedValue, range: line.value) }
        case .bitrate:
            guard let bitrate = Numbers.integer(text, line.value) else {
                return Finding(rule: .malformedValue, range: line.value)
            }
            record.flags.insert(.bitrate)
            state.bitrate = UInt32(clamping: bitrate)
        case .key:
            record.flags.insert(.keys)
            hasDeclared = true
            guard
                let set = tables.set(
                    after: state.keySet,
                    declaring: line.value,
                    in: text,
                    base: base,
                    bytes: bytes
                )
            else { return Finding(rule: .tooManyKeys, range: line.text) }
            state.keySet = set
        case .map:
            record.flags.insert(.map)
            hasDeclared = true
            let range = TextRange(offset: base &+ line.value.lowerBound, length: line.value.count)
            tables.maps.append(SegmentTables.Map(text: range, keySet: state.keySet))
            state.map = UInt32(truncatingIfNeeded: tables.maps.count - 1)
        default: record.flags.insert(.playlistTags)
        }
        return nil
    }

    /// Takes in a comment or an unknown tag.
    mutating func takeOther() {
        record.flags.insert(.otherLines)
    }

    /// Leaves comments and unknown tags to the header, in front of whose last tag they stand.
    mutating func forgetOtherLines() {
        record.flags.remove(.otherLines)
    }

    /// Whether the segment that is being read starts with a discontinuity.
    var hasDiscontinuity: Bool { record.flags.contains(.discontinuity) }

    /// Takes in the URI, which ends the segment, and gives its record.
    mutating func finish(
        _ line: PlaylistLine,
        in text: Span<UInt8>,
        base: Int,
        from start: Int
    ) -> (SegmentRecord, Finding?) {
        if mayHaveReferences { noteReferences(in: text, line.text) }
        var finding: Finding?
        if record.flags.contains(.impliedStart) {
            let isSameResource = state.uri.map { text.equals($0, text, line.text) } ?? true
            if state.rangeEnd >= 0, isSameResource {
                record.rangeStart = state.rangeEnd
            } else {
                finding = Finding(rule: .unknownRangeStart, range: line.text)
            }
        }
        if !record.flags.contains(.duration) { finding = Finding(rule: .missingDuration, range: line.text) }
        record.keySet = state.keySet
        record.map = state.map
        record.bitrate = state.bitrate
        record.offset = base &+ start
        record.length = line.end &- start
        state.rangeEnd = record.rangeEnd
        state.uri = line.text
        let finished = record
        record = SegmentRecord()
        isInSegment = false
        return (finished, finding)
    }

    private mutating func takeDuration(_ line: PlaylistLine, in text: Span<UInt8>) -> Finding? {
        let number = Numbers.decimal(text, line.value)
        record.flags.insert(.duration)
        record.duration = number.micros
        guard number.isWellFormed, !number.isSigned else {
            return Finding(rule: .malformedValue, range: line.value)
        }
        guard number.end < line.value.upperBound else { return Finding(rule: .missingComma, range: line.text) }
        return text[number.end] == 0x2C ? nil : Finding(rule: .malformedValue, range: line.value)
    }

    private mutating func noteReferences(in text: Span<UInt8>, _ range: Range<Int>) {
        if text.extracting(range).contains(0x7B) { record.flags.insert(.references) }
    }
}
