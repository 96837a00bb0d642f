import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The text of a journal: lines are only ever added, and read again by their places.
///
/// `@unchecked Sendable`: it is used by the one task that runs the download, and closed when nobody has it.
final class JournalFile: @unchecked Sendable {
    /// No line that tells of a file is longer.
    private static let lineBytes = 512
    private static let windowBytes = 1 << 14

    private let path: String
    private let descriptor: Int32
    /// Where the next line will be.
    private var end = 0
    /// What was read last, and where that is.
    private var window: (start: Int, bytes: [UInt8]) = (0, [])

    /// Opens the journal of a folder to read it; nil when there is none.
    init?(reading directory: String) {
        path = directory + "/" + Journal.fileName
        // Without waiting: a pipe that nobody writes to would hold the caller for ever.
        descriptor = open(FileName.cString(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
    }

    /// Opens the journal of a folder to add to it, or begins one.
    init(writing directory: String, isNew: Bool) throws(DownloadError) {
        path = directory + "/" + Journal.fileName
        descriptor = open(
            FileName.cString(path),
            O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_TRUNC : 0),
            0o666
        )
        guard descriptor >= 0 else {
            throw DownloadError(.cannotCreateOutput, "'\(path)' cannot be written", cause: FileSystem.text(errno))
        }
        end = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        var last: UInt8 = 0x0A
        // A line that was cut off is ended, so that it does not swallow the next.
        if end > 0, pread(descriptor, &last, 1, off_t(end - 1)) == 1, last != 0x0A { try append("\n") }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Adds lines.
    ///
    /// - Returns: The place of the first one.
    @discardableResult
    func append(_ lines: String) throws(DownloadError) -> Int {
        var lines = lines
        let number = lines.withUTF8 { buffer -> Int32 in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return 0
        }
        guard number == 0 else { throw FileSystem.writeFailure(path, number) }
        defer { end += lines.utf8.count }
        return end
    }

    /// The bytes of the file; 0 when it is none.
    var byteCount: Int { max(0, Int(lseek(descriptor, 0, SEEK_END))) }

    /// Goes through the lines that have an end; without one the last may be cut off.
    ///
    /// - Parameter body: Called with each line and its place; returns whether it wants more.
    /// - Returns: Whether all could be read, or as much as was wanted.
    func forEachLine(_ body: (ArraySlice<UInt8>, _ place: Int) -> Bool) -> Bool {
        var rest: [UInt8] = []
        var place = 0
        while true {
            guard let piece = read(Self.windowBytes, at: place + rest.count) else { return false }
            guard !piece.isEmpty else { return true }
            var (start, unseen) = (0, rest.count)
            rest += piece
            while let newline = rest[unseen...].firstIndex(of: 0x0A) {
                guard body(rest[start..<newline], place + start) else { return true }
                (start, unseen) = (newline + 1, newline + 1)
            }
            rest.removeFirst(start)
            place += start
        }
    }

    /// The line at a place; nil when there is none that tells of a file.
    func line(at place: Int) -> ArraySlice<UInt8>? {
        if let line = lineInWindow(at: place) { return line }
        let start = place / Self.windowBytes * Self.windowBytes
        window = (start, read(Self.windowBytes + Self.lineBytes, at: start) ?? [])
        return lineInWindow(at: place)
    }

    private func lineInWindow(at place: Int) -> ArraySlice<UInt8>? {
        let start = place - window.start
        guard window.bytes.indices.contains(start),
            let newline = window.bytes[start...].firstIndex(of: 0x0A)
        else { return nil }
        return window.bytes[start..<newline]
    }

    /// So many bytes, or fewer at the end; nil when they cannot be read.
    private func read(_ count: Int, at place: Int) -> [UInt8]? {
        var isRead = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
            while done < count {
                let more = pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(place + done))
                if more < 0, errno == EINTR { continue }
                isRead = more >= 0
                guard more > 0 else { return }
                done += more
            }
        }
        return isRead ? bytes : nil
    }
}
