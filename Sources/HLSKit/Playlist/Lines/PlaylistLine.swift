/// One line of a playlist: what it is, and where its text lies among the bytes (draft-pantos-hls-rfc8216bis 4.1).
///
/// A line owns nothing, so that reading lines allocates nothing.
public struct PlaylistLine: Sendable, Hashable {
    /// What a line can be.
    public enum Content: Sendable, Hashable {
        /// Nothing, or only spaces.
        case blank
        /// A line that starts with `#` but not with `#EXT`.
        case comment
        /// A tag of the specification.
        case tag(PlaylistTag)
        /// A line that starts with `#EXT` and that the specification does not define.
        case unknownTag
        /// A line without `#`: the URI of a segment or of a playlist.
        case uri
    }

    /// What the line is.
    public let content: Content
    /// Where the line starts among the bytes, spaces in front of its text included.
    public let start: Int
    /// The text without line ending and without spaces around it.
    public let text: Range<Int>
    /// What follows the colon of a tag, without spaces in front; the whole text of a URI; empty otherwise.
    public let value: Range<Int>
    /// Where the next line starts.
    public let end: Int
    /// Whether the line has only printable ASCII characters.
    let isPlain: Bool
}

/// Cuts bytes into lines, one call a line.
///
/// A line ends with LF or CRLF. Spaces and tabs around the text of a line are passed over, and byte order marks in front
/// of it, which files that were joined have in their midst.
public struct PlaylistLineScanner: Sendable {
    /// Where the next line starts.
    public private(set) var offset: Int

    /// Starts at an offset, the beginning unless told otherwise.
    public init(at offset: Int = 0) {
        self.offset = max(0, offset)
    }

    /// The next line, or nil at the end.
    ///
    /// Every call has to be given the same bytes.
    public mutating func next(in bytes: Span<UInt8>) -> PlaylistLine? {
        if offset == 0, bytes.startsWithByteOrderMark { offset = 3 }
        guard offset < bytes.count else { return nil }
        let start = offset
        let (newline, isPlain) = bytes.endOfLine(from: start)
        offset = min(newline &+ 1, bytes.count)
        var first = start
        var last = newline
        while last > first, bytes.isSpace(at: last &- 1) { last &-= 1 }
        while first < last {
            if bytes.isSpace(at: first) {
                first &+= 1
            } else if bytes.hasByteOrderMark(at: first) {
                first &+= 3
            } else {
                break
            }
        }
        let text = first..<last
        guard first < last else {
            return PlaylistLine(
                content: .blank,
                start: start,
                text: text,
                value: last..<last,
                end: offset,
                isPlain: isPlain
            )
        }
        guard bytes[first] == 0x23 else {
            return PlaylistLine(content: .uri, start: start, text: text, value: text, end: offset, isPlain: isPlain)
        }
        return tagLine(in: bytes, start: start, text: text, isPlain: isPlain)
    }

    private func tagLine(
        in bytes: Span<UInt8>,
        start: Int,
        text: Range<Int>,
        isPlain: Bool
    ) -> PlaylistLine {
        let first = text.lowerBound &+ 1
        let last = text.upperBound
        guard last &- first >= 3, bytes[first] == 0x45, bytes[first &+ 1] == 0x58, bytes[first &+ 2] == 0x54 else {
            return PlaylistLine(
                content: .comment,
                start: start,
                text: text,
                value: last..<last,
                end: offset,
                isPlain: isPlain
            )
        }
        var colon = first
        // No defined name is longer than 28 letters; a longer one is unknown wherever its colon is.
        let limit = min(last, first &+ 29)
        while colon < limit, bytes[colon] != 0x3A { colon &+= 1 }
        if let tag = PlaylistTag.tag(in: bytes, from: first, to: colon) {
            var valueStart = min(colon &+ 1, last)
            while valueStart < last, bytes.isSpace(at: valueStart) { valueStart &+= 1 }
            let value = valueStart..<last
            return PlaylistLine(
                content: .tag(tag),
                start: start,
                text: text,
                value: value,
                end: offset,
                isPlain: isPlain
            )
        }
        while colon < last, bytes[colon] != 0x3A { colon &+= 1 }
        let value = min(colon &+ 1, last)..<last
        return PlaylistLine(content: .unknownTag, start: start, text: text, value: value, end: offset, isPlain: isPlain)
    }
}

extension Span<UInt8> {
    var startsWithByteOrderMark: Bool { hasByteOrderMark(at: 0) }

    func hasByteOrderMark(at index: Int) -> Bool {
        count &- index >= 3 && self[index] == 0xEF && self[index &+ 1] == 0xBB && self[index &+ 2] == 0xBF
    }

    /// Whether the first line ends with CRLF.
    var startsWithCRLFLine: Bool {
        let newline = endOfLine(from: 0).newline
        return newline > 0 && newline < count && self[newline - 1] == 0x0D
    }

    /// CR counts as a space, so that CRLF needs no second look.
    func isSpace(at index: Int) -> Bool {
        let byte = self[index]
        return byte == 0x20 || byte == 0x09 || byte == 0x0D
    }

    /// Where the line ends that starts at an offset: at its LF, or at the end.
    ///
    /// Eight bytes are looked at together. The flag tells whether the line is printable ASCII up to LF or CRLF.
    func endOfLine(from start: Int) -> (newline: Int, isPlain: Bool) {
        let end = count
        var index = start
        var seen: UInt64 = 0
        var isPlain = true
        while index &+ 8 <= end {
            let word = UInt64(
                littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            )
            let control = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
            guard control != 0 else {
                seen |= word
                index &+= 8
                continue
            }
            let step = control.trailingZeroBitCount >> 3
            seen |= word & ((1 << UInt64(truncatingIfNeeded: step << 3)) &- 1)
            index &+= step
            if self[index] == 0x0A { return (index, isPlain && seen & 0x8080_8080_8080_8080 == 0) }
            isPlain = isPlain && self[index] == 0x0D && index &+ 1 < end && self[index &+ 1] == 0x0A
            index &+= 1
        }
        while index < end, self[index] != 0x0A {
            let byte = self[index]
            isPlain = isPlain && byte < 0x80 && (byte >= 0x20 || byte == 0x0D)
            index &+= 1
        }
        return (index, isPlain && seen & 0x8080_8080_8080_8080 == 0)
    }

    /// Whether a byte occurs at all.
    func contains(_ byte: UInt8) -> Bool {
        let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
        var index = 0
        while index &+ 8 <= count {
            let word = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self) ^ pattern
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { return true }
            index &+= 8
        }
        while index < count {
            if self[index] == byte { return true }
            index &+= 1
        }
        return false
    }

    func equals(_ text: StaticString, from start: Int, to end: Int) -> Bool {
        guard start >= 0, end <= count, end &- start == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { text in
            for index in 0..<text.count where unsafe text[index] != self[start &+ index] { return false }
            return true
        }
    }

    func equals(_ range: Range<Int>, _ other: Span<UInt8>, _ otherRange: Range<Int>) -> Bool {
        let count = range.count
        guard count == otherRange.count, range.lowerBound >= 0, range.upperBound <= self.count,
            otherRange.lowerBound >= 0, otherRange.upperBound <= other.count
        else { return false }
        var index = 0
        while index &+ 8 <= count {
            let left = unsafe bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: range.lowerBound &+ index,
                as: UInt64.self
            )
            let right = unsafe other.bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: otherRange.lowerBound &+ index,
                as: UInt64.self
            )
            guard left == right else { return false }
            index &+= 8
        }
        while index < count {
            guard self[range.lowerBound &+ index] == other[otherRange.lowerBound &+ index] else { return false }
            index &+= 1
        }
        return true
    }

    /// The text of a range; bytes that are not UTF-8 become U+FFFD.
    func string(_ range: Range<Int>) -> String {
        guard range.lowerBound >= 0, range.upperBound <= count, !range.isEmpty else { return "" }
        return unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

}
