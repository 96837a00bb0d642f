import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// A client that writes bytes and frames of its own making, right or wrong, and shares no code with the server.
final class RawClient: Sendable {
    /// A frame as it was received.
    struct Frame: Equatable, Sendable {
        var first: UInt8
        var payload: [UInt8]

        /// The low four bits of the first byte.
        var opcode: UInt8 { first & 0x0F }
        /// The payload as text.
        var text: String { String(decoding: payload, as: UTF8.self) }
        /// The code of a Close frame.
        var closeCode: Int? { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }
    }

    /// The other side has closed the connection.
    struct Ended: Error {}

    private struct Inbox {
        var buffer = ByteBuffer()
        var isEnded = false
        var waiter: EventLoopPromise<Void>?
    }

    let channel: any Channel
    private let inbox: NIOLockedValueBox<Inbox>

    private init(channel: any Channel, inbox: NIOLockedValueBox<Inbox>) {
        self.channel = channel
        self.inbox = inbox
    }

    /// Opens a connection.
    static func connect(
        port: Int,
        tls: NIOSSLContext? = nil,
        receiveBuffer: Int? = nil
    ) async throws -> RawClient {
        let inbox = NIOLockedValueBox(Inbox())
        var bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        let handler = try NIOSSLClientHandler(context: tls, serverHostname: nil)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(inbox: inbox))
                }
            }
        if let receiveBuffer { bootstrap = bootstrap.channelOption(.socketOption(.so_rcvbuf), value: receiveBuffer) }
        let channel = try await bootstrap.connect(host: "127.0.0.1", port: port).get()
        return RawClient(channel: channel, inbox: inbox)
    }

    // MARK: Bytes

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
    }

    /// Sends text as it is.
    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// Reads up to and with the empty line of an HTTP head.
    func head() async throws -> String {
        try await read { bytes in
            guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: [13, 10, 13, 10]) }) else {
                return nil
            }
            return (String(decoding: bytes[..<end], as: UTF8.self), end + 4)
        }
    }

    /// Reads an HTTP answer with a Content-Length.
    func response() async throws -> (head: String, body: String) {
        let head = try await head()
        let line = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.dropFirst(15).drop { $0 == " " }) } ?? 0
        let body = try await read { bytes in
            bytes.count >= length ? (String(decoding: bytes[..<length], as: UTF8.self), length) : nil
        }
        return (head, body)
    }

    /// Reads so many bytes.
    func take(_ count: Int) async throws -> String {
        try await read { bytes in
            bytes.count >= count ? (String(decoding: bytes[..<count], as: UTF8.self), count) : nil
        }
    }

    /// Reads so many bytes, as they are.
    func bytes(_ count: Int) async throws -> [UInt8] {
        try await read { bytes in bytes.count >= count ? (Array(bytes[..<count]), count) : nil }
    }

    /// Waits until the other side has closed.
    ///
    /// - Returns: How many bytes came until then.
    func drained() async throws -> Int {
        var total = 0
        do {
            while true { total += try await read { bytes in bytes.isEmpty ? nil : (bytes.count, bytes.count) } }
        } catch is Ended {}
        return total
    }

    /// Waits until the other side has closed, and throws away what it still sends.
    func ended() async throws {
        do {
            while true { _ = try await read { bytes in bytes.isEmpty ? nil : ((), bytes.count) } }
        } catch is Ended {}
    }

    // MARK: WebSocket

    /// Asks for a WebSocket.
    func request(_ path: String, headers: [String] = []) async throws {
        let fields = [
            "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        ]
        let lines = ["GET \(path) HTTP/1.1"] + fields + headers
        try await send(lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// Asks for a WebSocket and reads the answer 101.
    @discardableResult
    func upgrade(_ path: String, headers: [String] = []) async throws -> String {
        try await request(path, headers: headers)
        let head = try await head()
        guard head.hasPrefix("HTTP/1.1 101 ") else { throw TimedOut(what: head) }
        return head
    }

    /// The bytes of a frame.
    static func frame(
        _ opcode: UInt8,
        _ payload: [UInt8],
        isFinal: Bool = true,
        reserved: UInt8 = 0,
        isMasked: Bool = true,
        announcing length: UInt64? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved | opcode]
        let length = length ?? UInt64(payload.count)
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch length {
        case ..<126: bytes.append(mask | UInt8(length))
        case ..<65536: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: bytes += [mask | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> UInt64(56 - 8 * $0)) }
        }
        guard isMasked else { return bytes + payload }
        let key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
        return bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] }
    }

    /// Sends a text message.
    func say(_ text: String) async throws { try await send(Self.frame(1, Array(text.utf8))) }

    /// Reads the next frame, Pings of the server left out.
    func frame() async throws -> Frame {
        while true {
            let frame = try await anyFrame()
            if frame.opcode != 9 { return frame }
        }
    }

    /// Reads the next frame.
    func anyFrame() async throws -> Frame {
        try await read { bytes in
            guard bytes.count >= 2 else { return nil }
            var length = Int(bytes[1] & 0x7F)
            var start = 2
            if length >= 126 {
                let size = length == 126 ? 2 : 8
                guard bytes.count >= 2 + size else { return nil }
                length = bytes[2..<2 + size].reduce(0) { $0 << 8 | Int($1) }
                start += size
            }
            guard bytes.count >= start + length else { return nil }
            return (Frame(first: bytes[0], payload: Array(bytes[start..<start + length])), start + length)
        }
    }

    /// Reads the next message.
    func message() async throws -> String {
        let frame = try await frame()
        guard frame.first == 0x81 else { throw TimedOut(what: "a text, got \(frame.first)") }
        return frame.text
    }

    /// Reads up to the Close frame; gives its code.
    func closeCode() async throws -> Int? {
        while true {
            let frame = try await anyFrame()
            if frame.opcode == 8 { return frame.closeCode }
        }
    }

    // MARK: Reading

    /// Stops or starts taking bytes from the socket; one that has ended has nothing more to take.
    func setReading(_ isReading: Bool) async throws {
        do {
            try await channel.setOption(.autoRead, value: isReading).get()
        } catch ChannelError.ioOnClosedChannel {}
    }

    /// Closes with a reset.
    func reset() async throws {
        try await (channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        try? await channel.close().get()
    }

    /// Closes the socket without a word.
    func close() async throws { try? await channel.close().get() }

    private func read<Value: Sendable>(_ parse: (UnsafeRawBufferPointer) -> (Value, Int)?) async throws -> Value {
        while true {
            let promise = channel.eventLoop.makePromise(of: Void.self)
            let value: Value? = inbox.withLockedValue { inbox in
                if let (value, length) = inbox.buffer.withUnsafeReadableBytes({ parse($0) }) {
                    inbox.buffer.moveReaderIndex(forwardBy: length)
                    inbox.buffer.discardReadBytes()
                    return value
                }
                if inbox.isEnded { promise.fail(Ended()) } else { inbox.waiter = promise }
                return nil
            }
            if let value {
                promise.succeed()
                return value
            }
            let timer = channel.eventLoop.scheduleTask(in: .patience) { promise.fail(TimedOut(what: "bytes")) }
            defer { timer.cancel() }
            try await promise.futureResult.get()
        }
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let inbox: NIOLockedValueBox<Inbox>

        init(inbox: NIOLockedValueBox<Inbox>) {
            self.inbox = inbox
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            wake { $0.buffer.writeBuffer(&bytes) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            wake { $0.isEnded = true }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            wake { $0.isEnded = true }
            context.close(promise: nil)
        }

        private func wake(_ change: (inout Inbox) -> Void) {
            let waiter = inbox.withLockedValue { inbox in
                change(&inbox)
                let waiter = inbox.waiter
                inbox.waiter = nil
                return waiter
            }
            waiter?.succeed()
        }
    }
}
