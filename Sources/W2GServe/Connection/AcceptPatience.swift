import Logging
import NIOCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Waits a little when no connection can be taken, such as for want of file descriptors.
///
/// A listening channel that is left alone would try again at once, and take a whole core for it: NIO keeps asking for
/// readiness after an error, so that holding back reads, as its own handler for this does, changes nothing.
final class AcceptPatience: ChannelInboundHandler {
    typealias InboundIn = any Channel

    /// Between two tries.
    private static let pause = TimeAmount.milliseconds(200)
    /// Between two lines of the log.
    private static let silence = TimeAmount.seconds(30)

    private let logger: Logger
    private var told: NIODeadline?
    private var timer: Scheduled<Void>?

    init(logger: Logger) {
        self.logger = logger
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError else {
            context.fireErrorCaught(error)
            return
        }
        // A client that has left before it was let in is no reason to wait.
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.errnoCode) else { return }
        let now = NIODeadline.now()
        if told.map({ now >= $0 + Self.silence }) ?? true {
            told = now
            logger.error("no further connection can be taken: \(error): allow more open files")
        }
        guard timer == nil else { return }
        let channel = context.channel
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.timer = nil
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
