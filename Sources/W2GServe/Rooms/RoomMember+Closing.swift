import NIOCore

/// How a member's connection ends.
extension RoomMember {
    /// Says goodbye with a Close frame and waits for the other side's.
    func close(_ closure: WebSocketClosure) {
        guard phase == .waiting || phase == .joined else { return }
        let wasWaiting = phase == .waiting || throttledUntil != nil
        leave(reason: "closed with \(closure.code)")
        held = ByteBuffer()
        forgetQueue()
        write(WebSocketControlFrame.close(closure))
        flush()
        phase = .closing(until: .now() + TimeAmount(server.configuration.closePatience))
        if wasWaiting { readOn() }
        armTimer()
    }

    /// Ends a connection on which no frame can be read any more (RFC 6455 7.1.7).
    func fail(_ closure: WebSocketClosure) {
        let hasSaidGoodbye = if case .closing = phase { true } else { false }
        leave(reason: "failed with \(closure.code), \(closure.reason)")
        forgetQueue()
        if !hasSaidGoodbye { write(WebSocketControlFrame.close(closure)) }
        linger()
    }

    /// The other side's Close frame came: it is answered with the same code, and the connection ends.
    func receivedClose(_ closure: WebSocketClosure?) {
        if phase == .joined {
            leave(reason: closure.map { "closed with \($0.code)" } ?? "closed")
            forgetQueue()
            write(WebSocketControlFrame.close(closure.map { WebSocketClosure($0.code) }))
        }
        finish()
    }

    /// Takes the member out of its room.
    func leave(reason: String) {
        guard phase == .waiting || phase == .joined else { return }
        phase = .closed
        server.leave(self, reason: reason)
    }

    /// Closes the socket when all that was written is sent.
    func finish() {
        flush()
        phase = .closed
        context?.close(promise: nil)
    }

    private func forgetQueue() {
        queue.removeAll()
        releaseSenders()
    }

    /// The socket is gone.
    func end(reason: String) {
        leave(reason: reason)
        phase = .closed
        timer?.cancel()
        timer = nil
        if context != nil { server.closed(self) }
        context = nil
        forgetQueue()
        held = ByteBuffer()
        awaited = []
    }

    /// Sends no more, and throws away what still comes, so that the Close frame is not lost by a reset.
    private func linger() {
        flush()
        phase = .lingering(until: .now() + TimeAmount(server.configuration.closePatience))
        context?.close(mode: .output, promise: nil)
        armTimer()
    }
}
