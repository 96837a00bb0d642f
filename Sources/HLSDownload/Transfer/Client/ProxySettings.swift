import HLSKit

/// Which requests go through which proxy.
struct ProxySettings: Sendable {
    /// A proxy.
    struct Proxy: Sendable, Hashable {
        var isSOCKS: Bool
        var host: String
        var port: Int
        /// `user:password`, decoded.
        var credentials: String?
    }

    private var http: Result<Proxy, DownloadError>?
    private var https: Result<Proxy, DownloadError>?
    private var exceptions: [String] = []

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - proxy: A proxy for everything; empty for none at all; nil: what the environment says.
    /// - Throws: ``DownloadError`` with `invalidOption` when `proxy` cannot be used.
    init(proxy: String?, environment: [String: String]) throws(DownloadError) {
        if let proxy {
            guard !proxy.isEmpty else { return }
            let proxy = try Self.proxy(proxy, "the proxy")
            (http, https) = (.success(proxy), .success(proxy))
            return
        }
        // Not HTTP_PROXY: a web server sets it from the header field `Proxy` of a stranger.
        http = Self.first(["http_proxy", "all_proxy", "ALL_PROXY"], environment)
        https = Self.first(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"], environment)
        exceptions = (environment["no_proxy"] ?? environment["NO_PROXY"] ?? "").lowercased()
            .split { $0 == "," || $0 == " " }.map(String.init)
    }

    /// The proxy for a request; nil for a direct connection.
    ///
    /// - Throws: ``DownloadError`` with `invalidOption` when the environment names one that cannot be used.
    func proxy(for origin: WebAddress.Origin) throws(DownloadError) -> Proxy? {
        if exceptions.contains(where: { Self.isException($0, origin) }) { return nil }
        return try (origin.isSecure ? https : http)?.get()
    }

    private static func isException(_ exception: String, _ origin: WebAddress.Origin) -> Bool {
        if exception == "*" { return true }
        var name = exception[...]
        if let colon = name.lastIndex(of: ":"), let port = Int(name[name.index(after: colon)...]),
            name.firstIndex(of: ":") == colon || name[..<colon].hasSuffix("]")
        {
            guard port == origin.port else { return false }
            name = name[..<colon]
        }
        name = name.hasPrefix("*.") ? name.dropFirst(2) : name.drop { $0 == "." }
        guard !name.isEmpty else { return false }
        return origin.host == name || origin.host == "[\(name)]" || Cookie.isHost(origin.host, below: String(name))
    }

    private static func first(_ names: [String], _ environment: [String: String]) -> Result<Proxy, DownloadError>? {
        for name in names {
            guard let value = environment[name], !value.isEmpty else { continue }
            do throws(DownloadError) {
                return .success(try proxy(value, "the environment variable \(name)"))
            } catch {
                return .failure(error)
            }
        }
        return nil
    }

    private static func proxy(_ text: String, _ origin: String) throws(DownloadError) -> Proxy {
        let scheme = text.firstRange(of: "://").map { text[..<$0.lowerBound].lowercased() } ?? "http"
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let isSOCKS = ["socks", "socks5", "socks5h"].contains(scheme)
        guard isSOCKS || scheme == "http", let address = WebAddress("http://" + rest) else {
            throw DownloadError(
                .invalidOption,
                "\(origin) is no proxy that can be used: give http://host:port or socks5://host:port"
            )
        }
        guard !isSOCKS || address.userInfo == nil else {
            throw DownloadError(.invalidOption, "\(origin) has a password, which is not supported with SOCKS")
        }
        let hasPort = rest.prefix { $0 != "/" }.split(separator: "@").last.map {
            $0.split(separator: "]").last?.contains(":") ?? false
        }
        return Proxy(
            isSOCKS: isSOCKS,
            host: address.origin.host.filter { $0 != "[" && $0 != "]" },
            port: hasPort == true ? address.origin.port : isSOCKS ? 1080 : 3128,
            credentials: address.userInfo.map { String(decoding: PercentCoding.decoded($0.utf8), as: UTF8.self) }
        )
    }
}
