/// One thing that is wrong with a stream, or worth knowing: which rule, where, and what to do.
public struct Finding: Sendable, Hashable, Codable {
    /// How grave a finding is.
    public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        /// A rule is broken that players rely on.
        case error
        /// A recommendation is not followed, or something is doubtful.
        case warning
        /// Worth knowing; nothing is broken.
        case hint

        /// Orders severities from a hint to an error.
        public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .hint: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// The name of the rule, which does not change.
    public var rule: String
    /// How grave it is.
    public var severity: Severity
    /// The file that it is about, relative to the folder of what was given where it lies below it.
    public var file: String
    /// The line of a playlist, counted from 1; nil when it is about no line.
    public var line: Int?
    /// The byte within the line, counted from 1; nil when it is about the whole line.
    public var column: Int?
    /// The byte of a media file at which the packet, box or sample begins that it is about, counted from 0; nil when it is
    /// about none.
    public var offset: Int?
    /// The PID that it is about; nil when it is about no single one.
    public var pid: Int?
    /// The number of the track of an MP4 file that it is about; nil when it is about no single one.
    public var track: Int?
    /// The document and section that has the rule.
    public var section: String
    /// A sentence that says what is wrong and what to do.
    public var message: String
    /// How often the rule is broken in this file and on this PID; the place is the first.
    public var count: Int

    /// A finding.
    public init(
        rule: String,
        severity: Severity,
        file: String,
        line: Int? = nil,
        column: Int? = nil,
        offset: Int? = nil,
        pid: Int? = nil,
        track: Int? = nil,
        section: String,
        message: String,
        count: Int = 1
    ) {
        self.rule = rule
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.offset = offset
        self.pid = pid
        self.track = track
        self.section = section
        self.message = message
        self.count = count
    }
}
