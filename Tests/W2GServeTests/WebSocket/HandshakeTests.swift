import NIOCore
import Testing

@testable import W2GServe

@Suite("The opening handshake")
struct HandshakeTests {
    private static let fields = [
        "Host": "127.0.0.1", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private static func request(_ changes: [String: String?] = [:], _ start: String = "GET /ws/1/ HTTP/1.1") -> String {
        var fields = Self.fields
        for (name, value) in changes { fields[name] = value }
        return start + "\r\n" + fields.map { "\($0.key): \($0.value)\r\n" }.joined() + "\r\n"
    }

    @Test("is answered with the key's hash of RFC 6455 and no extension or subprotocol")
    func accepted() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let more = ["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: chat"]
            let head = try await client.upgrade("/ws/1/", headers: more)
            let lines = head.split(separator: "\r\n").map { $0.lowercased() }
            #expect(lines.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="))
            #expect(lines.contains("upgrade: websocket"))
            #expect(lines.contains("connection: upgrade"))
            #expect(!head.lowercased().contains("sec-websocket-extensions"))
            #expect(!head.lowercased().contains("sec-websocket-protocol"))
        }
    }

    @Test(
        "is taken in any spelling that RFC 6455 allows",
        arguments: [
            ["Upgrade": "WebSocket"], ["Connection": "keep-alive, Upgrade"], ["Connection": "upgrade"],
            ["Upgrade": "h2c, websocket"],
        ]
    )
    func spellings(changes: [String: String]) async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(Self.request(changes))
            #expect(try await client.head().hasPrefix("HTTP/1.1 101 "))
        }
    }

    @Test(
        "that is wrong is refused in JSON",
        arguments: [
            (["Sec-WebSocket-Key": nil], "GET /ws/1/ HTTP/1.1", 400),
            (["Sec-WebSocket-Key": "short"], "GET /ws/1/ HTTP/1.1", 400),
            (["Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ!="], "GET /ws/1/ HTTP/1.1", 400),
            (["Connection": "keep-alive"], "GET /ws/1/ HTTP/1.1", 400),
            (["Host": nil], "GET /ws/1/ HTTP/1.1", 400),
            ([:], "POST /ws/1/ HTTP/1.1", 400),
            (["Sec-WebSocket-Version": "8"], "GET /ws/1/ HTTP/1.1", 426),
            (["Sec-WebSocket-Version": nil], "GET /ws/1/ HTTP/1.1", 426),
            ([:], "GET /ws/ HTTP/1.1", 404), ([:], "GET /ws/x/ HTTP/1.1", 404), ([:], "GET /ws/a%2Fb/1/ HTTP/1.1", 404),
            ([:], "GET /ws//1/ HTTP/1.1", 404),
        ] as [([String: String?], String, Int)]
    )
    func refused(changes: [String: String?], start: String, status: Int) async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(Self.request(changes, start))
            let (head, body) = try await client.response()
            #expect(head.hasPrefix("HTTP/1.1 \(status) "))
            #expect(body.hasPrefix(#"{"detail":""#))
            if status == 426 { #expect(head.contains("Sec-WebSocket-Version: 13")) }
            try await client.ended()
            #expect(server.rooms.memberCount == 0)
        }
    }

    @Test("is accepted on any request of a kept-alive connection, also pipelined with its first frame")
    func laterRequest() async throws {
        try await ConnectionServer.run { server in
            let other = try await server.join("/ws/2/")
            let client = try await RawClient.connect(port: server.port)
            for _ in 0..<3 {
                try await client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().body == "hello")
            }
            let frame = RawClient.frame(1, Array(#"{"n":1}"#.utf8))
            let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
            try await client.send(Array((hello + hello + Self.request()).utf8) + frame)
            #expect(try await client.response().body == "hello")
            #expect(try await client.response().body == "hello")
            #expect(try await client.head().hasPrefix("HTTP/1.1 101 "))
            #expect(try await other.message() == #"{"n":1}"#)
            try await other.say(#"{"n":2}"#)
            #expect(try await client.message() == #"{"n":2}"#)
            try await client.send(RawClient.frame(8, [0x03, 0xE8]))
            #expect(try await client.closeCode() == 1000)
            try await client.ended()
            #expect(try await other.message().contains("logout"))
        }
    }

    @Test("from a page of another origin is allowed with a line in the log, or refused when that is wanted")
    func origins() async throws {
        for (isStrict, origin, isAccepted) in [
            (true, nil, true), (true, "http://127.0.0.1:8080", true), (true, "https://watch.example", true),
            (true, "https://evil.example", false), (true, "null", false), (false, "https://evil.example", true),
        ] as [(Bool, String?, Bool)] {
            var configuration = RoomConfiguration.patient
            configuration.origins = ["https://watch.example"]
            configuration.refusesOtherOrigins = isStrict
            try await ConnectionServer.run(rooms: configuration) { server in
                let client = try await RawClient.connect(port: server.port)
                try await client.request("/ws/1/", headers: origin.map { ["Origin: \($0)"] } ?? [])
                #expect(try await client.head().hasPrefix(isAccepted ? "HTTP/1.1 101 " : "HTTP/1.1 403 "))
                let noted = server.log.lines.filter { $0.contains("another origin") }
                #expect(noted.count == (isAccepted && origin == "https://evil.example" ? 1 : 0))
            }
        }
    }
}
