import NIOCore
import NIOWebSocket

/// What a member is sent.
extension RoomMember {
    /// Sends a message, or lets it wait until the member reads.
    ///
    /// - Returns: False when it was dropped.
    func send(_ message: RoomMessage) -> Bool {
        guard phase == .joined else { return false }
        if isWritable, queue.isEmpty {
            write(message.frame)
            return true
        }
        let wasFull = queue.fullSince != nil
        let (isQueued, superseded) = queue.append(message, now: .now())
        server.metrics.dropped(.superseded, superseded)
        guard queue.fullSince != nil else { return isQueued }
        if !wasFull { armTimer() }
        if !isQueued {
            server.metrics.dropped(.full)
        } else if let sender = message.sender, waitingSenders.insert(sender).inserted {
            sender.eventLoop.execute { sender.await(self) }
        }
        return isQueued
    }

    /// Lets those go on who were not read while this member had no room.
    func releaseSenders() {
        guard !waitingSenders.isEmpty else { return }
        for sender in waitingSenders { sender.eventLoop.execute { sender.awaitNoMore(self) } }
        waitingSenders = []
    }

    /// Gives the socket what was written.
    func flush() {
        guard unflushedBytes > 0 else { return }
        unflushedBytes = 0
        context?.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isWritable = context.channel.isWritable
        if isWritable { sendWaiting() }
        context.fireChannelWritabilityChanged()
    }

    /// Answers a Ping; when the socket is full only the latest one, as RFC 6455 5.5.3 allows.
    func answer(_ ping: ByteBuffer) {
        guard isWritable else {
            unansweredPing = ping
            return
        }
        write(WebSocketControlFrame.encode(.pong, payload: ping))
        flush()
    }

    func write(_ frame: ByteBuffer) {
        guard let context else { return }
        unflushedBytes += frame.readableBytes
        context.write(wrapOutboundOut(frame), promise: nil)
        // TLS takes everything that is written and says that it is full only at a flush.
        if unflushedBytes >= Self.flushThreshold { flush() }
    }

    private func sendWaiting() {
        heartbeat.heard()
        if let ping = unansweredPing {
            unansweredPing = nil
            write(WebSocketControlFrame.encode(.pong, payload: ping))
        }
        while isWritable, let frame = queue.next(now: .now()) { write(frame) }
        if queue.fullSince == nil { releaseSenders() }
        flush()
    }
}
