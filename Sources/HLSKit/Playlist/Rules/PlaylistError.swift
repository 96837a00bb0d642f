/// Why a playlist, or what belongs to one, could not be read or joined.
public struct PlaylistError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public struct Code: Sendable, Hashable {
        private enum Value {
            case brokenRule
            case wrongKind
            case malformedJSON
            case notADelta
            case missingSegments
        }

        private let value: Value

        /// The playlist breaks a rule that it must keep.
        public static let brokenRule = Code(value: .brokenRule)
        /// The playlist is of the other kind.
        public static let wrongKind = Code(value: .wrongKind)
        /// A document is not JSON, or not what it has to be.
        public static let malformedJSON = Code(value: .malformedJSON)
        /// The playlist is not a delta update.
        public static let notADelta = Code(value: .notADelta)
        /// A delta update leaves out segments that the previous playlist does not have.
        public static let missingSegments = Code(value: .missingSegments)
    }

    /// What went wrong.
    public let code: Code
    /// A sentence that says what is wrong and what to do.
    public let message: String
    /// The line, counted from 1; 0 when there is none.
    public let line: Int
    /// The byte within the line, counted from 1; 0 when there is none.
    public let column: Int
    /// The section of draft-pantos-hls-rfc8216bis.
    public let section: String
    /// The finding that became the error, for the code `brokenRule`.
    public let diagnostic: PlaylistDiagnostic?

    init(_ code: Code, _ message: String, line: Int = 0, column: Int = 0, section: String) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.section = section
        diagnostic = nil
    }

    init(_ diagnostic: PlaylistDiagnostic) {
        code = .brokenRule
        message = diagnostic.message
        line = diagnostic.line
        column = diagnostic.column
        section = diagnostic.section
        self.diagnostic = diagnostic
    }

    /// The error in one line.
    public var description: String { "\(line):\(column): \(message) [\(section)]" }
}
