import NIOCore

/// A whole text message, held as the frame that is sent on: header first, in one buffer that all receivers share.
struct WebSocketText {
    /// Room that is kept in front of the payload for the longest unmasked header.
    static let headerRoom = 10

    /// The unmasked, unfragmented frame (RFC 6455 5.2).
    let frame: ByteBuffer
    /// How many bytes of `frame` are its header.
    let headerLength: Int

    /// How many bytes the text has.
    var payloadLength: Int { frame.readableBytes - headerLength }

    /// Puts the header into the room that was kept in front of a payload.
    ///
    /// - Parameter assembled: `headerRoom` bytes of any value, and the payload.
    init(assembled: consuming ByteBuffer) {
        var buffer = assembled
        let length = max(0, buffer.readableBytes - Self.headerRoom)
        let start = buffer.readerIndex + Self.headerRoom
        switch length {
        case ..<126:
            headerLength = 2
            buffer.setInteger(UInt8(truncatingIfNeeded: length), at: start - 1)
        case ..<65536:
            headerLength = 4
            buffer.setInteger(UInt8(126), at: start - 3)
            buffer.setInteger(UInt16(truncatingIfNeeded: length), at: start - 2)
        default:
            headerLength = 10
            buffer.setInteger(UInt8(127), at: start - 9)
            buffer.setInteger(UInt64(length), at: start - 8)
        }
        buffer.setInteger(UInt8(0x81), at: start - headerLength)
        buffer.moveReaderIndex(to: start - headerLength)
        frame = buffer
    }

    /// Makes a message of the server's own.
    init(_ text: String) {
        var buffer = ByteBufferAllocator().buffer(capacity: Self.headerRoom + text.utf8.count)
        buffer.writeRepeatingByte(0, count: Self.headerRoom)
        buffer.writeString(text)
        self.init(assembled: buffer)
    }

    /// Gives the text's bytes to `body`.
    func withPayload<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        frame.withUnsafeReadableBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(headerLength)))
        }
    }
}
