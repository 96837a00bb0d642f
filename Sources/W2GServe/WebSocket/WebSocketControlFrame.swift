import NIOCore
import NIOWebSocket

/// Writes the server's control frames: short, unmasked, never fragmented (RFC 6455 5.5).
enum WebSocketControlFrame {
    /// The most bytes that the payload of a control frame may have.
    static let maximumPayload = 125

    /// A frame with this opcode; a longer payload than allowed is cut.
    static func encode(_ opcode: WebSocketOpcode, payload: ByteBuffer = ByteBuffer()) -> ByteBuffer {
        var payload = payload
        let length = min(payload.readableBytes, maximumPayload)
        var frame = ByteBufferAllocator().buffer(capacity: 2 + length)
        frame.writeInteger(0x80 | UInt8(webSocketOpcode: opcode))
        frame.writeInteger(UInt8(truncatingIfNeeded: length))
        if var part = payload.readSlice(length: length) { frame.writeBuffer(&part) }
        return frame
    }

    /// A Close frame; without a closure it has no code, as the answer to one without (RFC 6455 5.5.1).
    static func close(_ closure: WebSocketClosure?) -> ByteBuffer {
        guard let closure else { return encode(.connectionClose) }
        var payload = ByteBufferAllocator().buffer(capacity: maximumPayload)
        payload.writeInteger(closure.code)
        var reason = closure.reason
        while reason.utf8.count > maximumPayload - 2 { reason.removeLast() }
        payload.writeString(reason)
        return encode(.connectionClose, payload: payload)
    }
}
