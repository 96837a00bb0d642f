import NIOCore

/// Makes messages of the bytes that a client sends (RFC 6455 5): unmasks, joins fragments, checks every rule at once.
///
/// A text is unmasked straight into the frame that goes on to the others, so that its bytes are copied once. What a
/// frame announces is believed only as far as its bytes have come: memory grows with what was received.
struct WebSocketFrameReader {
    /// What has arrived whole.
    enum Event {
        /// A text message.
        case text(WebSocketText)
        /// A binary message of this many bytes, which were not kept.
        case binary(length: Int)
        /// A piece of a message that is not its last, and is shorter than `smallFragment`.
        case smallFragment
        /// A Ping with its payload.
        case ping(ByteBuffer)
        /// A Pong with its payload.
        case pong(ByteBuffer)
        /// A Close frame, with what it says if it says anything.
        case close(WebSocketClosure?)
    }

    private enum Phase {
        case opcode
        case length
        case extendedLength(size: UInt8, left: UInt8, value: UInt64)
        case mask(length: Int, left: UInt8, key: UInt32)
        case payload(left: Int)
    }

    /// What the fragments of the message under way are.
    private enum Message {
        case text
        case binary
    }

    /// Fragments of fewer bytes cost more by their number than by what is in them, and are told.
    static let smallFragment = 1024

    /// How much is reserved at most before the bytes are there.
    private static let trustedLength = 64 * 1024

    private let maximumMessageSize: Int
    private var phase = Phase.opcode
    private var opcode: UInt8 = 0
    private var isFinal = false
    private var mask = WebSocketMask(bigEndian: 0)
    private var message: Message?
    private var received = 0
    private var frameLength = 0
    private var assembly = ByteBuffer()
    private var control = ByteBuffer()
    private var validator = UTF8Validator()

    /// How many bytes of an unfinished text are held.
    var heldBytes: Int { assembly.readableBytes }

    /// Makes a reader.
    ///
    /// - Parameter maximumMessageSize: The most bytes that a message may have, all fragments together.
    init(maximumMessageSize: Int) {
        self.maximumMessageSize = maximumMessageSize
    }

    /// Reads up to the end of the next message or control frame.
    ///
    /// - Parameter bytes: What was received; what was used is taken from its front.
    /// - Returns: Nil when all bytes were used and more are needed.
    /// - Throws: How the connection must be failed (RFC 6455 7.1.7); the reader must not be used any more.
    mutating func next(_ bytes: inout ByteBuffer) throws(WebSocketClosure) -> Event? {
        while true {
            switch phase {
            case .payload(let left):
                let count = min(left, bytes.readableBytes)
                try take(count, of: &bytes)
                guard count == left else {
                    phase = .payload(left: left - count)
                    return nil
                }
                phase = .opcode
                if let event = try endOfFrame() { return event }
            default:
                guard let byte = bytes.readInteger(as: UInt8.self) else { return nil }
                try header(byte)
            }
        }
    }
}

// MARK: Header

extension WebSocketFrameReader {
    private mutating func header(_ byte: UInt8) throws(WebSocketClosure) {
        switch phase {
        case .opcode:
            try begin(byte)
            phase = .length
        case .length:
            try length(byte)
        case .extendedLength(let size, let left, let value):
            let value = value << 8 | UInt64(byte)
            guard left == 1 else {
                phase = .extendedLength(size: size, left: left - 1, value: value)
                return
            }
            guard value >= (size == 2 ? 126 : 65536), value <= UInt64(Int64.max) else {
                throw .protocolError("a frame's length is not in its shortest form")
            }
            try expect(value)
        case .mask(let length, let left, let key):
            let key = key << 8 | UInt32(byte)
            guard left == 1 else {
                phase = .mask(length: length, left: left - 1, key: key)
                return
            }
            mask = WebSocketMask(bigEndian: key)
            phase = .payload(left: length)
        case .payload:
            break
        }
    }

    private mutating func begin(_ byte: UInt8) throws(WebSocketClosure) {
        guard byte & 0x70 == 0 else { throw .protocolError("a reserved bit is set") }
        opcode = byte & 0x0F
        isFinal = byte & 0x80 != 0
        switch opcode {
        case 0x0:
            guard message != nil else { throw .protocolError("a continuation continues nothing") }
        case 0x1, 0x2:
            guard message == nil else { throw .protocolError("a message begins inside another") }
            message = opcode == 0x1 ? .text : .binary
            received = 0
            validator = UTF8Validator()
        case 0x8, 0x9, 0xA:
            guard isFinal else { throw .protocolError("a control frame is fragmented") }
        default:
            throw .protocolError("the opcode \(opcode) is reserved")
        }
    }

    private mutating func length(_ byte: UInt8) throws(WebSocketClosure) {
        guard byte & 0x80 != 0 else { throw .protocolError("a frame is not masked") }
        let short = byte & 0x7F
        if opcode >= 0x8, short > WebSocketControlFrame.maximumPayload {
            throw .protocolError("a control frame is too long")
        }
        switch short {
        case 126: phase = .extendedLength(size: 2, left: 2, value: 0)
        case 127: phase = .extendedLength(size: 8, left: 8, value: 0)
        default: try expect(UInt64(short))
        }
    }

    private mutating func expect(_ length: UInt64) throws(WebSocketClosure) {
        if opcode < 0x8, length > UInt64(max(0, maximumMessageSize - received)) { throw .tooBig }
        let length = Int(length)
        frameLength = length
        phase = .mask(length: length, left: 4, key: 0)
        guard opcode < 0x8, message == .text else { return }
        if assembly.readableBytes == 0 {
            assembly = ByteBufferAllocator().buffer(
                capacity: WebSocketText.headerRoom + min(length, Self.trustedLength)
            )
            assembly.writeRepeatingByte(0, count: WebSocketText.headerRoom)
        }
    }
}

// MARK: Payload

extension WebSocketFrameReader {
    private mutating func take(_ count: Int, of bytes: inout ByteBuffer) throws(WebSocketClosure) {
        guard count > 0 else { return }
        if opcode >= 0x8 {
            Self.unmask(count, of: &bytes, into: &control, with: &mask)
            return
        }
        received += count
        guard message == .text else {
            bytes.moveReaderIndex(forwardBy: count)
            return
        }
        Self.unmask(count, of: &bytes, into: &assembly, with: &mask)
        var validator = self.validator
        let isText = assembly.withUnsafeReadableBytes { all in
            validator.accept(UnsafeRawBufferPointer(rebasing: all.suffix(count)))
        }
        self.validator = validator
        guard isText else { throw .invalidText }
    }

    private static func unmask(
        _ count: Int,
        of bytes: inout ByteBuffer,
        into target: inout ByteBuffer,
        with mask: inout WebSocketMask
    ) {
        bytes.readWithUnsafeReadableBytes { source in
            let source = UnsafeRawBufferPointer(rebasing: source.prefix(count))
            target.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
                mask.unmask(source, into: UnsafeMutableRawBufferPointer(rebasing: space.prefix(count)))
                return count
            }
            return count
        }
    }

    private mutating func endOfFrame() throws(WebSocketClosure) -> Event? {
        if opcode >= 0x8 {
            let payload = control
            control = ByteBuffer()
            switch opcode {
            case 0x9: return .ping(payload)
            case 0xA: return .pong(payload)
            default: return .close(try Self.closure(in: payload))
            }
        }
        guard isFinal, let message else { return frameLength < Self.smallFragment ? .smallFragment : nil }
        self.message = nil
        switch message {
        case .binary:
            return .binary(length: received)
        case .text:
            guard validator.isComplete else { throw .invalidText }
            let text = WebSocketText(assembled: assembly)
            assembly = ByteBuffer()
            return .text(text)
        }
    }

    private static func closure(in payload: ByteBuffer) throws(WebSocketClosure) -> WebSocketClosure? {
        var payload = payload
        guard payload.readableBytes > 0 else { return nil }
        guard let code = payload.readInteger(as: UInt16.self) else { throw .protocolError("half a close code") }
        guard WebSocketClosure.isAllowed(code) else { throw .protocolError("the close code \(code) is not allowed") }
        var validator = UTF8Validator()
        let isText = payload.withUnsafeReadableBytes { validator.accept($0) }
        guard isText, validator.isComplete else { throw .invalidText }
        return WebSocketClosure(code, String(buffer: payload))
    }
}
