/// The cookies of a run: those of a file, and those that servers set.
struct CookieJar: Sendable {
    /// The most cookies that servers may set.
    private static let limit = 1_000

    private(set) var cookies: [Cookie] = []

    /// The value of the `Cookie` field of a request, longer paths first (RFC 6265 5.4); nil for none.
    func field(for address: WebAddress, now: Int) -> String? {
        let matching = cookies.filter { $0.matches(address, now: now) }
        guard !matching.isEmpty else { return nil }
        return matching.enumerated().sorted {
            ($1.element.path.utf8.count, $0.offset) < ($0.element.path.utf8.count, $1.offset)
        }.map { "\($0.element.name)=\($0.element.value)" }.joined(separator: "; ")
    }

    /// Keeps the cookies that an answer sets, and forgets those that it lets expire.
    mutating func keep(_ fields: [String], from address: WebAddress, now: Int) {
        for field in fields {
            guard let cookie = Cookie(setCookie: field, from: address, now: now) else { continue }
            cookies.removeAll {
                ($0.name, $0.domain, $0.path) == (cookie.name, cookie.domain, cookie.path)
            }
            if cookie.expires.map({ $0 > now }) ?? true, cookies.count < Self.limit { cookies.append(cookie) }
        }
    }
}

extension CookieJar {
    /// Reads a file in Netscape's format: seven columns a line, with tabs between them.
    ///
    /// - Throws: ``DownloadError`` with `invalidOption` and the number of the line that is none.
    init(netscape text: String, file: String) throws(DownloadError) {
        // Editors put a byte order mark in front.
        let lines = text.drop { $0 == "\u{FEFF}" }.split(whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            var line = line
            if line.hasPrefix("#HttpOnly_") {
                line = line.dropFirst("#HttpOnly_".count)
            } else if line.hasPrefix("#") || line.allSatisfy(\.isWhitespace) {
                continue
            }
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count == 7 || columns.count == 6, !columns[0].isEmpty, let expires = Double(columns[4]) else {
                throw DownloadError(
                    .invalidOption,
                    "entry \(index + 1) of the cookie file '\(file)' is no cookie: export it in Netscape's format"
                )
            }
            let value = columns.count > 6 ? String(columns[6]) : ""
            // A line break or another control character would start a header field of its own.
            guard (columns[5] + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { continue }
            cookies.append(
                Cookie(
                    name: String(columns[5]),
                    value: value,
                    domain: String(columns[0].lowercased().drop { $0 == "." }),
                    includesSubdomains: columns[1].uppercased() == "TRUE" || columns[0].hasPrefix("."),
                    path: columns[2].isEmpty ? "/" : String(columns[2]),
                    isSecure: columns[3].uppercased() == "TRUE",
                    expires: expires > 0 ? Int(exactly: expires.rounded()) : nil
                )
            )
        }
    }
}
