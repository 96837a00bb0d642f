import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Answers requests by routes, and counts and logs each.
struct Answering: Sendable {
    private let routes: W2GRoutes
    private let metrics: RequestMetrics
    private let log: AccessLog?
    private let trusted: TrustedProxies

    init(routes: W2GRoutes, configuration: W2GServer.Configuration) {
        self.routes = routes
        metrics = RequestMetrics(factory: routes.metrics)
        log = configuration.log.map { AccessLog(output: $0) }
        trusted = configuration.connections.trustedProxies
    }

    /// Answers a request for a file that is in memory; nil when it is for something else.
    func immediateAnswer(to head: HTTPRequestHead, from peer: ClientAddress.Peer, isSecure: Bool) -> ImmediateAnswer? {
        let start = NIODeadline.now()
        guard head.uri.utf8.first == UInt8(ascii: "/"), let method = try? HTTPRequest.Method(head.method) else {
            return nil
        }
        let request = HTTPRequest(
            method: method,
            scheme: isSecure ? "https" : "http",
            authority: nil,
            path: head.uri,
            headerFields: HTTPFields(head.headers, splitCookie: false)
        )
        guard var answer = routes.immediateAnswer(to: request) else { return nil }
        answer.fields[.date] = HTTPDate.text(now: HTTPDate.now())
        var body: ByteBuffer?
        if case .bytes(let bytes) = answer.body { body = bytes }
        let status = Int(answer.status.code)
        return ImmediateAnswer(
            head: HTTPResponseHead(HTTPResponse(status: answer.status, headerFields: answer.fields)),
            body: body
        ) { [body] isWritten in
            note(request, peer, status: status, bytes: isWritten ? body?.readableBytes ?? 0 : 0, since: start)
        }
    }

    /// Answers a request, on the executor of the connection's task.
    @concurrent
    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = NIODeadline.now()
        let peer = channel.remoteAddress
        var answer = await routes.answer(request.head, from: peer, on: channel)
        // A stream of HTTP/2, which knows neither (RFC 9113 8.2.2, 8.6): its parent is a connection, whose parent listens.
        if channel.parent?.parent != nil {
            answer.fields[.upgrade] = nil
            answer.fields[.connection] = nil
        }
        answer.fields[.date] = HTTPDate.text(now: HTTPDate.now())
        let head = HTTPResponse(status: answer.status, headerFields: answer.fields)
        var sent = 0
        defer {
            note(request.head, ClientAddress.Peer(peer), status: Int(answer.status.code), bytes: sent, since: start)
        }
        switch answer.body {
        case .none:
            try await writer.writeResponse(head)
        case .bytes(let bytes):
            try await writer.write(response: head, body: ResponseBody(byteBuffer: bytes))
            sent = bytes.readableBytes
        case .stream(var stream):
            var body = try await writer.writeHead(head)
            while let bytes = try await stream.next() {
                try await body.write(bytes)
                sent += bytes.readableBytes
            }
            try await body.finish(nil)
        }
    }

    private func note(
        _ head: HTTPRequest,
        _ peer: ClientAddress.Peer,
        status: Int,
        bytes: Int,
        since start: NIODeadline
    ) {
        let nanoseconds = (NIODeadline.now() - start).nanoseconds
        metrics.answered(status: status, bytes: bytes, nanoseconds: nanoseconds)
        log?.note(
            address: ClientAddress.text(
                peer: peer,
                forwardedFor: head.headerFields[values: .forwardedFor],
                trusting: trusted
            ),
            method: head.method.rawValue,
            path: head.path ?? "",
            status: status,
            bytes: bytes,
            nanoseconds: nanoseconds
        )
    }

    /// Counts what the routes never see.
    func note(handshake request: HTTPRequestHead?, _ status: HTTPResponseStatus, address: String) {
        metrics.answered(status: Int(status.code), bytes: 0, nanoseconds: nil)
        log?.note(
            address: address,
            method: request?.method.rawValue ?? "",
            path: request?.uri ?? "",
            status: Int(status.code),
            bytes: 0,
            nanoseconds: nil
        )
    }
}
