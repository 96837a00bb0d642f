public import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads local files, named by `file:` URLs.
public struct FileResourceLoader: ResourceLoader {
    /// The bytes of a chunk.
    public var chunkBytes: Int

    /// Creates a loader.
    public init(chunkBytes: Int = 1 << 19) {
        self.chunkBytes = max(1, chunkBytes)
    }

    /// Reads a file.
    ///
    /// - Throws: ``InspectionError``: `notFound`, `notUsable` when it is no regular file, `unreachable` when the URL
    ///   names no file, `inputOutput`, `cancelled`.
    public func load(
        _ url: String,
        range: ByteRange?,
        _ body: (Span<UInt8>) -> Bool
    ) async throws(InspectionError) {
        guard let path = LocalURL.path(of: url) else {
            throw InspectionError(
                .unreachable,
                "'\(url)' is no local file, and only those can be read: download the stream first"
            )
        }
        // Without waiting: a pipe that nobody writes to would hold the inspection for ever.
        let descriptor = open(FileName.cString(path), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InspectionError(.notUsable, "'\(path)' is no file: give a playlist, a segment or a folder")
        }
        var buffer = [UInt8](repeating: 0, count: chunkBytes)
        var position = range?.start ?? 0
        let end = range?.end ?? Int.max
        while position < end {
            if Task.isCancelled { throw InspectionError(.cancelled, "the inspection was cancelled") }
            let room = min(buffer.count, end - position)
            let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, room, off_t(position)) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path, errno) }
            guard count > 0, body(buffer.span.extracting(0..<count)) else { return }
            position += count
        }
    }

    /// The number of bytes of a file.
    public func byteCount(of url: String) async -> Int? {
        var status = stat()
        guard let path = LocalURL.path(of: url), stat(FileName.cString(path), &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    private static func failure(_ path: String, _ number: Int32) -> InspectionError {
        switch number {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP:
            InspectionError(.notFound, "'\(path)' does not exist: check the name")
        case EACCES, EPERM:
            InspectionError(.notFound, "'\(path)' may not be read: check its permissions")
        default:
            InspectionError(.inputOutput, "'\(path)' cannot be read: \(String(cString: strerror(number)))")
        }
    }
}

/// Local files as URLs, and back.
enum LocalURL {
    /// The URL of a path; a relative one is of the current folder.
    static func url(of path: String) -> String {
        var bytes = FileName.bytes(path)
        if bytes.first != UInt8(ascii: "/") { bytes = currentFolder + [UInt8(ascii: "/")] + bytes }
        // Two slashes in front would begin a host.
        let text = PercentCoding.path(bytes.drop { $0 == UInt8(ascii: "/") })
        return PlaylistURL.resolve("/" + text, against: "file:///")
    }

    private static var currentFolder: [UInt8] {
        guard let path = getcwd(nil, 0) else { return [] }
        defer { free(path) }
        return UnsafeBufferPointer(start: path, count: strlen(path)).map { UInt8(bitPattern: $0) }
    }

    /// The path that a `file:` URL names, as `FileName` has it; nil for others.
    ///
    /// Characters that no URL may have stand for themselves, also beside escapes.
    static func path(of url: String) -> String? {
        var rest = url.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }[...]
        let scheme = "file:"
        guard url.prefix(scheme.count).lowercased() == scheme else { return nil }
        rest = rest.dropFirst(scheme.utf8.count)
        if rest.starts(with: "//".utf8) {
            let host = rest.dropFirst(2).prefix { $0 != UInt8(ascii: "/") }
            guard host.isEmpty || String(Substring(host)).lowercased() == "localhost" else { return nil }
            rest = rest[host.endIndex...]
        }
        let path = PercentCoding.decoded(rest)
        // A NUL would cut the name short.
        return path.isEmpty || path.contains(0) ? nil : FileName.text(path)
    }

    /// The name of a resource for people: relative to a folder when it lies below it.
    static func name(of url: String, in folder: String) -> String {
        let (whole, start) = path(of: url).map { ($0, path(of: folder) ?? folder) } ?? (url, folder)
        // The folder itself has no name in it.
        guard whole.hasPrefix(start), whole.utf8.count > start.utf8.count else { return whole }
        return String(whole.dropFirst(start.count))
    }

    /// The folder of a resource, with a slash at its end.
    static func folder(of url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let slash = path.utf8.lastIndex(of: 0x2F) else { return url }
        return String(path[...slash])
    }
}
