import NIOCore

/// A part of a large file, read piece by piece while it is sent.
///
/// All pieces come from one descriptor: a file put in its place does not mix with it. When the file itself is changed the
/// answer is cut off, so that the client knows that it has not got it all.
struct FileStream: Sendable {
    /// The file was changed or cannot be read any more.
    struct CutOff: Error {}

    private static let pieceSize: Int64 = 256 * 1_024

    private let file: OpenFile
    private let range: Range<Int64>
    private let store: MediaStore

    /// Makes a stream of a part of a file.
    init(file: OpenFile, range: Range<Int64>, store: MediaStore) {
        self.file = file
        self.range = range
        self.store = store
    }

    /// Bytes.
    var length: Int { Int(range.upperBound - range.lowerBound) }

    /// Gives the pieces in their order; waits until each is taken.
    func send(_ take: (ByteBuffer) async throws -> Void) async throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            let piece = offset..<min(offset + Self.pieceSize, range.upperBound)
            let bytes = await store.blocking { [file] in
                let bytes = try? file.read(piece)
                return file.isUnchanged ? bytes : nil
            }
            guard let bytes = bytes.flatMap(\.self) else { throw CutOff() }
            try await take(bytes)
            offset = piece.upperBound
        }
    }
}
