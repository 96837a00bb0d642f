import Logging
import NIOCore

/// What a member sends.
extension RoomMember {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        heartbeat.heard()
        if probedUntil != nil {
            probedUntil = nil
            server.answered(self)
        }
        switch phase {
        case .waiting:
            held.writeBuffer(&bytes)
        case .joined where held.readableBytes > 0 || !awaited.isEmpty:
            held.writeBuffer(&bytes)
        case .joined, .closing:
            read(bytes)
        case .lingering, .closed:
            break
        }
    }

    /// Reads no more from the socket until `readOn`.
    func stopReading() {
        channel.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    /// Reads what was held back, and the socket again.
    func readOn() {
        throttledUntil = nil
        guard awaited.isEmpty else { return }
        heartbeat.heard()
        let bytes = held
        held = ByteBuffer()
        read(bytes)
        if throttledUntil == nil, awaited.isEmpty { channel.setOption(.autoRead, value: true).whenFailure { _ in } }
    }

    /// Reads no more until a member has taken what waits for it: what this one sends may not be dropped.
    func await(_ receiver: RoomMember) {
        guard phase == .joined, awaited.insert(receiver).inserted, awaited.count == 1 else { return }
        server.metrics.throttledOnce()
        stopReading()
    }

    /// A member that was waited for has room again, or is gone.
    func awaitNoMore(_ receiver: RoomMember) {
        guard awaited.remove(receiver) != nil, awaited.isEmpty, phase == .joined, throttledUntil == nil else { return }
        readOn()
    }

    private func read(_ bytes: ByteBuffer) {
        var bytes = bytes
        let now = NIODeadline.now()
        do throws(WebSocketClosure) {
            while let event = try reader.next(&bytes) {
                switch event {
                case .text(let text): receive(text, now)
                case .binary: receivedBinary(now)
                case .smallFragment: frameLimiter.take(now)
                case .ping(let payload):
                    frameLimiter.take(now)
                    answer(payload)
                case .pong: frameLimiter.take(now)
                case .close(let closure): receivedClose(closure)
                }
                guard isReading else { return }
                if let next = limiter.nextToken(now) ?? frameLimiter.nextToken(now) {
                    hold(bytes, until: next)
                    return
                }
            }
        } catch {
            fail(error)
        }
    }

    private var isReading: Bool {
        switch phase {
        case .joined, .closing: true
        case .waiting, .lingering, .closed: false
        }
    }

    /// Leaves the rest for later: the member sends faster than it may.
    private func hold(_ bytes: ByteBuffer, until deadline: NIODeadline) {
        guard phase == .joined else { return }
        held = bytes
        throttledUntil = deadline
        server.metrics.throttledOnce()
        stopReading()
        armTimer()
    }

    private func receivedBinary(_ now: NIODeadline) {
        guard phase == .joined else { return }
        limiter.take(now)
        server.metrics.dropped(.binary)
    }

    private func receive(_ text: WebSocketText, _ now: NIODeadline) {
        guard phase == .joined, let room else { return }
        limiter.take(now)
        guard let envelope = text.withPayload({ EnvelopeScanner.scan($0) }) else {
            server.metrics.dropped(.invalid)
            return
        }
        switch envelope.content {
        case .chat, .player:
            guard text.payloadLength <= server.configuration.maximumChatSize else {
                server.metrics.dropped(.size)
                tellTooLong(text.payloadLength)
                return
            }
        case .login, .acknowledgement, .logout, .other:
            break
        }
        guard envelope.speaker == .unsaid || envelope.speaker == .member(id) else {
            server.metrics.dropped(.impersonation)
            return
        }
        switch envelope.content {
        case .login:
            hasTakenLeave = false
            isIntroduced = true
        case .acknowledgement:
            isIntroduced = true
        case .logout:
            hasTakenLeave = true
            isIntroduced = false
        case .chat where !isIntroduced:
            // A chat of somebody whom they have not met ends the page of some clients.
            server.metrics.dropped(.unintroduced)
            return
        case .chat, .player, .other:
            break
        }
        server.metrics.received(envelope, bytes: text.payloadLength)
        if !room.send(text, envelope, from: self) { server.metrics.dropped(.absent) }
    }

    /// Tells the sender, in an action that clients skip when they do not know it, and the log that a message was dropped.
    private func tellTooLong(_ length: Int) {
        let limit = server.configuration.maximumChatSize
        let notice = """
            {"props":{"type":"websocket.unicast","receivedClientID":\(id)},"data":{"action":"dropped","reason":"size",\
            "bytes":\(length),"limit":\(limit),"user":{"clientID":\(id)}}}
            """
        _ = send(RoomMessage(frame: WebSocketText(notice).frame))
        flush()
        server.logger.notice(
            "message dropped: a chat or player message may have \(limit) bytes (--chat-size)",
            metadata: ["room": "\(LogText.escape(roomName))", "id": "\(id)", "bytes": "\(length)"]
        )
    }
}
