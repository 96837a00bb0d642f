/// Tells whether text is in Unicode normalization form C, for the scripts that have characters of both kinds in use:
/// Latin, Greek, Cyrillic, kana and Hangul.
enum Normalization {
    /// The first character that is written in pieces although there is one for all of it; nil when there is none.
    static func composable(in text: String) -> Character? {
        text.first { character in
            let scalars = character.unicodeScalars
            guard scalars.count > 1, let first = scalars.first else { return false }
            if composed.contains(character) { return true }
            let second = scalars[scalars.index(after: scalars.startIndex)]
            if isHangul(first.value, second.value) { return true }
            var start = String.UnicodeScalarView()
            start.append(first)
            start.append(second)
            return composed.contains(Character(String(start)))
        }
    }

    /// Whether bytes of UTF-8 start a mark or jamo that joins with what is in front.
    static func mayJoin(_ text: Span<UInt8>, at index: Int, length: Int) -> Bool {
        switch (length, text[index]) {
        case (2, 0xCC), (2, 0xCD): true
        case (3, 0xE1): (0x85...0x87).contains(text[index &+ 1])
        case (3, 0xE3): text[index &+ 1] == 0x82 && (0x99...0x9A).contains(text[index &+ 2])
        default: false
        }
    }

    // Comparing characters is by canonical equivalence: what equals one of these has a form of one scalar.
    private static let composed: Set<Character> = {
        let ranges: [ClosedRange<UInt32>] = [
            0xC0...0x233, 0x386...0x3CE, 0x400...0x4F9, 0x1E00...0x1FFC, 0x304C...0x30FA,
        ]
        return Set(ranges.joined().compactMap(Unicode.Scalar.init).map(Character.init))
    }()

    private static func isHangul(_ first: UInt32, _ second: UInt32) -> Bool {
        if (0x1100...0x1112).contains(first) { return (0x1161...0x1175).contains(second) }
        let isOpen = (0xAC00...0xD7A3).contains(first) && (first - 0xAC00) % 28 == 0
        return isOpen && (0x11A8...0x11C2).contains(second)
    }
}
