import Hummingbird

/// What a request makes its answer depend on (RFC 9110 13).
enum Preconditions {
    /// What is to be done.
    enum Verdict: Equatable {
        /// Answer as if there were no conditions.
        case proceed
        /// The client has it already: 304.
        case notModified
        /// The client wanted another state: 412.
        case failed
    }

    /// Evaluates the conditions in the order of RFC 9110 13.2.2.
    ///
    /// - Parameter modified: The date that the answer gives; nil when it gives none.
    static func evaluate(_ fields: HTTPFields, etag: String, modified: Int64?) -> Verdict {
        if let match = fields[.ifMatch] {
            guard names(match, etag, isStrong: true) else { return .failed }
        } else if let since = fields[.ifUnmodifiedSince].flatMap(HTTPDate.read), let modified, modified > since {
            return .failed
        }
        if let match = fields[.ifNoneMatch] {
            return names(match, etag, isStrong: false) ? .notModified : .proceed
        }
        if let since = fields[.ifModifiedSince].flatMap(HTTPDate.read), let modified, modified <= since {
            return .notModified
        }
        return .proceed
    }

    /// Whether a range may be answered with a part (RFC 9110 13.1.5).
    static func allowsRange(_ fields: HTTPFields, etag: String, modified: Int64?) -> Bool {
        guard let condition = fields[.ifRange] else { return true }
        if condition.contains("\"") { return condition == etag }
        guard let date = HTTPDate.read(condition) else { return false }
        return date == modified
    }

    /// Whether a list of entity tags, or `*`, names a tag.
    private static func names(_ list: String, _ etag: String, isStrong: Bool) -> Bool {
        var rest = list[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            if rest.isEmpty { return false }
            if rest.first == "*" { return true }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else { return false }
            if rest[...end] == etag, !(isStrong && isWeak) { return true }
            rest = rest[rest.index(after: end)...]
        }
    }
}
