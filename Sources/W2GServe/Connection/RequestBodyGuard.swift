import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Refuses the body of a request on a stream of HTTP/2 with 413.
final class RequestBodyGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private let setup: ConnectionSetup
    private var isRefused = false
    private var head: HTTPRequest?
    private var timer: Scheduled<Void>?

    init(setup: ConnectionSetup) {
        self.setup = setup
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let request):
            head = request
            if let length = request.headerFields[.contentLength], length != "0" { refuse(context) }
        case .body(let bytes):
            if bytes.readableBytes > 0 { refuse(context) }
        case .end:
            // Only now it is sure that there is no body.
            if let head { context.fireChannelRead(wrapInboundOut(.head(head))) }
            head = nil
            context.fireChannelRead(data)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        isRefused = true
        let request = head
        head = nil
        let answer = ConnectionAnswer.bodyRefused
        let body = answer.body
        var fields: HTTPFields = [.contentType: "application/json", .contentLength: "\(body.readableBytes)"]
        setup.crossOrigin.apply(to: &fields, origin: request?.headerFields[.origin])
        note(request, answer.status, context.channel)
        let response = HTTPResponse(status: .contentTooLarge, headerFields: fields)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // The stream ends with the body, which is thrown away: a reset at once would take the answer from the client.
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
    }

    private func note(_ request: HTTPRequest?, _ status: HTTPResponseStatus, _ channel: any Channel) {
        var head = HTTPRequestHead(
            version: .http2,
            method: HTTPMethod(rawValue: request?.method.rawValue ?? ""),
            uri: request?.path ?? ""
        )
        for value in request?.headerFields[values: .forwardedFor] ?? [] {
            head.headers.add(name: "X-Forwarded-For", value: value)
        }
        setup.onHandshake?(head, status, setup.address(of: channel, head))
    }
}
