/// How resources are fetched over HTTP.
public struct TransferConfiguration: Sendable {
    /// The most retries of one resource, one number a kind of resource.
    ///
    /// A transfer that is resumed and brings at least 64 KiB more has its retries back.
    public struct Retries: Sendable, Hashable {
        /// Retries of a playlist.
        public var playlist = 5
        /// Retries of a key.
        public var key = 5
        /// Retries of a segment or an initialization section.
        public var segment = 10

        /// The defaults.
        public init() {}

        /// The same number for all kinds.
        public init(_ count: Int) {
            (playlist, key, segment) = (count, count, count)
        }
    }

    /// The version of HTTP to use.
    public enum HTTPVersion: Sendable, Hashable, CaseIterable {
        /// HTTP/1.1, over several connections.
        case http1
        /// HTTP/2 where a server offers it over TLS; HTTP/1.1 elsewhere.
        case http2
    }

    /// Header fields for every request.
    ///
    /// `Authorization`, `Cookie`, `Proxy-Authorization` and `Host` go to the origin of the root playlist and to
    /// ``trustedHosts`` only.
    public var headers: [HeaderField] = []
    /// What the program calls itself; nil: as a browser does.
    public var userAgent: String?
    /// The `Referer` of requests; nil: the URL of the root playlist.
    public var referer: String?
    /// A file of cookies in Netscape's format; nil for none.
    public var cookiesFile: String?
    /// Hosts that may see the same credentials as the root playlist's; those below them are meant too.
    public var trustedHosts: [String] = []

    /// `http://[user:password@]host:port` or `socks5://host:port`; nil: as ``environment`` says; empty: none.
    public var proxy: String?
    /// Where `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are looked up; nil: the process's environment.
    public var environment: [String: String]?
    /// Whether servers may show any certificate.
    public var allowsInvalidCertificates = false
    /// A file of certificates in PEM to trust instead of the system's; nil for the system's.
    public var certificateAuthoritiesFile: String?
    /// The version of HTTP.
    public var httpVersion: HTTPVersion = .http1

    /// Bytes per second of all transfers together; nil for no limit.
    public var limitRate: Int?
    /// Retries, one number a kind of resource.
    public var retries = Retries()
    /// The upper bound of the wait before the first retry; it doubles with each.
    public var retryDelay: Duration = .milliseconds(500)
    /// The longest wait before a retry that a server did not ask for.
    public var maximumRetryDelay: Duration = .seconds(30)
    /// The longest `Retry-After` that is obeyed; a longer one counts as a refusal.
    public var maximumRetryAfter: Duration = .seconds(300)
    /// The longest that a connection may take, with TLS and proxies.
    public var connectTimeout: Duration = .seconds(15)
    /// The longest that a server may send nothing, or less than ``minimumSpeed``, before a transfer is cut and resumed.
    public var stallTimeout: Duration = .seconds(30)
    /// The fewest bytes per second, over ``stallTimeout``.
    public var minimumSpeed = 512
    /// The most requests at once to one host.
    public var connectionsPerHost = 32

    /// The most redirects of one request.
    public var maximumRedirects = 10
    /// The most bytes of a resource whose length is told before.
    public var maximumBytes = 16 << 30
    /// The most bytes of a resource whose length is not told.
    public var maximumUndeclaredBytes = 1 << 30
    /// The most bytes that a compressed resource may grow to.
    public var maximumDecompressedBytes = 64 << 20

    /// The defaults.
    public init() {}
}

/// A header field of a request.
public struct HeaderField: Sendable, Hashable {
    /// The field's name.
    public var name: String
    /// The field's value.
    public var value: String

    /// A field.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    /// Reads `Name: value`; nil when the name is no token, or the value has control characters (RFC 9110 5.1, 5.5).
    public init?(line: String) {
        guard let colon = line.utf8.firstIndex(of: 0x3A) else { return nil }
        let name = line[..<colon]
        let value = line[line.utf8.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else { return nil }
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return nil }
        self.init(name: String(name), value: String(value))
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

extension TransferConfiguration {
    /// Names of hosts as they are compared: small letters, without a dot in front.
    static func normalized(_ hosts: [String]) -> [String] {
        hosts.map { String($0.lowercased().drop { $0 == "." }) }
    }
}
