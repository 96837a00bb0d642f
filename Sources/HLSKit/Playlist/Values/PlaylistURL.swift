/// Resolves URIs and reads queries, on text alone (RFC 3986).
public enum PlaylistURL {
    /// The URI that a reference means in a document at `base`; the reference itself when there is no base (5.2).
    public static func resolve(_ reference: String, against base: String?) -> String {
        guard let base else { return reference }
        let target = Parts(reference)
        guard target.scheme == nil else { return reference }
        var result = Parts(base)
        result.fragment = target.fragment
        if target.authority != nil {
            result.authority = target.authority
            result.path = removingDots(target.path)
            result.query = target.query
        } else if target.path.isEmpty {
            if target.query != nil { result.query = target.query }
        } else {
            if target.path.utf8.first == 0x2F {
                result.path = removingDots(target.path)
            } else {
                result.path = removingDots(merged(result, target.path))
            }
            result.query = target.query
        }
        return result.text
    }

    /// The value of a query parameter with its percent-encoding undone; nil when it is missing or has no value.
    ///
    /// A value whose bytes could not stand in a playlist stays encoded.
    public static func queryParameter(_ name: String, of url: String) -> String? {
        guard let value = encodedQueryParameter(name, of: url) else { return nil }
        let plain = decoded(value)
        return isText(plain) ? plain : value
    }

    /// Whether the value of a query parameter, with its percent-encoding undone, could stand in a playlist.
    static func isQueryParameterText(_ name: String, of url: String) -> Bool {
        encodedQueryParameter(name, of: url).map { isText(decoded($0)) } ?? true
    }

    private static func encodedQueryParameter(_ name: String, of url: String) -> String? {
        guard let query = Parts(url).query else { return nil }
        for pair in query.utf8.split(separator: 0x26) {
            guard let equals = pair.firstIndex(of: 0x3D) else { continue }
            let key = String(Substring(pair[..<equals]))
            guard key == name || decoded(key) == name else { continue }
            return String(Substring(pair[pair.index(after: equals)...]))
        }
        return nil
    }

    private static func isText(_ text: String) -> Bool {
        !text.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x7F }
    }

    /// Whether a reference has no scheme, so that it depends on where it stands (4.1).
    static func isRelative(_ reference: String) -> Bool { Parts(reference).scheme == nil }

    /// The URI with another host and more query parameters.
    static func replacing(_ uri: String, host: String?, parameters: [String: String]) -> String {
        var parts = Parts(uri)
        if let host { parts.authority = host }
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            let others = parts.query?.split(separator: "&", omittingEmptySubsequences: false).filter {
                $0 != name && !$0.hasPrefix("\(name)=")
            }
            parts.query = others?.joined(separator: "&")
            parts.query = (parts.query.map { $0.isEmpty ? "" : $0 + "&" } ?? "") + "\(name)=\(value)"
        }
        return parts.text
    }

    private static func decoded(_ text: String) -> String {
        String(decoding: PercentCoding.decoded(text.utf8), as: UTF8.self)
    }

    /// The five components of a URI (3).
    private struct Parts {
        var scheme: String?
        var authority: String?
        var path: String
        var query: String?
        var fragment: String?

        init(_ text: String) {
            var rest = Substring(text)
            if let hash = rest.utf8.firstIndex(of: 0x23) {
                fragment = String(rest[rest.utf8.index(after: hash)...])
                rest = rest[..<hash]
            }
            if let mark = rest.utf8.firstIndex(of: 0x3F) {
                query = String(rest[rest.utf8.index(after: mark)...])
                rest = rest[..<mark]
            }
            if let colon = rest.utf8.firstIndex(of: 0x3A), Self.isScheme(rest[..<colon]) {
                scheme = String(rest[..<colon])
                rest = rest[rest.utf8.index(after: colon)...]
            }
            if rest.utf8.starts(with: [0x2F, 0x2F]) {
                rest = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...]
                let slash = rest.utf8.firstIndex(of: 0x2F) ?? rest.endIndex
                authority = String(rest[..<slash])
                rest = rest[slash...]
            }
            path = String(rest)
        }

        private static func isScheme(_ text: Substring) -> Bool {
            guard let first = text.utf8.first, first | 0x20 >= 0x61, first | 0x20 <= 0x7A else { return false }
            return text.utf8.allSatisfy { byte in
                (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39)
                    || byte == 0x2B || byte == 0x2D || byte == 0x2E
            }
        }

        var text: String {
            (scheme.map { $0 + ":" } ?? "") + (authority.map { "//" + $0 } ?? "") + path
                + (query.map { "?" + $0 } ?? "") + (fragment.map { "#" + $0 } ?? "")
        }
    }

    private static func merged(_ base: Parts, _ path: String) -> String {
        guard let slash = base.path.utf8.lastIndex(of: 0x2F) else {
            return base.authority != nil ? "/" + path : path
        }
        return String(base.path[...slash]) + path
    }

    /// Takes `.` and `..` out of a path (5.2.4).
    private static func removingDots(_ path: String) -> String {
        guard path.utf8.contains(0x2E) else { return path }
        let isAbsolute = path.utf8.first == 0x2F
        var output: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst(isAbsolute ? 1 : 0)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { output.append("") }
            case "..":
                _ = output.popLast()
                if isLast { output.append("") }
            default: output.append(segment)
            }
        }
        return (isAbsolute ? "/" : "") + output.joined(separator: "/")
    }
}
