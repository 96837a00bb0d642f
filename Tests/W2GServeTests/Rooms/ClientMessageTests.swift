import Testing

@testable import W2GServe

/// Every message that the existing clients send, in the shapes they write.
@Suite("Messages of the clients that exist")
struct ClientMessageTests {
    private static let me = 1_700_000_000_002
    private static let friend = 1_700_000_000_001

    /// What is sent, and whether all others get it or only the friend.
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let isForAll: Bool
        let content: Envelope.Content
    }

    private static func message(_ name: String, _ data: String, _ content: Envelope.Content) -> Case {
        Case(
            testDescription: name,
            text: #"{"props":{"type":"websocket.broadcast"},"data":\#(data)}"#,
            isForAll: true,
            content: content
        )
    }

    private static func reply(_ name: String, to id: Int, _ data: String) -> Case {
        Case(
            testDescription: name,
            text: #"{"props":{"type":"websocket.unicast","receivedClientID":\#(id)},"data":\#(data)}"#,
            isForAll: id == 0,
            content: .other
        )
    }

    private static func player(_ name: String, _ command: String, _ state: Envelope.PlayerState) -> Case {
        let data = #"{"action":"player","command":\#(command),"user":{"clientID":\#(me)}}"#
        return message(name, data, .player(state))
    }

    static let cases: [Case] = [
        message(
            "a login of the web client",
            #"{"action":"connect","status":"login","user":{"avatar":"data:image/png;base64,iVBORw0KGgo=","clientID":\#(me),"name":"Steve"}}"#,
            .login
        ),
        reply(
            "an answer of the web client",
            to: friend,
            #"{"action":"connect","status":"ack","user":{"avatar":"","clientID":\#(me),"name":"Steve"}}"#
        ),
        message(
            "a logout of the web client",
            #"{"action":"connect","status":"logout","user":{"clientID":\#(me)}}"#,
            .logout
        ),
        message("a chat", #"{"action":"chat","message":"Hello, World!","user":{"clientID":\#(me)}}"#, .chat),
        player("play", #""play""#, .playing), player("pause", #""pause""#, .playing),
        player("a new position", #"{"newProgress":117.2024}"#, .progress),
        player("a new speed", #"{"playbackRate":1.5}"#, .rate),
        player("a new video", #"{"newVideo":"我们亲爱的Steve"}"#, .video),
        Case(
            testDescription: "a login of the app, with lines, spaces and escaped slashes",
            text: """
                {
                  "data" : {
                    "user" : {
                      "clientID" : \(me),
                      "avatar" : "data:image\\/png;base64,iVBORw0KGgo="
                    },
                    "status" : "login",
                    "version" : "1.1.0",
                    "action" : "connect"
                  },
                  "props" : {
                    "type" : "websocket.broadcast"
                  }
                }
                """,
            isForAll: true,
            content: .login
        ),
        reply(
            "a request of the app, which names no user",
            to: friend,
            #"{"action":"connect","status":"request","version":"1.1.0"}"#
        ),
        reply(
            "the answer to a request, whose receiver is 0",
            to: 0,
            #"{"action":"connect","status":"ack","user":{"avatar":"","clientID":\#(me),"name":"Ann"},"version":"1.1.0"}"#
        ),
        message(
            "a logout of the app",
            #"{"action":"connect","status":"logout","user":{"clientID":\#(me)},"version":"1.1.0"}"#,
            .logout
        ),
        Case(
            testDescription: "a chat of the first web client",
            text: #"{"data":{"content":"hi","user":{"name":"Steve"}},"type":"chat"}"#,
            isForAll: true,
            content: .other
        ),
        Case(
            testDescription: "an answer of the second web client, whose envelope is another",
            text:
                #"{"data":{"msg":"ack","user":{"avatar":"","clientID":\#(me),"name":"Steve"}},"meta":{"to":1700000000001,"type":"shake_hand"}}"#,
            isForAll: true,
            content: .other
        ),
    ]

    @Test("is relayed as it is to those whom it is for", arguments: cases)
    func relayed(example: Case) async throws {
        try await ConnectionServer.run { server in
            let friend = try await server.join("/ws/\(Self.friend)/")
            let me = try await server.join("/ws/\(Self.me)/")
            let other = try await server.join("/ws/5/")
            try await me.say(example.text)
            try await me.say(#"{"marker":1}"#)
            #expect(try await friend.message() == example.text)
            #expect(try await other.message() == (example.isForAll ? example.text : #"{"marker":1}"#))
        }
    }

    @Test("is understood as far as the server reads", arguments: cases)
    func understood(example: Case) throws {
        let envelope = try #require(EnvelopeScanner.scan(text: example.text))
        #expect(envelope.content == example.content)
        #expect((envelope.address == .others) == example.isForAll)
    }
}
