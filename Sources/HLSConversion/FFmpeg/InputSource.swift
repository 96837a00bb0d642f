import CFFmpeg
import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The bytes of the input, as FFmpeg asks for them.
///
/// Owns the file descriptor and the `AVIOContext`.
///
/// FFmpeg gets no other way to the outside: what an input names (other files, addresses) is not opened.
final class InputSource {
    /// Negative when the bytes are in memory.
    private let descriptor: Int32
    private let bytes: [UInt8]
    private var position = 0
    private let isCancelled: @Sendable () -> Bool
    private(set) var context: UnsafeMutablePointer<AVIOContext>?
    /// `errno` of the read that failed, if one did.
    private(set) var failure: Int32?

    private static let bufferSize: Int32 = 256 * 1024

    /// Opens a file.
    ///
    /// - Throws: ``ConversionError`` when it is missing, empty, a directory or not readable.
    init(path: String, isCancelled: @escaping @Sendable () -> Bool) throws(ConversionError) {
        self.isCancelled = isCancelled
        bytes = []
        // Without waiting: the other end of a pipe may never come.
        descriptor = open(FileName.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let number = errno
            let advice = number == EACCES ? "allow reading it" : "check the name and the folder"
            throw ConversionError(.inputNotFound, "'\(path)' cannot be opened: \(FileSystem.text(number)): \(advice)")
        }
        var status = stat()
        var problem: String?
        if fstat(descriptor, &status) != 0 {
            let number = errno
            problem = FileSystem.text(number)
        } else if status.st_mode & S_IFMT == S_IFDIR {
            problem = "it is a directory; name the video file in it"
        } else if ![S_IFREG, S_IFBLK].contains(status.st_mode & S_IFMT) {
            problem = "it is a pipe or a device, which cannot be read twice; save it to a file first"
        } else if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 {
            problem = "the file is empty"
        }
        if let problem {
            throw ConversionError(.inputNotUsable, "'\(path)' cannot be converted: \(problem)")
        }
        #if os(Linux)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        #endif
        allocateContext(isSeekable: lseek(descriptor, 0, SEEK_CUR) >= 0)
    }

    /// Reads bytes that are in memory.
    init(bytes: [UInt8], isCancelled: @escaping @Sendable () -> Bool) {
        self.isCancelled = isCancelled
        self.bytes = bytes
        descriptor = -1
        allocateContext(isSeekable: true)
    }

    private func allocateContext(isSeekable: Bool) {
        guard let buffer = av_malloc(Int(Self.bufferSize)) else { fatalError("out of memory") }
        context = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self),
            Self.bufferSize,
            0,
            Unmanaged.passUnretained(self).toOpaque(),
            { opaque, buffer, size in InputSource.from(opaque)?.read(buffer, size) ?? w2g_error_exit },
            nil,
            isSeekable ? { opaque, offset, whence in InputSource.from(opaque)?.seek(offset, whence) ?? -1 } : nil
        )
    }

    deinit {
        if let context { av_freep(&context.pointee.buffer) }
        avio_context_free(&context)
        if descriptor >= 0 { close(descriptor) }
    }

    private static func from(_ opaque: UnsafeMutableRawPointer?) -> InputSource? {
        opaque.map { Unmanaged<InputSource>.fromOpaque($0).takeUnretainedValue() }
    }

    private func read(_ buffer: UnsafeMutablePointer<UInt8>?, _ size: Int32) -> Int32 {
        guard descriptor >= 0 else {
            let range = position..<min(bytes.count, position + Int(max(0, size)))
            guard !range.isEmpty, let buffer else { return w2g_error_eof }
            bytes.withUnsafeBufferPointer { memory in
                guard let start = memory.baseAddress else { return }
                buffer.update(from: start + range.lowerBound, count: range.count)
            }
            position = range.upperBound
            return Int32(range.count)
        }
        while true {
            if isCancelled() { return w2g_error_exit }
            let count = systemRead(descriptor, buffer, Int(size))
            if count > 0 { return Int32(count) }
            if count == 0 { return w2g_error_eof }
            let number = errno
            if number != EINTR {
                failure = number
                return w2g_error_from_errno(number)
            }
        }
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        guard descriptor >= 0 else {
            if whence & AVSEEK_SIZE != 0 { return Int64(bytes.count) }
            let origin = [SEEK_CUR: position, SEEK_END: bytes.count][whence & ~AVSEEK_FORCE] ?? 0
            guard let target = Int(exactly: offset), (-origin...bytes.count - origin).contains(target) else {
                return -1
            }
            position = origin + target
            return Int64(position)
        }
        if whence & AVSEEK_SIZE != 0 {
            var status = stat()
            return fstat(descriptor, &status) == 0 ? Int64(status.st_size) : -1
        }
        return Int64(lseek(descriptor, off_t(offset), whence & ~AVSEEK_FORCE))
    }

    /// Whether the file begins with some bytes; wherever reading has come to.
    func begins(with bytes: [UInt8]) -> Bool {
        guard descriptor >= 0 else { return self.bytes.starts(with: bytes) }
        let found = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, filled in
            filled = max(0, pread(descriptor, buffer.baseAddress, bytes.count, 0))
        }
        return found == bytes
    }
}

/// The system's `read`, named apart from the method that calls it.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
