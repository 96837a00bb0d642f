/// A cookie, and which requests it goes with (RFC 6265).
struct Cookie: Sendable, Hashable {
    var name: String
    var value: String
    /// In lower case, without a dot in front.
    var domain: String
    /// Whether hosts below the domain get it too.
    var includesSubdomains: Bool
    var path: String
    var isSecure: Bool
    /// Seconds since 1970; nil: as long as the program runs.
    var expires: Int?

    /// Whether it goes with a request (5.1.3, 5.1.4).
    func matches(_ address: WebAddress, now: Int) -> Bool {
        if let expires, expires <= now { return false }
        guard address.origin.isSecure || !isSecure else { return false }
        let host = address.origin.host
        guard host == domain || includesSubdomains && Self.isHost(host, below: domain) else { return false }
        let requested = address.path
        return requested == path || requested.hasPrefix(path.hasSuffix("/") ? path : path + "/")
    }

    /// Whether a host is below a domain; addresses of machines are below none.
    static func isHost(_ host: String, below domain: String) -> Bool {
        host.hasSuffix("." + domain) && !host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }
}

extension Cookie {
    /// Reads a `Set-Cookie` field (5.2, 5.3); nil when it is none, or for a domain that its server is not part of.
    init?(setCookie text: String, from address: WebAddress, now: Int) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { return nil }
        name = Self.trimmed(pair[..<equals])
        value = Self.trimmed(pair[pair.index(after: equals)...])
        guard !name.isEmpty, (name + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        let folder = address.path.lastIndex(of: "/").map { String(address.path[..<$0]) } ?? ""
        (domain, includesSubdomains) = (address.origin.host, false)
        (path, isSecure) = (folder.isEmpty ? "/" : folder, false)
        var hasMaximumAge = false
        for part in parts.dropFirst() {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let argument = words.count > 1 ? Self.trimmed(words[1]) : ""
            switch Self.trimmed(words[0]).lowercased() {
            case "domain":
                let wanted = String(argument.lowercased().drop { $0 == "." })
                guard !wanted.isEmpty, wanted != domain || includesSubdomains else { continue }
                // A name without a dot is a whole top-level domain.
                guard Self.isHost(address.origin.host, below: wanted), wanted.contains(".") else { return nil }
                (domain, includesSubdomains) = (wanted, true)
            case "path": if argument.hasPrefix("/") { path = argument }
            case "secure": isSecure = true
            case "max-age":
                guard let seconds = Int(argument) else { continue }
                hasMaximumAge = true
                expires = seconds <= 0 ? 0 : now + min(seconds, 1 << 40)
            case "expires": if !hasMaximumAge, let date = HTTPDate.seconds(argument) { expires = date }
            default: continue
            }
        }
        guard !isSecure || address.origin.isSecure else { return nil }
    }

    private static func trimmed(_ text: Substring) -> String {
        var rest = text.drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
