import Hummingbird
import NIOHTTP1

/// Which pages of other origins may read answers (CORS, Fetch Standard 3.2).
struct CrossOrigin: Sendable {
    private let allowed: Set<String>
    private let allowsAny: Bool

    /// Allows these origins, such as `https://watch.example`; `*` is any.
    init(_ origins: [String]) {
        allowsAny = origins.contains("*")
        // Browsers write origins in small letters, people as they like.
        allowed = Set(origins.map { ($0.hasSuffix("/") ? String($0.dropLast()) : $0).lowercased() })
    }

    /// Adds the fields that an answer to this request has, whatever its status.
    func apply(to answer: inout HTTPFields, for request: HTTPFields) {
        apply(to: &answer, origin: request[.origin])
    }

    /// Adds the fields that an answer to a page of this origin has.
    func apply(to answer: inout HTTPFields, origin: String?) {
        // Without origins too: what caches keep now would be given to pages of origins that are allowed later.
        answer[.vary] = answer[.vary].map { $0 + ", Origin" } ?? "Origin"
        guard let origin = permitted(origin) else { return }
        answer[.accessControlAllowOrigin] = origin
        answer[.accessControlAllowCredentials] = "true"
        answer[.accessControlExposeHeaders] = "Content-Length, Content-Range, ETag"
    }

    /// Adds the fields that an answer to a page of this origin has, for a connection that answers itself.
    func apply(to headers: inout HTTPHeaders, origin: String?) {
        var fields = HTTPFields()
        apply(to: &fields, origin: origin)
        for field in fields { headers.add(name: field.name.rawName, value: field.value) }
    }

    /// The answer to a preflight; nil when the request is none.
    func preflight(_ request: HTTPRequest) -> SiteAnswer? {
        let fields = request.headerFields
        guard request.method == .options, fields[.origin] != nil, fields[.accessControlRequestMethod] != nil
        else { return nil }
        guard permitted(fields[.origin]) != nil else {
            return .json(.badRequest, detail: "This origin is not among the allowed ones")
        }
        var answer = SiteAnswer(.ok)
        answer.fields[.accessControlAllowMethods] = "GET, HEAD, OPTIONS"
        answer.fields[.accessControlMaxAge] = "600"
        if let headers = fields[.accessControlRequestHeaders] { answer.fields[.accessControlAllowHeaders] = headers }
        if fields[.privateNetworkRequest] == "true" { answer.fields[.privateNetworkAllowance] = "true" }
        return answer
    }

    private func permitted(_ origin: String?) -> String? {
        guard let origin, allowsAny || allowed.contains(origin.lowercased()) else { return nil }
        return origin
    }
}
