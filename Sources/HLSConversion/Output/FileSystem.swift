import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The few calls to the system that the output needs, with errors that name the file.
///
/// POSIX instead of a file manager: it must be known which call failed and why, and names are any bytes (`FileName`).
enum FileSystem {
    /// Facts about a file.
    struct Status {
        var device: UInt64
        var inode: UInt64
        var byteCount: Int64
        /// Nanoseconds since 1970.
        var modified: Int64
        var isDirectory: Bool
    }

    static func status(_ path: String) -> Status? {
        var status = stat()
        guard stat(FileName.cString(path), &status) == 0 else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return Status(
            device: UInt64(truncatingIfNeeded: status.st_dev),
            inode: UInt64(status.st_ino),
            byteCount: Int64(status.st_size),
            modified: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec),
            isDirectory: status.st_mode & S_IFMT == S_IFDIR
        )
    }

    /// The absolute path without links; the path itself when there is no such file.
    static func realPath(_ path: String) -> String {
        guard let resolved = realpath(FileName.cString(path), nil) else { return path }
        defer { free(resolved) }
        return FileName.text(cString: UnsafeBufferPointer(start: resolved, count: strlen(resolved)))
    }

    /// Makes a directory and those above it.
    ///
    /// - Returns: The directories that were not there, the outermost first.
    static func makeDirectories(_ path: String) throws(ConversionError) -> [String] {
        if let status = status(path) {
            guard status.isDirectory else {
                throw ConversionError(.cannotCreateOutput, "'\(path)' is a file; give a folder to write to")
            }
            return []
        }
        var made: [String] = []
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            made = try makeDirectories(String(path[..<slash]))
        }
        do {
            try makeDirectory(path)
        } catch {
            // Somebody else made it a moment before: then it is not ours to remove.
            if status(path)?.isDirectory ?? false { return made }
            removeEmptyDirectories(made)
            throw error
        }
        return made + [path]
    }

    /// Makes one directory; throws when there is anything of this name.
    static func makeDirectory(_ path: String) throws(ConversionError) {
        guard mkdir(FileName.cString(path), 0o777) != 0 else { return }
        let number = errno
        throw ConversionError(.cannotCreateOutput, "the folder '\(path)' cannot be made: \(text(number))")
    }

    /// Whether there is a directory of this name, not a link to one.
    static func isPlainDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(FileName.cString(path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Removes directories that are empty, the last one first.
    static func removeEmptyDirectories(_ paths: [String]) {
        for path in paths.reversed() where rmdir(FileName.cString(path)) != 0 { return }
    }

    /// The names in a directory; nil when it cannot be read.
    static func names(in directory: String) -> [String]? {
        guard let stream = opendir(FileName.cString(directory)) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    FileName.text(cString: UnsafeBufferPointer(start: $0, count: 256))
                }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// Gives a file another name, in place of a file that had it.
    static func rename(_ path: String, to other: String) throws(ConversionError) {
        guard systemRename(path, other) != 0 else { return }
        throw writeFailure(other, errno)
    }

    static func remove(_ path: String) {
        unlink(FileName.cString(path))
    }

    static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(FileName.cString(path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes += chunk[..<count]
        }
    }

    /// Writes a file under another name and gives it its own when it is whole.
    static func write(_ bytes: Span<UInt8>, to path: String, by temporaryPath: String) throws(ConversionError) {
        let file = try NewFile(temporaryPath: temporaryPath)
        try file.write(bytes)
        try file.commit(as: path)
    }

    /// Appends to a file, all or nothing.
    static func append(_ bytes: Span<UInt8>, to path: String) throws(ConversionError) {
        let descriptor = open(FileName.cString(path), O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw writeFailure(path, errno) }
        defer { close(descriptor) }
        let end = lseek(descriptor, 0, SEEK_END)
        let number = writeAll(bytes, to: descriptor)
        guard number != 0 else { return }
        if end >= 0 { _ = ftruncate(descriptor, end) }
        throw writeFailure(path, number)
    }

    /// Writes all bytes to a descriptor.
    ///
    /// - Returns: 0, or the number of the error.
    fileprivate static func writeAll(_ bytes: Span<UInt8>, to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer
            while !rest.isEmpty {
                let count = systemWrite(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return 0
        }
    }

    /// What to say of a file that could not be written.
    static func writeFailure(_ path: String, _ number: Int32) -> ConversionError {
        let advice = number == ENOSPC || number == EDQUOT ? ": free some space and run it again" : ""
        return ConversionError(.inputOutput, "'\(path)' cannot be written: \(text(number))\(advice)")
    }

    static func text(_ number: Int32) -> String {
        String(cString: strerror(number))
    }
}

/// A file that is being written under a temporary name.
///
/// Owns the descriptor; what is not committed is removed.
final class NewFile {
    private let temporaryPath: String
    private var descriptor: Int32
    private(set) var byteCount: Int64 = 0

    init(temporaryPath: String) throws(ConversionError) {
        self.temporaryPath = temporaryPath
        descriptor = open(FileName.cString(temporaryPath), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            let number = errno
            throw ConversionError(
                .cannotCreateOutput,
                "'\(temporaryPath)' cannot be created: \(FileSystem.text(number))"
            )
        }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        FileSystem.remove(temporaryPath)
    }

    func write(_ bytes: Span<UInt8>) throws(ConversionError) {
        let number = FileSystem.writeAll(bytes, to: descriptor)
        guard number == 0 else { throw failure(number) }
        byteCount += Int64(bytes.count)
    }

    /// Closes the file and gives it its name, in place of a file that had it.
    func commit(as path: String) throws(ConversionError) {
        let closed = close(descriptor)
        descriptor = -1
        if closed != 0 || systemRename(temporaryPath, path) != 0 {
            let number = errno
            FileSystem.remove(temporaryPath)
            throw failure(number)
        }
    }

    private func failure(_ number: Int32) -> ConversionError {
        FileSystem.writeFailure(temporaryPath, number)
    }
}

/// The system's calls, named apart from the methods that make them.
private func systemRename(_ path: String, _ other: String) -> Int32 {
    rename(FileName.cString(path), FileName.cString(other))
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
