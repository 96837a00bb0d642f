/// Why a download failed.
public struct DownloadError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    ///
    /// Kinds may be added, so a `switch` over them needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        private init(_ name: String) {
            self.name = name
        }

        /// The server does not have it: the playlist's address is wrong or no longer valid.
        public static let notFound = Code("notFound")
        /// The server cannot be reached, or refuses.
        public static let unreachable = Code("unreachable")
        /// What the server sent is not what it should be: no HLS, a page instead of media, a wrong length.
        public static let notUsable = Code("notUsable")
        /// The stream is protected in a way that is not supported, such as SAMPLE-AES or DRM.
        public static let protected = Code("protected")
        /// An option has a value that makes no sense, or does not go with another one or with the stream.
        public static let invalidOption = Code("invalidOption")
        /// A limit that guards against hostile streams was reached.
        public static let limitReached = Code("limitReached")
        /// The folder cannot be made or written to.
        public static let cannotCreateOutput = Code("cannotCreateOutput")
        /// The folder holds something else that must not be overwritten.
        public static let outputOccupied = Code("outputOccupied")
        /// Reading or writing files failed half-way.
        public static let inputOutput = Code("inputOutput")
        /// Some of it is missing; what is there is kept, and the same call goes on.
        public static let incomplete = Code("incomplete")
        /// The caller cancelled the download; what is there is kept, and the same call goes on.
        public static let cancelled = Code("cancelled")

        /// The name of the kind.
        public var description: String { name }
    }

    /// What kind of failure it is.
    public var code: Code
    /// One sentence for people: what, where, and what to do.
    public var message: String
    /// The system's or the server's own words, when there are any.
    public var cause: String?
    /// The status of HTTP with which a server answered; nil when none did.
    public var status: Int?
    /// What is wrong, with its data; nil when the message alone describes it.
    package var problem: DownloadProblem?
    /// Whether the server has nothing at the address: a response without a body.
    var isEmptyResponse = false

    /// Whether it is about one resource, so that another may do in its place.
    var isOfResource: Bool { [.notFound, .unreachable, .notUsable, .limitReached].contains(code) }

    /// Creates an error.
    public init(_ code: Code, _ message: String, cause: String? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, with the cause behind it.
    public var description: String {
        cause.map { "\(message) (\($0))" } ?? message
    }
}
