import Foundation
import NIOCore
import Testing

@testable import W2GServe

@Suite("A server that is asked to stop")
struct StoppingTests {
    /// Makes a file that costs no disk and is too large for the buffers of any socket.
    private static func makeHuge(_ name: String, in served: ServedFolder) throws {
        try served.put(name, "")
        let file = try FileHandle(forWritingTo: served.videos.appending(path: name))
        try file.truncate(atOffset: 64 << 20)
        try file.close()
    }

    /// Asks for a file and stops to read behind the head.
    private static func begin(
        _ path: String,
        _ served: ServedFolder,
        asking: String = "HTTP/1.1"
    ) async throws -> RawClient {
        let client = try await RawClient.connect(port: served.port, receiveBuffer: 16_384)
        try await client.send("GET \(path) \(asking)\r\nHost: x\r\n\r\n")
        #expect(status(try await client.head()) == 200)
        try await client.setReading(false)
        return client
    }

    @Test("lets nobody in, finishes what has begun, and closes idle connections and members")
    func finishes() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.streamingSize = 1_000_000
            configuration.stopPatience = .seconds(3_600)
        } _: { served in
            try Self.makeHuge("film/huge.ts", in: served)
            let idle = try await RawClient.connect(port: served.port)
            try await idle.send("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(status(try await idle.response().head) == 200)
            let member = try await RawClient.connect(port: served.port)
            try await member.upgrade("/ws/7/")
            let client = try await Self.begin("/videos/film/huge.ts", served)
            await served.stop()
            try await idle.ended()
            #expect(try await member.closeCode() == 1001)
            try await member.close()
            if let late = try? await RawClient.connect(port: served.port) {
                // Let in by the system, before the door was closed: nobody answers.
                try? await late.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await late.drained() == 0)
            }
            try await client.setReading(true)
            #expect(try await client.drained() == 64 << 20)
        }
    }

    @Test(
        "a client that is slow gets all of its last answer before the connection is closed",
        arguments: ["HTTP/1.1\r\nConnection: close", "HTTP/1.0"]
    )
    func lastAnswer(asking: String) async throws {
        try await ServedFolder.run { served in
            // From memory, in one piece: far more than sockets take at once.
            try served.put("film/large.ts", String(repeating: "x", count: 12 << 20))
            let client = try await Self.begin("/videos/film/large.ts", served, asking: asking)
            _ = try await served.ask("/healthz")
            try await client.setReading(true)
            #expect(try await client.drained() == 12 << 20)
        }
    }

    @Test("a client that is slow gets all of an answer that was given before the server was asked to stop")
    func answeredBeforeStop() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.stopPatience = .seconds(3_600)
        } _: { served in
            try served.put("film/large.ts", String(repeating: "x", count: 12 << 20))
            let client = try await Self.begin("/videos/film/large.ts", served)
            let idle = try await RawClient.connect(port: served.port)
            try await idle.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try await idle.response()
            await served.stop()
            try await idle.ended()
            try await client.setReading(true)
            #expect(try await client.drained() == 12 << 20)
        }
    }

    @Test("does not wait longer than its patience for somebody who takes nothing", .timeLimit(.minutes(10)))
    func cutsOff() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.streamingSize = 1_000_000
            configuration.stopPatience = .milliseconds(300)
        } _: { served in
            try Self.makeHuge("film/huge.ts", in: served)
            _ = try await Self.begin("/videos/film/huge.ts", served)
        }
        // Without the patience it would be the write timeout of an hour.
    }

    @Test("says that it is not ready")
    func readiness() async throws {
        try await ServedFolder.run { served in
            served.server.routes.stop()
            let answer = try await served.ask("/readyz")
            #expect(status(answer.head) == 503 && answer.body == #"{"status":"not ready"}"#)
            #expect(status(try await served.ask("/healthz").head) == 200)
        }
    }

    @Test("a file that is changed while it is sent is cut off, so that nobody takes it for whole")
    func changedFile() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.streamingSize = 1_000_000
        } _: { served in
            try Self.makeHuge("film/huge.ts", in: served)
            let client = try await Self.begin("/videos/film/huge.ts", served)
            let file = try FileHandle(forWritingTo: served.videos.appending(path: "film/huge.ts"))
            try file.seekToEnd()
            try file.write(contentsOf: Data("more".utf8))
            try file.close()
            try await client.setReading(true)
            #expect(try await client.drained() < 64 << 20)
            #expect(status(try await served.ask("/videos/film/huge.ts", method: "HEAD").head) == 200)
        }
    }
}
