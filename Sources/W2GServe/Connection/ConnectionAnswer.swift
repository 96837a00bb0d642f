import NIOCore
import NIOHTTP1

/// An answer that the connection gives itself, without the routes: JSON with a `detail`, after which it closes.
struct ConnectionAnswer: Error, Equatable {
    /// The status.
    var status: HTTPResponseStatus
    /// What a person may read.
    var detail: String
    /// Further fields.
    var headers: HTTPHeaders = [:]

    /// The answer to a request that the parser of HTTP gave up.
    init(_ error: HTTPParserError) {
        switch error {
        case .headerOverflow:
            self = .headerTooLarge
        case .invalidVersion:
            self.init(status: .httpVersionNotSupported, detail: "Only HTTP/1.0 and HTTP/1.1 are spoken here")
        default:
            self.init(status: .badRequest, detail: "Bad Request")
        }
    }

    /// Makes an answer.
    init(status: HTTPResponseStatus, detail: String, headers: HTTPHeaders = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    /// The answer to a request whose header has too many bytes or fields.
    static let headerTooLarge = ConnectionAnswer(
        status: .requestHeaderFieldsTooLarge,
        detail: "The header is too large"
    )
    /// The answer to a request without a host, or with several.
    static let hostNotTold = ConnectionAnswer(status: .badRequest, detail: "A request needs one Host")
    /// The answer to a request with a body.
    static let bodyRefused = ConnectionAnswer(status: .payloadTooLarge, detail: "No request body is taken here")
    /// The answer to a request that does not come to its end.
    static let timedOut = ConnectionAnswer(status: .requestTimeout, detail: "The request took too long")

    /// The body; the detail is a constant of this program without characters that JSON escapes.
    var body: ByteBuffer { ByteBuffer(string: "{\"detail\":\"\(detail)\"}") }

    /// The head.
    var head: HTTPResponseHead {
        var fields = headers
        fields.add(name: "Content-Type", value: "application/json")
        fields.add(name: "Content-Length", value: "\(body.readableBytes)")
        fields.add(name: "Connection", value: fields.contains(name: "Upgrade") ? "close, Upgrade" : "close")
        return HTTPResponseHead(version: .http1_1, status: status, headers: fields)
    }
}
