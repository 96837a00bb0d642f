import HLSKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The folder of a download, held against others: what is in it, and what its journal says.
///
/// `@unchecked Sendable`: the descriptor never changes, and the journal is used by the one task that runs the download.
final class DownloadFolder: @unchecked Sendable {
    /// What files begin with that are being written.
    static let temporaryPrefix = ".w2g-part-"

    let path: String
    /// The name of the folder, which is the name of its playlist.
    let name: String
    private(set) var journal: Journal
    private let descriptor: Int32

    var playlistName: String { name + ".m3u8" }

    /// Takes a folder for a download; makes it when it is not there.
    ///
    /// - Parameter isForced: Whether files that no download made may be in it.
    /// - Throws: ``DownloadError`` when it cannot be made, is in use, or holds what must not be replaced.
    init(_ directory: String, isForced: Bool) throws(DownloadError) {
        try FileSystem.makeDirectories(directory)
        path = FileSystem.realPath(directory)
        name = FileNames.last(path)
        guard !name.isEmpty else {
            throw DownloadError(
                .cannotCreateOutput,
                "'\(directory)' has no name to call the playlist by: give another folder"
            )
        }
        guard FileName.bytes(name).count <= 250 else {
            throw DownloadError(.cannotCreateOutput, "the folder's name is too long: give a shorter one")
        }
        let descriptor = open(FileName.cString(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, access(FileName.cString(path), W_OK) == 0 else {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            throw DownloadError(
                .cannotCreateOutput,
                "'\(directory)' cannot be written to",
                cause: FileSystem.text(number)
            )
        }
        do throws(DownloadError) {
            journal = try Self.take(path, directory, descriptor, isForced: isForced)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    private static func take(
        _ path: String,
        _ directory: String,
        _ descriptor: Int32,
        isForced: Bool
    ) throws(DownloadError) -> Journal {
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw DownloadError(
                .outputOccupied,
                "another download is writing to '\(directory)': wait for it or give another folder"
            )
        }
        let journal = Journal.read(in: path)
        var (count, temporary) = (0, [String]())
        var other: String?
        FileSystem.forEachName(in: path) { name in
            count += 1
            if name.hasPrefix(temporaryPrefix) {
                temporary.append(name)
            } else if name != ".DS_Store" {
                other = other ?? name
            }
        }
        if journal == nil, !isForced, let other {
            // A journal of which not even the first line was written is ours.
            guard other == Journal.fileName, count == 1 else {
                if FileSystem.status(path + "/" + Journal.fileName)?.byteCount ?? 0 > 0 {
                    throw DownloadError(
                        .outputOccupied,
                        "'\(directory)' holds a download whose journal, '\(Journal.fileName)', cannot be read: "
                            + "give another folder, or --force to begin anew in this one"
                    )
                }
                throw DownloadError(
                    .outputOccupied,
                    "'\(directory)' holds '\(other)' and no download: give another folder, or --force to use this one"
                )
            }
        }
        for name in temporary { FileSystem.remove(path + "/" + name) }
        return journal ?? Journal()
    }

    // MARK: Journal

    /// Says of which stream the folder is from now on.
    ///
    /// - Parameters:
    ///   - isRecording: Whether a live stream is recorded.
    ///   - continues: Whether what was recorded before is gone on with.
    func begin(
        source: String,
        selection: String,
        isRecording: Bool,
        continues: Bool
    ) throws(DownloadError) {
        try journal.begin(
            in: path,
            source: source,
            selection: selection,
            isRecording: isRecording,
            continues: continues
        )
    }

    /// Says where the numbers of a stream began anew.
    func note(_ restart: Journal.Restart, of folder: String) throws(DownloadError) {
        try journal.note(restart, of: folder)
    }

    /// Says that a file is whole.
    func add(_ entry: Journal.Entry) throws(DownloadError) {
        if let old = journal.entry(FileNames.stem(entry.file)), old.file != entry.file {
            FileSystem.remove(path(of: old.file))
        }
        try journal.add(entry)
    }

    /// - Parameter isStopped: Whether the stream had more to come.
    func finish(isStopped: Bool) throws(DownloadError) {
        try journal.finish(isStopped: isStopped)
    }

    /// Removes the files of an earlier download of something else.
    func discardAll() throws(DownloadError) {
        try discard { _ in true }
    }

    /// Removes files of the journal that are no part of the result.
    func discard(where isUnneeded: (Journal.Entry) -> Bool) throws(DownloadError) {
        var folders: Set<String> = []
        for entry in journal.entries where isUnneeded(entry) {
            FileSystem.remove(path(of: entry.file))
            if let slash = entry.file.utf8.lastIndex(of: 0x2F) { folders.insert(String(entry.file[..<slash])) }
            try journal.remove(entry.file)
        }
        for folder in folders { FileSystem.removeEmptyDirectory(path + "/" + folder) }
    }

    // MARK: Files

    /// What the journal calls the folder's own playlist, whatever the folder is called.
    static let playlistEntry = "playlist.m3u8"

    /// The path of a file of the journal.
    func path(of file: String) -> String {
        path + "/" + (file == Self.playlistEntry ? playlistName : file)
    }

    /// Writes a small file, such as a playlist or a key.
    ///
    /// - Parameter isNoted: Whether the journal tells of it.
    func write(_ bytes: [UInt8], as file: String, isNoted: Bool = true) throws(DownloadError) {
        try write(as: file, isNoted: isNoted) { body throws(DownloadError) in try body(bytes) }
    }

    /// Writes a file piece by piece; it appears when it is whole.
    ///
    /// - Parameters:
    ///   - isNoted: Whether the journal tells of it.
    ///   - produce: Hands over one piece after the other.
    func write(
        as file: String,
        isNoted: Bool,
        _ produce: (_ body: ([UInt8]) throws(DownloadError) -> Void) throws(DownloadError) -> Void
    ) throws(DownloadError) {
        let new = try NewFile(temporaryPath: path + "/" + Self.temporaryPrefix + "small")
        var sum = Checksum()
        try produce { piece throws(DownloadError) in
            sum.update(piece)
            try new.write(piece)
        }
        try new.commit(as: path(of: file))
        guard isNoted else { return }
        try add(Journal.Entry(file: file, identity: 0, byteCount: new.byteCount, checksum: sum.value))
    }

    /// Whether a file is as the journal says.
    func isIntact(_ entry: Journal.Entry) -> Bool {
        let file = path(of: entry.file)
        guard let status = FileSystem.status(file), status.isPlainFile, status.byteCount == entry.byteCount else {
            return false
        }
        var sum = Checksum()
        let isRead = FileSystem.read(file) { chunk in
            sum.update(chunk)
            return true
        }
        return isRead && sum.value == entry.checksum
    }
}
