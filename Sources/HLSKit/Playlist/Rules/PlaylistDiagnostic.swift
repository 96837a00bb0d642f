/// One finding about a playlist: which rule, where, and what to do.
public struct PlaylistDiagnostic: Sendable, Hashable, CustomStringConvertible {
    /// The rule that is broken.
    public let rule: PlaylistRule
    /// The line, counted from 1; 0 when the finding is about no line of the playlist.
    public let line: Int
    /// The byte within the line, counted from 1; 0 when the finding is about the whole line.
    public let column: Int
    /// The tag that the finding is about.
    public let tag: PlaylistTag?
    /// What the finding is about, such as the name of an attribute.
    public let subject: String
    /// The playlist that the finding is about when several are checked, as the multivariant playlist names it.
    public let uri: String?

    /// A finding.
    public init(
        rule: PlaylistRule,
        line: Int = 0,
        column: Int = 0,
        tag: PlaylistTag? = nil,
        subject: String = "",
        uri: String? = nil
    ) {
        self.rule = rule
        self.line = line
        self.column = column
        self.tag = tag
        self.subject = subject
        self.uri = uri
    }

    /// How grave the finding is.
    public var severity: PlaylistRule.Severity { rule.severity }

    /// The section that has the rule, of draft-pantos-hls-rfc8216bis unless it names another document.
    public var section: String { rule.section ?? tag?.section ?? "4" }

    /// A sentence that says what is wrong and what to do.
    public var message: String { rule.message(about: subject) }

    /// The finding in one line, such as `3:12: error: ... [missing-attribute, 4.4.4.4]`.
    public var description: String {
        let place = (uri.map { "\($0):" } ?? "") + "\(line):\(column): "
        return "\(place)\(severity): \(message) [\(rule.rawValue), \(section)]"
    }
}

/// Collects findings up to a limit, so that a hostile playlist cannot fill the memory with them.
struct DiagnosticCollector {
    private(set) var diagnostics: [PlaylistDiagnostic] = []
    let limit: Int
    /// What is less grave is not kept.
    let leastSeverity: PlaylistRule.Severity

    init(limit: Int, leastSeverity: PlaylistRule.Severity = .note) {
        self.limit = limit
        self.leastSeverity = leastSeverity
    }

    mutating func report(
        _ rule: PlaylistRule,
        line: Int,
        column: Int = 0,
        tag: PlaylistTag? = nil,
        subject: String = "",
        uri: String? = nil
    ) {
        guard rule.severity >= leastSeverity else { return }
        guard diagnostics.count < limit else {
            if diagnostics.count == limit {
                diagnostics.append(PlaylistDiagnostic(rule: .tooManyDiagnostics, line: line))
            }
            return
        }
        diagnostics.append(
            PlaylistDiagnostic(rule: rule, line: line, column: column, tag: tag, subject: subject, uri: uri)
        )
    }

    /// Whether another finding would be kept; what costs time to describe need not be described otherwise.
    var isFull: Bool { diagnostics.count > limit }
}
