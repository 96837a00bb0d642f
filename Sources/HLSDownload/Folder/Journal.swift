/// What a folder remembers of its download: of which stream, and which files are whole.
///
/// A text with a line for each thing that became true, only ever appended to. A line that was cut off by a crash does
/// not parse and is passed over; what it would have said is found out again. Of the files only the places of their lines
/// are kept in memory.
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
    /// How many files a finished folder has, of which some may not be known any more.
    var fileCount: Int { toldCount ?? knownCount }
    private var toldCount: Int?
    private var knownCount: Int { files.lines.reduce(0) { count, _ in count + 1 } }
    /// Whether the folder has the recording of a live stream, which no later window can replace.
    private(set) var isRecording = false
    /// Whether it was finished although the stream had not come to its end.
    private(set) var isStopped = false
    /// Where the numbers of the stream began anew the last time, by the folder of the rendition.
    private(set) var restarts: [String: Restart] = [:]
    private var files = JournalIndex()
    /// Nil as long as there is none.
    private var file: JournalFile?
    private var isWritable = false

    /// A journal that says nothing yet.
    init() {}

    /// Reads the journal of a folder; nil when there is none.
    static func read(in directory: String) -> Journal? {
        guard let file = JournalFile(reading: directory), file.byteCount <= limit else { return nil }
        var (journal, hasStarted) = (Journal(), false)
        journal.file = file
        let isRead = file.forEachLine { line, place in
            if hasStarted {
                journal.apply(line, at: place)
            } else {
                hasStarted = line.elementsEqual(firstLine.utf8)
            }
            return hasStarted
        }
        return isRead && hasStarted ? journal : nil
    }

    private mutating func apply(_ line: ArraySlice<UInt8>, at place: Int) {
        if let entry = Entry(line: line) {
            if FileExtension(of: entry.file) != nil { files[FileNames.stem(entry.file)] = place }
            (isFinished, isStopped, toldCount) = (false, false, nil)
            return
        }
        let words = String(decoding: line, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
        switch (words.first, words.count) {
        case ("source", 3):
            source = String(words[1])
            selection = String(words[2])
            (isFinished, isStopped, isRecording, toldCount) = (false, false, false, nil)
        case ("recording", 1): isRecording = true
        case ("restart", 4):
            guard let index = Int(words[2]), let sequence = Int(words[3]), index >= 0, sequence >= 0 else { return }
            restarts[String(words[1])] = Restart(index: index, sequence: sequence)
        case ("gone", 2): files[FileNames.stem(String(words[1]))] = nil
        case ("files", 2): toldCount = Int(words[1])
        case ("finished", 1): isFinished = true
        case ("finished", 2): (isFinished, isStopped) = (true, words[1] == "stopped")
        default: break
        }
    }

    /// The files that are whole.
    var entries: some Sequence<Entry> {
        files.lines.lazy.compactMap { place in file?.line(at: place).flatMap(Entry.init(line:)) }
    }

    /// Whether no file is whole.
    var isEmpty: Bool { files.isEmpty }

    /// The file with a name, whatever its extension.
    func entry(_ stem: String) -> Entry? {
        guard let line = files[stem].flatMap({ file?.line(at: $0) }), let entry = Entry(line: line),
            FileNames.stem(entry.file) == stem
        else { return nil }
        return entry
    }

    // MARK: Lines

    /// Says of which stream a folder is, and whether it is recorded.
    ///
    /// - Parameters:
    ///   - directory: The folder, whose journal is added to from now on.
    ///   - continues: Whether what was recorded is gone on with.
    mutating func begin(
        in directory: String,
        source: String,
        selection: String,
        isRecording: Bool,
        continues: Bool
    ) throws(DownloadError) {
        if !isWritable {
            let isNew = file == nil
            file = try JournalFile(writing: directory, isNew: isNew)
            isWritable = true
            if isNew { try add(Self.firstLine) }
        }
        func plain(_ text: String) -> String {
            String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "_" : Character($0) })
        }
        self.source = plain(source)
        self.selection = plain(selection)
        (isFinished, isStopped, toldCount) = (false, false, nil)
        self.isRecording = isRecording
        var lines = ["source\t\(self.source)\t\(self.selection)"]
        if isRecording { lines.append("recording") }
        if !continues {
            lines += restarts.keys.sorted().map { "restart\t\($0)\t0\t0" }
            restarts = [:]
        }
        // At once: a recording that is interrupted between them would be none.
        try add(lines.joined(separator: "\n"))
    }

    /// Says where the numbers of a stream began anew.
    mutating func note(_ restart: Restart, of folder: String) throws(DownloadError) {
        restarts[folder] = restart
        try add("restart\t\(folder)\t\(restart.index)\t\(restart.sequence)")
    }

    /// Says that a file is whole.
    mutating func add(_ entry: Entry) throws(DownloadError) {
        let place = try add(entry.line)
        if FileExtension(of: entry.file) != nil { files[FileNames.stem(entry.file)] = place }
    }

    /// Says that a file is no part of the result any more.
    mutating func remove(_ name: String) throws(DownloadError) {
        files[FileNames.stem(name)] = nil
        try add("gone\t\(name)")
    }

    /// Says that everything is there.
    ///
    /// - Parameter isStopped: Whether the stream had more to come.
    mutating func finish(isStopped: Bool) throws(DownloadError) {
        (isFinished, self.isStopped, toldCount) = (true, isStopped, knownCount)
        try add("files\t\(knownCount)\n" + (isStopped ? "finished\tstopped" : "finished"))
    }

    /// Adds lines, once the folder is said to be of a stream.
    ///
    /// - Returns: The place of the first one.
    @discardableResult
    private func add(_ lines: String) throws(DownloadError) -> Int? {
        guard isWritable else { return nil }
        return try file?.append(lines + "\n")
    }
}

extension Journal.Entry {
    private static let start = Array("file\t".utf8)

    /// Reads a line of the journal; nil when it tells of no file, or was cut off.
    fileprivate init?(line: ArraySlice<UInt8>) {
        guard line.starts(with: Self.start) else { return nil }
        var rest = line.dropFirst(Self.start.count)
        func next() -> ArraySlice<UInt8> {
            let word = rest.prefix { $0 != 0x09 }
            rest = rest[word.endIndex...].dropFirst()
            return word
        }
        let name = next()
        guard FileNames.isOwn(name), let identity = Self.number(next()), let byteCount = Self.decimal(next()),
            let checksum = Self.number(rest)
        else { return nil }
        self.init(
            file: String(decoding: name, as: UTF8.self),
            identity: identity,
            byteCount: byteCount,
            checksum: checksum
        )
    }

    fileprivate var line: String {
        "file\t\(file)\t\(Self.text(identity))\t\(byteCount)\t\(Self.text(checksum))"
    }

    /// Sixteen hexadecimal digits: fewer are a line that was cut off.
    private static func number(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard text.count == 16 else { return nil }
        var number: UInt64 = 0
        for byte in text {
            switch byte {
            case 0x30...0x39: number = number << 4 | UInt64(byte - 0x30)
            case 0x61...0x66: number = number << 4 | UInt64(byte - 0x57)
            default: return nil
            }
        }
        return number
    }

    private static func decimal(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...18).contains(text.count) else { return nil }
        var number = 0
        for byte in text {
            guard (0x30...0x39).contains(byte) else { return nil }
            number = number * 10 + Int(byte - 0x30)
        }
        return number
    }

    private static func text(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
