/// What the list of segments keeps of each one: where its lines are, and what cannot be read from them alone.
struct SegmentRecord {
    /// Where the lines start: an offset into the text that was read, or behind it into the text that was added.
    var offset = 0
    /// How many bytes the lines have.
    var length = 0
    /// The duration in microseconds.
    var duration: Int64 = 0
    /// The date of the segment's own `#EXT-X-PROGRAM-DATE-TIME`, in microseconds.
    var date: Int64 = 0
    /// The offset of the segment's byte range, resolved; -1 when it is not known.
    var rangeStart = -1
    /// The length of the segment's byte range.
    var rangeLength = 0
    /// The set of keys that apply.
    var keySet: UInt32 = 0
    /// The map that applies; 0 is none.
    var map: UInt32 = 0
    /// The bit rate that applies, in kilobits per second; 0 is none.
    var bitrate: UInt32 = 0
    /// What the lines have.
    var flags: Flags = []

    struct Flags: OptionSet {
        let rawValue: UInt16

        static let discontinuity = Flags(rawValue: 1)
        static let gap = Flags(rawValue: 2)
        static let date = Flags(rawValue: 4)
        static let range = Flags(rawValue: 8)
        static let impliedStart = Flags(rawValue: 16)
        static let parts = Flags(rawValue: 32)
        static let dateRanges = Flags(rawValue: 64)
        static let otherLines = Flags(rawValue: 128)
        static let playlistTags = Flags(rawValue: 256)
        static let keys = Flags(rawValue: 512)
        static let map = Flags(rawValue: 1_024)
        static let bitrate = Flags(rawValue: 2_048)
        static let references = Flags(rawValue: 4_096)
        static let duration = Flags(rawValue: 8_192)
    }

    var range: ByteRange? {
        guard flags.contains(.range) else { return nil }
        return ByteRange(length: rangeLength, start: rangeStart < 0 ? nil : rangeStart)
    }

    var rangeEnd: Int {
        guard flags.contains(.range), rangeStart >= 0 else { return -1 }
        let (end, overflowed) = rangeStart.addingReportingOverflow(rangeLength)
        return overflowed ? -1 : end
    }
}

extension SegmentRecord {
    /// What the parser makes of the lines of a plain segment that declares nothing, without reading them.
    init(_ segment: borrowing MediaSegment, after previous: SegmentRecord?, text: TextRange) {
        offset = text.offset
        length = text.length
        duration = max(0, segment.duration.microseconds)
        flags = .duration
        if segment.isDiscontinuity { flags.insert(.discontinuity) }
        if segment.isGap { flags.insert(.gap) }
        if let programDateTime = segment.programDateTime {
            flags.insert(.date)
            date = programDateTime.microsecondsSince1970
        }
        if let range = segment.byteRange {
            flags.insert(.range)
            rangeLength = max(0, range.length)
            rangeStart = max(0, range.start ?? 0)
        }
        keySet = previous?.keySet ?? 0
        map = previous?.map ?? 0
        bitrate = UInt32(clamping: max(0, segment.bitrate ?? 0))
        if bitrate == 0 {
            bitrate = previous?.bitrate ?? 0
        } else if bitrate != previous?.bitrate {
            flags.insert(.bitrate)
        }
    }
}

extension MediaSegment {
    /// Whether the record of the segment can be made of its values: they cannot be read in another way than meant.
    var isPlain: Bool {
        guard dateRanges.isEmpty, parts.isEmpty, otherLines.isEmpty, byteRange.map({ $0.start != nil }) ?? true,
            let first = uri.utf8.first
        else { return false }
        let date = programDateTime?.microsecondsSince1970 ?? 0
        // Neither a space, a comment, nor a byte order mark; a year of four digits.
        return first > 0x23 && first < 0x80 && (0...MediaDate.lastMicrosecond).contains(date)
    }
}

/// A piece of text: an offset into the text that was read, or behind it into the text that was added.
struct TextRange {
    var offset: Int
    var length: Int
}

/// The sets of keys and the maps that segments refer to by number.
struct SegmentTables {
    struct KeySet {
        var start: Int
        var count: Int
    }

    struct Map {
        var text: TextRange
        /// The keys that apply to the map itself: those in force where it stands.
        var keySet: UInt32
    }

    /// The greatest number of keys that apply at once; more would cost the square of their number.
    static let maximumKeys = 32

    /// The attribute lists of the keys of all sets, one set after the other.
    var keys: [TextRange] = []
    /// The first set is the empty one.
    var sets: [KeySet] = [KeySet(start: 0, count: 0)]
    /// The first is none.
    var maps: [Map] = [Map(text: TextRange(offset: 0, length: 0), keySet: 0)]

    /// The set that follows when a key is declared: it replaces the key of its format, and `NONE` ends all (4.4.4.4).
    ///
    /// - Returns: nil when more keys than ``maximumKeys`` would apply.
    mutating func set(
        after set: UInt32,
        declaring value: Range<Int>,
        in text: Span<UInt8>,
        base: Int,
        bytes: (TextRange) -> [UInt8]
    ) -> UInt32? {
        let (method, format) = Self.methodAndFormat(text, value)
        if text.equals("NONE", from: method.lowerBound, to: method.upperBound) { return 0 }
        let previous = sets[Int(set)]
        let start = keys.count
        for index in previous.start..<(previous.start + previous.count) {
            let other = keys[index]
            let isSame: Bool
            if other.offset >= base, other.offset &- base &+ other.length <= text.count {
                let first = other.offset &- base
                let (_, otherFormat) = Self.methodAndFormat(text, first..<(first &+ other.length))
                isSame = Self.isSameFormat(text, format, text, otherFormat)
            } else {
                let copy = bytes(other)
                let (_, otherFormat) = Self.methodAndFormat(copy.span, 0..<copy.count)
                isSame = Self.isSameFormat(text, format, copy.span, otherFormat)
            }
            if !isSame { keys.append(other) }
        }
        guard keys.count - start < Self.maximumKeys else {
            keys.removeLast(keys.count - start)
            return nil
        }
        keys.append(TextRange(offset: base &+ value.lowerBound, length: value.count))
        sets.append(KeySet(start: start, count: keys.count - start))
        return UInt32(truncatingIfNeeded: sets.count - 1)
    }

    /// Where the values of METHOD and KEYFORMAT are; empty when they are missing.
    ///
    /// Of two attributes of one name the first counts, as everywhere.
    static func methodAndFormat(_ text: Span<UInt8>, _ list: Range<Int>) -> (method: Range<Int>, format: Range<Int>) {
        var method = 0..<0
        var format = 0..<0
        var (hasMethod, hasFormat) = (false, false)
        var scanner = AttributeScanner(list)
        while let slot = scanner.next(in: text) {
            if !hasMethod, text.equals("METHOD", from: slot.name.lowerBound, to: slot.name.upperBound) {
                hasMethod = true
                method = slot.content
            } else if !hasFormat, text.equals("KEYFORMAT", from: slot.name.lowerBound, to: slot.name.upperBound) {
                hasFormat = true
                // `identity` is what a missing format means.
                let isIdentity = text.equals("identity", from: slot.content.lowerBound, to: slot.content.upperBound)
                format = isIdentity ? 0..<0 : slot.content
            }
        }
        return (method, format)
    }

    /// Whether a key ends all that are in force.
    static func endsAll(_ key: EncryptionKey) -> Bool {
        let text = key.attributes.bytes.span
        let (method, _) = methodAndFormat(text, 0..<text.count)
        return text.equals("NONE", from: method.lowerBound, to: method.upperBound)
    }

    /// Whether one key takes the place of another.
    static func haveSameFormat(_ key: EncryptionKey, _ other: EncryptionKey) -> Bool {
        let text = key.attributes.bytes.span
        let otherText = other.attributes.bytes.span
        let (_, format) = methodAndFormat(text, 0..<text.count)
        let (_, otherFormat) = methodAndFormat(otherText, 0..<otherText.count)
        return isSameFormat(text, format, otherText, otherFormat)
    }

    private static func isSameFormat(
        _ text: Span<UInt8>,
        _ range: Range<Int>,
        _ other: Span<UInt8>,
        _ otherRange: Range<Int>
    ) -> Bool {
        text.equals(range, other, otherRange)
    }
}
