import NIOCore

/// Tells how many bytes the other side has taken; belongs to the very front of a pipeline, below TLS.
///
/// Only this number never falls, and grows for whatever moves: promises of writes under TLS or HTTP/2 are kept together
/// when the last byte of many has gone.
final class SocketProgress: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var handedBytes = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        handedBytes &+= unwrapOutboundIn(data).readableBytes
        context.write(data, promise: promise)
    }

    /// The bytes that the other side has taken, and those that wait for it.
    func look(at channel: any Channel) -> (taken: Int, unsent: Int) {
        let buffered = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        let unsent = buffered + SocketQueue.byteCount(of: channel)
        return (handedBytes &- unsent, unsent)
    }
}
