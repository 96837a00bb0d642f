import Testing

@testable import W2GServe

@Suite("The address of a place in a room")
struct RoomPathTests {
    @Test(
        "has three forms, the last slash optional",
        arguments: [
            ("/ws/1700000000001/", "", 1_700_000_000_001), ("/ws/7", "", 7), ("/ws/7?x=/", "", 7),
            ("/ws/film/7/", "film", 7), ("/ws/film/7", "film", 7), ("/ws/film/ws/7/", "film", 7),
            ("/ws/ws/7/", "ws", 7), ("/ws/ws/ws/7/", "ws", 7), ("/ws/12/7/", "12", 7),
            ("/ws/%E7%94%B5%E5%BD%B1/7/", "电影", 7), ("/ws/电影/7/", "电影", 7), ("/ws/a%20b%3F/7/", "a b?", 7),
            ("/ws/18446744073709551615/", "", UInt64.max),
        ] as [(String, String, UInt64)]
    )
    func places(target: String, room: String, id: UInt64) {
        #expect(RoomPath.read(target) == .place(RoomPath(room: room, id: id)))
    }

    @Test(
        "is nothing with an empty name, a hidden slash, NUL, bad encoding or an id that is no number of 64 bits",
        arguments: [
            "/ws", "/ws/", "/ws//", "/ws//7/", "/ws/film/", "/ws/film", "/ws/a%2Fb/7/", "/ws/a%2fb/7/", "/ws/a%00/7/",
            "/ws/a%/7/", "/ws/a%2/7/", "/ws/%zz/7/", "/ws/%FF/7/", "/ws/-7/", "/ws/+7/", "/ws/7x/", "/ws/7.0/",
            "/ws/18446744073709551616/", "/ws/film/x/7/", "/ws/film/ws/ws/7/", "/ws/7//", "/ws/٧/",
            "/ws/" + String(repeating: "a", count: 257) + "/7/",
        ]
    )
    func nothing(target: String) {
        #expect(RoomPath.read(target) == .nothing)
    }

    @Test("leads over a socket into the room that it names")
    func roomsOverSockets() async throws {
        let places = [
            ("/ws/7/", "/ws/8/"), ("/ws/7", "/ws/8"), ("/ws/film/7/", "/ws/film/8/"), ("/ws/film/7", "/ws/film/ws/8/"),
            ("/ws/ws/7/", "/ws/ws/ws/8/"), ("/ws/12/7/", "/ws/12/8/"), ("/ws/a%20b%3F/7/", "/ws/a%20b%3f/8/"),
            ("/ws/%E7%94%B5%E5%BD%B1/18446744073709551615/", "/ws/%e7%94%b5%e5%bd%b1/8/"),
        ]
        for (first, second) in places {
            try await ConnectionServer.run { server in
                let (one, two) = (try await server.join(first), try await server.join(second))
                try await one.say(#"{"data":"hello"}"#)
                #expect(try await two.message() == #"{"data":"hello"}"#, "\(first)")
                #expect(server.rooms.roomCount == 1)
            }
        }
    }

    @Test("is 404 over a socket when it names none")
    func nothingOverSockets() async throws {
        try await ConnectionServer.run { server in
            for path in [
                "/ws/", "/ws//7/", "/ws/film/", "/ws/a%2Fb/7/", "/ws/a%00/7/", "/ws/%FF/7/", "/ws/-7/", "/ws/7x/",
            ] {
                let client = try await RawClient.connect(port: server.port)
                try await client.request(path)
                #expect(try await client.head().hasPrefix("HTTP/1.1 404 "), "\(path)")
            }
            #expect(server.rooms.roomCount == 0)
        }
    }

    @Test("is not looked for elsewhere", arguments: ["/", "/wss/7/", "/videos/ws/7/", "ws/7/", "", "*", "/WS/7/"])
    func elsewhere(target: String) {
        #expect(RoomPath.read(target) == .elsewhere)
    }
}
