/// Why a conversion failed.
public struct ConversionError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    ///
    /// Kinds may be added, so a `switch` over them needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        private init(_ name: String) {
            self.name = name
        }

        /// The input does not exist or may not be read.
        public static let inputNotFound = Code("inputNotFound")
        /// The input is not a media file, or holds nothing that can be converted.
        public static let inputNotUsable = Code("inputNotUsable")
        /// An option has a value that makes no sense, or does not go with another one.
        public static let invalidOption = Code("invalidOption")
        /// The output folder cannot be made or written to.
        public static let cannotCreateOutput = Code("cannotCreateOutput")
        /// The output folder holds something else that must not be overwritten.
        public static let outputOccupied = Code("outputOccupied")
        /// Reading the input or writing the output failed half-way.
        public static let inputOutput = Code("inputOutput")
        /// FFmpeg's libraries are not installed, or not in the version that the program was built for.
        public static let librariesMissing = Code("librariesMissing")
        /// A codec or filter of FFmpeg failed.
        public static let codec = Code("codec")
        /// The caller cancelled the conversion.
        public static let cancelled = Code("cancelled")

        /// The name of the kind.
        public var description: String { name }
    }

    /// What kind of failure it is.
    public var code: Code
    /// One sentence for people: what, where, and what to do.
    public var message: String
    /// FFmpeg's or the system's own words, when there are any.
    public var cause: String?

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// What is wrong with the input, with its data, for those who word it themselves; nil where the message says all.
    public var problem: InputProblem?

    /// Creates an error about an input that cannot be converted.
    init(_ problem: InputProblem, cause: String? = nil) {
        self.init(.inputNotUsable, problem.description, cause: cause)
        self.problem = problem
    }

    /// The message, with the cause behind it.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}

/// What is wrong with an input, with its data.
///
/// Cases may be added, so a `switch` over them needs a `default`.
public enum InputProblem: Sendable, Hashable, CustomStringConvertible {
    /// The container says that the samples of a stream are encrypted.
    case encrypted(input: String)
    /// FFmpeg has no decoder for the codec of the only streams.
    case unsupportedCodec(input: String, codec: String)
    /// No frame of the sound can be copied.
    case uncopyableSound(input: String)
    /// The pictures have another codec from so many seconds on, which one file without encoding has no place for.
    case changingCodec(input: String, codec: String, other: String, seconds: Int)

    /// A sentence in English.
    public var description: String {
        switch self {
        case .encrypted(let input):
            "'\(input)' is encrypted: give a copy without copy protection"
        case .unsupportedCodec(let input, let codec):
            "'\(input)' is coded as \(codec), which this FFmpeg cannot decode: convert it to H.264 elsewhere, or install an FFmpeg that decodes it"
        case .uncopyableSound(let input):
            "no frame of the audio of '\(input)' can be copied: let it be encoded"
        case .changingCodec(let input, let codec, let other, let seconds):
            "the video of '\(input)' changes from \(codec) to \(other) after \(seconds) s, which one MP4 cannot hold without encoding: play the folder, or convert its parts"
        }
    }
}
