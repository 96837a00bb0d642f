import HTTPTypes

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        // Every name here is a token, so there always is one.
        HTTPField.Name(name) ?? .vary
    }

    static let forwardedFor = known("X-Forwarded-For")
    static let forwardedProto = known("X-Forwarded-Proto")
    static let privateNetworkRequest = known("Access-Control-Request-Private-Network")
    static let privateNetworkAllowance = known("Access-Control-Allow-Private-Network")
    static let referrerPolicy = known("Referrer-Policy")
}
