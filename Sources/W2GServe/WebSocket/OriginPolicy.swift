/// Which pages may open a WebSocket here, told by the field `Origin` of the handshake (RFC 6454, RFC 6455 10.2).
struct OriginPolicy: Sendable {
    /// What is done with a handshake.
    enum Verdict: Equatable {
        /// The origin is none (an app), this host, or listed.
        case expected
        /// The origin is another, and others are let in with a line in the log.
        case tolerated
        /// The origin is another, and others are refused.
        case refused
    }

    private let allowed: Set<String>
    private let isStrict: Bool

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - allowed: Origins such as `https://watch.example`; `*` is any.
    ///   - isStrict: Whether other origins are refused.
    init(allowed: [String], isStrict: Bool) {
        self.allowed = Set(allowed.map { Self.normal($0) })
        self.isStrict = isStrict
    }

    /// Judges a handshake.
    ///
    /// - Parameters:
    ///   - origin: The field `Origin`.
    ///   - host: The field `Host`; its port does not count, because proxies often leave it out.
    func verdict(origin: String?, host: String?) -> Verdict {
        guard let origin else { return .expected }
        if allowed.contains("*") || allowed.contains(Self.normal(origin)) { return .expected }
        if let host, let name = Self.hostName(ofOrigin: origin), !name.isEmpty, name == Self.hostName(host) {
            return .expected
        }
        return isStrict ? .refused : .tolerated
    }

    private static func normal(_ origin: String) -> String {
        let lower = origin.lowercased()
        return lower.hasSuffix("/") ? String(lower.dropLast()) : lower
    }

    private static func hostName(ofOrigin origin: String) -> String? {
        guard let colon = origin.firstIndex(of: ":") else { return nil }
        let rest = origin[colon...]
        guard rest.hasPrefix("://") else { return nil }
        return hostName(String(rest.dropFirst(3)))
    }

    /// The name in `name:port` or `[v6]:port`.
    private static func hostName(_ host: String) -> String {
        let lower = host.lowercased()
        if lower.hasPrefix("["), let end = lower.firstIndex(of: "]") { return String(lower[...end]) }
        return String(lower.prefix { $0 != ":" && $0 != "/" })
    }
}
