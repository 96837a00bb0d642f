import NIOCore
import NIOWebSocket

/// What a member is sent.
extension RoomMember {
    /// Sends a message, or lets it wait until the member reads.
    ///
    /// - Returns: False when it was dropped.
    func send(_ frame: ByteBuffer, state: Envelope.PlayerState?) -> Bool {
        guard phase == .joined else { return false }
        if isWritable, queue.isEmpty {
            write(frame)
            return true
        }
        let wasFull = queue.fullSince != nil
        let (isQueued, superseded) = queue.append(frame, state: state, now: .now())
        server.metrics.dropped(.superseded, superseded)
        if !isQueued {
            server.metrics.dropped(.full)
            if !wasFull { armTimer() }
        }
        return isQueued
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
        while isWritable, let frame = queue.next() { write(frame) }
        flush()
    }
}
