/// Why nothing could be inspected.
public struct InspectionError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    ///
    /// Kinds may be added, so a `switch` over them needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private let name: String

        private init(_ name: String) {
            self.name = name
        }

        /// The resource does not exist or may not be read.
        public static let notFound = Code("notFound")
        /// The resource is nothing that can be inspected.
        public static let notUsable = Code("notUsable")
        /// The resource is of a kind that this version does not read.
        public static let notSupported = Code("notSupported")
        /// The resource cannot be reached by this version.
        public static let unreachable = Code("unreachable")
        /// Reading failed half-way.
        public static let inputOutput = Code("inputOutput")
        /// The caller cancelled the inspection.
        public static let cancelled = Code("cancelled")

        /// The name of the kind.
        public var description: String { name }
    }

    /// What kind of failure it is.
    public var code: Code
    /// One sentence for people: what, where, and what to do.
    public var message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
