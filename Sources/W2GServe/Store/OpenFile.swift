import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A descriptor of one file, closed when nobody has it any more.
final class OpenFile: Sendable {
    /// The path that was requested.
    let path: MediaPath
    /// Where the file really lies: elsewhere when links led there.
    let place: RootFolder.Place
    /// The state in which it was opened.
    let stamp: FileStamp
    private let descriptor: CInt

    /// Takes over a descriptor.
    init(descriptor: CInt, path: MediaPath, place: RootFolder.Place, stamp: FileStamp) {
        self.descriptor = descriptor
        self.path = path
        self.place = place
        self.stamp = stamp
    }

    deinit {
        close(descriptor)
    }

    /// Whether the file is as it was when it was opened.
    var isUnchanged: Bool {
        // Another name or a removed one changes the file's place, not what is read here.
        guard let now = FileStamp(descriptor: descriptor) else { return false }
        return now.size == stamp.size && now.modified == stamp.modified
    }

    /// Reads a part of the file; blocks.
    ///
    /// - Throws: ``StoreFailure/busy`` when the file is shorter than that now.
    func read(_ range: Range<Int64>) throws(StoreFailure) -> ByteBuffer {
        let count = Int(range.upperBound - range.lowerBound)
        var buffer = ByteBufferAllocator().buffer(capacity: count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let wanted = Int(range.upperBound - offset)
            var failure: CInt = 0
            let done = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { memory in
                let count = pread(descriptor, memory.baseAddress, wanted, off_t(offset))
                if count < 0 { failure = errno }
                return max(0, count)
            }
            if failure == EINTR { continue }
            guard failure == 0 else { throw StoreFailure(failure) }
            guard done > 0 else { throw .busy }
            offset += Int64(done)
        }
        return buffer
    }
}
