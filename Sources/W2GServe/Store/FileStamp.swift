import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What tells one state of a file from another without reading it.
struct FileStamp: Hashable, Sendable {
    /// How much coarser the clock of the file system may be than its numbers, in nanoseconds.
    ///
    /// A file that changed twice within it may look the same.
    private static let granularity: Int64 = 50_000_000

    let device: UInt64
    let inode: UInt64
    /// Bytes.
    let size: Int64
    /// Nanoseconds since 1970.
    let modified: Int64
    /// The last change of the file or of its place, nanoseconds since 1970.
    let changed: Int64
    /// The user that owns the file.
    let owner: UInt32
    let kind: Kind

    /// What a name in a folder stands for.
    enum Kind: Sendable {
        case file
        case folder
        case link
        case other
    }

    /// Reads the stamp of an open file; nil when it cannot be told.
    init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Reads the stamp of what a path names; links are not followed.
    init?(path: UnsafePointer<CChar>) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        #if canImport(Darwin)
        let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
        let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        modified = Self.nanoseconds(modification)
        changed = Self.nanoseconds(change)
        owner = status.st_uid
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .link
            default: .other
            }
    }

    /// Whether a change after `now` cannot hide behind the same stamp.
    ///
    /// - Parameter now: When the stamp was read, nanoseconds since 1970.
    func isSettled(at now: Int64) -> Bool {
        let last = max(modified, changed)
        // A time in the future says nothing of when the file was changed; the other one counts then.
        return last > now ? changed <= now - Self.granularity : last <= now - Self.granularity
    }

    /// The time, in nanoseconds since 1970.
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return nanoseconds(time)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        let (seconds, overflow) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : seconds &+ Int64(time.tv_nsec)
    }
}
