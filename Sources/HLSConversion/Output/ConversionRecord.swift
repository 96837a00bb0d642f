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
            path == other.path || isUnchanged(from: other)
        }

        /// The same state of a film, wherever it lies.
        func isUnchanged(from other: Input) -> Bool {
            byteCount == other.byteCount && modified == other.modified
        }
    }

    /// The options that shape a result.
    struct Options: Codable, Equatable {
        var videoEncoder: String
        var audioEncoder: String
        var crf: Int?
        var preset: String?
        var bitrate: Int
        var audioChannels: Int
        var hlsTime: Double
        var hlsSegmentFilename: String
        var segmentType: String?

        init(_ options: ConversionOptions) {
            videoEncoder = options.videoEncoder.name
            audioEncoder = options.audioEncoder.name
            crf = options.crf
            preset = options.preset?.rawValue
            bitrate = options.bitrate
            audioChannels = options.audioChannels
            hlsTime = options.hlsTime
            hlsSegmentFilename = options.hlsSegmentFilename
            segmentType = options.segmentType?.rawValue
        }

        /// Whether a result of these has all that is asked for; an option at its default asks for nothing.
        func satisfies(_ asked: Options) -> Bool {
            let usual = Options(ConversionOptions())
            func holds<Value: Equatable>(_ option: (Options) -> Value) -> Bool {
                option(asked) == option(usual) || option(asked) == option(self)
            }
            return holds { $0.videoEncoder } && holds { $0.audioEncoder } && holds { $0.crf } && holds { $0.preset }
                && holds { $0.bitrate } && holds { $0.audioChannels } && holds { $0.hlsTime }
                && holds { $0.hlsSegmentFilename } && holds { $0.segmentType }
        }
    }

    /// The name of the record in its folder.
    ///
    /// Servers do not hand out names with a dot in front.
    static let fileName = ".w2g.json"

    var version = 1
    var input: Input
    /// Nil in records of an earlier version.
    var options: Options?
    /// The playlist, or the one file of another format.
    var file: String
    var segmentPrefix: String
    /// What segments are; nil for a transport stream.
    var segmentType: String?
    /// The number of init sections; nil while the conversion runs, and where segments need none.
    var initializations: Int?
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
