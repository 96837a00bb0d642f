#if canImport(Glibc)
import Foundation
import TestSupport
import Testing

@Suite("The memory of a server")
struct MemoryTests {
    private static let largest = 16 << 20
    private static let half = [UInt8](repeating: 0x41, count: 8 << 20)
    /// How much more than before a storm the server may hold behind it.
    private static let slack = 12 << 20

    /// Two members of a room of their own, who must notice nothing.
    private struct Bystanders {
        let talker: SocketClient
        let listener: SocketClient
        var count = 0

        mutating func talk(_ times: Int = 3) throws {
            for _ in 0..<times {
                count += 1
                try talker.say(#"{"n":\#(count)}"#)
                let heard = try listener.frame()
                #expect(heard.opcode == 1 && heard.payload == Array(#"{"n":\#(count)}"#.utf8))
            }
        }
    }

    /// A message that is sent in pieces: each is a sign of life, without which a member would be closed in the end.
    private struct LongMessage {
        let client: SocketClient
        private var rest: Int

        init(_ client: SocketClient, _ head: [UInt8], _ half: [UInt8]) throws {
            self.client = client
            rest = largest - head.count - half.count
            try client.send(SocketClient.frame(1, head + half, announcing: largest))
        }

        mutating func sendByte() throws {
            try client.send([0x41])
            rest -= 1
        }

        func end() throws {
            try client.send([UInt8](repeating: 0x41, count: rest - 2) + Array(#""}"#.utf8))
        }
    }

    @Test("comes back after a storm of large messages, resets and joins, and other rooms hear all of theirs meanwhile")
    func storm() throws {
        let folder = try TestFolder()
        let server = try ServerRun(["launch", ".", "--log-filepath", "log.txt"], in: folder.url)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        func client(_ path: String, receiveBuffer: CInt? = nil) throws -> SocketClient {
            let client = try #require(SocketClient(port: port, receiveBuffer: receiveBuffer))
            try client.join(path)
            return client
        }
        var quiet = try Bystanders(talker: client("/ws/quiet/1/"), listener: client("/ws/quiet/2/"))
        for id in 100..<120 { _ = try client("/ws/storm/\(id)/") }
        try quiet.talk(10)
        let before = try server.anonymousMemory()

        // Ten messages for somebody who does not read, each half-way.
        var deaf: SocketClient? = try client("/ws/storm/1/", receiveBuffer: 4_096)
        let head = Array(#"{"props":{"type":"websocket.unicast","receivedClientID":1},"data":""#.utf8)
        var senders: [LongMessage] = []
        for id in 10..<20 {
            senders.append(try LongMessage(client("/ws/storm/\(id)/"), head, Self.half))
            try quiet.talk()
            for index in senders.indices { try senders[index].sendByte() }
        }
        func memory(_ isReached: (Int) -> Bool) throws -> Int {
            let patience = ContinuousClock.now + .seconds(600)
            var bytes = try server.anonymousMemory()
            while !isReached(bytes), ContinuousClock.now < patience {
                try quiet.talk(1)
                for index in senders.indices { try senders[index].sendByte() }
                bytes = try server.anonymousMemory()
            }
            return bytes
        }
        let during = try memory { $0 > before + 64 << 20 }
        #expect(during > before + 64 << 20, "before \(before), during \(during) bytes")
        // Some of them end: whole, with a reset, without a word.
        for sender in senders[..<4] {
            try sender.end()
            try quiet.talk()
        }
        for sender in senders[4..<7] { sender.client.resetsAtEnd() }
        senders.removeLast(6)
        try quiet.talk()
        // One announces more than is allowed.
        let greedy = try client("/ws/storm/50/")
        try greedy.send(SocketClient.frame(1, Self.half, announcing: 17 << 20).prefix(1_000))
        #expect(try greedy.closeCode() == 1009)
        // Many come and go.
        for id in 1_000..<1_200 {
            let guest = try client("/ws/room\(id % 7)/\(id)/")
            if id % 3 == 0 { guest.resetsAtEnd() }
            if id % 20 == 0 { try quiet.talk() }
        }
        senders = []
        deaf?.resetsAtEnd()
        deaf = nil

        let after = try memory { $0 <= before + Self.slack }
        #expect(after <= before + Self.slack, "before \(before), during \(during), after \(after) bytes")
        #expect(server.stop().status == 0)
    }
}
#endif
