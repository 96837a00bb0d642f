#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a folder remembers of its download: of which stream, and which files are whole.
///
/// A text with a line for each thing that became true, only ever appended to. A line that was cut off by a crash does
/// not parse and is passed over; what it would have said is found out again.
struct Journal: Sendable {
    /// A file that is whole.
    struct Entry: Sendable, Equatable {
        /// The name within the folder.
        var file: String
        /// What the file was made of: see ``PlannedFile/identity``.
        var identity: UInt64
        var byteCount: Int
        var checksum: UInt64
    }

    /// Where the media sequence numbers of a stream stopped being in step with those of the recording.
    struct Restart: Sendable, Equatable {
        /// The place of the first segment in the recording.
        var index: Int
        /// The media sequence number that the stream gives it.
        var sequence: Int
    }

    /// The name of the journal in its folder.
    ///
    /// Servers do not hand out names with a dot in front.
    static let fileName = ".w2g-download"
    private static let firstLine = "w2g-download 1"
    private static let limit = 1 << 28

    /// The source's URL without what may be secret; see ``SourceIdentity``.
    private(set) var source = ""
    /// What of the stream was chosen.
    private(set) var selection = ""
    private(set) var isFinished = false
    /// Whether the folder has the recording of a live stream, which no later window can replace.
    private(set) var isRecording = false
    /// Whether it was finished although the stream had not come to its end.
    private(set) var isStopped = false
    /// Where the numbers of the stream began anew the last time, by the folder of the rendition.
    private(set) var restarts: [String: Restart] = [:]
    private var files = JournalFiles()

    /// A journal that says nothing yet.
    init() {}

    /// Reads the journal of a folder; nil when there is none.
    static func read(in directory: String) -> Journal? {
        var journal = Journal()
        var (lines, byteCount, hasStarted) = (LineCutter(), 0, false)
        let isRead = FileSystem.read(directory + "/" + fileName) { piece in
            byteCount += piece.count
            guard byteCount <= limit else { return false }
            // Without a line's end behind it the last one may be cut off: it is left out.
            return lines.cut(piece) { line in
                if hasStarted {
                    journal.apply(line)
                } else if line == firstLine {
                    hasStarted = true
                } else {
                    return false
                }
                return true
            }
        }
        return isRead && hasStarted && byteCount <= limit ? journal : nil
    }

    /// Cuts pieces of a file into lines.
    private struct LineCutter {
        private var rest: [UInt8] = []

        /// - Parameter body: Called with each line that has an end; returns whether it wants more.
        mutating func cut(_ piece: UnsafeRawBufferPointer, _ body: (String) -> Bool) -> Bool {
            var start = 0
            while let end = piece[start...].firstIndex(of: 0x0A) {
                rest.append(contentsOf: piece[start..<end])
                let line = String(decoding: rest, as: UTF8.self)
                rest.removeAll(keepingCapacity: true)
                start = end + 1
                guard body(line) else { return false }
            }
            rest.append(contentsOf: piece[start...])
            return true
        }
    }

    private mutating func apply(_ line: String) {
        let words = line.split(separator: "\t", omittingEmptySubsequences: false)
        switch (words.first, words.count) {
        case ("source", 3):
            source = String(words[1])
            selection = String(words[2])
            (isFinished, isStopped, isRecording) = (false, false, false)
        case ("recording", 1): isRecording = true
        case ("restart", 4):
            guard let index = Int(words[2]), let sequence = Int(words[3]), index >= 0, sequence >= 0 else { return }
            restarts[String(words[1])] = Restart(index: index, sequence: sequence)
        case ("file", 5):
            guard FileNames.isOwn(words[1]), let identity = Self.number(words[2]), let byteCount = Int(words[3]),
                byteCount >= 0, let checksum = Self.number(words[4])
            else { return }
            let file = String(words[1])
            let entry = Entry(file: file, identity: identity, byteCount: byteCount, checksum: checksum)
            files.set(entry)
            (isFinished, isStopped) = (false, false)
        case ("gone", 2): files.remove(FileNames.stem(String(words[1])))
        case ("finished", 1): isFinished = true
        case ("finished", 2): (isFinished, isStopped) = (true, words[1] == "stopped")
        default: break
        }
    }

    /// Sixteen hexadecimal digits: fewer are a line that was cut off.
    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.count == 16 ? UInt64(text, radix: 16) : nil
    }

    private static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// The files that are whole.
    var entries: some Sequence<Entry> { files.entries }

    /// Whether no file is whole.
    var isEmpty: Bool { files.isEmpty }

    /// The file with a name, whatever its extension.
    func entry(_ stem: String) -> Entry? { files[stem] }

    // MARK: Lines

    /// The lines that say of which stream the folder is, and whether it is recorded.
    ///
    /// - Parameter continues: Whether what was recorded is gone on with.
    mutating func begin(source: String, selection: String, isRecording: Bool, continues: Bool) -> String {
        func plain(_ text: String) -> String {
            String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "_" : Character($0) })
        }
        self.source = plain(source)
        self.selection = plain(selection)
        (isFinished, isStopped) = (false, false)
        self.isRecording = isRecording
        var lines = "source\t\(self.source)\t\(self.selection)\n"
        if isRecording { lines += "recording\n" }
        if !continues {
            for folder in restarts.keys.sorted() { lines += "restart\t\(folder)\t0\t0\n" }
            restarts = [:]
        }
        return lines
    }

    /// The line that says where the numbers of a stream began anew.
    mutating func note(_ restart: Restart, of folder: String) -> String {
        restarts[folder] = restart
        return "restart\t\(folder)\t\(restart.index)\t\(restart.sequence)\n"
    }

    /// The line that says that a file is whole.
    mutating func add(_ entry: Entry) -> String {
        files.set(entry)
        return "file\t\(entry.file)\t\(Self.text(entry.identity))\t\(entry.byteCount)\t\(Self.text(entry.checksum))\n"
    }

    /// The line that says that a file is no part of the result any more.
    mutating func remove(_ file: String) -> String {
        files.remove(FileNames.stem(file))
        return "gone\t\(file)\n"
    }

    /// The line that says that everything is there.
    ///
    /// - Parameter isStopped: Whether the stream had more to come.
    mutating func finish(isStopped: Bool) -> String {
        (isFinished, self.isStopped) = (true, isStopped)
        return isStopped ? "finished\tstopped\n" : "finished\n"
    }

    static var start: String { firstLine + "\n" }
}

/// Appends lines to the journal's file.
///
/// `@unchecked Sendable`: the descriptor is used by the one task that runs the download, and closed when nobody has it.
final class JournalFile: @unchecked Sendable {
    private let path: String
    private var descriptor: Int32

    /// Opens the journal of a folder, or begins one.
    init(in directory: String, isNew: Bool) throws(DownloadError) {
        path = directory + "/" + Journal.fileName
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_TRUNC : 0), 0o666)
        guard descriptor >= 0 else {
            throw DownloadError(.cannotCreateOutput, "'\(path)' cannot be written", cause: FileSystem.text(errno))
        }
        if isNew {
            try append(Journal.start)
        } else {
            var last: UInt8 = 0x0A
            let end = lseek(descriptor, 0, SEEK_END)
            // A line that was cut off is ended, so that it does not swallow the next.
            if end > 0, pread(descriptor, &last, 1, end - 1) == 1, last != 0x0A { try append("\n") }
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func append(_ lines: String) throws(DownloadError) {
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
    }
}
