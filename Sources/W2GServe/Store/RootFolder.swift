#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The served folder, and the only way into it: nothing outside of it is ever opened.
///
/// Every name on the way is opened below the folder in front of it and must be no link. Where one is, the real place is
/// asked for; when that lies in the served folder too, it is opened in the same way.
struct RootFolder: Sendable {
    /// The folder's absolute path without links.
    let path: String

    /// Finds a folder.
    ///
    /// - Returns: nil when there is none of this path.
    init?(_ path: String) {
        guard let real = Self.realPath(path), FileStamp(path: real)?.kind == .folder else { return nil }
        self.path = real == "/" ? "" : real
    }

    /// Whether the folder is there.
    var isThere: Bool { access(path.isEmpty ? "/" : path, R_OK | X_OK) == 0 }

    /// Opens a file for reading; blocks.
    func open(_ path: MediaPath) throws(StoreFailure) -> OpenFile {
        guard let file = try walk(path) else {
            guard let real = realPlace(of: path), let file = try walk(real) else { throw .notFound }
            return file
        }
        return file
    }

    /// Where something really lies; nil when it is not there or outside.
    func realPlace(of path: MediaPath) -> MediaPath? {
        guard let real = Self.realPath(systemPath(path)) else { return nil }
        let prefix = self.path + "/"
        guard real.utf8.starts(with: prefix.utf8) else { return nil }
        return MediaPath(real.utf8.dropFirst(prefix.utf8.count))
    }

    /// The path for calls of the system, ended by zero.
    func systemPath(_ path: MediaPath) -> [CChar] {
        self.path.utf8.map { CChar(bitPattern: $0) } + [0x2F] + path.bytes.map { CChar(bitPattern: $0) } + [0]
    }

    /// The names in a folder, hidden ones left out; the served folder's for nil.
    ///
    /// Blocks.
    func names(in folder: MediaPath?) -> [[UInt8]] {
        let path = folder.map(systemPath) ?? (self.path.isEmpty ? "/" : self.path).utf8CString.map(\.self)
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { bytes in
                    Array(UnsafeBufferPointer(start: bytes, count: strnlen(pointer, 256)))
                }
            }
            if name.first != UInt8(ascii: ".") { names.append(name) }
        }
        return names
    }

    /// Opens name by name; nil when one of them is a link.
    private func walk(_ path: MediaPath) throws(StoreFailure) -> OpenFile? {
        var folder = systemOpen(self.path.isEmpty ? "/" : self.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreFailure(errno) }
        defer { close(folder) }
        let names = path.names.map { $0.map { CChar(bitPattern: $0) } + [0] }
        for name in names.dropLast() {
            let next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard next >= 0 else { return try notOpened(name, in: folder, errno) }
            close(folder)
            folder = next
        }
        guard let name = names.last else { throw .notFound }
        // Without waiting for somebody at the other end of a pipe.
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { return try notOpened(name, in: folder, errno) }
        guard let stamp = FileStamp(descriptor: descriptor), stamp.kind == .file else {
            close(descriptor)
            throw .notFound
        }
        return OpenFile(descriptor: descriptor, path: path, stamp: stamp)
    }

    private func notOpened(_ name: [CChar], in folder: CInt, _ number: CInt) throws(StoreFailure) -> OpenFile? {
        var status = stat()
        // Systems differ in what they call a link that was not to be followed.
        if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFLNK { return nil }
        throw StoreFailure(number)
    }

    private static func realPath(_ path: UnsafePointer<CChar>) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}

private func systemOpen(_ path: String, _ flags: CInt) -> CInt {
    open(path, flags)
}
