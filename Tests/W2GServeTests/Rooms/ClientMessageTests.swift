import Foundation
import TestSupport
import Testing

@testable import W2GServe

/// Every message that the existing clients send, in the shapes they write.
@Suite("Messages of the clients that exist")
struct ClientMessageTests {
    /// One message of `Fixtures/client-messages.json`.
    struct Message: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        /// Who sends it.
        let from: Int
        /// Who alone gets it; nil for all others.
        let to: Int?
        /// What the server takes it for.
        let content: String
        let text: String

        var testDescription: String { name }
    }

    private static let contents: [String: Envelope.Content] = [
        "login": .login, "acknowledgement": .acknowledgement, "logout": .logout, "chat": .chat, "other": .other,
        "playing": .player(.playing), "progress": .player(.progress), "rate": .player(.rate), "video": .player(.video),
    ]

    static let messages =
        (try? JSONDecoder().decode([Message].self, from: Data(contentsOf: Fixtures.url("client-messages.json")))) ?? []

    @Test("are all here")
    func complete() {
        #expect(Self.messages.count == 27 && Set(Self.messages.map(\.name)).count == 27)
    }

    @Test("arrive as they were sent at those whom they are for, and nowhere else", arguments: messages)
    func relayed(message: Message) async throws {
        try await ServedFolder.run { served in
            let ids = [1_700_000_000_001, 1_700_000_000_002, 5]
            var members: [Int: RawClient] = [:]
            for (count, id) in ids.enumerated() {
                let member = try await RawClient.connect(port: served.port)
                try await member.upgrade("/ws/\(id)/")
                try await served.waitForMembers { $0 > count }
                members[id] = member
            }
            let sender = try #require(members[message.from])
            members[message.from] = nil
            if message.content == "chat" {
                let user = #""user":{"clientID":\#(message.from)}"#
                try await sender.say(#"{"data":{"action":"connect","status":"login",\#(user)}}"#)
                for member in members.values { #expect(try await member.message().contains("login")) }
            }
            try await sender.say(message.text)
            try await sender.say(#"{"marker":1}"#)
            for (id, member) in members {
                if message.to == nil || message.to == id {
                    let frame = try await member.frame()
                    #expect(frame.first == 0x81 && frame.payload == Array(message.text.utf8), "\(id): \(frame.text)")
                }
                #expect(try await member.message() == #"{"marker":1}"#)
            }
            try await members[5]?.say(#"{"marker":2}"#)
            #expect(try await sender.message() == #"{"marker":2}"#)
            // Who has not said goodbye has it said for it.
            try await sender.close()
            try await served.waitForMembers { $0 == 2 }
            try await members[5]?.say(#"{"marker":3}"#)
            let friend = try #require(members.first { $0.key != 5 }?.value)
            #expect(try await friend.message() == #"{"marker":2}"#)
            if message.content != "logout" {
                #expect(try await friend.message().contains(#""status":"logout","user":{"clientID":\#(message.from)}"#))
            }
            #expect(try await friend.message() == #"{"marker":3}"#)
        }
    }

    @Test("are understood as far as the server reads", arguments: messages)
    func understood(message: Message) throws {
        let envelope = try #require(EnvelopeScanner.scan(text: message.text))
        #expect(envelope.content == Self.contents[message.content])
        #expect((envelope.address == .others) == (message.to == nil))
    }
}
