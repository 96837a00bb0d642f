#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that is read in small pieces at several places which move forward.
///
/// Owns the file descriptor. A few blocks are kept, so that samples which lie side by side take one read of the system.
final class BlockReader {
    private struct Block {
        var number = -1
        /// Bytes that are there; fewer than others have in the last block of the file.
        var count = 0
        var lastUse = 0
    }

    /// The bytes of the file when it was opened.
    let byteCount: Int
    private let path: String
    private let descriptor: Int32
    private var blocks = [Block](repeating: Block(), count: blockCount)
    /// The bytes of all blocks.
    private var storage = [UInt8](repeating: 0, count: blockCount * blockSize)
    private var uses = 0

    private static let blockSize = 256 * 1024
    /// Pictures and sound are read at two places, and a piece may lie on the border of two blocks.
    private static let blockCount = 4

    /// Opens a file; nil when that is not possible or it is no plain file.
    init?(path: String) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        byteCount = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Reads bytes that nothing else will be read beside of; fewer where the file ends.
    func readApart(_ range: Range<Int>) throws(ConversionError) -> [UInt8] {
        var outcome = Result<Int, ConversionError>.success(0)
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            outcome = fill(UnsafeMutableRawBufferPointer(buffer)[..<range.count], from: range.lowerBound)
            filled = (try? outcome.get()) ?? 0
        }
        _ = try outcome.get()
        return bytes
    }

    /// Reads from the system, straight into memory that is at hand.
    ///
    /// - Returns: The bytes read; fewer than there is room for where the file ends.
    private func fill(
        _ buffer: Slice<UnsafeMutableRawBufferPointer>,
        from offset: Int
    ) -> Result<Int, ConversionError> {
        let target = UnsafeMutableRawBufferPointer(rebasing: buffer)
        var filled = 0
        while filled < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count > 0 {
                filled += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                let number = errno
                return .failure(
                    ConversionError(.inputOutput, "'\(path)' cannot be read: \(FileSystem.text(number))")
                )
            }
        }
        return .success(filled)
    }

    /// Reads bytes beside which others will be read soon; fewer where the file ends.
    func read(_ range: Range<Int>) throws(ConversionError) -> [UInt8] {
        guard range.count <= Self.blockSize else { return try readApart(range) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        while bytes.count < range.count {
            let position = range.lowerBound + bytes.count
            let index = try load(position / Self.blockSize)
            let start = position % Self.blockSize
            let end = min(start + range.count - bytes.count, blocks[index].count)
            guard start < end else { break }
            let base = index * Self.blockSize
            bytes.append(contentsOf: storage[base + start..<base + end])
        }
        return bytes
    }

    /// Reads a block unless it is there, in place of the one that was used longest ago.
    private func load(_ number: Int) throws(ConversionError) -> Int {
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
        blocks[oldest] = Block()
        let outcome = storage.withUnsafeMutableBytes { bytes in
            fill(bytes[start..<start + Self.blockSize], from: number * Self.blockSize)
        }
        blocks[oldest] = Block(number: number, count: try outcome.get(), lastUse: uses)
        return oldest
    }
}
