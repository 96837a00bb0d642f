import NIOCore
import NIOWebSocket

/// What happens to a member as time goes by: one timer for all of it.
extension RoomMember {
    /// Sets the timer to whatever is due first; must be called when something earlier than before may be due.
    func armTimer() {
        guard context != nil else { return }
        let deadline = nextDeadline
        if timer != nil, timerDeadline <= deadline { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = eventLoop.scheduleTask(deadline: deadline) { self.timeCame() }
    }

    /// Asks the member for a sign of life: somebody else has come with its id.
    func probe() {
        guard phase == .joined else { return }
        probedUntil = .now() + TimeAmount(server.configuration.probePatience)
        _ = hasTakenBytes()
        write(WebSocketControlFrame.encode(.ping))
        flush()
        armTimer()
    }

    private var nextDeadline: NIODeadline {
        switch phase {
        case .closing(let deadline), .lingering(let deadline):
            return deadline
        case .closed:
            return .distantFuture
        case .waiting:
            return heartbeat.deadline
        case .joined:
            var deadline = heartbeat.deadline
            if let throttledUntil { deadline = min(deadline, throttledUntil) }
            if let probedUntil { deadline = min(deadline, probedUntil) }
            if let full = queue.fullSince { deadline = min(deadline, full + fullPatience) }
            return deadline
        }
    }

    private var fullPatience: TimeAmount { TimeAmount(server.configuration.fullPatience) }

    private func timeCame() {
        timer = nil
        let now = NIODeadline.now()
        switch phase {
        case .closing(let deadline), .lingering(let deadline):
            if now >= deadline { finish() }
        case .waiting, .joined:
            takePart(now)
        case .closed:
            return
        }
        if phase != .closed { armTimer() }
    }

    private func takePart(_ now: NIODeadline) {
        if let deadline = throttledUntil, now >= deadline { readOn() }
        if let deadline = probedUntil, now >= deadline {
            probedUntil = nil
            if hasTakenBytes() { server.answered(self) } else { server.unanswered(self) }
        }
        if hasTakenBytes() {
            heartbeat.heard()
            // One long message may take longer than the patience.
            queue.wasRead(now)
        }
        if phase == .joined, let full = queue.fullSince, now >= full + fullPatience {
            close(.tryAgainLater)
        }
        guard phase == .joined || phase == .waiting else { return }
        // Of one that is not read nothing is heard.
        if !awaited.isEmpty { heartbeat.heard() }
        switch heartbeat.tick(now) {
        case .wait:
            break
        case .ping:
            write(WebSocketControlFrame.encode(.ping))
            flush()
        case .giveUp:
            leave(reason: "no sign of life")
            finish()
        }
    }

    /// Whether the other side took bytes since the last look.
    private func hasTakenBytes() -> Bool {
        let before = bytesOnTheWay
        bytesOnTheWay = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        return bytesOnTheWay < before
    }
}
