import Hummingbird
import NIOCore
import NIOHTTPTypes

/// Refuses the body of a request on a stream of HTTP/2 with 413.
final class RequestBodyGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundOut = HTTPResponsePart

    private var isRefused = false
    private var head: HTTPRequestPart?

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let request):
            let length = request.headerFields[.contentLength]
            if let length, length != "0" { refuse(context) } else { head = .head(request) }
        case .body(let bytes):
            if bytes.readableBytes > 0 { refuse(context) }
        case .end:
            // Only now it is sure that there is no body.
            if let head { context.fireChannelRead(wrapInboundOut(head)) }
            head = nil
            context.fireChannelRead(data)
        }
    }

    private func refuse(_ context: ChannelHandlerContext) {
        isRefused = true
        head = nil
        let body = ConnectionAnswer.bodyRefused.body
        let fields: HTTPFields = [.contentType: "application/json", .contentLength: "\(body.readableBytes)"]
        let response = HTTPResponse(status: .contentTooLarge, headerFields: fields)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.close(promise: nil)
    }
}
