/// An http or https URL, taken apart as far as a client needs (RFC 3986, RFC 9110 4.2).
struct WebAddress: Sendable, Hashable {
    /// Scheme, host and port: what credentials belong to.
    struct Origin: Sendable, Hashable {
        var isSecure: Bool
        /// In lower case; an IPv6 address is in brackets.
        var host: String
        var port: Int
    }

    var origin: Origin
    /// `user:password` in front of the host, still percent-encoded.
    var userInfo: String?
    /// Path and query, as they stand in the URL.
    var target: String

    /// Takes a URL apart; nil when it is not http or https, or has no host.
    init?(_ url: String) {
        guard let colon = url.utf8.firstIndex(of: 0x3A) else { return nil }
        switch url[..<colon].lowercased() {
        case "http": origin = Origin(isSecure: false, host: "", port: 80)
        case "https": origin = Origin(isSecure: true, host: "", port: 443)
        default: return nil
        }
        var rest = url[colon...].dropFirst()
        guard rest.hasPrefix("//") else { return nil }
        rest = rest.dropFirst(2)
        if let hash = rest.utf8.firstIndex(of: 0x23) { rest = rest[..<hash] }
        let end = rest.utf8.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
        target = String(rest[end...])
        var authority = rest[..<end]
        if let at = authority.utf8.lastIndex(of: 0x40) {
            userInfo = String(authority[..<at])
            authority = authority[authority.utf8.index(after: at)...]
        }
        // Not the colons of an IPv6 address.
        if let colon = authority.utf8.lastIndex(of: 0x3A), !authority[colon...].utf8.contains(0x5D) {
            let digits = authority[authority.utf8.index(after: colon)...]
            if !digits.isEmpty {
                guard !digits.hasPrefix("+"), let port = UInt16(digits), port > 0 else { return nil }
                origin.port = Int(port)
            }
            authority = authority[..<colon]
        }
        guard Self.isHost(authority) else { return nil }
        origin.host = authority.lowercased()
    }

    /// Whether a text can be a name or an address (RFC 3986 3.2.2); bytes above ASCII are let through.
    private static func isHost(_ text: Substring) -> Bool {
        guard let first = text.utf8.first else { return false }
        if first == 0x5B {
            guard text.utf8.last == 0x5D, text.utf8.count > 3 else { return false }
            return text.utf8.dropFirst().dropLast().allSatisfy { byte in
                byte == 0x3A || byte == 0x2E || (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
            }
        }
        return text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && !":@[]\"<>\\^`{|}".utf8.contains($0) }
    }

    /// The URL without credentials and fragment, to ask for.
    var requestURL: String {
        let isDefault = origin.port == (origin.isSecure ? 443 : 80)
        let port = isDefault ? "" : ":\(origin.port)"
        let path = target.hasPrefix("/") ? target : "/" + target
        return (origin.isSecure ? "https://" : "http://") + origin.host + port + path
    }

    /// The URL for people: without credentials, and cut when it is very long.
    var displayed: String { Self.shortened(requestURL) }

    /// The path without the query.
    var path: String {
        let path = target.prefix { $0 != "?" }
        return path.isEmpty ? "/" : String(path)
    }

    /// Any URL for people.
    static func displayed(_ url: String) -> String { WebAddress(url)?.displayed ?? shortened(url) }

    private static func shortened(_ url: String) -> String {
        url.utf8.count <= 300 ? url : String(url.prefix(280)) + "..."
    }
}
