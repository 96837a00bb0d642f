#if canImport(Glibc)
import Foundation
import Glibc

/// A client on a blocking socket, for servers that are processes of their own.
final class SocketClient {
    /// The other side ended, or said something that was not expected, or nothing for ten minutes.
    struct Failed: Error {
        let what: String
    }

    private let descriptor: CInt
    private var inbox: [UInt8] = []

    /// Opens a connection; nil when that fails.
    init?(host: String = "127.0.0.1", port: UInt16, receiveBuffer: CInt? = nil) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        setPatience(600)
        if var receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return nil }
    }

    deinit {
        close(descriptor)
    }

    /// Limits how long it waits for the other side, in seconds.
    private func setPatience(_ seconds: Int) {
        var patience = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    }

    /// Has the connection reset when it is let go.
    func resetsAtEnd() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    /// Sends bytes as they are.
    func send(_ bytes: some Sequence<UInt8>) throws {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                Glibc.send(
                    descriptor,
                    all.baseAddress.map { $0 + sent },
                    min(all.count - sent, 1 << 20),
                    CInt(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { throw Failed(what: "sent \(sent) of \(bytes.count) bytes") }
            sent += count
        }
    }

    /// Asks for something, and gives the head of the answer with what came along.
    ///
    /// - Parameter patience: How long to wait, in seconds.
    func ask(_ path: String, _ fields: [String] = [], patience: Int = 600) throws -> String {
        setPatience(patience)
        try send((["GET \(path) HTTP/1.1", "Host: x"] + fields + ["", ""]).joined(separator: "\r\n").utf8)
        while true {
            let text = String(decoding: inbox, as: UTF8.self)
            if text.contains("\r\n\r\n") {
                inbox = []
                return text
            }
            try receive()
        }
    }

    /// Becomes a member of a room.
    func join(_ path: String) throws {
        let head = try ask(
            path,
            [
                "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ]
        )
        guard head.hasPrefix("HTTP/1.1 101 "), let end = head.range(of: "\r\n\r\n") else { throw Failed(what: head) }
        inbox = Array(head[end.upperBound...].utf8)
    }

    /// The bytes of a frame whose mask is zero, or of the beginning of one that announces more.
    static func frame(_ opcode: UInt8, _ payload: [UInt8], announcing length: Int? = nil) -> [UInt8] {
        let length = length ?? payload.count
        var bytes = [0x80 | opcode]
        switch length {
        case ..<126: bytes.append(0x80 | UInt8(length))
        case ..<65_536: bytes += [0x80 | 126, UInt8(length >> 8), UInt8(length & 0xFF)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
        }
        return bytes + [0, 0, 0, 0] + payload
    }

    /// Sends a text message.
    func say(_ text: String) throws { try send(Self.frame(1, Array(text.utf8))) }

    /// Reads the next frame that is no Ping; Pings are answered.
    func frame() throws -> (opcode: UInt8, payload: [UInt8]) {
        while true {
            guard let frame = nextFrame() else {
                try receive()
                continue
            }
            guard frame.opcode == 9 else { return frame }
            try send(Self.frame(0xA, frame.payload))
        }
    }

    /// Reads up to the Close frame, and gives its code.
    func closeCode() throws -> Int {
        while true {
            let frame = try frame()
            if frame.opcode == 8 { return frame.payload.prefix(2).reduce(0) { $0 << 8 | Int($1) } }
        }
    }

    private func nextFrame() -> (opcode: UInt8, payload: [UInt8])? {
        guard inbox.count >= 2 else { return nil }
        var (length, start) = (Int(inbox[1] & 0x7F), 2)
        if length >= 126 {
            start += length == 126 ? 2 : 8
            guard inbox.count >= start else { return nil }
            length = inbox[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        guard inbox.count >= start + length else { return nil }
        let frame = (opcode: inbox[0] & 0x0F, payload: Array(inbox[start..<start + length]))
        inbox.removeFirst(start + length)
        return frame
    }

    private func receive() throws {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { throw Failed(what: "nothing came (\(count))") }
        inbox += bytes.prefix(count)
    }
}
#endif
