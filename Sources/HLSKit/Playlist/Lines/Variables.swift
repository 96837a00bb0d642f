/// The variables of a playlist and their values (draft-pantos-hls-rfc8216bis 4.3).
public struct PlaylistVariables: Sendable, Hashable {
    /// The value of each variable.
    public var values: [String: String]

    /// A table of variables.
    public init(_ values: [String: String] = [:]) {
        self.values = values
    }

    /// No text grows beyond this by substitution, so that a short hostile playlist cannot fill the memory.
    private static let limit = 1 << 24

    /// The text with the values of its variables; an unknown variable, and one that is too long, stays as it is written.
    public func substituted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        return String(decoding: substituted(bytes.span, 0..<bytes.count), as: UTF8.self)
    }

    func substituted(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            if let reference = Self.reference(text, at: index, end: range.upperBound),
                let value = values[text.string(reference)], result.count &+ value.utf8.count <= Self.limit
            {
                result.append(contentsOf: value.utf8)
                index = reference.upperBound &+ 1
            } else {
                result.append(text[index])
                index &+= 1
            }
        }
        return result
    }

    /// Substitutes where the specification allows it in attributes: in quoted-strings and hexadecimal-sequences.
    func substituted(_ list: AttributeList) -> AttributeList {
        let text = list.bytes.span
        guard text.contains(0x7B) else { return list }
        var result: [UInt8] = []
        var copied = 0
        var scanner = AttributeScanner(0..<text.count)
        while let slot = scanner.next(in: text) {
            guard Self.takesVariables(slot, in: text) else { continue }
            for index in copied..<slot.value.lowerBound { result.append(text[index]) }
            let value = substituted(text, slot.value)
            // A value with a quotation mark would break the list.
            let marks = value.lazy.filter { $0 == 0x22 }.count
            result.append(contentsOf: marks > 2 ? list.bytes[slot.value] : value[...])
            copied = slot.value.upperBound
        }
        for index in copied..<text.count { result.append(text[index]) }
        return AttributeList(bytes: result)
    }

    /// The number of bytes that the values of all variables may have together.
    static let totalLimit = 1 << 24

    /// Whether variables in the attribute's value are to be substituted.
    static func takesVariables(_ slot: AttributeSlot, in text: Span<UInt8>) -> Bool {
        guard !slot.value.isEmpty else { return false }
        return slot.isQuoted || text[slot.value.lowerBound] == 0x30 || text[slot.value.lowerBound] == 0x7B
    }

    /// The name within `{$name}` when there is such a reference at an offset.
    static func reference(_ text: Span<UInt8>, at index: Int, end: Int) -> Range<Int>? {
        guard index &+ 3 < end, text[index] == 0x7B, text[index &+ 1] == 0x24 else { return nil }
        var last = index &+ 2
        while last < end, isNameCharacter(text[last]) { last &+= 1 }
        guard last > index &+ 2, last < end, text[last] == 0x7D else { return nil }
        return (index &+ 2)..<last
    }

    static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}

extension AttributeList {
    /// This list with the references to variables that another list has, where their values are the same.
    func keepingReferences(of other: AttributeList, _ variables: PlaylistVariables) -> AttributeList {
        var result = self
        let text = other.bytes.span
        var scanner = AttributeScanner(0..<text.count)
        while let slot = scanner.next(in: text) {
            guard text.extracting(slot.value).contains(0x7B), PlaylistVariables.takesVariables(slot, in: text) else {
                continue
            }
            let value = String(decoding: variables.substituted(text, slot.value), as: UTF8.self)
            let name = text.string(slot.name)
            if rawValue(name) == value { result.setRawValue(name, to: other.bytes[slot.value]) }
        }
        return result
    }
}
