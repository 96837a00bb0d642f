import NIOCore

/// Joins small writes until they are flushed, so that the fields of an answer and a short body become one TLS record.
///
/// A record each would cost both sides a cipher operation and 22 bytes (RFC 8446 5.2).
final class WriteJoiner: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// The most that a TLS record holds, in bytes (RFC 8446 5.1); what does not fit passes as it is.
    private static let recordSize = 16_384

    private var joined: ByteBuffer?
    private var promise: EventLoopPromise<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        var data = unwrapOutboundIn(data)
        let count = (joined?.readableBytes ?? 0) + data.readableBytes
        guard count <= Self.recordSize else {
            pass(context)
            context.write(wrapOutboundOut(data), promise: promise)
            return
        }
        if joined == nil {
            joined = data
        } else {
            joined?.writeBuffer(&data)
        }
        self.promise.setOrCascade(to: promise)
    }

    func flush(context: ChannelHandlerContext) {
        pass(context)
        context.flush()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        pass(context)
        context.close(mode: mode, promise: promise)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        // Nobody can write through a handler that has left; promises must not be forgotten.
        promise?.fail(ChannelError.ioOnClosedChannel)
        promise = nil
    }

    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        pass(context)
        context.leavePipeline(removalToken: removalToken)
    }

    private func pass(_ context: ChannelHandlerContext) {
        guard let data = joined else { return }
        joined = nil
        let promise = promise
        self.promise = nil
        context.write(wrapOutboundOut(data), promise: promise)
    }
}
