import NIOCore
import Testing

@testable import W2GServe

/// One member never hurts another.
@Suite("Faults of a member")
struct FaultTests {
    private static let mebibyte = String(repeating: "A", count: 1 << 20)

    @Test("a member that stops reading is closed with 1013 after its time, the others miss nothing")
    func stoppedReader() async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 0
        configuration.maximumChatSize = 2 << 20
        configuration.maximumQueuedMessages = 4
        configuration.fullPatience = .milliseconds(200)
        configuration.closePatience = .milliseconds(200)
        try await ConnectionServer.run(rooms: configuration) { server in
            let stopped = try await RawClient.connect(port: server.port, receiveBuffer: 4096)
            let loop = stopped.channel.eventLoop
            try await stopped.upgrade("/ws/1/")
            let sender = try await server.join("/ws/2/")
            let other = try await server.join("/ws/3/")
            try await stopped.setReading(false)
            let text = #"{"data":{"action":"player","command":"other","content":"\#(Self.mebibyte)"}}"#
            var logouts = 0
            for _ in 0..<24 {
                try await sender.say(text)
                var heard = try await other.message()
                if heard.contains("logout") {
                    logouts += 1
                    heard = try await other.message()
                }
                #expect(heard.utf8.count == text.utf8.count)
            }
            if logouts == 0 { #expect(try await other.message().contains(#""logout","user":{"clientID":1}"#)) }
            #expect(server.metrics["w2g_room_drops_total{reason=full}"] > 0)
            try await server.log.wait(for: "closed with 1013", on: loop)
            #expect(server.rooms.memberCount == 2)
            try await sender.say(#"{"n":1}"#)
            #expect(try await other.message() == #"{"n":1}"#)
        }
    }

    @Test("introductions reach a member that reads slowly, and their senders are read more slowly instead")
    func introductions() async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 0
        configuration.maximumQueuedBytes = 1 << 20
        try await ConnectionServer.run(rooms: configuration) { server in
            let slow = try await RawClient.connect(port: server.port, receiveBuffer: 4096)
            try await slow.upgrade("/ws/1/")
            try await server.metrics.wait(for: "w2g_room_members", on: slow.channel.eventLoop) { $0 == 1 }
            try await slow.setReading(false)
            let friends = [
                try await server.join("/ws/2/"), try await server.join("/ws/3/"), try await server.join("/ws/4/"),
            ]
            let picture = String(repeating: Self.mebibyte, count: 3)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (index, friend) in friends.enumerated() {
                    let user = #"{"clientID":\#(index + 2),"avatar":"\#(picture)"}"#
                    let data = #"{"action":"connect","status":"ack","user":\#(user)}"#
                    let text = #"{"props":{"type":"websocket.unicast","receivedClientID":1},"data":\#(data)}"#
                    // They are not read to their end before the slow one has taken some.
                    tasks.addTask { for _ in 0..<8 { try await friend.say(text) } }
                }
                try await server.metrics.wait(for: "w2g_room_throttled_total", on: slow.channel.eventLoop) { $0 >= 3 }
                try await slow.setReading(true)
                for _ in 0..<24 { #expect(try await slow.message().utf8.count > picture.utf8.count) }
                try await tasks.waitForAll()
            }
            #expect(server.metrics["w2g_room_drops_total{reason=full}"] <= 0)
            for friend in friends {
                try await friend.say(#"{"n":1}"#)
                #expect(try await slow.message() == #"{"n":1}"#)
            }
        }
    }

    @Test("a reset in the middle of a message costs only its member")
    func resetInMessage() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            try await one.send(RawClient.frame(1, Array(#"{"half":"#.utf8), announcing: 1000))
            try await one.reset()
            #expect(try await two.message().contains("logout"))
            try await two.say(#"{"n":1}"#)
            #expect(try await three.message().contains("logout"))
            #expect(try await three.message() == #"{"n":1}"#)
        }
    }

    @Test("a message of 16 MiB arrives, one of 17 MiB closes its sender with 1009, whole or in fragments")
    func hugeMessages() async throws {
        try await ConnectionServer.run { server in
            let two = try await server.join("/ws/2/")
            let whole = try await server.join("/ws/1/")
            let start = #"{"avatar":""#
            let sixteen = start + String(repeating: "A", count: 16 * 1_048_576 - start.utf8.count - 2) + #""}"#
            try await whole.say(sixteen)
            #expect(try await two.frame().payload.count == 16 * 1_048_576)
            let seventeen = [UInt8](repeating: 0x41, count: 17 * 1_048_576)
            async let sent: Void = whole.send(RawClient.frame(1, seventeen))
            #expect(try await whole.closeCode() == 1009)
            try? await sent
            #expect(try await two.message().contains("logout"))
            let pieces = try await server.join("/ws/3/")
            let mebibyte = Array(Self.mebibyte.utf8)
            try await pieces.send(RawClient.frame(1, mebibyte, isFinal: false))
            for _ in 0..<17 { try? await pieces.send(RawClient.frame(0, mebibyte, isFinal: false)) }
            #expect(try await pieces.closeCode() == 1009)
            #expect(try await two.message().contains("logout"))
        }
    }

    @Test("a thousand joins and leaves at once leave no member, no room and a room that works")
    func burst() async throws {
        try await ConnectionServer.run { server in
            let watcher = try await server.join("/ws/1/")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for lane in 0..<16 {
                    group.addTask {
                        for round in 0..<64 {
                            let client = try await RawClient.connect(port: server.port)
                            let room = round % 2 == 0 ? "" : "room\(lane)/"
                            try await client.upgrade("/ws/\(room)\(100 + lane * 100 + round)/")
                            if round % 3 == 0 { try await client.reset() } else { try await client.close() }
                        }
                    }
                }
                try await group.waitForAll()
            }
            // All have come in, so that from here on they only go.
            try await server.metrics.wait(for: "w2g_room_members", on: watcher.channel.eventLoop) { $0 == 1 }
            #expect(server.rooms.roomCount == 1)
            #expect(server.rooms.memberCount == 1)
            let late = try await server.join("/ws/2/")
            try await late.say(#"{"marker":1}"#)
            var text = ""
            repeat { text = try await watcher.message() } while text.contains("logout")
            #expect(text == #"{"marker":1}"#)
        }
    }

    @Test("who sends too fast is read more slowly, and nothing is lost")
    func throttled() async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 200
        configuration.messageBurst = 10
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let begin = NIODeadline.now()
            let frames = (0..<60).map { RawClient.frame(1, Array(#"{"n":\#($0)}"#.utf8)) }
            try await one.send(Array(frames.joined()))
            for count in 0..<60 { #expect(try await two.message() == #"{"n":\#(count)}"#) }
            #expect(NIODeadline.now() - begin >= .milliseconds(240))
            #expect(server.metrics["w2g_room_throttled_total"] > 0)
            try await one.send(RawClient.frame(8, [0x03, 0xE8]))
            #expect(try await one.closeCode() == 1000)
        }
    }

    @Test(
        "binary messages, messages that are dropped, control frames and tiny fragments count as well",
        arguments: [
            RawClient.frame(2, [1, 2, 3]), RawClient.frame(1, Array("[]".utf8)), RawClient.frame(9, [7]),
            RawClient.frame(0xA, []), RawClient.frame(0, [], isFinal: false),
        ]
    )
    func throttledFrames(frame: [UInt8]) async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 200
        configuration.messageBurst = 10
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let begin = NIODeadline.now()
            let isFragment = frame[0] == 0
            // A message in many empty pieces: begun, and ended behind them.
            if isFragment { try await one.send(RawClient.frame(1, Array(#"{"n":"#.utf8), isFinal: false)) }
            try await one.send(Array([[UInt8]](repeating: frame, count: 60).joined()))
            try await one.send(
                isFragment ? RawClient.frame(0, Array("1}".utf8)) : RawClient.frame(1, Array(#"{"n":1}"#.utf8))
            )
            #expect(try await two.message() == #"{"n":1}"#)
            #expect(NIODeadline.now() - begin >= .milliseconds(240))
            #expect(server.metrics["w2g_room_throttled_total"] > 0)
            try await one.say(#"{"n":2}"#)
            #expect(try await two.message() == #"{"n":2}"#)
        }
    }

    @Test("pings and large fragments take nothing from what a member may say")
    func allowance() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            var bytes: [UInt8] = []
            for count in 0..<30 {
                bytes += RawClient.frame(9, [7]) + RawClient.frame(1, Array(#"{"n":\#(count)}"#.utf8))
            }
            bytes += RawClient.frame(1, Array(#"{"avatar":""#.utf8), isFinal: false)
            let piece = RawClient.frame(0, [UInt8](repeating: 0x41, count: 1024), isFinal: false)
            for _ in 0..<100 { bytes += piece }
            bytes += RawClient.frame(0, Array(#""}"#.utf8))
            try await one.send(bytes)
            for count in 0..<30 { #expect(try await two.message() == #"{"n":\#(count)}"#) }
            #expect(try await two.frame().payload.count == 13 + 100 * 1024)
            #expect(server.metrics["w2g_room_throttled_total"] == 0)
        }
    }

    @Test("a flood of pings without reading the answers does not fill the server")
    func pings() async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 0
        try await ConnectionServer.run(rooms: configuration) { server in
            let one = try await RawClient.connect(port: server.port, receiveBuffer: 4096)
            try await one.upgrade("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.setReading(false)
            let ping = RawClient.frame(9, [UInt8](repeating: 7, count: 125))
            let many = Array([[UInt8]](repeating: ping, count: 1000).joined())
            for _ in 0..<50 { try await one.send(many) }
            try await one.say(#"{"n":1}"#)
            #expect(try await two.message() == #"{"n":1}"#)
        }
    }

    @Test("rooms and members are let go when they are empty")
    func released() async throws {
        final class Probe: @unchecked Sendable {
            weak var server: RoomServer?
        }
        let probe = Probe()
        try await ConnectionServer.run { server in
            probe.server = server.rooms
            let one = try await server.join("/ws/room/1/")
            let two = try await server.join("/ws/room/2/")
            try await one.say(#"{"n":1}"#)
            _ = try await two.message()
            try await one.close()
            try await two.close()
            try await server.metrics.wait(for: "w2g_rooms", on: one.channel.eventLoop) { $0 == 0 }
        }
        // A room and its shards hold each other and the server while they have members.
        try await waitUntil("the end of the rooms") { probe.server == nil }
    }
}
