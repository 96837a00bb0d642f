import Foundation
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import W2GServe

/// Coming and going, as the members and the others of the room see it.
@Suite("Coming and going")
struct ComingAndGoingTests {
    private static func logout(_ id: Int) -> String {
        #"{"props":{"type":"websocket.broadcast"},"data":{"action":"connect","status":"logout","user":{"clientID":\#(id)}}}"#
    }

    @Test(
        "who has read the answer 101 is in the room: nothing that is said from then on is missed",
        arguments: [false, true]
    )
    func membershipBeforeAnswer(isSecure: Bool) async throws {
        var served: TLSConfiguration?
        var context: NIOSSLContext?
        if isSecure {
            served = try ServerCertificate(
                certificateFile: Fixtures.url("localhost.pem").path(percentEncoded: false),
                keyFile: Fixtures.url("localhost-key.pem").path(percentEncoded: false)
            ).tlsConfiguration()
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.certificateVerification = .none
            context = try NIOSSLContext(configuration: configuration)
        }
        try await ConnectionServer.run(tls: served) { [context] server in
            var clients: [RawClient] = []
            for id in 1...60 {
                let client = try await RawClient.connect(port: server.port, tls: context)
                try await client.upgrade("/ws/\(id)/")
                #expect(server.rooms.memberCount == id)
                clients.append(client)
            }
            for client in clients { try await client.close() }
        }
    }

    @Test("who vanishes without a logout has one made by the server", arguments: [true, false])
    func vanished(isReset: Bool) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            if isReset { try await one.reset() } else { try await one.close() }
            #expect(try await two.message() == Self.logout(1))
        }
    }

    @Test("who says its logout itself is not logged out twice")
    func ownLogout() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let own = #"{"data":{"action":"connect","status":"logout","user":{"clientID":1},"version":"1.1.0"}}"#
            try await one.say(own)
            try await one.close()
            try await server.metrics.wait(for: "w2g_room_members", on: two.channel.eventLoop) { $0 == 1 }
            let three = try await server.join("/ws/3/")
            try await three.say(#"{"marker":1}"#)
            #expect(try await two.message() == own)
            #expect(try await two.message() == #"{"marker":1}"#)
        }
    }

    @Test("who says a logout, logs in again and vanishes has one made by the server")
    func loginAgain() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            for status in ["logout", "login"] {
                try await one.say(#"{"data":{"action":"connect","status":"\#(status)","user":{"clientID":1}}}"#)
                #expect(try await two.message().contains(status))
            }
            try await one.close()
            #expect(try await two.message() == Self.logout(1))
        }
    }

    @Test("a second socket with an id that lives is closed with 1008, and the first notices nothing")
    func duplicate() async throws {
        try await ConnectionServer.run { server in
            let first = try await server.join("/ws/1/")
            let other = try await server.join("/ws/2/")
            let second = try await RawClient.connect(port: server.port)
            try await second.upgrade("/ws/1/")
            try await second.say(#"{"from":"second"}"#)
            let ping = try await first.anyFrame()
            #expect(ping.opcode == 9)
            try await first.send(RawClient.frame(10, ping.payload))
            let close = try await second.frame()
            #expect(close.closeCode == 1008)
            #expect(close.payload.count > 2)
            try await first.say(#"{"from":"first"}"#)
            #expect(try await other.message() == #"{"from":"first"}"#)
            #expect(server.rooms.memberCount == 2)
        }
    }

    @Test("an id whose socket is dead is taken over after about a second, and what was said meanwhile is not lost")
    func takeover() async throws {
        var configuration = RoomConfiguration.patient
        configuration.probePatience = .milliseconds(100)
        try await ConnectionServer.run(rooms: configuration) { server in
            let dead = try await server.join("/ws/1/")
            let other = try await server.join("/ws/2/")
            let again = try await RawClient.connect(port: server.port)
            try await again.upgrade("/ws/1/")
            try await again.say(#"{"data":{"action":"connect","status":"login","user":{"clientID":1}}}"#)
            #expect(try await other.message() == Self.logout(1))
            #expect(try await other.message().contains("login"))
            #expect(try await dead.closeCode() == 1008)
            try await other.say(#"{"n":1}"#)
            #expect(try await again.message() == #"{"n":1}"#)
            #expect(server.rooms.memberCount == 2)
            #expect(server.metrics["w2g_room_takeovers_total"] == 1)
        }
    }

    @Test("who takes an id over gets what was said to it and to the room while it waited, in that order")
    func missedMessages() async throws {
        try await ConnectionServer.run { server in
            let gone = try await server.join("/ws/1/")
            let other = try await server.join("/ws/2/")
            let again = try await RawClient.connect(port: server.port)
            try await again.upgrade("/ws/1/")
            // The Ping says that it waits by now.
            #expect(try await gone.anyFrame().opcode == 9)
            let texts = [
                #"{"n":1}"#, #"{"props":{"type":"websocket.unicast","receivedClientID":1},"data":{"n":2}}"#,
                #"{"n":3}"#,
            ]
            for text in texts {
                try await other.say(text)
                #expect(try await gone.message() == text)
            }
            try await gone.reset()
            #expect(try await other.message() == Self.logout(1))
            try await other.say(#"{"n":4}"#)
            for text in texts + [#"{"n":4}"#] { #expect(try await again.message() == text) }
        }
    }

    @Test("who waits for an id gets it at once when its holder goes")
    func inherited() async throws {
        try await ConnectionServer.run { server in
            let first = try await server.join("/ws/1/")
            let other = try await server.join("/ws/2/")
            let second = try await RawClient.connect(port: server.port)
            try await second.upgrade("/ws/1/")
            try await second.say(#"{"from":"second"}"#)
            #expect(try await first.anyFrame().opcode == 9)
            try await first.reset()
            #expect(try await other.message() == Self.logout(1))
            #expect(try await other.message() == #"{"from":"second"}"#)
        }
    }

    @Test("of three with one id the second is refused when the third comes")
    func displaced() async throws {
        try await ConnectionServer.run { server in
            let first = try await server.join("/ws/1/")
            let second = try await RawClient.connect(port: server.port)
            try await second.upgrade("/ws/1/")
            #expect(try await first.anyFrame().opcode == 9)
            let third = try await RawClient.connect(port: server.port)
            try await third.upgrade("/ws/1/")
            #expect(try await second.closeCode() == 1008)
            try await first.send(RawClient.frame(10, []))
            #expect(try await third.closeCode() == 1008)
            #expect(server.rooms.memberCount == 1)
        }
    }

    @Test("a full room and a server with too many rooms close the next with 1013")
    func limits() async throws {
        var configuration = RoomConfiguration.patient
        configuration.maximumMembersPerRoom = 2
        configuration.maximumRooms = 1
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            for path in ["/ws/3/", "/ws/other/4/"] {
                let late = try await RawClient.connect(port: server.port)
                try await late.upgrade(path)
                #expect(try await late.closeCode() == 1013)
            }
            try await one.say(#"{"n":1}"#)
            #expect(try await two.message() == #"{"n":1}"#)
        }
    }

    @Test("joining and leaving are logged with names that cannot make lines, messages never are")
    func logged() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/a%0Ab/1/", headers: ["X-Forwarded-For: 198.51.100.7"])
            let two = try await server.join("/ws/a%0Ab/2/")
            try await one.say(#"{"secret":"word"}"#)
            #expect(try await two.message() == #"{"secret":"word"}"#)
            try await one.close()
            #expect(try await two.message() == Self.logout(1))
            try await server.log.wait(for: "member left", on: two.channel.eventLoop)
            let lines = server.log.lines
            let first = "info member joined address=198.51.100.7 id=1 members=1 room=a\\u{a}b"
            #expect(lines.contains(first))
            #expect(lines.contains { $0.contains("member left") && $0.contains("id=1") })
            #expect(!lines.contains { $0.contains("word") || $0.contains("\n") })
        }
    }
}
