/// The bytes of a box, of which a part is in memory: that around the place where they are read.
///
/// Of a box that was read as a whole it is all of them. Places outside of the window can be read too, at the cost of asking
/// the file for each.
struct ByteWindow: Sendable {
    /// Gives the bytes of a range of the box; fewer where the file has ended or fails.
    typealias Read = @Sendable (Range<Int>) -> [UInt8]

    /// The bytes of the box.
    let count: Int
    private var bytes: [UInt8]
    /// Where the window begins in the box.
    private var start = 0
    private let read: Read?

    /// The bytes that are read at once.
    private static let size = 16 << 10

    /// Takes a box that is in memory.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        count = bytes.count
        read = nil
    }

    /// Takes a box that stays in its file.
    init(count: Int, read: @escaping Read) {
        bytes = []
        self.count = count
        self.read = read
    }

    /// Moves the window so that bytes from a place on are in it.
    mutating func load(_ range: Range<Int>) {
        guard let read, range.lowerBound < start || range.upperBound > start + bytes.count else { return }
        bytes = read(range.lowerBound..<min(count, max(range.upperBound, range.lowerBound + Self.size)))
        start = range.lowerBound
    }

    /// A byte of the box; zero where the file ended before it.
    subscript(position: Int) -> UInt8 {
        let place = position - start
        if place >= 0, place < bytes.count { return bytes[place] }
        return read?(position..<position + 1).first ?? 0
    }

    /// Bytes of the box; fewer where the file ended before them.
    subscript(range: Range<Int>) -> [UInt8] {
        if range.lowerBound >= start, range.upperBound <= start + bytes.count {
            return Array(bytes[range.lowerBound - start..<range.upperBound - start])
        }
        return read?(range) ?? []
    }
}
