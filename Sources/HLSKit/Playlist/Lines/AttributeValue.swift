/// A value that an attribute can have, with the way in which it is written (draft-pantos-hls-rfc8216bis 4.2).
public protocol AttributeValue: Sendable {
    /// Reads a value as it is written, quotation marks included; nil when it is of another form.
    init?(attribute text: Span<UInt8>)
    /// Appends the value as it is written.
    func write(to text: inout [UInt8])
}

extension Span<UInt8> {
    /// The value without quotation marks, whether it had any or not: servers forget them, and add them.
    var unquoted: Range<Int> {
        count >= 2 && self[0] == 0x22 && self[count - 1] == 0x22 ? 1..<(count - 1) : 0..<count
    }
}

extension Int: AttributeValue {
    /// Reads a decimal-integer; a fraction is forgiven and dropped.
    ///
    /// Nil for anything else, a negative number and one above `Int.max` included.
    public init?(attribute text: Span<UInt8>) {
        let content = text.unquoted
        if let value = Numbers.integer(text, content) {
            self = value
        } else {
            let number = Numbers.decimal(text, content)
            guard number.isWellFormed, number.hasPoint, number.end == content.upperBound, number.micros >= 0 else {
                return nil
            }
            self = Int(number.micros / 1_000_000)
        }
    }

    /// Appends a decimal-integer; a negative number is written as 0.
    public func write(to text: inout [UInt8]) {
        text.append(addingCapacity: Numbers.maximumLength) {
            Numbers.appendInteger(UInt64(Swift.max(0, self)), to: &$0)
        }
    }
}

extension Double: AttributeValue {
    /// Reads a signed-decimal-floating-point, to millionths.
    public init?(attribute text: Span<UInt8>) {
        guard let duration = MediaDuration(attribute: text) else { return nil }
        self = duration.seconds
    }

    /// Appends the number rounded to millionths, without zeros at its end.
    public func write(to text: inout [UInt8]) {
        MediaDuration(seconds: self).write(to: &text)
    }
}

extension Bool: AttributeValue {
    /// Reads `YES` or `NO`.
    public init?(attribute text: Span<UInt8>) {
        let content = text.unquoted
        if text.equals("YES", from: content.lowerBound, to: content.upperBound) {
            self = true
        } else if text.equals("NO", from: content.lowerBound, to: content.upperBound) {
            self = false
        } else {
            return nil
        }
    }

    /// Appends `YES` or `NO`.
    public func write(to text: inout [UInt8]) {
        text.append(self ? "YES" as StaticString : "NO")
    }
}

extension String: AttributeValue {
    /// Reads a quoted-string; missing quotation marks are forgiven.
    public init?(attribute text: Span<UInt8>) {
        self = text.string(text.unquoted)
    }

    /// Appends a quoted-string.
    ///
    /// What must not stand in one is replaced: `"` by `'`, line endings by spaces.
    public func write(to text: inout [UInt8]) {
        text.append(0x22)
        for byte in utf8 {
            text.append(byte == 0x22 ? 0x27 : byte == 0x0A || byte == 0x0D ? 0x20 : byte)
        }
        text.append(0x22)
    }
}

/// A word from a list that may grow, such as the method of a key.
///
/// A word that this library does not know is kept as it is written.
public protocol PlaylistToken: RawRepresentable, AttributeValue, Hashable where RawValue == String {
    /// Whether the word is written in quotation marks when it is an attribute of its own.
    static var isQuoted: Bool { get }
    /// A word as it is written.
    init(rawValue: String)
}

extension PlaylistToken {
    /// Words are enumerated-strings, without quotation marks, unless a type says otherwise.
    public static var isQuoted: Bool { false }

    /// Reads a word; quotation marks are forgiven.
    public init?(attribute text: Span<UInt8>) {
        self.init(rawValue: text.string(text.unquoted))
    }

    /// Appends the word.
    ///
    /// Quotation marks, commas and spaces, which it must not have, are left out.
    public func write(to text: inout [UInt8]) {
        if Self.isQuoted { text.append(0x22) }
        text.append(contentsOf: rawValue.utf8.lazy.filter { $0 > 0x20 && $0 != 0x22 && $0 != 0x2C })
        if Self.isQuoted { text.append(0x22) }
    }
}

/// Words or strings that one attribute lists: in quotation marks, with a separator between them.
public struct QuotedList: Sendable, Hashable, ExpressibleByArrayLiteral, AttributeValue {
    /// The entries in the order in which they stand.
    public var entries: [String]

    /// A list of entries.
    public init(_ entries: [String]) {
        self.entries = entries
    }

    /// A list of entries.
    public init(arrayLiteral entries: String...) {
        self.entries = entries
    }

    /// Reads a quoted-string with commas between the entries.
    public init?(attribute text: Span<UInt8>) {
        let content = text.string(text.unquoted)
        entries = content.utf8.split(separator: 0x2C).map { entry in
            String(Substring(entry).drop { $0 == " " })
        }
    }

    /// Appends a quoted-string with commas between the entries.
    public func write(to text: inout [UInt8]) {
        entries.joined(separator: ",").write(to: &text)
    }
}
