/// What a finding is about: a rule of the specification, or one of Apple's authoring rules.
///
/// The raw value names the rule and does not change; rules may be added.
public struct PlaylistRule: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// How grave it is to break a rule.
    public enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// Worth knowing; nothing is broken.
        case note
        /// A SHOULD is broken.
        case warning
        /// A MUST is broken.
        case error

        /// Orders severities from a note to an error.
        public static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// What all values of one rule share.
    private final class Details: Sendable {
        let rawValue: String
        let severity: Severity
        let section: String?
        let isAuthoringRule: Bool
        let advice: String

        init(_ rawValue: String, _ severity: Severity, _ section: String?, isAuthoringRule: Bool, _ advice: String) {
            self.rawValue = rawValue
            self.severity = severity
            self.section = section
            self.isAuthoringRule = isAuthoringRule
            self.advice = advice
        }
    }

    // There is one for each rule, so that findings are small and compared by it alone.
    private let details: Details

    init(_ rawValue: String, _ severity: Severity, _ section: String?, _ advice: String) {
        details = Details(rawValue, severity, section, isAuthoringRule: false, advice)
    }

    /// A rule of Apple's HLS Authoring Specification for Apple Devices.
    init(_ rawValue: String, _ severity: Severity, authoring items: String, _ advice: String) {
        details = Details(
            rawValue,
            severity,
            "HLS Authoring Specification, \(items)",
            isAuthoringRule: true,
            advice
        )
    }

    /// Finds the rule of a name.
    public init?(rawValue: String) {
        guard let rule = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = rule
    }

    /// Rules are the same when they are one.
    public static func == (left: PlaylistRule, right: PlaylistRule) -> Bool { left.details === right.details }

    /// Hashes which rule it is.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(details)) }
}

extension PlaylistRule: CaseIterable {
    /// Every rule, by what they are about.
    public static let allCases =
        textRules + mediaRules + metadataRules + multivariantRules + presentationRules
        + authoringMediaRules + authoringMultivariantRules
}

extension PlaylistRule {
    /// The name, such as `missing-header`.
    public var rawValue: String { details.rawValue }

    /// The name of the rule.
    public var description: String { rawValue }

    /// How grave it is to break the rule.
    public var severity: Severity { details.severity }

    /// The section of draft-pantos-hls-rfc8216bis, or the items of Apple's authoring specification.
    ///
    /// Nil for a rule about several tags: a diagnostic of it names the section of its tag.
    public var section: String? { details.section }

    /// Whether the rule is one of Apple's HLS Authoring Specification for Apple Devices.
    public var isAuthoringRule: Bool { details.isAuthoringRule }

    /// What is wrong and what to do; `%` stands for what the finding is about, unless it follows a number.
    public var advice: String { details.advice }

    /// The advice with what a finding is about in its place.
    func message(about subject: String) -> String {
        var previous: Character = " "
        for index in advice.indices {
            if advice[index] == "%", !previous.isNumber {
                return advice[..<index] + subject + advice[advice.index(after: index)...]
            }
            previous = advice[index]
        }
        return advice
    }
}
