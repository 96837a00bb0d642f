import Testing

@testable import W2GServe

/// The relay part of the contract with the clients, over real sockets.
@Suite("Messages between the members of a room")
struct RelayTests {
    private static let chat = #"{"props":{"type":"websocket.broadcast"},"data":{"text":"hi"}}"#

    @Test("a broadcast goes to all others of the room and never back to its sender")
    func broadcast() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            try await one.say(Self.chat)
            #expect(try await two.message() == Self.chat)
            #expect(try await three.message() == Self.chat)
            try await two.say(#"{"n":2}"#)
            #expect(try await one.message() == #"{"n":2}"#)
        }
    }

    @Test("a unicast goes to that member only, oneself included")
    func unicast() async throws {
        try await ConnectionServer.run { server in
            let one = try await server.join("/ws/1/")
            let two = try await server.join("/ws/2/")
            let three = try await server.join("/ws/3/")
            let toThree = #"{"props":{"type":"websocket.unicast","receivedClientID":3},"data":{}}"#
            let toOne = #"{"props":{"type":"websocket.unicast","receivedClientID":1},"data":{}}"#
            try await one.say(toThree)
            try await one.say(toOne)
            try await one.say(Self.chat)
            #expect(try await three.message() == toThree)
            #expect(try await three.message() == Self.chat)
            #expect(try await two.message() == Self.chat)
            #expect(try await one.message() == toOne)
        }
    }
}
