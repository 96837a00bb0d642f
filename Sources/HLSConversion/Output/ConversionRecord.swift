#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a result folder remembers of the conversion that made it: of which input, whether it finished, and what is ours.
struct ConversionRecord: Codable, Equatable {
    /// The file that a result was made of.
    struct Input: Codable, Equatable {
        /// The absolute path without links.
        var path: String
        var byteCount: Int64
        /// Nanoseconds since 1970.
        var modified: Int64

        /// The file at a path, whether it is there or not.
        init(_ path: String) {
            let status = FileSystem.status(path)
            self.path = FileSystem.realPath(path)
            byteCount = status?.byteCount ?? 0
            modified = status?.modified ?? 0
        }

        /// The same file by its place, or a moved copy of it.
        func isSameFilm(as other: Input) -> Bool {
            path == other.path || (byteCount == other.byteCount && modified == other.modified)
        }
    }

    /// The name of the record in its folder.
    ///
    /// Servers do not hand out names with a dot in front.
    static let fileName = ".w2g.json"

    var version = 1
    var input: Input
    /// The playlist, or the one file of another format.
    var file: String
    var segmentPrefix: String
    /// The number of segments; nil while the conversion runs.
    var segments: Int?
    var isFinished: Bool { segments != nil }

    static func read(in directory: String) -> ConversionRecord? {
        guard let bytes = FileSystem.contents(directory + "/" + fileName) else { return nil }
        return try? JSONDecoder().decode(ConversionRecord.self, from: Data(bytes))
    }

    func write(to directory: String) throws(ConversionError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw ConversionError(.inputOutput, "the record of the conversion cannot be written")
        }
        let path = directory + "/" + Self.fileName
        try FileSystem.write([UInt8](data).span, to: path, by: path + ".part")
    }
}
