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
    private var offset: Int64

    /// Makes a stream of a part of a file.
    init(file: OpenFile, range: Range<Int64>, store: MediaStore) {
        self.file = file
        self.range = range
        self.store = store
        offset = range.lowerBound
    }

    /// Bytes.
    var length: Int { Int(range.upperBound - range.lowerBound) }

    /// The next piece; nil behind the last one.
    ///
    /// - Throws: ``CutOff``.
    mutating func next() async throws -> ByteBuffer? {
        guard offset < range.upperBound else { return nil }
        let piece = offset..<min(offset + Self.pieceSize, range.upperBound)
        let bytes = await store.blocking(on: file.path) { [file, store] in
            do throws(StoreFailure) {
                let bytes = try file.read(piece)
                return file.isUnchanged ? bytes : nil
            } catch {
                store.note(error, of: file.path)
                return nil
            }
        }
        guard let bytes = bytes.flatMap(\.self) else { throw CutOff() }
        offset = piece.upperBound
        return bytes
    }
}
