/// The attributes of a tag in the order and the spelling in which they stand (draft-pantos-hls-rfc8216bis 4.2).
///
/// The list is the text itself: reading an attribute looks for it there, and changing one rewrites that value and
/// nothing else. Unknown attributes, their order, and the spelling of numbers therefore survive.
public struct AttributeList: Sendable, Hashable {
    /// The text behind the colon of the tag.
    package internal(set) var bytes: [UInt8]

    /// An empty list.
    public init() {
        bytes = []
    }

    /// A list from its text, such as `METHOD=AES-128,URI="key.bin"`.
    public init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// A list from the bytes of its text.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The text of the list.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The names in the order in which they stand.
    public var names: [String] {
        var names: [String] = []
        var scanner = AttributeScanner(0..<bytes.count)
        while let slot = scanner.next(in: bytes.span) { names.append(bytes.span.string(slot.name)) }
        return names
    }

    /// The value of an attribute, nil when it is missing or is not what its type demands.
    ///
    /// Setting a value keeps the place of an attribute that is there and adds one that is not at the end; setting nil
    /// removes it.
    public subscript<Value: AttributeValue>(name: String) -> Value? {
        get {
            guard let slot = slot(name) else { return nil }
            return Value(attribute: bytes.span.extracting(slot.value))
        }
        set {
            guard let newValue else { return remove(name) }
            var text: [UInt8] = []
            newValue.write(to: &text)
            if let slot = slot(name) {
                bytes.replaceSubrange(slot.value, with: text)
            } else {
                if !bytes.isEmpty { bytes.append(0x2C) }
                bytes.append(contentsOf: name.utf8)
                bytes.append(0x3D)
                bytes.append(contentsOf: text)
            }
        }
    }

    /// Whether there is an attribute of a name.
    public func contains(_ name: String) -> Bool {
        slot(name) != nil
    }

    /// The value of an attribute as it is written, quotation marks included.
    public func rawValue(_ name: String) -> String? {
        slot(name).map { bytes.span.string($0.value) }
    }

    /// Makes the value of an attribute that is there another text.
    mutating func setRawValue(_ name: String, to text: ArraySlice<UInt8>) {
        if let slot = slot(name) { bytes.replaceSubrange(slot.value, with: text) }
    }

    private func slot(_ name: String) -> AttributeSlot? {
        var scanner = AttributeScanner(0..<bytes.count)
        let span = bytes.span
        let utf8 = name.utf8
        let length = utf8.count
        while let slot = scanner.next(in: span) {
            guard slot.name.count == length else { continue }
            var index = slot.name.lowerBound
            var isEqual = true
            for byte in utf8 {
                guard span[index] == byte else {
                    isEqual = false
                    break
                }
                index &+= 1
            }
            if isEqual { return slot }
        }
        return nil
    }

    private mutating func remove(_ name: String) {
        while let slot = slot(name) {
            // The comma in front goes too, or, for the first attribute, the one behind.
            if slot.start > 0 {
                bytes.removeSubrange((slot.start &- 1)..<slot.end)
            } else {
                bytes.removeSubrange(slot.start..<min(slot.end &+ 1, bytes.count))
            }
        }
    }
}

/// A tag whose value is an attribute list.
public protocol AttributeTag: Sendable, Hashable {
    /// The tag.
    static var tag: PlaylistTag { get }
    /// The attributes as they are written, unknown ones included.
    var attributes: AttributeList { get set }
    /// A tag with the attributes given, whatever they are.
    init(attributes: AttributeList)
}

extension AttributeTag {
    /// The tag's line without its ending, such as `#EXT-X-MAP:URI="init.mp4"`.
    public var line: String { String(decoding: lineBytes, as: UTF8.self) }

    /// The line as bytes.
    var lineBytes: [UInt8] {
        var line: [UInt8] = []
        line.appendTag(Self.tag)
        line.append(0x3A)
        line.append(contentsOf: attributes.bytes)
        return line
    }
}

extension [UInt8] {
    /// Appends `#` and the name of a tag.
    mutating func appendTag(_ tag: PlaylistTag) {
        append(0x23)
        append(tag.staticName)
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }
}
