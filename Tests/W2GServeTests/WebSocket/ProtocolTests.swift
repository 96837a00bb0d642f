import NIOCore
import Testing

@testable import W2GServe

/// The cases that a test suite for WebSocket servers asks for, over real sockets.
@Suite("A member's connection")
struct ProtocolTests {
    @Test("fragments with control frames between them make one message for the others")
    func fragments() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.send(RawClient.frame(1, Array(#"{"te"#.utf8), isFinal: false))
            try await one.send(RawClient.frame(9, [1, 2, 3]))
            #expect(try await one.frame() == RawClient.Frame(first: 0x8A, payload: [1, 2, 3]))
            try await one.send(RawClient.frame(0, Array(#"xt":"#.utf8), isFinal: false))
            try await one.send(RawClient.frame(10, []))
            try await one.send(RawClient.frame(0, Array(#"1}"#.utf8)))
            #expect(try await two.frame() == RawClient.Frame(first: 0x81, payload: Array(#"{"text":1}"#.utf8)))
        }
    }

    @Test("a Ping is answered with its payload, up to 125 bytes", arguments: [0, 1, 125])
    func ping(length: Int) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let payload = (0..<length).map { UInt8($0) }
            try await one.send(RawClient.frame(9, payload))
            #expect(try await one.frame() == RawClient.Frame(first: 0x8A, payload: payload))
        }
    }

    @Test(
        "a Close is answered with its code, and then the connection ends",
        arguments: [1000, 1001, 1003, 1007, 1011, 3000, 4999]
    )
    func close(code: Int) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            try await one.send(RawClient.frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)]))
            #expect(try await one.closeCode() == code)
            try await one.ended()
            #expect(server.rooms.roomCount == 0)
        }
    }

    @Test("a Close without a code is answered without one")
    func closeWithoutCode() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            try await one.send(RawClient.frame(8, []))
            #expect(try await one.frame() == RawClient.Frame(first: 0x88, payload: []))
            try await one.ended()
        }
    }

    @Test(
        "a broken rule closes its sender with the code of RFC 6455, and the others hear a logout",
        arguments: [
            (RawClient.frame(1, [], reserved: 0x40), 1002), (RawClient.frame(3, []), 1002),
            (RawClient.frame(1, [0x7B], isMasked: false), 1002), (RawClient.frame(0, []), 1002),
            (RawClient.frame(9, [], isFinal: false), 1002),
            (RawClient.frame(9, [UInt8](repeating: 0, count: 126)), 1002),
            (RawClient.frame(8, [0x03]), 1002), (RawClient.frame(8, [0x03, 0xED]), 1002),
            (RawClient.frame(1, [0xE7, 0x94], isFinal: false) + RawClient.frame(0, [0x41]), 1007),
            (RawClient.frame(1, [0xFF]), 1007), (RawClient.frame(8, [0x03, 0xE8, 0xFF]), 1007),
            (RawClient.frame(1, [], announcing: 17 << 20), 1009), (RawClient.frame(2, [], announcing: 1 << 60), 1009),
        ] as [([UInt8], Int)]
    )
    func brokenRules(bytes: [UInt8], code: Int) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.send(bytes)
            #expect(try await one.closeCode() == code)
            try await one.ended()
            #expect(try await two.message().contains(#""status":"logout","user":{"clientID":1}"#))
            try await two.send(RawClient.frame(9, [7]))
            #expect(try await two.frame().payload == [7])
        }
    }

    @Test("members are pinged, and one that never answers is closed and its logout told")
    func dead() async throws {
        var configuration = RoomConfiguration.patient
        configuration.pingInterval = .milliseconds(50)
        configuration.pongPatience = .milliseconds(150)
        try await ConnectionServer.run(rooms: configuration) { server in
            let silent = try await RawClient.connect(port: server.port)
            let loop = silent.channel.eventLoop
            try await silent.upgrade("/ws/1/")
            #expect(try await silent.anyFrame().opcode == 9)
            try await server.metrics.wait(for: "w2g_room_members", on: loop) { $0 == 0 }
            try await silent.ended()
            #expect(server.log.lines.contains { $0.contains("no sign of life") })
        }
    }

    @Test("a member that answers pings stays")
    func alive() async throws {
        var configuration = RoomConfiguration.patient
        configuration.pingInterval = .milliseconds(20)
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await server.join("/ws/1/")
            for _ in 0..<20 {
                let ping = try await one.anyFrame()
                #expect(ping.opcode == 9)
                try await one.send(RawClient.frame(10, ping.payload))
            }
            #expect(server.rooms.memberCount == 1)
        }
    }

    @Test("everybody is closed with 1001 when the server stops")
    func shutdown() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/film/2/")
            async let stopped: Void = server.rooms.shutdown(within: .seconds(3_600))
            for client in [one, two] {
                #expect(try await client.closeCode() == 1001)
                try await client.send(RawClient.frame(8, [0x03, 0xE9]))
                try await client.ended()
            }
            await stopped
            #expect(server.rooms.memberCount == 0)
            let late = try await RawClient.connect(port: server.port)
            try await late.request("/ws/3/")
            #expect(try await late.head().hasPrefix("HTTP/1.1 503 "))
        }
    }

    @Test("who does not answer a Close is cut off after a time")
    func closeTimeout() async throws {
        var configuration = RoomConfiguration.patient
        configuration.closePatience = .milliseconds(50)
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await server.join("/ws/1/")
            async let stopped: Void = server.rooms.shutdown(within: .seconds(3_600))
            #expect(try await one.closeCode() == 1001)
            try await one.ended()
            await stopped
        }
    }
}
