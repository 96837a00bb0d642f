import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The few calls to the system that the folder needs, with errors that name the file; names are any bytes (`FileName`).
enum FileSystem {
    /// Facts about a file.
    struct Status {
        var byteCount: Int
        var isDirectory: Bool
        var isPlainFile: Bool
    }

    static func status(_ path: String) -> Status? {
        var status = stat()
        guard stat(FileName.cString(path), &status) == 0 else { return nil }
        return Status(
            byteCount: Int(status.st_size),
            isDirectory: status.st_mode & S_IFMT == S_IFDIR,
            isPlainFile: status.st_mode & S_IFMT == S_IFREG
        )
    }

    /// The absolute path without links; the path itself when there is no such file.
    static func realPath(_ path: String) -> String {
        guard let resolved = realpath(FileName.cString(path), nil) else { return path }
        defer { free(resolved) }
        return FileName.text(cString: UnsafeBufferPointer(start: resolved, count: strlen(resolved)))
    }

    /// Makes a directory and those above it, where they are not there.
    static func makeDirectories(_ path: String) throws(DownloadError) {
        if let status = status(path) {
            guard status.isDirectory else {
                throw DownloadError(.cannotCreateOutput, "'\(path)' is a file: give a folder to write to")
            }
            return
        }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            try makeDirectories(String(path[..<slash]))
        }
        guard mkdir(FileName.cString(path), 0o777) != 0 else { return }
        let number = errno
        // Somebody else may have made it a moment before.
        if number == EEXIST, status(path)?.isDirectory ?? false { return }
        throw DownloadError(.cannotCreateOutput, "the folder '\(path)' cannot be made", cause: text(number))
    }

    /// Goes through the names in a directory; there are none when it cannot be read.
    static func forEachName(in directory: String, _ body: (String) -> Void) {
        guard let stream = opendir(FileName.cString(directory)) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    FileName.text(cString: UnsafeBufferPointer(start: $0, count: 256))
                }
            }
            if name != ".", name != ".." { body(name) }
        }
    }

    /// Gives a file another name, in place of a file that had it.
    static func rename(_ path: String, to other: String) throws(DownloadError) {
        guard systemRename(path, other) != 0 else { return }
        throw writeFailure(other, errno)
    }

    static func remove(_ path: String) {
        unlink(FileName.cString(path))
    }

    static func removeEmptyDirectory(_ path: String) {
        rmdir(FileName.cString(path))
    }

    /// Reads a file piece by piece.
    ///
    /// - Parameter body: Called with each piece; returns whether it wants more.
    /// - Returns: Whether the file could be read to its end, or as far as was wanted.
    static func read(
        _ path: String,
        from start: Int = 0,
        _ body: (UnsafeRawBufferPointer) throws -> Bool
    ) rethrows -> Bool {
        // Without waiting: a pipe that nobody writes to would hold the caller for ever.
        let descriptor = open(FileName.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { chunk.deallocate() }
        var (position, isPipe) = (start, false)
        while true {
            var piece = iovec(iov_base: chunk.baseAddress, iov_len: chunk.count)
            let count =
                isPipe
                ? readv(descriptor, &piece, 1)
                : pread(descriptor, chunk.baseAddress, chunk.count, off_t(position))
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == ESPIPE, start == 0 {
                isPipe = true
                continue
            }
            if count < 0, errno == EAGAIN, isPipe {
                // Its other end is open: more comes, or it is closed.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&wanted, 1, -1)
                continue
            }
            guard count > 0 else { return count == 0 }
            position += count
            guard try body(UnsafeRawBufferPointer(rebasing: chunk[..<count])) else { return true }
        }
    }

    /// The bytes of a small file; nil when it cannot be read or is longer than `limit`.
    static func contents(_ path: String, limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isRead = read(path) { chunk in
            bytes.append(contentsOf: chunk)
            return bytes.count <= limit
        }
        return isRead && bytes.count <= limit ? bytes : nil
    }

    /// What to say of a file that could not be written.
    static func writeFailure(_ path: String, _ number: Int32) -> DownloadError {
        let advice = number == ENOSPC || number == EDQUOT ? ": free some space and run it again" : ""
        return DownloadError(.inputOutput, "'\(path)' cannot be written\(advice)", cause: text(number))
    }

    static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}

/// The system's call, named apart from the method that makes it.
private func systemRename(_ path: String, _ other: String) -> Int32 {
    rename(FileName.cString(path), FileName.cString(other))
}
