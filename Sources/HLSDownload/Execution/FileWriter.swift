import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Turns the bytes of one resource into one checked file: decrypts, takes disguises off, looks at the content, writes.
struct FileWriter: Sendable {
    /// What became of the bytes.
    struct Written: Sendable {
        var entry: Journal.Entry
        var role: PlannedFile.Role
        /// The bytes that came from the server.
        var transferred: Int
        /// What is odd about the file although it counts.
        var oddities: [String]
    }

    /// What is done with the encryption of a file.
    enum Treatment: Sendable {
        /// There is none.
        case plain
        case decrypt(SegmentCipher, key: [UInt8])
        /// It stays.
        case keep
    }

    /// How much is decrypted at once.
    private static let decryptedBytes = 1 << 15

    private let planned: PlannedFile
    private let folder: String
    private let isOpaque: Bool
    private var decryptor: SegmentDecryptor?
    private var file: NewFile?
    private var prefix: [UInt8] = []
    private var check: ContentCheck?
    private var checksum = Checksum()
    private var received = 0
    private var oddities: [String] = []
    /// The sum of a file that was not quite right: when the server sends the same once more, it is made so.
    private var refused: UInt64?

    /// - Parameter folder: The path of the download's folder.
    init(_ planned: PlannedFile, in folder: String, treatment: Treatment) {
        self.planned = planned
        self.folder = folder
        switch treatment {
        case .plain: isOpaque = false
        case .keep: isOpaque = true
        case .decrypt(let cipher, let key):
            isOpaque = false
            decryptor = SegmentDecryptor(
                cipher: cipher,
                key: key,
                vector: Hexadecimal.bytes(planned.protection?.vector ?? "")
            )
        }
    }

    private var temporaryPath: String {
        let (letter, number) =
            switch planned.role {
            case .section(let index): ("i", index)
            case .segment(let index): ("s", index)
            }
        let rendition =
            planned.stem.utf8.split(separator: 0x2F).count > 1 ? planned.stem.prefix { $0 != "/" } + "-" : ""
        return folder + "/" + DownloadFolder.temporaryPrefix + rendition + "\(letter)\(number).part"
    }

    mutating func restart() throws(DownloadError) {
        decryptor?.restart()
        try file?.restart()
        prefix.removeAll(keepingCapacity: true)
        check = nil
        checksum = Checksum()
        received = 0
        oddities = []
    }

    mutating func push(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        received += bytes.count
        guard received <= planned.limit else {
            throw DownloadError(.limitReached, "a file is longer than \(planned.limit >> 20) MB and does not end")
        }
        guard decryptor != nil else { return try take(bytes) }
        // In pieces that stay in the processor's cache, and in memory that is used again.
        var rest = bytes
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.decryptedBytes))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
            if let plain = try decryptor?.push(piece) { try take(plain) }
        }
    }

    private mutating func take(_ plain: Data) throws(DownloadError) {
        let result: Result<Void, DownloadError> = plain.withUnsafeBytes { bytes in
            do throws(DownloadError) { return .success(try take(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        guard check == nil, !isOpaque else { return try emit(bytes) }
        prefix.append(contentsOf: bytes)
        if prefix.count >= ContentKind.prefixBytes { try decide(isEnd: false) }
    }

    /// Finds out what the file is, and writes what was kept until then.
    private mutating func decide(isEnd: Bool) throws(DownloadError) {
        var kind = ContentKind(prefix)
        if let packets = Self.packetsBehindPreamble(kind) {
            let mayBeLong = kind.fileExtension(isInitialization: false) == nil
            if mayBeLong, !isEnd, prefix.count < StreamPreamble.limit + 5 * TransportPackets.byteCount { return }
            let isPicture = kind == .picture
            let isSection = planned.isSection
            var preamble: (end: Int, unit: String)?
            if !isSection, let end = StreamPreamble.end(in: prefix, packets: packets, isPicture: isPicture) {
                (preamble, kind) = ((end, "transport packet"), .transportStream)
            } else if let end = Boxes.begin(in: prefix, isSection: isSection, isEnd: isEnd) {
                (preamble, kind) = ((end, "box"), .fragmentedMP4)
            }
            if let (end, unit) = preamble {
                prefix.removeFirst(end)
                // A picture is put there on purpose, in front of each segment.
                if !isPicture, end > 0 { oddities.append("\(end) bytes in front of its first \(unit) were left out") }
            }
        }
        if prefix.isEmpty, planned.kind == .subtitles { kind = .webVTT }
        guard kind.fileExtension(isInitialization: planned.isSection) != nil else {
            let description = prefix.isEmpty ? "is empty" : "is \(kind.description)"
            throw DownloadError(
                .notUsable,
                decryptor == nil ? description : description + " when it is decrypted: its key may be wrong"
            )
        }
        check = ContentCheck(kind: kind)
        let kept = prefix
        prefix = []
        let result: Result<Void, DownloadError> = kept.withUnsafeBytes { bytes in
            do throws(DownloadError) { return .success(try emit(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }

    /// The packets that show a transport stream behind bytes of such a kind; nil when no media are looked for behind them.
    private static func packetsBehindPreamble(_ kind: ContentKind) -> Int? {
        switch kind {
        case .picture: 2
        case .unknown, .text: 3
        // Two bytes of noise are enough to look like packed audio.
        case .aac, .mp3, .ac3, .enhancedAC3: 5
        case .transportStream, .fragmentedMP4, .webVTT, .webPage, .playlist: nil
        }
    }

    private mutating func emit(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        check?.push(bytes)
        checksum.update(bytes)
        try openFile().write(bytes)
    }

    private mutating func openFile() throws(DownloadError) -> NewFile {
        if let file { return file }
        let new = try NewFile(temporaryPath: temporaryPath)
        file = new
        return new
    }

    /// Checks the whole file and gives it its name.
    mutating func finish() throws(DownloadError) -> Written {
        guard received > 0 || (planned.kind == .subtitles && !isOpaque) else {
            var error = DownloadError(.notUsable, "is empty")
            error.isEmptyResponse = true
            throw error
        }
        if let rest = try decryptor?.finish() { try take(rest) }
        if !isOpaque, check == nil { try decide(isEnd: true) }
        let file = try openFile()
        try checkWhole(file)
        let name =
            planned.stem + "."
            + (check?.kind.fileExtension(isInitialization: planned.isSection) ?? planned.expectedExtension)
        try file.commit(as: folder + "/" + name)
        let entry = Journal.Entry(
            file: name,
            identity: planned.identity,
            byteCount: file.byteCount,
            checksum: checksum.value
        )
        self.file = nil
        return Written(entry: entry, role: planned.role, transferred: received, oddities: oddities)
    }

    private mutating func checkWhole(_ file: NewFile) throws(DownloadError) {
        if isOpaque {
            guard file.byteCount > 0, planned.protection?.vector.isEmpty ?? true || file.byteCount % 16 == 0 else {
                throw DownloadError(.notUsable, "is no whole number of encrypted blocks")
            }
            return
        }
        // The ranges of I-frames end where the picture does, in the middle of a box.
        guard planned.kind != .iFrames, let problem = try paddingProblem() ?? check?.problem else { return }
        let sum = checksum.value
        guard refused == sum else {
            refused = sum
            throw DownloadError(.notUsable, problem)
        }
        oddities.append(problem)
    }

    /// What is wrong with the end of the encrypted file; nil when nothing is.
    ///
    /// - Throws: `notUsable` when the content does not prove that the key is right.
    private func paddingProblem() throws(DownloadError) -> String? {
        guard let problem = decryptor?.problem else { return nil }
        switch check?.kind {
        case .transportStream, .fragmentedMP4, .webVTT: return problem
        default: throw DownloadError(.notUsable, "cannot be decrypted: \(problem)")
        }
    }
}
