import HLSKit

/// Walks over the bytes of a JSON text (RFC 8259) once, from value to value, and checks the grammar on its way.
///
/// Every method that can fail leaves the cursor unusable then. It holds no more than its place and one bit a level.
struct JSONCursor {
    /// A string as it is written, without its quotes.
    struct Text {
        fileprivate let start: Int
        fileprivate let end: Int
        fileprivate let hasEscapes: Bool
    }

    /// What a number is.
    enum Number: Equatable {
        /// Digits only, that fit 64 bits.
        case whole(UInt64)
        /// Any other number, as near as a double comes.
        case other(Double)
    }

    /// What kind of value comes next.
    enum Kind {
        case object, array, string, number, literal, nothing
    }

    /// The longest number that is evaluated; a longer one is not what a client sends as an id.
    private static let longestNumber = 64

    private let bytes: UnsafeRawBufferPointer
    private let maximumDepth: Int
    private var index = 0
    private var depth = 0
    /// Whether the innermost object entered has not given a key yet.
    private var isFirst = true
    private var isBroken = false

    /// Makes a cursor in front of the first value.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8; must outlive the cursor.
    ///   - maximumDepth: How deep values may be nested, at most 64.
    init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int) {
        self.bytes = bytes
        self.maximumDepth = min(maximumDepth, 64)
    }

    /// The kind of the next value, told by its first byte.
    mutating func peek() -> Kind {
        skipSpace()
        guard index < bytes.count else { return .nothing }
        switch bytes[index] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        default: return .literal
        }
    }

    /// Whether nothing but space is left.
    mutating func isAtEnd() -> Bool {
        skipSpace()
        return index == bytes.count
    }

    /// Goes into the object that is next.
    mutating func enter() -> Bool {
        guard take(UInt8(ascii: "{")), depth < maximumDepth else { return false }
        depth += 1
        isFirst = true
        return true
    }

    /// The next key of the object, whose value must then be read or skipped; nil at its end or when it is broken.
    mutating func nextKey() -> Text? {
        skipSpace()
        if index < bytes.count, bytes[index] == UInt8(ascii: "}") { return nil }
        if !isFirst {
            guard take(UInt8(ascii: ",")) else { return fail() }
        }
        isFirst = false
        skipSpace()
        guard let key = text() else { return fail() }
        skipSpace()
        guard take(UInt8(ascii: ":")) else { return fail() }
        skipSpace()
        return key
    }

    /// Goes out of the object behind whose last value the cursor is.
    mutating func leave() -> Bool {
        guard !isBroken, take(UInt8(ascii: "}")) else { return false }
        depth -= 1
        isFirst = false
        return true
    }

    private mutating func fail() -> Text? {
        isBroken = true
        return nil
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }
}

// MARK: Values

extension JSONCursor {
    /// Reads the string that is next.
    mutating func text() -> Text? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = index
        var hasEscapes = false
        while true {
            skipPlainCharacters()
            guard index < bytes.count else { return nil }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return Text(start: start, end: index - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                guard skipEscape() else { return nil }
            case 0x20...:
                index += 1
            default:
                return nil
            }
        }
    }

    /// Reads the number that is next.
    mutating func number() -> Number? {
        let start = index
        let isNegative = take(UInt8(ascii: "-"))
        let digits = index
        guard skipInteger() else { return nil }
        let isInteger = !isNegative
        let end = index
        guard skipFractionAndExponent() else { return nil }
        if isInteger, index == end {
            var value: UInt64 = 0
            for place in digits..<end {
                let (product, isTooBig) = value.multipliedReportingOverflow(by: 10)
                let (sum, isOver) = product.addingReportingOverflow(UInt64(bytes[place] - UInt8(ascii: "0")))
                guard !isTooBig, !isOver else { return .other(.infinity) }
                value = sum
            }
            return .whole(value)
        }
        guard index - start <= Self.longestNumber else { return .other(.nan) }
        return .other(Double(String(decoding: bytes[start..<index], as: UTF8.self)) ?? .nan)
    }

    /// Goes behind the next value, however large, without recursion.
    mutating func skipValue() -> Bool {
        let outside = depth
        // A bit a level: set in an object.
        var objects: UInt64 = 0
        while true {
            var isOpened = false
            switch peek() {
            case .object, .array:
                guard depth < maximumDepth else { return false }
                let isObject = bytes[index] == UInt8(ascii: "{")
                index += 1
                depth += 1
                objects = objects << 1 | (isObject ? 1 : 0)
                skipSpace()
                isOpened = !take(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                if isOpened {
                    if isObject, !skipKey() { return false }
                } else {
                    depth -= 1
                    objects >>= 1
                }
            case .string:
                guard text() != nil else { return false }
            case .number:
                guard skipNumber() else { return false }
            case .literal:
                guard skipLiteral() else { return false }
            case .nothing:
                return false
            }
            if isOpened { continue }
            while depth > outside {
                skipSpace()
                if take(UInt8(ascii: ",")) {
                    if objects & 1 == 1, !skipKey() { return false }
                    break
                }
                guard take(objects & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
                depth -= 1
                objects >>= 1
            }
            if depth == outside { return true }
        }
    }

    private mutating func skipKey() -> Bool {
        skipSpace()
        guard text() != nil else { return false }
        skipSpace()
        return take(UInt8(ascii: ":"))
    }

    private mutating func skipNumber() -> Bool {
        _ = take(UInt8(ascii: "-"))
        return skipInteger() && skipFractionAndExponent()
    }

    private mutating func skipInteger() -> Bool {
        if take(UInt8(ascii: "0")) { return true }
        return skipDigits()
    }

    private mutating func skipFractionAndExponent() -> Bool {
        if take(UInt8(ascii: ".")), !skipDigits() { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return skipDigits()
        }
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while index < bytes.count, bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") { index += 1 }
        return index > start
    }

    private mutating func skipLiteral() -> Bool {
        skipLiteral("true") || skipLiteral("false") || skipLiteral("null")
    }

    private mutating func skipLiteral(_ literal: StaticString) -> Bool {
        guard isEqual(index, min(bytes.count, index + literal.utf8CodeUnitCount), literal) else { return false }
        index += literal.utf8CodeUnitCount
        return true
    }
}

// MARK: Strings

extension JSONCursor {
    /// Whether a string is this ASCII text once its escapes are undone.
    func matches(_ text: Text, _ expected: StaticString) -> Bool {
        guard text.hasEscapes else { return isEqual(text.start, text.end, expected) }
        var place = text.start
        return expected.withUTF8Buffer { expected in
            for byte in expected {
                guard let (character, next) = character(at: place, end: text.end), character == UInt16(byte) else {
                    return false
                }
                place = next
            }
            return place == text.end
        }
    }

    private func isEqual(_ start: Int, _ end: Int, _ expected: StaticString) -> Bool {
        let count = expected.utf8CodeUnitCount
        guard end - start == count else { return false }
        return expected.withUTF8Buffer { expected in
            for offset in 0..<count where bytes[start + offset] != expected[offset] { return false }
            return true
        }
    }

    /// The unit at a place of a string that has been read, and the place behind it.
    private func character(at place: Int, end: Int) -> (UInt16, Int)? {
        guard place < end else { return nil }
        guard bytes[place] == UInt8(ascii: "\\") else { return (UInt16(bytes[place]), place + 1) }
        guard place + 1 < end else { return nil }
        switch bytes[place + 1] {
        case UInt8(ascii: "u"):
            guard place + 6 <= end else { return nil }
            var value: UInt16 = 0
            for offset in 2..<6 { value = value << 4 | UInt16(Hexadecimal.digit(bytes[place + offset]) ?? 0) }
            return (value, place + 6)
        case UInt8(ascii: "b"): return (0x08, place + 2)
        case UInt8(ascii: "f"): return (0x0C, place + 2)
        case UInt8(ascii: "n"): return (0x0A, place + 2)
        case UInt8(ascii: "r"): return (0x0D, place + 2)
        case UInt8(ascii: "t"): return (0x09, place + 2)
        case let byte: return (UInt16(byte), place + 2)
        }
    }

    /// Goes over eight characters at a time while none of them ends the string, escapes or must not be there.
    private mutating func skipPlainCharacters() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        while bytes.count - index >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            // The usual test for a zero byte; bytes over 0x7F are no reason to stop.
            let isQuote = (quotes &- ones) & ~quotes
            let isBackslash = (backslashes &- ones) & ~backslashes
            let isControl = (word &- (ones &* 0x20)) & ~word
            if (isQuote | isBackslash | isControl) & highs != 0 { return }
            index += 8
        }
    }

    private mutating func skipEscape() -> Bool {
        guard index + 1 < bytes.count else { return false }
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            index += 2
            return true
        case UInt8(ascii: "u"):
            guard index + 6 <= bytes.count else { return false }
            for offset in 2..<6 where Hexadecimal.digit(bytes[index + offset]) == nil { return false }
            index += 6
            return true
        default:
            return false
        }
    }
}
