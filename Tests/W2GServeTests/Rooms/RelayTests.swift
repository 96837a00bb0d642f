import Testing

@testable import W2GServe

/// The relay part of the contract with the clients, over real sockets.
@Suite("Messages between the members of a room")
struct RelayTests {
    private static let marker = #"{"marker":1}"#

    private static func broadcast(_ data: String) -> String {
        #"{"props":{"type":"websocket.broadcast"},"data":\#(data)}"#
    }

    private static func unicast(to id: String, _ data: String = "{}") -> String {
        #"{"props":{"type":"websocket.unicast","receivedClientID":\#(id)},"data":\#(data)}"#
    }

    @Test("a broadcast goes to all others of the room and never back to its sender")
    func broadcastReachesOthers() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            let hello = Self.broadcast(#"{"text":"hi"}"#)
            try await one.say(hello)
            #expect(try await two.message() == hello)
            #expect(try await three.message() == hello)
            try await two.say(Self.marker)
            #expect(try await one.message() == Self.marker)
        }
    }

    @Test("a unicast goes to that member only, oneself included")
    func unicastReachesOne() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            try await one.say(Self.unicast(to: "3"))
            try await one.say(Self.unicast(to: "1"))
            try await one.say(Self.marker)
            #expect(try await three.message() == Self.unicast(to: "3"))
            #expect(try await three.message() == Self.marker)
            #expect(try await two.message() == Self.marker)
            #expect(try await one.message() == Self.unicast(to: "1"))
        }
    }

    @Test(
        "everything that is no unicast to an id over 0 goes to all others",
        arguments: [
            unicast(to: "0", #"{"action":"connect","status":"ack","user":{"clientID":1},"version":"1.1.0"}"#),
            unicast(to: "-2"), unicast(to: "\"2\""), unicast(to: "null"),
            #"{"props":{"type":"websocket.shout","receivedClientID":2},"data":{}}"#,
            #"{"props":{"type":"websocket.unicast"},"data":{}}"#,
            #"{"data":{"text":"hi"}}"#, "{}", #"{"props":null}"#, #"{"props":[1]}"#, #"{"props":"x","data":7}"#,
            #"{"data":"an encrypted text","props":{"type":"websocket.broadcast"}}"#,
            #"{"type":"chat","data":{"content":"hi","user":{"name":"Steve"}}}"#,
        ]
    )
    func othersGetTheRest(text: String) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            try await one.say(text)
            #expect(try await two.message() == text)
            #expect(try await three.message() == text)
            try await two.say(Self.marker)
            #expect(try await one.message() == Self.marker)
        }
    }

    @Test("a unicast to somebody who is not there is dropped and its sender stays")
    func absentReceiver() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            for id in ["77", "1e30", "2.5", "18446744073709551616"] { try await one.say(Self.unicast(to: id)) }
            try await one.say(Self.marker)
            #expect(try await two.message() == Self.marker)
            #expect(server.metrics["w2g_room_drops_total{reason=absent}"] == 4)
        }
    }

    @Test(
        "text that is not a JSON object is dropped and its sender stays",
        arguments: ["[]", "null", "5", "\"text\"", "", "hello", "{", "{}}", #"{"a":1,}"#, "{'a':1}", "\u{FEFF}{}"]
    )
    func notAnObject(text: String) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.say(text)
            try await one.say(Self.marker)
            #expect(try await two.message() == Self.marker)
            #expect(server.metrics["w2g_room_drops_total{reason=invalid}"] == 1)
        }
    }

    @Test("a binary message is dropped and its sender stays")
    func binary() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.send(RawClient.frame(2, Array("{}".utf8)))
            try await one.say(Self.marker)
            #expect(try await two.message() == Self.marker)
            #expect(server.metrics["w2g_room_drops_total{reason=binary}"] == 1)
        }
    }

    @Test("100,000 opening brackets are dropped and the sender stays", arguments: ["[", #"{"a":"#, #"{"data":["#])
    func deepNesting(opening: String) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            try await one.say(String(repeating: opening, count: 100_000))
            try await one.say(Self.marker)
            #expect(try await two.message() == Self.marker)
        }
    }

    @Test("the text is forwarded byte for byte")
    func forwardedAsItCame() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let text =
                "{ \"data\" :\n {\"x\":\"你好 \\/ \\u00e9 🎬\",\"f\":1.50,\"f\":1e2} ,\t\"props\": {\"type\":\"?\"}}\r\n"
            try await one.say(text)
            #expect(try await two.message() == text)
        }
    }

    @Test("frames of every length form arrive whole", arguments: [125, 126, 127, 65_535, 65_536, 1_000_000])
    func lengths(length: Int) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let text = #"{"avatar":""# + String(repeating: "a", count: length - 13) + "\"}"
            #expect(text.utf8.count == length)
            try await one.say(text)
            #expect(try await two.message() == text)
        }
    }

    @Test("rooms do not hear each other, and one id may be in two")
    func separateRooms() async throws {
        try await ConnectionServer.run { server in
            let home = try await server.join("/ws/1/")
            let homeTwo = try await server.join("/ws/2/")
            let room = try await server.join("/ws/film/1/")
            let roomTwo = try await server.join("/ws/film/ws/2")
            try await home.say(#"{"in":"home"}"#)
            try await room.say(#"{"in":"film"}"#)
            #expect(try await homeTwo.message() == #"{"in":"home"}"#)
            #expect(try await roomTwo.message() == #"{"in":"film"}"#)
            #expect(server.rooms.roomCount == 2)
        }
    }

    @Test("all members get the messages of two senders in the same order")
    func oneOrder() async throws {
        var configuration = RoomConfiguration.patient
        configuration.messagesPerSecond = 0
        try await ConnectionServer.run(rooms: configuration) { server in
            let senders = [try await server.join("/ws/1/"), try await server.join("/ws/2/")]
            var listeners: [RawClient] = []
            for id in 3...8 { listeners.append(try await server.join("/ws/\(id)/")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, sender) in senders.enumerated() {
                    group.addTask { for count in 0..<200 { try await sender.say(#"{"s":\#(number),"n":\#(count)}"#) } }
                }
                try await group.waitForAll()
            }
            var orders: [[String]] = []
            for listener in listeners {
                var order: [String] = []
                while order.count < 400 { order.append(try await listener.message()) }
                orders.append(order)
            }
            #expect(Set(orders).count == 1)
        }
    }

    @Test("a chat or player message over 64 KiB is dropped, an avatar of 1 MiB is not")
    func chatSize() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let long = String(repeating: "x", count: 70_000)
            try await one.say(Self.broadcast(#"{"action":"chat","message":"\#(long)"}"#))
            try await one.say(Self.broadcast(#"{"action":"player","command":{"newVideo":"\#(long)"}}"#))
            let avatar = String(repeating: "A", count: 1 << 20)
            let login = Self.broadcast(
                #"{"action":"connect","status":"login","user":{"clientID":1,"avatar":"\#(avatar)"}}"#
            )
            try await one.say(login)
            #expect(try await two.message() == login)
            #expect(server.metrics["w2g_room_drops_total{reason=size}"] == 2)
        }
    }

    @Test(
        "a message that speaks as another is dropped and counted",
        arguments: [
            #"{"clientID":2}"#, #"{"clientID":"1"}"#, #"{"clientID":1.0}"#, #"{"clientID":1,"clientID":2}"#,
            #"{"\u0063lientID":2}"#, #"{"clientID":null}"#, #"{"name":"x","clientID":1e0}"#,
        ]
    )
    func impersonation(user: String) async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let three = try await server.join("/ws/3/")
            try await one.say(Self.broadcast(#"{"action":"chat","message":"hi","user":\#(user)}"#))
            try await one.say(Self.broadcast(#"{"action":"chat","message":"own","user":{"clientID":1}}"#))
            #expect(try await three.message().contains("own"))
            #expect(server.metrics["w2g_room_drops_total{reason=impersonation}"] == 1)
        }
    }
}
