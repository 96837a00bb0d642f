/// Reads a file in small pieces at several places that move forward.
///
/// A few blocks are kept, so that samples which lie side by side take one read of the system.
struct BlockReader {
    private struct Block {
        var number = -1
        /// Bytes that are there; fewer than others have in the last block of the file.
        var count = 0
        var lastUse = 0
    }

    private let file: RandomAccessFile
    private var blocks = [Block](repeating: Block(), count: blockCount)
    /// The bytes of all blocks.
    private var storage = [UInt8](repeating: 0, count: blockCount * blockSize)
    private var uses = 0

    private static let blockSize = 256 * 1024
    /// Pictures and sound are read at two places, and a piece may lie on the border of two blocks.
    private static let blockCount = 4

    init(_ file: RandomAccessFile) {
        self.file = file
    }

    /// Reads bytes; fewer where the file ends or fails.
    mutating func read(_ range: Range<Int>) -> [UInt8] {
        guard range.count <= Self.blockSize else { return file.read(range) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        while bytes.count < range.count {
            let position = range.lowerBound + bytes.count
            let index = load(position / Self.blockSize)
            let start = position % Self.blockSize
            let end = min(start + range.count - bytes.count, blocks[index].count)
            guard start < end else { break }
            let base = index * Self.blockSize
            bytes.append(contentsOf: storage[base + start..<base + end])
        }
        return bytes
    }

    /// Reads a block unless it is there, in place of the one that was used longest ago.
    private mutating func load(_ number: Int) -> Int {
        uses += 1
        var oldest = 0
        for index in blocks.indices {
            if blocks[index].number == number {
                blocks[index].lastUse = uses
                return index
            }
            if blocks[index].lastUse < blocks[oldest].lastUse { oldest = index }
        }
        let start = oldest * Self.blockSize
        let count = storage.withUnsafeMutableBytes { bytes in
            let room = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + Self.blockSize])
            return file.read(number * Self.blockSize, into: room)
        }
        blocks[oldest] = Block(number: number, count: count, lastUse: uses)
        return oldest
    }
}
