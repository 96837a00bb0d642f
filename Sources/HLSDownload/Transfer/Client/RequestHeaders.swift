import HLSKit
import NIOHTTP1

/// Makes the header fields of requests, and keeps credentials where they belong.
struct RequestHeaders: Sendable {
    /// What browsers of today say.
    static let browser =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"

    private static let credentials: Set = ["authorization", "cookie", "proxy-authorization", "host"]
    /// What the transfer itself decides.
    private static let reserved: Set = [
        "range", "if-range", "accept-encoding", "connection", "content-length", "transfer-encoding", "te", "upgrade",
    ]

    private let fields: [HeaderField]
    private let names: Set<String>
    private let userAgent: String
    private let referer: String?
    private let root: WebAddress?
    private let trustedHosts: [String]

    /// - Parameter root: The URL of the root playlist.
    init(_ configuration: TransferConfiguration, root: String) {
        self.root = WebAddress(root)
        fields = configuration.headers.filter { !Self.reserved.contains($0.name.lowercased()) }
        names = Set(fields.map { $0.name.lowercased() })
        userAgent = configuration.userAgent ?? Self.browser
        referer = configuration.referer
        trustedHosts = TransferConfiguration.normalized(configuration.trustedHosts)
    }

    /// Whether an origin may see the credentials that the user gave.
    func trusts(_ origin: WebAddress.Origin) -> Bool {
        let isTrustedHost = trustedHosts.contains { origin.host == $0 || Cookie.isHost(origin.host, below: $0) }
        guard let home = root?.origin else { return isTrustedHost }
        if origin == home { return true }
        // The same host, but encrypted now.
        if origin.host == home.host, !home.isSecure, origin.isSecure, home.port == 80, origin.port == 443 {
            return true
        }
        // Never in the clear what was to be encrypted.
        guard origin.isSecure || !home.isSecure else { return false }
        return isTrustedHost
    }

    /// The fields of a request.
    ///
    /// - Parameters:
    ///   - isCompressible: Whether the response may be compressed.
    ///   - isRoot: Whether it asks for the root playlist.
    ///   - cookies: What the jar has for the address.
    func fields(
        for address: WebAddress,
        isCompressible: Bool,
        ask: TransferState.Ask,
        isRoot: Bool,
        cookies: String?
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        let isTrusted = trusts(address.origin)
        var cookies = cookies.map { [$0] } ?? []
        for field in fields {
            let name = field.name.lowercased()
            guard isTrusted || !Self.credentials.contains(name) else { continue }
            if name == "cookie" {
                cookies.insert(field.value, at: 0)
            } else {
                headers.add(name: field.name, value: field.value)
            }
        }
        if !names.contains("user-agent"), !userAgent.isEmpty { headers.add(name: "User-Agent", value: userAgent) }
        if !names.contains("accept") { headers.add(name: "Accept", value: "*/*") }
        // Not deflate: servers do not agree on whether that has the header of zlib (RFC 9110 8.4.1.2).
        headers.add(name: "Accept-Encoding", value: isCompressible ? "gzip" : "identity")
        if !names.contains("referer"), let referer = referer(for: address, isRoot) {
            headers.add(name: "Referer", value: referer)
        }
        if !headers.contains(name: "Authorization"), let authorization = authorization(for: address, isTrusted) {
            headers.add(name: "Authorization", value: authorization)
        }
        if !cookies.isEmpty { headers.add(name: "Cookie", value: cookies.joined(separator: "; ")) }
        if let range = ask.range { headers.add(name: "Range", value: range) }
        if let validator = ask.ifRange { headers.add(name: "If-Range", value: validator) }
        return headers
    }

    /// Other origins do not learn the query, which may hold a token.
    private func referer(for address: WebAddress, _ isRoot: Bool) -> String? {
        if let referer { return referer.isEmpty ? nil : referer }
        guard let root, !isRoot, address.origin.isSecure || !root.origin.isSecure else { return nil }
        var shown = root
        if address.origin != root.origin { shown.target = root.path }
        return shown.requestURL
    }

    private func authorization(for address: WebAddress, _ isTrusted: Bool) -> String? {
        guard let info = address.userInfo ?? (isTrusted ? root?.userInfo : nil), !info.isEmpty else { return nil }
        return "Basic " + Base64.encoded(PercentCoding.decoded(info.utf8))
    }
}
