/// Writes the lines of segments.
struct SegmentLines {
    let usesCRLF: Bool

    /// Appends the lines of a segment that follows another: only what differs from what is in force already.
    func append(
        _ segment: MediaSegment,
        after previous: SegmentRecord?,
        in list: MediaSegments,
        to text: inout [UInt8]
    ) {
        if segment.isDiscontinuity { append(Self.bare(.discontinuity), to: &text) }
        appendKeysAndMap(segment, after: previous, in: list, to: &text)
        if let date = segment.programDateTime {
            text.appendTag(.programDateTime)
            text.append(0x3A)
            date.append(to: &text)
            endLine(&text)
        }
        for range in segment.dateRanges { append(range.lineBytes, to: &text) }
        for line in segment.otherLines { append(Self.comment(line), to: &text) }
        if segment.isGap { append(Self.bare(.gap), to: &text) }
        let bitrate = UInt32(clamping: max(0, segment.bitrate ?? 0))
        if bitrate != 0, bitrate != previous?.bitrate { append(Self.bitrate(bitrate), to: &text) }
        for part in PartialSegment.settled(segment.parts) { append(part.lineBytes, to: &text) }
        text.append("#EXTINF:")
        Numbers.appendSixDecimals(max(0, segment.duration.microseconds), to: &text)
        text.append(0x2C)
        text.appendSingleLine(segment.title)
        endLine(&text)
        if let range = segment.byteRange {
            text.append("#EXT-X-BYTERANGE:")
            range.append(to: &text)
            endLine(&text)
        }
        text.appendSingleLine(segment.uri)
        endLine(&text)
    }

    /// Appends the keys and the map of a segment, unless those in force are the same.
    func appendKeysAndMap(
        _ segment: MediaSegment,
        after previous: SegmentRecord?,
        in list: MediaSegments,
        to text: inout [UInt8]
    ) {
        let set = previous?.keySet ?? 0
        let inherited = previous?.map ?? 0
        // A map cannot be taken back: a segment without one has that of the segment in front.
        let inheritsMap = segment.map == nil || list.has(segment.map, mapKeys: segment.mapKeys, at: inherited)
        if inheritsMap, list.has(segment.keys, in: set) { return }
        var keys = list.keys(of: set)
        if !inheritsMap, let map = segment.map {
            for key in MediaSegments.declaration(of: segment.mapKeys, after: keys) { append(key.lineBytes, to: &text) }
            keys = segment.mapKeys
            append(map.lineBytes, to: &text)
        }
        for key in MediaSegments.declaration(of: segment.keys, after: keys) { append(key.lineBytes, to: &text) }
    }

    private func append(_ line: [UInt8], to text: inout [UInt8]) {
        text.append(contentsOf: line)
        endLine(&text)
    }

    private func endLine(_ text: inout [UInt8]) {
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
        Numbers.appendSixDecimals(max(0, segment.duration.microseconds), to: &line)
        line.append(0x2C)
        line.appendSingleLine(segment.title)
        return line
    }

    static func byteRange(_ range: ByteRange) -> [UInt8] {
        var line = bare(.byteRange)
        line.append(0x3A)
        range.append(to: &line)
        return line
    }

    static func date(_ date: MediaDate) -> [UInt8] {
        var line = bare(.programDateTime)
        line.append(0x3A)
        date.append(to: &line)
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
    mutating func appendSingleLine(_ text: String) {
        let start = count
        append(contentsOf: text.utf8)
        for index in start..<count where self[index] == 0x0A || self[index] == 0x0D { self[index] = 0x20 }
    }
}
