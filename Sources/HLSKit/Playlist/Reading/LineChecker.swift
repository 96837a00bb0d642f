/// Checks lines one by one as they are read: the text, the form of the tag's value, the attributes.
struct LineChecker {
    var diagnostics: DiagnosticCollector
    /// The number of the line that is being read, from 1.
    var number = 0
    private var seen: UInt64 = 0

    init(limit: Int, leastSeverity: PlaylistRule.Severity = .note) {
        diagnostics = DiagnosticCollector(limit: limit, leastSeverity: leastSeverity)
    }

    /// Reports a finding about a piece of the line.
    mutating func report(
        _ rule: PlaylistRule,
        _ line: PlaylistLine,
        at offset: Int? = nil,
        tag: PlaylistTag? = nil,
        subject: String = ""
    ) {
        let column = offset.map { $0 &- line.start &+ 1 } ?? 0
        diagnostics.report(rule, line: number, column: column, tag: tag, subject: subject)
    }

    /// Checks the text of a line, whatever it is.
    mutating func checkText(_ line: PlaylistLine, in text: Span<UInt8>) {
        if !line.isPlain { checkBytes(line, in: text) }
        guard line.content != .blank else { return }
        let trailing = line.end &- line.text.upperBound
        var isTidy = line.text.lowerBound == line.start
        if trailing > 1 {
            // A title may end with spaces.
            isTidy = isTidy && (trailing == 2 && text[line.text.upperBound] == 0x0D || line.content == .tag(.segment))
        } else if trailing == 1 {
            isTidy = isTidy && text[line.text.upperBound] == 0x0A
        }
        if line.value.lowerBound > line.text.lowerBound, !line.value.isEmpty {
            isTidy = isTidy && !text.isSpace(at: line.value.lowerBound &- 1)
        }
        if !isTidy { report(.strayWhitespace, line, at: line.value.lowerBound) }
    }

    /// Checks a tag: whether it may stand again, and whether its value has the right form.
    mutating func checkTag(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        if tag.isSingle {
            let bit: UInt64 = 1 << UInt64(tag.rawValue)
            if seen & bit != 0 { report(.duplicateTag, line, tag: tag, subject: "#\(tag.name)") }
            seen |= bit
        }
        switch tag.valueForm {
        case .none:
            if !line.value.isEmpty {
                report(.unexpectedValue, line, at: line.value.lowerBound, tag: tag, subject: "#\(tag.name)")
            }
        case .own: break
        case .attributes: checkAttributes(of: tag, line, in: text)
        }
    }

    private mutating func checkAttributes(of tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        let rules = tag.attributeRules
        var found: UInt32 = 0
        var unknown: Set<[UInt8]> = []
        var scanner = AttributeScanner(line.value)
        while let slot = scanner.next(in: text) {
            if !slot.isWellFormed {
                report(.malformedAttributeList, line, at: slot.start, tag: tag, subject: text.string(slot.name))
            }
            if let index = Self.rule(for: slot.name, in: rules, text) {
                let bit: UInt32 = 1 << UInt32(truncatingIfNeeded: index)
                if found & bit != 0 {
                    report(.duplicateAttribute, line, at: slot.start, tag: tag, subject: "\(rules[index].name)")
                }
                found |= bit
                check(slot, against: rules[index], of: tag, line, in: text)
            } else {
                if slot.isWellFormed, !Self.isName(slot.name, in: text) {
                    report(.malformedAttributeList, line, at: slot.start, tag: tag, subject: text.string(slot.name))
                }
                note(slot, in: &unknown, of: tag, line, in: text)
            }
        }
        for index in rules.indices where rules[index].isRequired && found & 1 << UInt32(truncatingIfNeeded: index) == 0
        {
            report(.missingAttribute, line, tag: tag, subject: "\(rules[index].name)")
        }
    }

    /// Whether a name has only capital letters, digits and hyphens (4.2).
    private static func isName(_ range: Range<Int>, in text: Span<UInt8>) -> Bool {
        for index in range {
            switch text[index] {
            case 0x30...0x39, 0x41...0x5A, 0x2D: continue
            default: return false
            }
        }
        return true
    }

    private mutating func note(
        _ slot: AttributeSlot,
        in unknown: inout Set<[UInt8]>,
        of tag: PlaylistTag,
        _ line: PlaylistLine,
        in text: Span<UInt8>
    ) {
        guard !slot.name.isEmpty, !diagnostics.isFull else { return }
        let name = text.array(slot.name)
        if tag == .dateRange { noteExtension(slot, name, line, in: text) }
        if !unknown.insert(name).inserted {
            report(.duplicateAttribute, line, at: slot.start, tag: tag, subject: String(decoding: name, as: UTF8.self))
        }
    }

    /// Checks an attribute of a date range that the specification does not define (4.4.5.1).
    private mutating func noteExtension(
        _ slot: AttributeSlot,
        _ name: [UInt8],
        _ line: PlaylistLine,
        in text: Span<UInt8>
    ) {
        let subject = String(decoding: name, as: UTF8.self)
        guard name.starts(with: [0x58, 0x2D]) else {
            return report(.dateRangeAttribute, line, at: slot.start, tag: .dateRange, subject: subject)
        }
        if !name.dropFirst(2).contains(0x2D) {
            report(.notReverseDNS, line, at: slot.start, tag: .dateRange, subject: subject)
        }
        let forms: [AttributeForm] = [.quoted, .hex, .signed]
        if !forms.contains(where: { Self.matches(slot, $0, in: text) }) {
            report(.malformedAttribute, line, at: slot.value.lowerBound, tag: .dateRange, subject: subject)
        }
    }

    private static func rule(for name: Range<Int>, in rules: [AttributeRule], _ text: Span<UInt8>) -> Int? {
        for index in rules.indices
        where text.equals(rules[index].name, from: name.lowerBound, to: name.upperBound) {
            return index
        }
        return nil
    }

    private mutating func check(
        _ slot: AttributeSlot,
        against rule: AttributeRule,
        of tag: PlaylistTag,
        _ line: PlaylistLine,
        in text: Span<UInt8>
    ) {
        // What a variable stands for is not known here.
        if PlaylistVariables.takesVariables(slot, in: text), text.extracting(slot.value).contains(0x7B) { return }
        if !Self.matches(slot, rule.form, in: text) {
            report(.malformedAttribute, line, at: slot.value.lowerBound, tag: tag, subject: "\(rule.name)")
        } else if let words = rule.words, !Self.words(of: slot, rule.form, areIn: words, text) {
            report(.unknownAttributeValue, line, at: slot.value.lowerBound, tag: tag, subject: "\(rule.name)")
        }
    }

    private static func matches(_ slot: AttributeSlot, _ form: AttributeForm, in text: Span<UInt8>) -> Bool {
        let value = slot.value
        switch form {
        case .integer: return Numbers.integer(text, value) != nil
        case .decimal: return Numbers.isDecimal(text, value, signed: false)
        case .signed: return Numbers.isDecimal(text, value, signed: true)
        case .hex: return HexadecimalSequence.isWellFormed(text, value)
        case .quoted, .quotedWords: return slot.isQuoted
        case .word: return !slot.isQuoted && !value.isEmpty && !value.contains { text[$0] == 0x22 || text[$0] == 0x20 }
        case .yes: return word(value, isIn: "YES", text)
        case .yesNo: return word(value, isIn: "YES|NO", text)
        case .quotedOrNone: return slot.isQuoted || word(value, isIn: "NONE", text)
        case .resolution: return !slot.isQuoted && Resolution(attribute: text.extracting(value)) != nil
        case .date: return slot.isQuoted && MediaDate.read(text, slot.content) != nil
        case .range: return slot.isQuoted && ByteRange.read(text, slot.content) != nil
        }
    }

    /// Whether the value, or each entry of a quoted list, is one of some words.
    private static func words(
        of slot: AttributeSlot,
        _ form: AttributeForm,
        areIn words: StaticString,
        _ text: Span<UInt8>
    ) -> Bool {
        guard form == .quotedWords else { return word(slot.value, isIn: words, text) }
        var start = slot.content.lowerBound
        for index in slot.content where text[index] == 0x2C {
            guard word(start..<index, isIn: words, text) else { return false }
            start = index &+ 1
        }
        return word(start..<slot.content.upperBound, isIn: words, text)
    }

    private static func word(_ value: Range<Int>, isIn words: StaticString, _ text: Span<UInt8>) -> Bool {
        words.withUTF8Buffer { words in
            var start = 0
            while start <= words.count {
                var end = start
                while end < words.count, unsafe words[end] != 0x7C { end += 1 }
                if end - start == value.count {
                    var isEqual = true
                    for index in 0..<value.count where unsafe words[start + index] != text[value.lowerBound + index] {
                        isEqual = false
                    }
                    if isEqual { return true }
                }
                start = end + 1
            }
            return false
        }
    }

    private mutating func checkBytes(_ line: PlaylistLine, in text: Span<UInt8>) {
        // A list of removed date ranges has tabs between its entries (4.4.5.2).
        let takesTabs = line.content == .tag(.skip)
        var mayJoin = false
        var index = line.start
        let end = line.end
        while index < end {
            let byte = text[index]
            if byte < 0x20 || byte == 0x7F {
                let isEnding = byte == 0x0A || (byte == 0x0D && index &+ 1 < end && text[index &+ 1] == 0x0A)
                let isOutside = index < line.text.lowerBound || index >= line.text.upperBound
                if !isEnding, !isOutside, !(byte == 0x09 && takesTabs) {
                    return report(.controlCharacter, line, at: index)
                }
                index &+= 1
            } else if byte < 0x80 {
                index &+= 1
            } else {
                let length = UTF8Sequence.length(in: text, at: index, end: end)
                guard length > 0 else { return report(.invalidUTF8, line, at: index) }
                if byte == 0xC2, text[index &+ 1] < 0xA0 { return report(.controlCharacter, line, at: index) }
                mayJoin = mayJoin || Normalization.mayJoin(text, at: index, length: length)
                index &+= length
            }
        }
        if mayJoin, !diagnostics.isFull, let character = Normalization.composable(in: text.string(line.text)) {
            report(.notNormalized, line, subject: String(character))
        }
    }
}

/// Tells whether bytes are UTF-8 (RFC 3629 4).
enum UTF8Sequence {
    /// The number of bytes of the character at an offset, 0 when there is none.
    static func length(in text: Span<UInt8>, at index: Int, end: Int) -> Int {
        let first = text[index]
        let (length, low, high): (Int, UInt8, UInt8) =
            switch first {
            case 0x00...0x7F: (1, 0x80, 0xBF)
            case 0xC2...0xDF: (2, 0x80, 0xBF)
            case 0xE0: (3, 0xA0, 0xBF)
            case 0xED: (3, 0x80, 0x9F)
            case 0xE1...0xEF: (3, 0x80, 0xBF)
            case 0xF0: (4, 0x90, 0xBF)
            case 0xF1...0xF3: (4, 0x80, 0xBF)
            case 0xF4: (4, 0x80, 0x8F)
            default: (0, 0, 0)
            }
        guard length > 0, end &- index >= length else { return 0 }
        guard length > 1 else { return 1 }
        guard text[index &+ 1] >= low, text[index &+ 1] <= high else { return 0 }
        for offset in 2..<max(2, length) where text[index &+ offset] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
