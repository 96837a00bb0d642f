import HLSKit

/// What the folder's playlist tells of a segment beside what is planned.
struct SegmentDetails: Sendable, Hashable {
    var title = ""
    var programDateTime: MediaDate?
    /// Kilobits a second.
    var bitrate: Int?
    var dateRanges: [DateRange] = []
    /// Tags that the specification does not define, a line each.
    var otherLines: [String] = []

    init() {}

    init(_ segment: MediaSegment) {
        title = segment.title
        programDateTime = segment.programDateTime
        bitrate = segment.bitrate
        dateRanges = segment.dateRanges
        otherLines = UnknownTags.kept(segment.otherLines)
    }

    /// Reads what ``write(to:)`` wrote, or nothing.
    init(_ reader: inout ByteReader) {
        guard !reader.isAtEnd else { return }
        title = reader.string()
        let bitrate = reader.number()
        if bitrate != 0 { self.bitrate = bitrate }
        if reader.byte() != 0 {
            programDateTime = MediaDate(
                microsecondsSince1970: Int64(reader.number()),
                utcOffset: reader.number()
            )
        }
        for _ in 0..<max(0, reader.number()) where !reader.isAtEnd {
            dateRanges.append(DateRange(attributes: AttributeList(bytes: Array(reader.block()))))
        }
        while !reader.isAtEnd { otherLines.append(reader.string()) }
    }

    /// Writes nothing when there is nothing to tell.
    func write(to writer: inout ByteWriter) {
        guard self != SegmentDetails() else { return }
        writer.append(title.utf8)
        writer.append(bitrate ?? 0)
        writer.append(programDateTime == nil ? 0 : 1 as UInt8)
        if let programDateTime {
            writer.append(Int(programDateTime.microsecondsSince1970))
            writer.append(programDateTime.utcOffset)
        }
        writer.append(dateRanges.count)
        for range in dateRanges { writer.append(range.attributes.bytes) }
        for line in otherLines { writer.append(line.utf8) }
    }
}
