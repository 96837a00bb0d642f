/// A JSON value, read and written without Foundation (RFC 8259); numbers keep their spelling.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    /// Members in the order in which they stand.
    case object([Member])

    struct Member: Sendable, Hashable {
        var name: String
        var value: JSONValue
    }

    /// The member of a name; of several the last, as most readers have it.
    subscript(name: String) -> JSONValue? {
        if case .object(let members) = self { members.last { $0.name == name }?.value } else { nil }
    }

    var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    var members: [Member]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The number of seconds in millionths, nil when it is no number.
    var duration: MediaDuration? {
        guard case .number(let text) = self else { return nil }
        let bytes = Array(text.utf8)
        // An exponent is rare, and what it makes inexact does not matter; a number that no type holds is held.
        return MediaDuration(attribute: bytes.span) ?? Double(text).map(MediaDuration.init(seconds:))
    }

    var strings: [String]? { array?.compactMap(\.string) }
}

extension JSONValue {
    /// Reads a document; nothing is nested deeper than 64 levels.
    ///
    /// `section` is that of the specification which has the document.
    init(parsing bytes: [UInt8], section: String) throws(PlaylistError) {
        var parser = JSONParser(bytes, section: section)
        self = try parser.document()
    }

    /// Appends the value as text.
    func write(to text: inout [UInt8]) {
        switch self {
        case .null: text.append("null")
        case .bool(let value): text.append(value ? "true" as StaticString : "false")
        case .number(let spelling): text.append(contentsOf: spelling.utf8)
        case .string(let value): Self.write(value, to: &text)
        case .array(let values):
            text.append(0x5B)
            for (index, value) in values.enumerated() {
                if index > 0 { text.append(0x2C) }
                value.write(to: &text)
            }
            text.append(0x5D)
        case .object(let members):
            text.append(0x7B)
            for (index, member) in members.enumerated() {
                if index > 0 { text.append(0x2C) }
                Self.write(member.name, to: &text)
                text.append(0x3A)
                member.value.write(to: &text)
            }
            text.append(0x7D)
        }
    }

    var text: String {
        var text: [UInt8] = []
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func write(_ string: String, to text: inout [UInt8]) {
        text.append(0x22)
        for byte in string.utf8 {
            switch byte {
            case 0x22, 0x5C: text += [0x5C, byte]
            case 0x00..<0x20:
                text.append("\\u00")
                for nibble in [byte >> 4, byte & 0x0F] { text.append(nibble < 10 ? 0x30 + nibble : 0x37 + nibble) }
            default: text.append(byte)
            }
        }
        text.append(0x22)
    }
}

/// Reads JSON by hand: no recursion is deeper than its limit, and no number is computed.
private struct JSONParser {
    private static let depthLimit = 64
    private let bytes: [UInt8]
    private let section: String
    private var index = 0

    init(_ bytes: [UInt8], section: String) {
        self.section = section
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    mutating func document() throws(PlaylistError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw error("There is text behind the document: remove it.") }
        return value
    }

    private mutating func value(depth: Int) throws(PlaylistError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("Values are nested deeper than 64 levels.") }
        skipSpace()
        guard index < bytes.count else { throw error("The document ends in the middle of a value.") }
        switch bytes[index] {
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try array(depth: depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(PlaylistError) -> JSONValue {
        var members: [JSONValue.Member] = []
        index += 1
        guard !skip(0x7D) else { return .object([]) }
        repeat {
            skipSpace()
            guard index < bytes.count, bytes[index] == 0x22 else { throw error("A member's name is missing.") }
            let name = try string()
            guard skip(0x3A) else { throw error("There is no colon behind a member's name.") }
            members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
        } while skip(0x2C)
        guard skip(0x7D) else { throw error("An object is not closed.") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(PlaylistError) -> JSONValue {
        var values: [JSONValue] = []
        index += 1
        guard !skip(0x5D) else { return .array([]) }
        repeat { values.append(try value(depth: depth + 1)) } while skip(0x2C)
        guard skip(0x5D) else { throw error("An array is not closed.") }
        return .array(values)
    }

    private mutating func string() throws(PlaylistError) -> String {
        var text: [UInt8] = []
        index += 1
        while index < bytes.count, bytes[index] != 0x22 {
            guard bytes[index] >= 0x20 else { throw error("There is a control character in a string.") }
            if bytes[index] == 0x5C {
                index += 1
                try escape(into: &text)
            } else {
                text.append(bytes[index])
                index += 1
            }
        }
        guard index < bytes.count else { throw error("A string is not closed.") }
        index += 1
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func escape(into text: inout [UInt8]) throws(PlaylistError) {
        guard index < bytes.count else { throw error("A string is not closed.") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75:
            var code = try unit()
            if code & 0xFC00 == 0xD800, index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75 {
                index += 2
                let low = try unit()
                code = low & 0xFC00 == 0xDC00 ? 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF : 0xFFFD
            }
            // A surrogate without its other half stands for nothing.
            text.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
        default: throw error("There is an unknown escape in a string.")
        }
    }

    private mutating func unit() throws(PlaylistError) -> UInt32 {
        guard index + 4 <= bytes.count, bytes[index] != 0x2B, bytes[index] != 0x2D,
            let value = UInt32(String(decoding: bytes[index..<(index + 4)], as: UTF8.self), radix: 16)
        else { throw error("There are not four digits behind \\u.") }
        index += 4
        return value
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(PlaylistError) -> JSONValue {
        let end = index + text.utf8CodeUnitCount
        guard bytes.span.equals(text, from: index, to: end) else { throw error("There is an unknown word.") }
        index = end
        return value
    }

    private mutating func number() throws(PlaylistError) -> JSONValue {
        let start = index
        _ = take(0x2D)
        guard index < bytes.count else { throw error("The document ends in the middle of a value.") }
        guard bytes[index] &- 0x30 <= 9 else { throw error("There is a character that starts no value.") }
        if !take(0x30) { try digits() }
        if take(0x2E) { try digits() }
        if take(0x65) || take(0x45) {
            _ = take(0x2B) || take(0x2D)
            try digits()
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() throws(PlaylistError) {
        let start = index
        while index < bytes.count, bytes[index] &- 0x30 <= 9 { index += 1 }
        guard index > start else { throw error("A number lacks digits.") }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private func error(_ message: String) -> PlaylistError {
        let before = bytes[..<min(index, bytes.count)]
        let line = before.count(where: { $0 == 0x0A }) + 1
        let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return PlaylistError(.malformedJSON, message, line: line, column: before.count - start + 1, section: section)
    }
}
