/// Reads big-endian fields.
struct FieldReader {
    /// The data ended before the field did.
    struct EndOfData: Error {}

    private var bytes: ByteWindow
    private(set) var position: Int
    let end: Int

    init(_ bytes: ByteWindow, in range: Range<Int>) {
        self.bytes = bytes
        let range = range.clamped(to: 0..<bytes.count)
        position = range.lowerBound
        end = range.upperBound
    }

    init(_ bytes: [UInt8]) {
        self.init(ByteWindow(bytes), in: 0..<bytes.count)
    }

    var bytesLeft: Int { end - position }

    mutating func read<Number: FixedWidthInteger & UnsignedInteger>(
        _ type: Number.Type = Number.self
    ) throws(EndOfData) -> Number {
        let count = Number.bitWidth / 8
        guard count <= bytesLeft else { throw EndOfData() }
        bytes.load(position..<position + count)
        var value: Number = 0
        for _ in 0..<count {
            value = value << 8 | Number(truncatingIfNeeded: bytes[position])
            position += 1
        }
        return value
    }

    /// Reads a signed field of 32 bits.
    mutating func readSigned32() throws(EndOfData) -> Int32 {
        Int32(bitPattern: try read(UInt32.self))
    }

    /// Reads an unsigned field of 64 bits, or of 32 in boxes of version 0.
    mutating func readSized(_ isLong: Bool) throws(EndOfData) -> UInt64 {
        isLong ? try read(UInt64.self) : UInt64(try read(UInt32.self))
    }

    mutating func readBytes(_ count: Int) throws(EndOfData) -> [UInt8] {
        guard count >= 0, count <= bytesLeft else { throw EndOfData() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func readRest() -> [UInt8] {
        defer { position = end }
        return bytes[position..<end]
    }

    mutating func skip(_ count: Int) throws(EndOfData) {
        guard count >= 0, count <= bytesLeft else { throw EndOfData() }
        position += count
    }

    /// Reads a string up to its zero byte or the end.
    mutating func readString() -> String {
        let rest = bytes[position..<end]
        let text = rest.prefix { $0 != 0 }
        position = min(position + text.count + 1, end)
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes a table of entries, as many as there are bytes for.
    mutating func readTable(_ stated: UInt32, entryBytes: Int) -> EntryTable {
        let room = entryBytes == 0 ? 0 : bytesLeft / entryBytes
        let count = min(Int(stated), room)
        defer { position += count * entryBytes }
        return EntryTable(bytes: bytes, start: position, entryBytes: entryBytes, count: count, stated: Int(stated))
    }
}

/// A table of fixed-size entries that stays in the bytes of its box, so that its size is bounded by them.
///
/// Who goes along a table loads each entry before reading it, so that a table in a file is read in few pieces.
struct EntryTable: Sendable {
    private var bytes = ByteWindow([])
    private(set) var start = 0
    private(set) var entryBytes = 4
    /// Entries that are there.
    private(set) var count = 0
    /// Entries that the box states.
    private(set) var stated = 0

    init() {}

    init(bytes: ByteWindow, start: Int, entryBytes: Int, count: Int, stated: Int) {
        self.bytes = bytes
        self.start = start
        self.entryBytes = entryBytes
        self.count = count
        self.stated = stated
    }

    /// Gets an entry, and those behind it, into memory.
    mutating func load(_ index: Int) {
        let place = start + index * entryBytes
        bytes.load(place..<place + entryBytes)
    }

    /// The big-endian number of 4 bytes that stands so many bytes behind the start of an entry.
    func word(_ index: Int, at offset: Int = 0) -> UInt32 {
        var value: UInt32 = 0
        let first = start + index * entryBytes + offset
        for place in first..<first + 4 { value = value << 8 | UInt32(bytes[place]) }
        return value
    }

    func longWord(_ index: Int) -> UInt64 {
        UInt64(word(index)) << 32 | UInt64(word(index, at: 4))
    }

    func byte(_ index: Int) -> UInt8 {
        bytes[start + index * entryBytes]
    }

    func halfWord(_ index: Int) -> UInt16 {
        let place = start + index * entryBytes
        return UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    }
}
