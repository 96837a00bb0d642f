import Crypto
import NIOHTTP1

/// Judges a client's opening handshake and answers it (RFC 6455 4.2).
struct WebSocketHandshake {
    private static let identifier = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    /// The value of `Sec-WebSocket-Accept`.
    let accept: String

    /// Whether a request asks to become a WebSocket, rightly or wrongly.
    static func isAsked(by head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "Upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// Judges a request.
    ///
    /// - Throws: What to answer instead of 101.
    init(_ head: HTTPRequestHead) throws(ConnectionAnswer) {
        guard head.method == .GET else {
            throw ConnectionAnswer(status: .badRequest, detail: "A WebSocket begins with GET")
        }
        guard head.version.major == 1, head.version.minor >= 1 else {
            throw ConnectionAnswer(status: .badRequest, detail: "A WebSocket begins with HTTP/1.1")
        }
        guard head.headers[canonicalForm: "Connection"].contains(where: { $0.lowercased() == "upgrade" }) else {
            throw ConnectionAnswer(status: .badRequest, detail: "The field Connection does not say Upgrade")
        }
        guard head.headers["Host"].count == 1 else {
            throw ConnectionAnswer(status: .badRequest, detail: "There must be one field Host")
        }
        guard head.headers[canonicalForm: "Sec-WebSocket-Version"].map(String.init) == ["13"] else {
            throw ConnectionAnswer(
                status: .upgradeRequired,
                detail: "Only version 13 of WebSocket is spoken here",
                headers: ["Sec-WebSocket-Version": "13", "Upgrade": "websocket"]
            )
        }
        let keys = head.headers["Sec-WebSocket-Key"]
        guard keys.count == 1, let key = keys.first, Self.isKey(key) else {
            throw ConnectionAnswer(status: .badRequest, detail: "Sec-WebSocket-Key must be 16 bytes in Base64")
        }
        var hash = Insecure.SHA1()
        hash.update(data: Array((key + Self.identifier).utf8))
        accept = Base64.encode(Array(hash.finalize()))
    }

    /// The fields of the answer 101.
    var headers: HTTPHeaders {
        ["Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept]
    }

    /// Whether this is the Base64 of 16 bytes: 22 characters and two `=`.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        return bytes.count == 24 && bytes.suffix(2) == [0x3D, 0x3D] && bytes.dropLast(2).allSatisfy(Base64.isDigit)
    }
}
