import NIOCore

/// Which pages may open a WebSocket here, told by the field `Origin` of the handshake (RFC 6454, RFC 6455 10.2).
package struct OriginPolicy: Sendable {
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

    /// Whether this can be an origin that a browser tells, or `*` for any.
    ///
    /// That is a scheme, a host, and a port that need not be there (RFC 6454 6.2), with a last slash as people write it, or
    /// `null`, which pages opened from a file tell.
    package static func isOrigin(_ text: String) -> Bool {
        if text == "*" || text == "null" { return true }
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return false }
        let scheme = text[..<colon].utf8
        guard let first = scheme.first, isLetter(first),
            scheme.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
        else { return false }
        var place = text[colon...].dropFirst(3)
        if place.hasSuffix("/") { place.removeLast() }
        if let end = place.lastIndex(where: { $0 == ":" || $0 == "]" }), place[end] == ":" {
            guard let port = UInt16(place[place.index(after: end)...]), port > 0 else { return false }
            place = place[..<end]
        }
        if place.hasPrefix("["), place.hasSuffix("]") {
            return (try? SocketAddress(ipAddress: String(place.dropFirst().dropLast()), port: 0)) != nil
        }
        // Browsers write names of other letters in Punycode.
        return !place.isEmpty
            && place.utf8.allSatisfy { isLetter($0) || isDigit($0) || "-._~%!$&'()*+,;=".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

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
