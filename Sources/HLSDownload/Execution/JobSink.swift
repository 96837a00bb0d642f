import NIOCore

/// Cuts the bytes of one request into its files.
struct JobSink: ResourceSink {
    private let folder: String
    private let files: [PlannedFile]
    private let treatments: [FileWriter.Treatment]
    private let counter: ByteCounter
    private var index = 0
    private var writer: FileWriter
    /// The bytes of the current file that are still to come; nil when they are all that come.
    private var rest: Int?
    /// The files that are whole, in order.
    private(set) var written: [FileWriter.Written] = []

    /// - Parameter treatments: What is done with the encryption of each file.
    init?(_ files: [PlannedFile], in folder: String, treatments: [FileWriter.Treatment], counter: ByteCounter) {
        guard let first = files.first, files.count == treatments.count else { return nil }
        self.folder = folder
        self.files = files
        self.treatments = treatments
        self.counter = counter
        writer = FileWriter(first, in: folder, treatment: treatments[0])
        rest = files.count > 1 ? first.length : nil
    }

    mutating func write(_ bytes: ByteBuffer) async throws(DownloadError) {
        counter.add(bytes.readableBytes)
        let result: Result<Void, DownloadError> = bytes.withUnsafeReadableBytes { buffer in
            do throws(DownloadError) { return .success(try take(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
        var bytes = bytes
        while let left = rest, bytes.count >= left {
            try writer.push(UnsafeRawBufferPointer(rebasing: bytes[..<left]))
            bytes = UnsafeRawBufferPointer(rebasing: bytes[left...])
            try finishFile()
            guard index < files.count else {
                if bytes.isEmpty { return }
                throw DownloadError(.notUsable, "more came than was asked for")
            }
        }
        guard !bytes.isEmpty else { return }
        guard index < files.count else { throw DownloadError(.notUsable, "more came than was asked for") }
        try writer.push(bytes)
        if let left = rest { rest = left - bytes.count }
    }

    private mutating func finishFile() throws(DownloadError) {
        written.append(try writer.finish())
        index += 1
        guard index < files.count else {
            rest = nil
            return
        }
        writer = FileWriter(files[index], in: folder, treatment: treatments[index])
        rest = files[index].length
    }

    mutating func restart() async throws(DownloadError) {
        written.removeAll()
        if index > 0 {
            index = 0
            writer = FileWriter(files[0], in: folder, treatment: treatments[0])
        } else {
            try writer.restart()
        }
        rest = files.count > 1 ? files[0].length : nil
    }

    mutating func finish() async throws(DownloadError) {
        if files.count == 1 {
            try finishFile()
        } else if index < files.count {
            throw DownloadError(.notUsable, "less came than was asked for")
        }
    }
}
