import NIOCore
import NIOSSL
import Testing

@testable import W2GServe

@Suite("An HTTP/1.1 connection")
struct HTTPConnectionTests {
    private static let hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"

    @Test("answers many requests, also when they come at once")
    func keptAlive() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            for _ in 0..<3 {
                try await client.send(Self.hello)
                #expect(try await client.response().body == "hello")
            }
            try await client.send(String(repeating: Self.hello, count: 50))
            for _ in 0..<50 { #expect(try await client.response().body == "hello") }
        }
    }

    @Test("answers HEAD without a body and an unknown path with 404")
    func headAndNotFound() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().head.hasPrefix("HTTP/1.1 404 "))
            try await client.send(Self.hello)
            #expect(try await client.response().body == "hello")
        }
    }

    @Test(
        "closes when the client asks for it, and says so",
        arguments: [
            "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /hello HTTP/1.0\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
        ]
    )
    func closes(request: String) async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(request)
            let (head, body) = try await client.response()
            #expect(body == "hello")
            #expect(head.lowercased().contains("connection: close"))
            try await client.ended()
        }
    }

    @Test("keeps an HTTP/1.0 connection when the client asks for it")
    func keptAliveHTTP10() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            for _ in 0..<2 {
                try await client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.0 200") && head.lowercased().contains("connection: keep-alive"))
                #expect(body == "hello")
            }
        }
    }

    @Test("throws away a short body of a request that needs none, and answers this and the next request")
    func ignoredBody() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let fields = "Host: x\r\nContent-Length: 5\r\n\r\nabcde"
            try await client.send("GET /hello HTTP/1.1\r\n\(fields)" + Self.hello)
            for _ in 0..<2 {
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 200 ") && body == "hello")
            }
            let last = try await RawClient.connect(port: server.port)
            try await last.send("GET /hello HTTP/1.1\r\nConnection: close\r\n\(fields)")
            #expect(try await last.response().body == "hello")
            try await last.ended()
        }
    }

    @Test(
        "takes no request body, whole requests or not",
        arguments: [
            "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde",
            "GET /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000000\r\n\r\n",
            "GET /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n"
                + String(repeating: "a", count: 65_537) + "\r\n0\r\n\r\n",
            "PUT /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n",
        ]
    )
    func bodies(request: String) async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(Self.hello + request)
            #expect(try await client.response().body == "hello")
            let (head, body) = try await client.response()
            #expect(head.hasPrefix("HTTP/1.1 413 "))
            #expect(body == #"{"detail":"No request body is taken here"}"#)
            try await client.ended()
        }
    }

    @Test("throws away a short body of unknown length, as that of a declared one")
    func chunkedBody() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            let body = "GET /hello HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n"
            for _ in 0..<2 {
                try await client.send(body)
                #expect(try await client.response().body == "hello")
            }
        }
    }

    @Test(
        "refuses what is no HTTP",
        arguments: [
            ("hello\r\n\r\n", 400), ("GET /hello HTTP/1.1\r\nA b: c\r\n\r\n", 400), ("\u{16}\u{3}\u{1}\u{0}x", 400),
            ("GET /hello HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET /hello HTTP/3.1\r\n\r\n", 505), ("GET /hello HTTP/1.1\r\nAccept: */*\r\n\r\n", 400),
            ("GET /hello HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        ]
    )
    func malformed(request: String, status: Int) async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(request)
            #expect(try await client.response().head.hasPrefix("HTTP/1.1 \(status) "))
            try await client.ended()
        }
    }

    @Test("refuses a header that is too large or has too many fields")
    func headerLimits() async throws {
        try await ConnectionServer.run { server in
            for fields in ["A: " + String(repeating: "x", count: 40_000), String(repeating: "A: b\r\n", count: 200)] {
                let client = try await RawClient.connect(port: server.port)
                try await client.send("GET /hello HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n\r\n")
                #expect(try await client.response().head.hasPrefix("HTTP/1.1 431 "))
                try await client.ended()
            }
        }
    }

    @Test("closes when no further request comes in time")
    func idleTimeout() async throws {
        var limits = ConnectionConfiguration.patient
        // It counts from the response: however early it ends, the client has had that.
        limits.idleTimeout = .milliseconds(100)
        try await ConnectionServer.run(connections: limits) { server in
            let idle = try await RawClient.connect(port: server.port)
            try await idle.send(Self.hello)
            #expect(try await idle.response().body == "hello")
            try await idle.ended()
        }
    }

    @Test("serves others while a client takes nothing of its response")
    func stalledReader() async throws {
        try await ConnectionServer.run { server in
            let stalled = try await Self.stalledClient(of: server)
            let other = try await RawClient.connect(port: server.port)
            try await other.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await other.response().body.utf8.count == 8_000_000)
            try await stalled.close()
        }
    }

    @Test("closes on a client that takes nothing of its response")
    func writeTimeout() async throws {
        var limits = ConnectionConfiguration.patient
        limits.writeTimeout = .milliseconds(200)
        try await ConnectionServer.run(connections: limits) { server in
            let stalled = try await Self.stalledClient(of: server)
            // Without reading the client cannot see the end; its responses are cut off instead of coming whole.
            try await server.log.wait(for: "connection lost", on: stalled.channel.eventLoop)
            try await stalled.setReading(true)
            #expect(try await stalled.drained() < 3 * 8_000_000)
        }
    }

    /// A client that requests far more than sockets take at once, and reads nothing.
    private static func stalledClient(of server: ConnectionServer) async throws -> RawClient {
        let client = try await RawClient.connect(port: server.port, receiveBuffer: 4096)
        try await client.setReading(false)
        try await client.send(String(repeating: "GET /large HTTP/1.1\r\nHost: x\r\n\r\n", count: 3))
        return client
    }

    @Test("one address has so many connections and no more, until one is closed", .timeLimit(.minutes(10)))
    func connectionsPerAddress() async throws {
        var limits = ConnectionConfiguration.patient
        limits.maximumConnectionsPerAddress = 2
        limits.trustedProxies = TrustedProxies(includingLoopback: false)
        try await ConnectionServer.run(connections: limits) { server in
            let first = try await RawClient.connect(port: server.port)
            let second = try await RawClient.connect(port: server.port)
            for client in [first, second] {
                try await client.send(Self.hello)
                #expect(try await client.response().body == "hello")
            }
            try await RawClient.connect(port: server.port).ended()
            try await first.send("GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            try await first.ended()
            // The client may know of the end a little before the server has counted it.
            var body: String?
            while body == nil {
                let third = try await RawClient.connect(port: server.port)
                do {
                    try await third.send(Self.hello)
                    body = try await third.response().body
                } catch is RawClient.Ended {} catch is IOError {} catch is ChannelError {}
            }
            #expect(body == "hello")
        }
    }

    @Test("of a client that closes its half is answered to the end")
    func halfClosed() async throws {
        try await ConnectionServer.run { server in
            let client = try await RawClient.connect(port: server.port)
            try await client.send(Self.hello)
            try await client.channel.close(mode: .output).get()
            #expect(try await client.response().body == "hello")
            try await client.ended()
        }
    }
}
