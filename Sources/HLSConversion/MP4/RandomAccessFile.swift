import HLSKit
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that is read at any place.
///
/// Owns the file descriptor.
final class RandomAccessFile: Sendable {
    /// The bytes of the file when it was opened.
    let byteCount: Int
    private let path: String
    private let descriptor: Int32
    private let isCancelled: @Sendable () -> Bool
    /// The file's last change when it was opened.
    private let changeTime: timespec
    /// `errno` of the first read that failed, if one did.
    private let failure = Mutex<Int32?>(nil)

    /// Opens a file; nil when that is not possible or it is no plain file.
    init?(path: String, isCancelled: @escaping @Sendable () -> Bool) {
        self.path = path
        self.isCancelled = isCancelled
        // Without waiting: the other end of a pipe may never come.
        descriptor = open(FileName.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            if descriptor >= 0 { close(descriptor) }
            return nil
        }
        byteCount = Int(status.st_size)
        changeTime = Self.changeTime(status)
    }

    private static func changeTime(_ status: stat) -> timespec {
        #if canImport(Darwin)
        status.st_mtimespec
        #else
        status.st_mtim
        #endif
    }

    /// Whether somebody wrote to the file since it was opened.
    var hasChanged: Bool {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return true }
        let time = Self.changeTime(status)
        return Int(status.st_size) != byteCount || time.tv_sec != changeTime.tv_sec
            || time.tv_nsec != changeTime.tv_nsec
    }

    deinit {
        close(descriptor)
    }

    /// Reads bytes; fewer where the file ends, or fails or the conversion is cancelled, which ``check()`` tells.
    func read(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            filled = read(range.lowerBound, into: UnsafeMutableRawBufferPointer(buffer))
        }
    }

    /// Reads into memory that is at hand.
    ///
    /// - Parameter buffer: Used within the call only.
    /// - Returns: The bytes read; fewer than there is room for where the file ends, or fails, which ``check()`` tells.
    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while filled < buffer.count, !isCancelled() {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
            if count > 0 {
                filled += count
            } else if count == 0 {
                break
            } else if errno != EINTR {
                let number = errno
                failure.withLock { $0 = $0 ?? number }
                break
            }
        }
        return filled
    }

    /// Tells whether everything so far could be read.
    ///
    /// - Throws: ``ConversionError`` when the system failed to read, or the conversion is cancelled.
    func check() throws(ConversionError) {
        if isCancelled() { throw ConversionError(.cancelled, "the conversion was cancelled") }
        guard let number = failure.withLock({ $0 }) else { return }
        throw ConversionError(.inputOutput, "'\(path)' cannot be read: \(FileSystem.text(number))")
    }
}
