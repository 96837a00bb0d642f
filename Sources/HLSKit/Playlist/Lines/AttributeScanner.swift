/// Where one attribute of an attribute list lies (draft-pantos-hls-rfc8216bis 4.2).
struct AttributeSlot {
    /// Where the slot starts: behind the comma in front of it.
    var start: Int
    /// The name, without spaces around it.
    var name: Range<Int>
    /// The value as it is written, quotation marks included.
    var value: Range<Int>
    /// Where the slot ends: at its comma, or at the end of the list.
    var end: Int
    /// Whether the value is in quotation marks.
    var isQuoted: Bool
    /// Whether there was a name, an equals sign, and nothing that does not belong there.
    var isWellFormed: Bool

    /// The value without its quotation marks.
    var content: Range<Int> {
        isQuoted ? (value.lowerBound &+ 1)..<(max(value.lowerBound &+ 1, value.upperBound &- 1)) : value
    }
}

/// Walks through the attributes of a list, one call an attribute, whatever the list looks like.
struct AttributeScanner {
    private var index: Int
    private let end: Int
    private var isDone: Bool

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
        isDone = range.isEmpty
    }

    mutating func next(in text: Span<UInt8>) -> AttributeSlot? {
        guard !isDone else { return nil }
        let start = index
        while index < end, text.isSpace(at: index) { index &+= 1 }
        let nameStart = index
        while index < end, text[index] != 0x3D, text[index] != 0x2C { index &+= 1 }
        var nameEnd = index
        while nameEnd > nameStart, text.isSpace(at: nameEnd &- 1) { nameEnd &-= 1 }
        var slot = AttributeSlot(
            start: start,
            name: nameStart..<nameEnd,
            value: index..<index,
            end: index,
            isQuoted: false,
            isWellFormed: nameStart == start && nameEnd == index && nameEnd > nameStart
        )
        if index < end, text[index] == 0x3D {
            index &+= 1
            readValue(of: &slot, in: text)
        } else {
            slot.isWellFormed = false
        }
        slot.end = index
        if index < end { index &+= 1 } else { isDone = true }
        return slot
    }

    private mutating func readValue(of slot: inout AttributeSlot, in text: Span<UInt8>) {
        let first = index
        while index < end, text.isSpace(at: index) { index &+= 1 }
        if index != first { slot.isWellFormed = false }
        let valueStart = index
        if index < end, text[index] == 0x22 {
            index &+= 1
            while index < end, text[index] != 0x22 { index &+= 1 }
            if index < end {
                index &+= 1
                slot.isQuoted = true
            } else {
                slot.isWellFormed = false
            }
            slot.value = valueStart..<index
            if index < end, text[index] != 0x2C { slot.isWellFormed = false }
            while index < end, text[index] != 0x2C { index &+= 1 }
        } else {
            while index < end, text[index] != 0x2C { index &+= 1 }
            var valueEnd = index
            while valueEnd > valueStart, text.isSpace(at: valueEnd &- 1) { valueEnd &-= 1 }
            if valueEnd != index || valueEnd == valueStart { slot.isWellFormed = false }
            slot.value = valueStart..<valueEnd
        }
    }
}
