import HLSInspection
import HLSKit

/// A loader that keeps its resources in memory, by the paths behind the first five parts of their URLs, and gives them
/// out in pieces.
struct MemoryLoader: ResourceLoader {
    /// The folder of all resources.
    static let folder = "https://example.com/tv/"

    let files: Files
    var pieceBytes = 1_001

    func load(
        _ url: String,
        range: ByteRange?,
        _ body: (Span<UInt8>) -> Bool
    ) async throws(InspectionError) {
        guard url.hasPrefix(Self.folder), let bytes = files[String(url.dropFirst(Self.folder.count))] else {
            throw InspectionError(.notFound, "'\(url)' does not exist")
        }
        var at = min(bytes.count, max(0, range?.start ?? 0))
        let end = max(at, min(bytes.count, range.map { $0.end ?? .max } ?? .max))
        while at < end {
            let count = min(pieceBytes, end - at)
            guard body(bytes.span.extracting(at..<at + count)) else { return }
            at += count
        }
    }
}
