extension MediaSegments {
    /// Writes a new segment's lines behind the text and makes its record.
    mutating func add(_ segment: MediaSegment, after previous: SegmentRecord?) -> SegmentRecord {
        let writer = SegmentLines(usesCRLF: usesCRLF)
        let declarations = writer.keysAndMap(of: segment, after: previous, in: self)
        let start = added.count
        writer.append(segment, after: previous, declaring: declarations, to: &added)
        let base = source.count + start
        if declarations.isEmpty, variables.values.isEmpty, segment.isPlain {
            return SegmentRecord(segment, after: previous, text: TextRange(offset: base, length: added.count - start))
        }
        return parse(Array(added[start...]), base: base, after: previous, segment.byteRange?.start)
    }

    /// Makes the lines of a segment say what is new, and those of the next what they said before.
    mutating func change(at index: Int, from old: MediaSegment, to new: MediaSegment) {
        guard old != new else { return }
        var new = new
        if new.map != old.map { new.placement.mapKeys = nil }
        new.parts = PartialSegment.settled(new.parts)
        let following = index + 1 < records.count ? segment(at: index + 1) : nil
        var editor = TextEditor(Array(text(records[index])), usesCRLF: usesCRLF, variables: variables)
        edit(&editor, from: old, to: new)
        rewrite(at: index, editor.bytes, start: new.byteRange?.start)
        settle(at: index, as: new)
        if let following { settle(at: index + 1, as: following) }
        sums.update(at: index, records: records)
        compact()
    }

    /// Makes a segment's lines declare what applies to it, after something in front of it has changed.
    mutating func settle(at index: Int, as segment: MediaSegment, putting lines: [UInt8] = []) {
        let previous = index > 0 ? records[index - 1] : nil
        let start = segment.byteRange?.start
        rewrite(at: index, lines + text(records[index]), start: start)
        var editor = TextEditor(Array(text(records[index])), usesCRLF: usesCRLF, variables: variables)
        settleKeysAndMap(&editor, at: index, after: previous, as: segment)
        let bitrate = UInt32(clamping: Swift.max(0, segment.bitrate ?? 0))
        if records[index].bitrate != bitrate {
            editor.set(.bitrate, to: previous?.bitrate == bitrate ? nil : SegmentLines.bitrate(bitrate))
        }
        if records[index].flags.contains(.impliedStart), let range = segment.byteRange, start != nil {
            if previous?.rangeEnd != start || previous.map({ uri(of: $0) }) != uri(of: records[index]) {
                editor.set(.byteRange, to: SegmentLines.byteRange(range))
            }
        }
        rewrite(at: index, editor.bytes, start: start)
    }

    private func settleKeysAndMap(
        _ editor: inout TextEditor,
        at index: Int,
        after previous: SegmentRecord?,
        as segment: MediaSegment
    ) {
        let record = records[index]
        let hasMap = has(segment.map, mapKeys: segment.mapKeys, at: record.map)
        guard !hasMap || !has(segment.keys, in: record.keySet) else { return }
        let inherited = previous.map { keys(of: $0.keySet) } ?? []
        let declaredKeys = keyLines(in: record)
        let declaredMaps = mapLines(in: record)
        let inheritsMap = has(segment.map, mapKeys: segment.mapKeys, at: previous?.map ?? 0)
        if inheritsMap || segment.map == nil || segment.mapKeys == segment.keys {
            editor.replace(
                .tag(.key),
                declaredKeys,
                with: Self.declaration(of: segment.keys, after: inherited)
            ) { TextEditor.Rendered(line: $0.lineBytes) }
            let maps = inheritsMap ? [] : segment.map.map { [$0] } ?? []
            editor.replace(.tag(.map), declaredMaps, with: maps) { TextEditor.Rendered(line: $0.lineBytes) }
        } else {
            let lines = SegmentLines(usesCRLF: usesCRLF).keysAndMap(of: segment, after: previous, in: self)
            editor.replaceAll([.key, .map], with: lines)
        }
    }

    /// Whether keys are those of a set, without making any.
    func has(_ keys: [EncryptionKey], in number: UInt32) -> Bool {
        guard variables.values.isEmpty else { return keys == self.keys(of: number) }
        let set = tables.sets[Int(number)]
        guard keys.count == set.count else { return false }

        for (index, key) in keys.enumerated() where !hasText(key.attributes, in: tables.keys[set.start + index]) {
            return false
        }
        return true
    }

    private func hasText(_ attributes: AttributeList, in range: TextRange) -> Bool {
        let isInSource = range.offset < source.count
        let offset = isInSource ? range.offset : range.offset - source.count
        let text = isInSource ? source.span : added.span
        return text.equals(offset..<(offset + range.length), attributes.bytes.span, 0..<attributes.bytes.count)
    }

    /// Whether a map and its keys are those at an index.
    func has(_ map: MediaInitialization?, mapKeys: [EncryptionKey], at index: UInt32) -> Bool {
        guard let map, index != 0 else { return map == nil && index == 0 }
        let text = tables.maps[Int(index)].text
        let isSame = variables.values.isEmpty ? hasText(map.attributes, in: text) : self.map(at: index) == map
        return isSame && has(mapKeys, in: tables.maps[Int(index)].keySet)
    }

    /// The keys that apply after some are declared (4.4.4.4).
    static func apply(_ declared: [EncryptionKey], to keys: [EncryptionKey]) -> [EncryptionKey] {
        var keys = keys
        for key in declared {
            if SegmentTables.endsAll(key) {
                keys = []
            } else {
                keys.removeAll { SegmentTables.haveSameFormat($0, key) }
                keys.append(key)
            }
        }
        return keys
    }

    /// The keys to declare so that `keys` apply where `inherited` applied.
    static func declaration(of keys: [EncryptionKey], after inherited: [EncryptionKey]) -> [EncryptionKey] {
        guard keys != inherited else { return [] }
        let none = EncryptionKey(method: .none)
        guard !keys.isEmpty else { return [none] }
        // A format that no longer applies ends only with all others.
        return apply(keys, to: inherited) == keys ? keys : [none] + keys
    }

    private func edit(_ editor: inout TextEditor, from old: MediaSegment, to new: MediaSegment) {
        if old.uri != new.uri {
            editor.replace(.uri, [old.uri], with: [new.uri]) {
                TextEditor.Rendered(line: SegmentLines.singleLine($0))
            }
        }
        if old.duration != new.duration || old.title != new.title {
            editor.set(.segment, to: SegmentLines.duration(new))
        }
        if old.byteRange != new.byteRange {
            editor.set(.byteRange, to: new.byteRange.map(SegmentLines.byteRange))
        }
        if old.isDiscontinuity != new.isDiscontinuity {
            editor.set(.discontinuity, to: new.isDiscontinuity ? SegmentLines.bare(.discontinuity) : nil)
        }
        if old.isGap != new.isGap { editor.set(.gap, to: new.isGap ? SegmentLines.bare(.gap) : nil) }
        if old.programDateTime != new.programDateTime {
            editor.set(.programDateTime, to: new.programDateTime.map(SegmentLines.date))
        }
        editor.replace(.tag(.dateRange), old.dateRanges, with: new.dateRanges) {
            TextEditor.Rendered(line: $0.lineBytes)
        }
        editor.replace(.tag(.part), old.parts, with: new.parts) { TextEditor.Rendered(line: $0.lineBytes) }
        editor.replace(.other, old.otherLines, with: new.otherLines) {
            TextEditor.Rendered(line: SegmentLines.comment($0))
        }
    }

    mutating func rewrite(at index: Int, _ lines: [UInt8], start: Int?) {
        let previous = index > 0 ? records[index - 1] : nil
        guard lines[...] != text(records[index]) else {
            // The lines are the same but what they inherit may not be.
            records[index] = parse(lines, base: records[index].offset, after: previous, start)
            return
        }
        if records[index].offset >= source.count { deadBytes += records[index].length }
        let base = source.count + added.count
        added += lines
        records[index] = parse(lines, base: base, after: previous, start)
    }

    private mutating func parse(
        _ lines: [UInt8],
        base: Int,
        after previous: SegmentRecord?,
        _ rangeStart: Int?
    ) -> SegmentRecord {
        var parser = SegmentParser(mayHaveReferences: !variables.values.isEmpty)
        if let previous {
            parser.state.keySet = previous.keySet
            parser.state.map = previous.map
            parser.state.bitrate = previous.bitrate
        }
        parser.state.rangeEnd = rangeStart ?? -1
        let span = lines.span
        var tables = SegmentTables(keys: [], sets: [], maps: [])
        swap(&tables, &self.tables)
        defer {
            swap(&tables, &self.tables)
            // What the tables no longer need goes when the text does.
            if parser.hasDeclared { deadBytes += 64 }
        }
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            switch line.content {
            case .tag(let tag):
                _ = parser.take(tag, line, in: span, base: base, tables: &tables) { Array(text($0)) }
            case .comment, .unknownTag: parser.takeOther()
            case .blank: break
            case .uri: return resolved(parser.finish(line, in: span, base: base, from: 0).0, after: previous)
            }
        }
        // An empty URI leaves no line; the record still covers the text.
        let end = PlaylistLine(
            content: .uri,
            start: lines.count,
            text: 0..<0,
            value: 0..<0,
            end: lines.count,
            isPlain: true
        )
        return parser.finish(end, in: span, base: base, from: 0).0
    }

    /// The record with the start of its range where only the segment in front tells it, as for one that is read (4.4.4.2).
    private func resolved(_ record: SegmentRecord, after previous: SegmentRecord?) -> SegmentRecord {
        guard record.flags.contains(.impliedStart), record.rangeStart < 0, let previous, previous.rangeEnd >= 0,
            uri(of: previous) == uri(of: record)
        else { return record }
        var record = record
        record.rangeStart = previous.rangeEnd
        return record
    }
}

extension MediaSegments {
    private func keyLines(in record: SegmentRecord) -> [EncryptionKey] {
        guard record.flags.contains(.keys) else { return [] }
        return tagLists(.key, in: record).map(EncryptionKey.init)
    }

    private func mapLines(in record: SegmentRecord) -> [MediaInitialization] {
        guard record.flags.contains(.map) else { return [] }
        return tagLists(.map, in: record).map(MediaInitialization.init)
    }

    private func tagLists(_ tag: PlaylistTag, in record: SegmentRecord) -> [AttributeList] {
        var lists: [AttributeList] = []
        let text = text(record)
        let span = text.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            if case .tag(tag) = line.content {
                lists.append(variables.substituted(AttributeList(bytes: span.array(line.value))))
            }
        }
        return lists
    }

    func map(at index: UInt32) -> MediaInitialization {
        let text = text(tables.maps[Int(index)].text)
        return MediaInitialization(attributes: variables.substituted(AttributeList(bytes: Array(text))))
    }

    private func uri(of record: SegmentRecord) -> String {
        let text = text(record)
        var uri = ""
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text.span) {
            if line.content == .uri { uri = text.span.string(line.text) }
        }
        return uri
    }

    /// The lines of tags that speak of the whole playlist although they stand among the segments.
    func playlistLines(in text: ArraySlice<UInt8>) -> [UInt8] {
        var lines: [UInt8] = []
        let span = text.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: span) {
            if case .tag(let tag) = line.content, tag.isPlaylistWide {
                lines += span.array(line.start..<line.end)
            }
        }
        return lines
    }

    /// The lines of all segments that speak of the whole playlist.
    func allPlaylistLines() -> [UInt8] {
        records.reduce(into: []) { lines, record in
            if record.flags.contains(.playlistTags) { lines += playlistLines(in: text(record)) }
        }
    }

    /// Drops text that no segment has any more, once it is more than half: a window that slides for months stays small.
    mutating func compact() {
        guard deadBytes > 65_536, deadBytes > added.count / 2 else { return }
        var compacted = MediaSegments()
        compacted.variables = variables
        compacted.base = base
        compacted.usesCRLF = usesCRLF
        compacted.source = source
        compacted.orphans = orphans
        for index in records.indices {
            let record = records[index]
            let previous = compacted.records.last
            let lines = Array(text(record))
            let start = record.rangeStart < 0 ? nil : record.rangeStart
            if record.offset < source.count {
                compacted.records.append(compacted.parse(lines, base: record.offset, after: previous, start))
            } else {
                let base = source.count + compacted.added.count
                compacted.added += lines
                compacted.records.append(compacted.parse(lines, base: base, after: previous, start))
            }
            compacted.sums.append(compacted.records[index], at: index)
        }
        compacted.deadBytes = 0
        self = compacted
    }
}
