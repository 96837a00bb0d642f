import NIOCore

/// Tells the timeouts of an HTTP/1.1 connection that bytes have come, before they are a whole header.
final class ArrivalHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let handler: HTTP1Handler

    init(_ handler: HTTP1Handler) {
        self.handler = handler
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        handler.timeouts.received(context.eventLoop.now)
        context.fireChannelRead(data)
    }
}
