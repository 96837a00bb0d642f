import HLSKit

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The served folder, and the only way into it: nothing outside of it is ever opened but what its owner linked into it.
///
/// Every name on the way is opened below the folder in front of it and must not be a link. Where one is, the real place is
/// looked for. It must lie in the served folder too, or below a folder to which a trusted link of the served folder itself leads.
struct RootFolder: Sendable {
    /// Where something lies: names below a folder, none of which is a link.
    struct Place: Hashable, Sendable {
        /// The absolute path of the served folder, or of a folder that is linked into it; empty for `/`.
        let folder: [UInt8]
        let names: MediaPath

        /// A path below the folder for calls of the system, ended by zero.
        func systemPath(_ path: MediaPath) -> [CChar] { RootFolder.cString(folder + [0x2F] + path.bytes) }

        /// What lies there; nil for nothing, and when a folder on the way is a link.
        var stamp: FileStamp? {
            let isPlain = names.steps.dropLast().allSatisfy { FileStamp(path: systemPath($0))?.kind == .folder }
            return isPlain ? FileStamp(path: systemPath(names)) : nil
        }
    }

    /// What a link in the served folder leads to.
    enum LinkTarget: Equatable {
        /// A folder; its absolute path.
        case folder([UInt8])
        case file
        /// Nothing, or nothing that may be read.
        case nothing
        /// It is not followed: its owner is not one of those who may link.
        case untrusted
        /// It is not followed: the served folder lies in it.
        case aroundRoot
    }

    /// The folder's absolute path without links; empty for `/`.
    let path: [UInt8]
    /// The users whose links to elsewhere are followed.
    private let trustedOwners: Set<UInt32>

    /// Finds a folder.
    ///
    /// - Parameter trustedOwners: The users whose links are followed; by default the folder's owner, root, and the user of the
    ///   process.
    /// - Returns: nil when there is none of this path.
    init?(_ path: String, trustedOwners: Set<UInt32>? = nil) {
        guard let real = Self.realPath(FileName.cString(path)), let stamp = FileStamp(path: Self.cString(real)),
            stamp.kind == .folder
        else { return nil }
        self.path = real == [0x2F] ? [] : real
        self.trustedOwners = trustedOwners ?? [stamp.owner, 0, geteuid()]
    }

    /// Whether the folder is there.
    var isThere: Bool { access(systemPath, R_OK | X_OK) == 0 }

    /// Opens a file for reading; blocks.
    func open(_ path: MediaPath) throws(StoreFailure) -> OpenFile {
        if let file = try walk(place(withoutLinks: path), for: path) { return file }
        guard let place = place(of: path), let file = try walk(place, for: path) else { throw .notFound }
        return file
    }

    /// What may be served of a path, without opening it; nil for nothing.
    func stamp(of path: MediaPath) -> FileStamp? {
        if let stamp = place(withoutLinks: path).stamp, stamp.kind != .link { return stamp }
        return place(of: path)?.stamp
    }

    // MARK: Links

    /// Where something lies when no link is on the way.
    func place(withoutLinks path: MediaPath) -> Place { Place(folder: self.path, names: path) }

    /// Where something really lies; nil when it is not there, or outside.
    func place(of path: MediaPath) -> Place? {
        guard let real = Self.realPath(systemPath(path)) else { return nil }
        if let names = Self.names(of: real, below: self.path) { return Place(folder: self.path, names: names) }
        guard let first = path.steps.first, first != path, case .folder(let target) = target(ofLink: first),
            let names = Self.names(of: real, below: target)
        else { return nil }
        return Place(folder: target, names: names)
    }

    /// What a name in the served folder leads to; nil when it is not a link.
    func target(ofLink name: MediaPath) -> LinkTarget? {
        let link = systemPath(name)
        guard let before = FileStamp(path: link), before.kind == .link else { return nil }
        guard let target = Self.realPath(link), let stamp = FileStamp(path: Self.cString(target)) else {
            return .nothing
        }
        // Whoever may write here could have replaced it meanwhile.
        guard trustedOwners.contains(before.owner), FileStamp(path: link) == before else { return .untrusted }
        guard stamp.kind == .folder else { return .file }
        let folder = target == [0x2F] ? [] : target
        return (path + [0x2F]).starts(with: folder + [0x2F]) ? .aroundRoot : .folder(folder)
    }

    private static func names(of real: [UInt8], below folder: [UInt8]) -> MediaPath? {
        real.starts(with: folder + [0x2F]) ? MediaPath(real.dropFirst(folder.count + 1)) : nil
    }

    // MARK: Names

    /// The path by which the disk has what a person means by this one (``FileName/areEquivalent(_:_:)``); nil for nothing.
    ///
    /// Typed text is composed, names of some file systems are decomposed; and names that are not UTF-8 come as text out of the
    /// list of videos. Blocks.
    func equivalent(of path: MediaPath) -> MediaPath? {
        var found: MediaPath?
        for name in path.names {
            guard let exact = found?.appending(name) ?? MediaPath(name) else { return nil }
            if FileStamp(path: systemPath(exact)) != nil {
                found = exact
                continue
            }
            guard !name.allSatisfy({ $0 < 0x80 }) else { return nil }
            let same = names(in: found).filter { FileName.areEquivalent($0, name) }
            guard let name = same.min(by: { $0.lexicographicallyPrecedes($1) }),
                let path = found?.appending(name) ?? MediaPath(name)
            else { return nil }
            found = path
        }
        return found
    }

    /// The names in a folder, hidden ones left out; the served folder's for nil.
    ///
    /// Blocks.
    func names(in folder: MediaPath?) -> [[UInt8]] {
        guard let stream = opendir(folder.map(systemPath) ?? systemPath) else { return [] }
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

    // MARK: The system

    /// The path for calls of the system, ended by zero.
    func systemPath(_ path: MediaPath) -> [CChar] { place(withoutLinks: path).systemPath(path) }

    private var systemPath: [CChar] { Self.cString(path.isEmpty ? [0x2F] : path) }

    /// Opens name by name; nil when one of them is a link.
    private func walk(_ place: Place, for path: MediaPath) throws(StoreFailure) -> OpenFile? {
        let root = place.folder.isEmpty ? [0x2F] : place.folder
        var folder = systemOpen(Self.cString(root), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw StoreFailure(errno) }
        defer { close(folder) }
        let names = place.names.names.map(Self.cString)
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
        return OpenFile(descriptor: descriptor, path: path, place: place, stamp: stamp)
    }

    private func notOpened(_ name: [CChar], in folder: CInt, _ number: CInt) throws(StoreFailure) -> OpenFile? {
        var status = stat()
        // Systems differ in what they call a link that was not to be followed.
        if fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFLNK { return nil }
        throw StoreFailure(number)
    }

    private static func realPath(_ path: [CChar]) -> [UInt8]? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) }
    }

    private static func cString(_ bytes: some Sequence<UInt8>) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

private func systemOpen(_ path: [CChar], _ flags: CInt) -> CInt {
    open(path, flags)
}
