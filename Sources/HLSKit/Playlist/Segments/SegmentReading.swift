extension MediaSegments {
    /// The lines of a segment.
    func text(_ record: SegmentRecord) -> ArraySlice<UInt8> {
        text(TextRange(offset: record.offset, length: record.length))
    }

    func text(_ range: TextRange) -> ArraySlice<UInt8> {
        if range.offset < source.count { return source[range.offset..<(range.offset + range.length)] }
        let offset = range.offset - source.count
        return added[offset..<(offset + range.length)]
    }

    /// The segment at an index, with what applies to it.
    func segment(at index: Int) -> MediaSegment {
        let record = records[index]
        var segment = declared(in: text(record), record)
        segment.placement = placement(of: index)
        segment.byteRange = record.range
        segment.keys = keys(of: record.keySet)
        if record.map != 0 {
            let map = tables.maps[Int(record.map)]
            segment.map = MediaInitialization(attributes: attributes(text(map.text)))
            segment.placement.mapKeys = map.keySet == record.keySet ? segment.keys : keys(of: map.keySet)
        }
        segment.parts = PartialSegment.settled(segment.parts)
        segment.bitrate = record.bitrate == 0 ? nil : Int(record.bitrate)
        return segment
    }

    /// Where a segment is: its numbers, its start and its date.
    func placement(of index: Int) -> MediaSegment.Placement {
        let (duration, discontinuities) = sums.before(index, records: records)
        var placement = MediaSegment.Placement()
        placement.mediaSequence = base.mediaSequence &+ base.skippedSegments &+ index
        placement.discontinuitySequence = base.discontinuitySequence &+ discontinuities
        placement.startTime = MediaDuration(microseconds: duration)
        if let dated = sums.dated(near: index, records: records) {
            let origin = dated == index ? duration : sums.before(dated, records: records).duration
            placement.date = MediaDate(
                microsecondsSince1970: records[dated].date &+ duration &- origin,
                utcOffset: 0
            )
        }
        return placement
    }

    /// The keys of a set.
    func keys(of set: UInt32) -> [EncryptionKey] {
        guard set != 0 else { return [] }
        let set = tables.sets[Int(set)]
        return tables.keys[set.start..<(set.start + set.count)].map { EncryptionKey(attributes: attributes(text($0))) }
    }

    private func attributes(_ text: ArraySlice<UInt8>) -> AttributeList {
        let list = AttributeList(bytes: Array(text))
        return variables.values.isEmpty ? list : variables.substituted(list)
    }

    /// What the lines of a segment themselves say.
    private func declared(in text: ArraySlice<UInt8>, _ record: SegmentRecord) -> MediaSegment {
        var segment = MediaSegment(uri: "", duration: MediaDuration(microseconds: record.duration))
        segment.isDiscontinuity = record.flags.contains(.discontinuity)
        segment.isGap = record.flags.contains(.gap)
        let span = text.span
        let substitutes = record.flags.contains(.references) && !variables.values.isEmpty
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            switch line.content {
            case .tag(.segment):
                segment.title = span.string(Self.title(span, line.value))
            case .tag(.programDateTime):
                segment.programDateTime = MediaDate.read(span, line.value)?.0 ?? segment.programDateTime
            case .tag(.dateRange):
                segment.dateRanges.append(DateRange(attributes: attributes(text, line.value)))
            case .tag(.part):
                segment.parts.append(PartialSegment(attributes: attributes(text, line.value)))
            case .comment, .unknownTag: segment.otherLines.append(span.string(line.text))
            case .uri:
                segment.uri =
                    substitutes
                    ? String(decoding: variables.substituted(span, line.text), as: UTF8.self)
                    : span.string(line.text)
            default: break
            }
        }
        return segment
    }

    /// Where the title of an `#EXTINF` is: behind the first comma that is in no quotation marks.
    private static func title(_ text: Span<UInt8>, _ value: Range<Int>) -> Range<Int> {
        var index = Numbers.decimal(text, value).end
        var isQuoted = false
        while index < value.upperBound, isQuoted || text[index] != 0x2C {
            if text[index] == 0x22 { isQuoted.toggle() }
            index &+= 1
        }
        return Swift.min(index &+ 1, value.upperBound)..<value.upperBound
    }

    private func attributes(_ text: ArraySlice<UInt8>, _ range: Range<Int>) -> AttributeList {
        attributes(text[(text.startIndex + range.lowerBound)..<(text.startIndex + range.upperBound)])
    }
}
