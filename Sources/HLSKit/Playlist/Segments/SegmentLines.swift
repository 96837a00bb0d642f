/// Writes the lines of segments.
struct SegmentLines {
    let usesCRLF: Bool

    /// Appends the lines of a segment that follows another: only what differs from what is in force already.
    ///
    /// `declarations` are the lines of its keys and its map.
    func append(
        _ segment: MediaSegment,
        after previous: SegmentRecord?,
        declaring declarations: [UInt8],
        to text: inout [UInt8]
    ) {
        var metadata: [UInt8] = []
        for range in segment.dateRanges { append(range.lineBytes, to: &metadata) }
        for line in segment.otherLines { append(Self.comment(line), to: &metadata) }
        var parts: [UInt8] = []
        if !segment.parts.isEmpty {
            for part in PartialSegment.settled(segment.parts) { append(part.lineBytes, to: &parts) }
        }
        let bitrate = UInt32(clamping: max(0, segment.bitrate ?? 0))
        let hasBitrate = bitrate != 0 && bitrate != previous?.bitrate
        // The closure would copy the segment; what it needs of it is less.
        let (uri, title, range, date) = (segment.uri, segment.title, segment.byteRange, segment.programDateTime)
        let (duration, isDiscontinuity, isGap) = (segment.duration, segment.isDiscontinuity, segment.isGap)
        let variable = declarations.count + metadata.count + parts.count + title.utf8.count + uri.utf8.count
        // The other lines have at most 228 bytes, with every number as long as it can be.
        text.append(addingCapacity: 256 + variable) { text in
            if isDiscontinuity { append("#EXT-X-DISCONTINUITY", to: &text) }
            text.append(declarations.span)
            if let date {
                text.append("#EXT-X-PROGRAM-DATE-TIME:")
                date.append(to: &text)
                endLine(&text)
            }
            text.append(metadata.span)
            if isGap { append("#EXT-X-GAP", to: &text) }
            if hasBitrate {
                text.append("#EXT-X-BITRATE:")
                Numbers.appendInteger(UInt64(bitrate), to: &text)
                endLine(&text)
            }
            text.append(parts.span)
            text.append("#EXTINF:")
            Numbers.appendSixDecimals(max(0, duration.microseconds), to: &text)
            text.append(0x2C)
            text.appendSingleLine(title)
            endLine(&text)
            if let range {
                text.append("#EXT-X-BYTERANGE:")
                range.append(to: &text)
                endLine(&text)
            }
            text.appendSingleLine(uri)
            endLine(&text)
        }
    }

    /// The lines of the keys and the map of a segment; none when those in force are the same.
    func keysAndMap(of segment: MediaSegment, after previous: SegmentRecord?, in list: MediaSegments) -> [UInt8] {
        let set = previous?.keySet ?? 0
        let inherited = previous?.map ?? 0
        // A map cannot be taken back: a segment without one has that of the segment in front.
        let inheritsMap = segment.map == nil || list.has(segment.map, mapKeys: segment.mapKeys, at: inherited)
        // The keys of the map are those of the segment unless it says otherwise: once compared is enough.
        let hasCompared = segment.map != nil && segment.placement.mapKeys == nil
        let isKnown = inheritsMap && hasCompared && list.tables.maps[Int(inherited)].keySet == set
        if isKnown || (inheritsMap && list.has(segment.keys, in: set)) { return [] }
        var text: [UInt8] = []
        var keys = list.keys(of: set)
        if !inheritsMap, let map = segment.map {
            for key in MediaSegments.declaration(of: segment.mapKeys, after: keys) { append(key.lineBytes, to: &text) }
            keys = segment.mapKeys
            append(map.lineBytes, to: &text)
        }
        for key in MediaSegments.declaration(of: segment.keys, after: keys) { append(key.lineBytes, to: &text) }
        return text
    }

    private func append(_ line: [UInt8], to text: inout [UInt8]) {
        text.append(contentsOf: line)
        endLine(&text)
    }

    private func endLine(_ text: inout [UInt8]) {
        if usesCRLF { text.append(0x0D) }
        text.append(0x0A)
    }

    private func append(_ line: StaticString, to text: inout OutputSpan<UInt8>) {
        text.append(line)
        endLine(&text)
    }

    private func endLine(_ text: inout OutputSpan<UInt8>) {
        if usesCRLF { text.append(0x0D) }
        text.append(0x0A)
    }

    static func bare(_ tag: PlaylistTag) -> [UInt8] {
        var line: [UInt8] = []
        line.appendTag(tag)
        return line
    }

    static func integer(_ tag: PlaylistTag, _ value: Int) -> [UInt8] {
        var line = bare(tag)
        line.append(0x3A)
        value.write(to: &line)
        return line
    }

    static func duration(_ segment: MediaSegment) -> [UInt8] {
        var line = bare(.segment)
        line.append(0x3A)
        line.append(addingCapacity: Numbers.maximumLength) {
            Numbers.appendSixDecimals(max(0, segment.duration.microseconds), to: &$0)
        }
        line.append(0x2C)
        line.appendSingleLine(segment.title)
        return line
    }

    static func byteRange(_ range: ByteRange) -> [UInt8] {
        var line = bare(.byteRange)
        line.append(0x3A)
        line.append(addingCapacity: ByteRange.maximumLength) { range.append(to: &$0) }
        return line
    }

    static func date(_ date: MediaDate) -> [UInt8] {
        var line = bare(.programDateTime)
        line.append(0x3A)
        line.append(addingCapacity: MediaDate.maximumLength) { date.append(to: &$0) }
        return line
    }

    static func bitrate(_ bitrate: UInt32) -> [UInt8] {
        integer(.bitrate, Int(bitrate))
    }

    static func singleLine(_ text: String) -> [UInt8] {
        var line: [UInt8] = []
        line.appendSingleLine(text)
        return line
    }

    /// A line that cannot be taken for a URI.
    static func comment(_ text: String) -> [UInt8] {
        let line = singleLine(text)
        return line.first == 0x23 ? line : [0x23] + line
    }
}

extension [UInt8] {
    /// Appends a text; line endings become spaces.
    mutating func appendSingleLine(_ string: String) {
        append(addingCapacity: string.utf8.count) { $0.appendSingleLine(string) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends a text; line endings become spaces.
    mutating func appendSingleLine(_ string: String) {
        var string = string
        string.withUTF8 { bytes in
            let text = unsafe bytes.span
            let (end, isPlain) = text.endOfLine(from: 0)
            if end == text.count, isPlain { return append(text) }
            for index in text.indices { append(text[index] == 0x0A || text[index] == 0x0D ? 0x20 : text[index]) }
        }
    }

    mutating func append(_ string: StaticString) {
        string.withUTF8Buffer { append(unsafe $0.span) }
    }

    /// Appends bytes together; there has to be room for them.
    mutating func append(_ bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe withUnsafeMutableBufferPointer { buffer, count in
                guard let source = bytes.baseAddress, let start = buffer.baseAddress else { return }
                unsafe (start + count).initialize(from: source, count: bytes.count)
                count += bytes.count
            }
        }
    }
}
