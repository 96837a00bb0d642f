import HLSKit
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The folder that a conversion writes: what may be replaced in it, what is ours, and what is removed after a failure.
///
/// `@unchecked Sendable`: nothing changes after `init` but by the one thread that holds the packager's lock, and at the
/// end, when the other threads have stopped.
final class OutputFolder: @unchecked Sendable {
    let path: String
    /// The name of the playlist, or of the one file of another format.
    let fileName: String
    /// What the names of segments begin with.
    let segmentPrefix: String
    private let segmentType: SegmentType
    private let madeDirectories: [String]
    private let lock: Mutex<Int32>
    private var record: ConversionRecord
    private var segments = 0
    /// The names of the init sections.
    private var initializations: [String] = []
    /// A finished result that stays until this conversion takes its place.
    private var earlier: ConversionRecord?

    /// The input's path, for people.
    var input: String { record.input.path }

    /// Takes a folder for a conversion, and removes what an unfinished one left in it.
    ///
    /// - Parameters:
    ///   - fileExtension: Of the playlist or the one file.
    ///   - keepsEarlierResult: Whether a finished result stays until the new one is whole.
    /// - Throws: ``ConversionError`` when the folder cannot be made or holds what must not be replaced.
    init(
        path: String,
        fileExtension: String,
        options: ConversionOptions,
        input: String,
        segmentType: SegmentType = .transportStream,
        keepsEarlierResult: Bool
    ) throws(ConversionError) {
        madeDirectories = try FileSystem.makeDirectories(path)
        self.path = FileSystem.realPath(path)
        let made = madeDirectories
        func refuse(_ code: ConversionError.Code, _ message: String) -> ConversionError {
            FileSystem.removeEmptyDirectories(made)
            return ConversionError(code, message)
        }
        guard let name = self.path.split(separator: "/").last.map(String.init) else {
            throw refuse(.cannotCreateOutput, "'\(path)' has no name to call the playlist by: give another folder")
        }
        fileName = name + "." + fileExtension
        guard FileName.bytes(fileName).count <= 255 else {
            throw refuse(
                .cannotCreateOutput,
                "'\(fileName)' is longer than a file name may be: give a shorter folder name"
            )
        }
        segmentPrefix = options.hlsSegmentFilename
        self.segmentType = segmentType
        let replacesOtherResults = options.replacesOtherResults
        let identity = ConversionRecord.Input(input)
        record = ConversionRecord(
            input: identity,
            options: ConversionRecord.Options(options),
            file: fileName,
            segmentPrefix: segmentPrefix,
            segmentType: segmentType == .transportStream ? nil : segmentType.rawValue
        )

        let descriptor = open(FileName.cString(self.path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        lock = Mutex(descriptor)
        guard descriptor >= 0, access(FileName.cString(self.path), W_OK) == 0 else {
            let number = errno
            throw refuse(.cannotCreateOutput, "'\(path)' cannot be written to: \(FileSystem.text(number))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw refuse(
                .outputOccupied,
                "another conversion is writing to '\(path)': wait for it or give another folder"
            )
        }
        do {
            let (name, prefix) = (fileName, segmentPrefix)
            let found = try Self.findEarlier(
                in: self.path,
                isOurs: { Self.isOurs($0, fileName: name, segmentPrefix: prefix) },
                input: identity,
                replacesOtherResults: replacesOtherResults
            )
            Self.removeStage(in: self.path)
            if keepsEarlierResult, let found, found.isFinished {
                try FileSystem.makeDirectory(stagePath)
                earlier = found
            } else {
                if let found { Self.removeFiles(of: found, in: self.path) }
                try record.write(to: self.path)
            }
        } catch {
            FileSystem.removeEmptyDirectories(madeDirectories)
            throw error
        }
    }

    /// Finds out whether a folder could be taken for a conversion, and makes nothing.
    ///
    /// - Throws: ``ConversionError`` when it is a file, or holds what must not be replaced.
    static func check(path: String, options: ConversionOptions, input: String) throws(ConversionError) {
        guard FileSystem.status(path) != nil else { return }
        // Of what is there it makes nothing.
        _ = try FileSystem.makeDirectories(path)
        let path = FileSystem.realPath(path)
        guard let name = path.split(separator: "/").last else { return }
        _ = try findEarlier(
            in: path,
            isOurs: { isOurs($0, fileName: String(name) + ".m3u8", segmentPrefix: options.hlsSegmentFilename) },
            input: ConversionRecord.Input(input),
            replacesOtherResults: options.replacesOtherResults
        )
    }

    deinit {
        unlock()
    }

    /// Lets other conversions have the folder.
    func unlock() {
        lock.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    // MARK: Writing

    var temporarySegmentPath: String { workPath + "/.w2g.part" }

    /// Where segments are gathered while an earlier result stays.
    private static let stageName = ".w2g.new"
    private var stagePath: String { path + "/" + Self.stageName }
    /// Where segments appear.
    private var workPath: String { earlier == nil ? path : stagePath }

    /// Gives a whole segment its name.
    ///
    /// - Returns: The name.
    func commitSegment(_ file: NewFile) throws(ConversionError) -> String {
        let name = Self.segmentName(segmentPrefix, segments, segmentType)
        try file.commit(as: workPath + "/" + name)
        segments += 1
        return name
    }

    /// Writes an init section under its name.
    func writeInitialization(_ section: [UInt8], as name: String) throws(ConversionError) {
        try FileSystem.write(section.span, to: workPath + "/" + name, by: workPath + "/" + Self.initializationPart)
        initializations.append(name)
    }

    /// Gives the one file of another format, which was written under the temporary name, its own.
    func commitFile() throws(ConversionError) {
        let written = temporarySegmentPath
        try takeThePlaceOfEarlier()
        try FileSystem.rename(written, to: path + "/" + fileName)
        Self.removeStage(in: path)
        try markFinished()
    }

    /// Writes the playlist, in place of the one before.
    func writePlaylist(_ text: String) throws(ConversionError) {
        try takeThePlaceOfEarlier()
        Self.removeStage(in: path)
        try FileSystem.write(Array(text.utf8).span, to: path + "/" + fileName, by: path + "/.w2g.playlist.part")
    }

    /// Appends lines to the playlist, all or none: what is added does not cost more the longer the playlist is.
    func appendToPlaylist(_ lines: String) throws(ConversionError) {
        try FileSystem.append(Array(lines.utf8).span, to: path + "/" + fileName)
    }

    /// Notes that everything is there.
    func markFinished() throws(ConversionError) {
        record.segments = segments
        record.initializations = segmentType == .transportStream ? nil : initializations.count
        try record.write(to: path)
    }

    /// Removes everything that this conversion made.
    func discard() {
        Self.removeStage(in: path)
        guard earlier == nil else { return }
        record.segments = segments
        record.initializations = segmentType == .transportStream ? nil : initializations.count
        Self.removeFiles(of: record, in: path)
        FileSystem.remove(path + "/" + ConversionRecord.fileName)
        FileSystem.removeEmptyDirectories(madeDirectories)
    }

    /// Removes the earlier result and gives the new segments its place.
    private func takeThePlaceOfEarlier() throws(ConversionError) {
        guard let earlier else { return }
        Self.removeFiles(of: earlier, in: path)
        let stage = stagePath
        self.earlier = nil
        try record.write(to: path)
        for name in initializations + (0..<segments).map({ Self.segmentName(segmentPrefix, $0, segmentType) }) {
            try FileSystem.rename(stage + "/" + name, to: path + "/" + name)
        }
    }

    /// Removes the gathered segments of a conversion that did not end well, and nothing else.
    private static func removeStage(in path: String) {
        let stage = path + "/" + stageName
        guard FileSystem.isPlainDirectory(stage) else { return }
        for name in FileSystem.names(in: stage) ?? []
        where name == ".w2g.part" || name == initializationPart
            || SegmentType.allCases.contains(where: { name.hasSuffix("." + $0.fileExtension) })
            || name.hasSuffix("." + initializationExtension)
        {
            FileSystem.remove(stage + "/" + name)
        }
        FileSystem.removeEmptyDirectories([stage])
    }

    // MARK: What is there already

    static func segmentName(_ prefix: String, _ number: Int, _ type: SegmentType) -> String {
        "\(prefix)_\(number).\(type.fileExtension)"
    }

    static func initializationName(_ prefix: String, _ number: Int) -> String {
        "\(prefix)_init_\(number).\(initializationExtension)"
    }

    private static let initializationExtension = "mp4"
    private static let initializationPart = ".w2g.init.part"

    /// The record of an earlier conversion; throws when something is in the way that must stay.
    ///
    /// - Parameter isOurs: Whether a name is one that the conversion may write.
    private static func findEarlier(
        in path: String,
        isOurs: (String) -> Bool,
        input: ConversionRecord.Input,
        replacesOtherResults: Bool
    ) throws(ConversionError) -> ConversionRecord? {
        let names = FileSystem.names(in: path) ?? []
        let earlier = ConversionRecord.read(in: path)
        if input.path.hasPrefix(path + "/") {
            let inputName = String(Substring(input.path.utf8.dropFirst(path.utf8.count + 1)))
            if isOurs(inputName) || earlier.map({ Self.names(of: $0, among: names).contains(inputName) }) ?? false {
                throw ConversionError(
                    .outputOccupied,
                    "the input '\(input.path)' would be overwritten: give another folder"
                )
            }
        }
        if let earlier {
            guard !earlier.isFinished || earlier.input.isSameFilm(as: input) || replacesOtherResults else {
                throw ConversionError(
                    .outputOccupied,
                    "'\(path)' holds the finished result of '\(earlier.input.path)': give another folder, or --force to replace it"
                )
            }
        }
        let own = earlier.map { Self.names(of: $0, among: names) } ?? []
        if !replacesOtherResults, let foreign = names.first(where: { isOurs($0) && !own.contains($0) }) {
            throw ConversionError(
                .outputOccupied,
                "'\(path)/\(foreign)' is in the way and was not made by an earlier conversion: give another folder, or --force to replace it"
            )
        }
        return earlier
    }

    /// Whether a name is one that a conversion may write.
    private static func isOurs(_ name: String, fileName: String, segmentPrefix: String) -> Bool {
        name == fileName || initializationNumber(name, prefix: segmentPrefix) != nil
            || SegmentType.allCases.contains { segmentNumber(name, prefix: segmentPrefix, $0) != nil }
    }

    /// The number in a segment's name; nil when it is not the name of a segment.
    private static func segmentNumber(_ name: String, prefix: String, _ type: SegmentType) -> Int? {
        number(in: name, from: prefix + "_", to: "." + type.fileExtension)
    }

    /// The number in an init section's name; nil when it is not the name of an init section.
    private static func initializationNumber(_ name: String, prefix: String) -> Int? {
        number(in: name, from: prefix + "_init_", to: "." + initializationExtension)
    }

    private static func number(in name: String, from start: String, to end: String) -> Int? {
        guard name.hasPrefix(start), name.hasSuffix(end), name.utf8.count > start.utf8.count + end.utf8.count,
            let number = Int(name.dropFirst(start.count).dropLast(end.count)), number >= 0,
            start + "\(number)" + end == name
        else { return nil }
        return number
    }

    /// The existing files that the conversion of a record made.
    ///
    /// An unfinished one made its segments and init sections one after the other.
    private static func names(of record: ConversionRecord, among existing: [String]) -> Set<String> {
        let prefix = record.segmentPrefix
        let type = record.segmentType.flatMap(SegmentType.init(rawValue:)) ?? .transportStream
        func made(_ number: (String) -> Int?, _ count: Int?) -> [String] {
            let numbered = existing.compactMap { name in number(name).map { (name, $0) } }
            let numbers = Set(numbered.map(\.1))
            let count = count ?? (0...).first { !numbers.contains($0) } ?? 0
            return numbered.filter { $0.1 < count }.map(\.0)
        }
        let segments = made({ segmentNumber($0, prefix: prefix, type) }, record.segments)
        guard type != .transportStream else { return Set(segments + existing.filter { $0 == record.file }) }
        let initializations = made({ initializationNumber($0, prefix: prefix) }, record.initializations)
        return Set(segments + initializations + existing.filter { $0 == record.file })
    }

    private static func removeFiles(of record: ConversionRecord, in path: String) {
        let existing = FileSystem.names(in: path) ?? []
        let made = names(of: record, among: existing)
        // The playlist goes first, so that nobody is led to a segment that is gone.
        for name in [record.file].filter(made.contains) + made.subtracting([record.file]) {
            FileSystem.remove(path + "/" + name)
        }
        for name in [".w2g.part", ".w2g.playlist.part", initializationPart, ConversionRecord.fileName + ".part"] {
            FileSystem.remove(path + "/" + name)
        }
    }
}
