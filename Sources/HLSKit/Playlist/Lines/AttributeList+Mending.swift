extension AttributeList {
    /// The list in the form that the specification has for a tag (draft-pantos-hls-rfc8216bis 4.2), as far as it can be
    /// understood.
    ///
    /// Spaces around names and values go, and so does what has no name or no value and what is there a second time.
    /// Strings get their quotation marks, other values lose theirs. A list that is right stays as it is, byte for byte.
    public func mended(for tag: PlaylistTag) -> AttributeList {
        let text = bytes.span
        let rules = tag.attributeRules
        var entries: [(name: [UInt8], value: [UInt8])] = []
        var isOpen = false
        var scanner = AttributeScanner(0..<bytes.count)
        while let slot = scanner.next(in: text) {
            let name = text.array(slot.name)
            let hasValue = slot.value.lowerBound > slot.name.upperBound
            guard hasValue, !slot.value.isEmpty, Self.isName(name) else {
                // What a comma parts from a string without quotation marks belongs to it.
                if isOpen, !hasValue, !name.isEmpty { entries[entries.count - 1].value += [0x2C] + name }
                continue
            }
            let form = rules.first { Array("\($0.name)".utf8) == name }?.form
            isOpen = form?.isQuotedOnly == true && text[slot.value.lowerBound] != 0x22
            entries.append((name, text.array(slot.value)))
        }
        var result: [UInt8] = []
        var names: Set<[UInt8]> = []
        for (name, value) in entries where names.insert(name).inserted {
            let form = rules.first { Array("\($0.name)".utf8) == name }?.form
            if !result.isEmpty { result.append(0x2C) }
            result += name + [0x3D] + Self.mended(value, form)
        }
        return AttributeList(bytes: result)
    }

    private static func isName(_ name: [UInt8]) -> Bool {
        !name.isEmpty
            && name.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
    }

    /// A value with the quotation marks that its form has; those of an unknown attribute are only made two.
    private static func mended(_ value: [UInt8], _ form: AttributeForm?) -> [UInt8] {
        let mark: UInt8 = 0x22
        let content = value.filter { $0 != mark }
        let isQuoted: Bool
        switch form {
        case nil: isQuoted = value.first == mark
        case .quotedOrNone: isQuoted = !content.elementsEqual("NONE".utf8)
        case .some(let form): isQuoted = form.isQuotedOnly
        }
        return isQuoted ? [mark] + content + [mark] : content
    }
}

extension AttributeForm {
    /// Whether values have quotation marks, whatever they are.
    fileprivate var isQuotedOnly: Bool {
        switch self {
        case .quoted, .quotedWords, .date, .range: true
        default: false
        }
    }
}

extension AttributeTag {
    /// The tag with its attributes in the form that the specification has for them (4.2).
    public func mended() -> Self {
        var tag = self
        tag.attributes = attributes.mended(for: Self.tag)
        return tag
    }
}
