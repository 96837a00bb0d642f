import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that is being written under a temporary name; what is not committed is removed.
///
/// `@unchecked Sendable`: it belongs to the one sink that writes it, which is used by one task at a time.
final class NewFile: @unchecked Sendable {
    private let temporaryPath: String
    private var descriptor: Int32
    private(set) var byteCount = 0

    init(temporaryPath: String) throws(DownloadError) {
        self.temporaryPath = temporaryPath
        descriptor = open(
            FileName.cString(temporaryPath),
            O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
            0o666
        )
        guard descriptor >= 0 else {
            let number = errno
            let code: DownloadError.Code = number == ENOSPC || number == EMFILE ? .inputOutput : .cannotCreateOutput
            throw DownloadError(code, "'\(temporaryPath)' cannot be created", cause: FileSystem.text(number))
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        FileSystem.remove(temporaryPath)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = systemWrite(descriptor, rest.baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileSystem.writeFailure(temporaryPath, errno)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        byteCount += bytes.count
    }

    func write(_ bytes: [UInt8]) throws(DownloadError) {
        let result: Result<Void, DownloadError> = bytes.withUnsafeBytes { buffer in
            do throws(DownloadError) { return .success(try write(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// Forgets what was written.
    func restart() throws(DownloadError) {
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw FileSystem.writeFailure(temporaryPath, errno)
        }
        byteCount = 0
    }

    /// Closes the file and gives it its name, in place of a file that had it.
    func commit(as path: String) throws(DownloadError) {
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 || rename(FileName.cString(temporaryPath), FileName.cString(path)) != 0 {
            let number = errno
            FileSystem.remove(temporaryPath)
            throw FileSystem.writeFailure(path, number)
        }
    }
}

/// The system's call, named apart from the method that makes it.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
