import HLSKit
import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Fetching from servers that misbehave")
struct FetchingTests {
    private let bytes = sampleBytes(300_000)

    @Test("a segment comes whole, with its type and its URL")
    func good() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            var sink = CollectingSink()
            let response = try await bench.fetcher.fetch(
                ResourceRequest(url: bench.server.url("/a.ts#x"), kind: .segment),
                into: &sink
            )
            #expect(sink.bytes == bytes)
            #expect(sink.isFinished && sink.restarts == 0)
            #expect(response.byteCount == bytes.count)
            #expect(response.contentType == "video/mp2t")
            #expect(bench.server.requests[0].header("Accept-Encoding") == "identity")
            #expect(bench.server.requests[0].header("Range") == nil)
        }
    }

    @Test("a body that is cut short is resumed by Range and If-Range, and nothing is sent twice")
    func truncated() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .fault(.truncated(after: 100_000)), .fault(.truncated(after: 50_000)))
            let sink = try await bench.segment()
            #expect(sink.bytes == bytes)
            #expect(sink.restarts == 0)
            let requests = bench.server.requests
            #expect(requests.map { $0.header("Range") } == [nil, "bytes=100000-", "bytes=150000-"])
            #expect(requests.map { $0.header("If-Range") } == [nil, "\"1\"", "\"1\""])
        }
    }

    @Test("a connection that is reset is resumed")
    func reset() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .fault(.reset(after: 100_000)), .fault(.closed), .fault(.reset(after: 0)))
            try await bench.expect(equals: bytes)
            #expect(bench.retries == 3)
        }
    }

    @Test("a transfer that stalls is cut and resumed, in its body and before its head")
    func stalled() async throws {
        try await Bench.run(.impatient) { bench in
            bench.server.put("/a.ts", bytes)
            let wasSilent = NIOLockedValueBox(false)
            bench.server.handle("/a.ts") { request in
                // It stalls until something has come, is silent once, and then good.
                guard request.range != nil else { return .fault(.stalled(after: 200_000)) }
                return wasSilent.withLockedValue { wasSilent in
                    defer { wasSilent = true }
                    return wasSilent ? nil : .fault(.silent)
                }
            }
            let sink = try await bench.segment()
            #expect(sink.bytes == bytes)
            #expect(sink.restarts == 0)
            #expect(bench.server.requests.last?.range?.first ?? 0 > 0)
        }
    }

    @Test("a transfer that drips is cut and resumed")
    func drip() async throws {
        var configuration = TransferConfiguration.impatient
        configuration.minimumSpeed = 100_000
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.handle("/a.ts") { $0.range == nil ? .fault(.drip(bytes: 100, perSecond: 50)) : nil }
            let sink = try await bench.segment()
            #expect(sink.bytes == bytes)
            #expect(bench.server.requests.last?.range?.first ?? 0 > 0)
        }
    }

    @Test("a Content-Length that promises more is not believed")
    func longLie() async throws {
        try await Bench.run(.impatient) { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .fault(.wrongLength(300_500)))
            // The rest of what was promised does not exist: it starts again, and gets the truth.
            let sink = try await bench.segment()
            #expect(sink.bytes == bytes)
        }
    }

    @Test("a body that is always too short fails, and says how much came")
    func alwaysShort() async throws {
        var configuration = TransferConfiguration.quick
        configuration.retries = .init(2)
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.handle("/a.ts") { _ in
                var answer = TestAnswer.fault(.truncated(after: 10))
                answer.isPlain = true
                return answer
            }
            let error = await bench.failure()
            #expect(error?.code == .unreachable || error?.code == .notUsable)
            #expect(bench.server.requests(for: "/a.ts").count == 3)
            #expect(error?.description.contains("3 attempts") == true)
        }
    }

    @Test("when Range is not looked at, a cut transfer starts again")
    func ignoredRange() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .fault(.truncated(after: 100_000)), .fault(.ignoresRange))
            let sink = try await bench.segment()
            #expect(sink.bytes == bytes)
            #expect(sink.restarts == 1)
        }
    }

    @Test("when a resource changes in between, it starts again")
    func changed() async throws {
        try await Bench.run { bench in
            let other = sampleBytes(200_000, seed: 2)
            bench.server.put("/a.ts", bytes)
            bench.server.handle("/a.ts") { [server = bench.server] request in
                guard request.number == 0 else { return nil }
                server.put("/a.ts", other, tag: "2")
                return .fault(.truncated(after: 100_000))
            }
            // The body of the first answer was taken before the resource changed.
            let sink = try await bench.segment()
            #expect(sink.bytes == other)
            #expect(sink.restarts == 1)
        }
    }

    @Test("the bytes of a range come with 206, out of a 200, and in pieces")
    func ranges() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .good, .fault(.ignoresRange), .fault(.truncated(after: 10)))
            for _ in 0..<3 {
                let sink = try await bench.segment("/a.ts", ByteRange(length: 5_000, start: 70_000))
                #expect(sink.bytes == Array(bytes[70_000..<75_000]))
            }
            #expect(
                bench.server.requests.map { $0.header("Range") }.suffix(2) == [
                    "bytes=70000-74999", "bytes=70010-74999",
                ]
            )
        }
    }

    @Test("a wrong Content-Range is not taken", arguments: ["bytes 0-4999/300000", "bytes 70000-74999/100", "", nil])
    func wrongContentRange(text: String?) async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .fault(.wrongContentRange(text)))
            let range = ByteRange(length: 5_000, start: 70_000)
            try await bench.expect("/a.ts", range, equals: Array(bytes[70_000..<75_000]))
            bench.server.handle("/a.ts") { _ in .fault(.wrongContentRange(text)) }
            let error = await bench.failure("/a.ts", range)
            #expect(error?.code == .notUsable)
            #expect(bench.server.requests(for: "/a.ts").count == 5)
        }
    }

    @Test("a range behind the end fails with the length of the resource")
    func beyond() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            let error = await bench.failure("/a.ts", ByteRange(length: 5_000, start: 299_000))
            #expect(error?.code == .notUsable)
            #expect(error?.description.contains("only 300000 bytes") == true)
            #expect(await bench.failure("/a.ts", ByteRange(length: 1, start: 300_000))?.code == .notUsable)
        }
    }

    @Test("permanent answers fail at once", arguments: [400, 401, 403, 404, 410, 405, 451, 501])
    func permanent(status: Int) async throws {
        try await Bench.run { bench in
            bench.server.handle("/a.ts") { _ in .status(status, body: "no") }
            let error = await bench.failure()
            #expect(error?.code == ([404, 410].contains(status) ? .notFound : .unreachable))
            #expect(error?.message.contains("\(status)") == true)
            #expect(error?.message.contains("127.0.0.1") == true)
            #expect(bench.server.requests(for: "/a.ts").count == 1)
        }
    }

    @Test("answers that pass are tried again", arguments: [408, 425, 429, 500, 502, 503, 504])
    func transient(status: Int) async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .status(status), .status(status))
            try await bench.expect(equals: bytes)
            #expect(bench.retries == 2)
        }
    }

    @Test("playlists, keys and segments have retries of their own")
    func budgets() async throws {
        var configuration = TransferConfiguration.quick
        (configuration.retries.playlist, configuration.retries.key, configuration.retries.segment) = (1, 2, 4)
        try await Bench.run(configuration) { bench in
            for (kind, expected) in [(ResourceRequest.Kind.playlist, 2), (.key, 3), (.segment, 5)] {
                let path = "/\(kind)"
                bench.server.handle(path) { _ in .status(500) }
                await #expect(throws: DownloadError.self) {
                    _ = try await bench.fetcher.data(
                        ResourceRequest(url: bench.server.url(path), kind: kind),
                        limit: 10
                    )
                }
                #expect(bench.server.requests(for: path).count == expected)
            }
        }
    }

    @Test("Retry-After is waited for before the host is asked again", .timeLimit(.minutes(10)))
    func retryAfter() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.script("/a.ts", .status(429, [("Retry-After", "1")]))
            let start = ContinuousClock.now
            try await bench.expect(equals: bytes)
            // A slow machine makes it longer, nothing makes it shorter.
            #expect(ContinuousClock.now - start >= .seconds(1))
        }
    }

    @Test("a Retry-After of an hour is a refusal")
    func longRetryAfter() async throws {
        try await Bench.run { bench in
            bench.server.handle("/a.ts") { _ in .status(503, [("Retry-After", "3600")]) }
            #expect(await bench.failure()?.code == .unreachable)
            #expect(bench.server.requests(for: "/a.ts").count == 1)
        }
    }

    @Test("a burst of 503 lowers the requests at once, and all comes in the end")
    func burst() async throws {
        var configuration = TransferConfiguration.quick
        configuration.connectionsPerHost = 8
        try await Bench.run(configuration) { bench in
            func fetch(_ indices: Range<Int>) async throws {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for index in indices {
                        group.addTask {
                            try await bench.expect(
                                "/\(index).ts",
                                equals: sampleBytes(1_000, seed: UInt64(index))
                            )
                        }
                    }
                    try await group.waitForAll()
                }
            }
            for index in 0..<60 {
                bench.server.put("/\(index).ts", sampleBytes(1_000, seed: UInt64(index)))
                if index < 8 { bench.server.script("/\(index).ts", .status(503), .status(503)) }
            }
            try await fetch(0..<8)
            // In whatever order the eight good responses come, they are too few to bring the limit back.
            let origin = try #require(WebAddress(bench.server.url("/"))).origin
            #expect(bench.fetcher.gates.limit(of: origin) < 8)
            try await fetch(8..<60)
            #expect(bench.server.peak <= 8)
        }
    }

    @Test("more requests than a host may have wait for each other")
    func connections() async throws {
        var configuration = TransferConfiguration.quick
        configuration.connectionsPerHost = 3
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await bench.expect(equals: bytes) } }
                try await group.waitForAll()
            }
            #expect(bench.server.peak <= 3)
            #expect(bench.server.connections <= 3)
        }
    }

    @Test("what a sink finds wrong is fetched again from its first byte")
    func rejected() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            var sink = CollectingSink(rejections: 2)
            _ = try await bench.fetcher.fetch(
                ResourceRequest(url: bench.server.url("/a.ts"), kind: .segment),
                into: &sink
            )
            #expect(sink.bytes == bytes)
            #expect(sink.restarts == 2)
            #expect(bench.server.requests.allSatisfy { $0.header("Range") == nil })
        }
    }

    @Test("what a sink always finds wrong fails with what it says")
    func alwaysRejected() async throws {
        var configuration = TransferConfiguration.quick
        configuration.retries.segment = 10
        try await Bench.run(configuration) { bench in
            bench.server.put("/a.ts", bytes)
            var sink = CollectingSink(rejections: 9)
            let error = await #expect(throws: DownloadError.self) {
                _ = try await bench.fetcher.fetch(
                    ResourceRequest(url: bench.server.url("/a.ts"), kind: .segment),
                    into: &sink
                )
            }
            #expect(error?.code == .notUsable)
            #expect(error?.message == "these bytes are no segment")
            #expect(bench.server.requests(for: "/a.ts").count == 3)
        }
    }

    @Test("a connection that the server closed while it was idle costs nothing")
    func idle() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            for _ in 0..<5 {
                try await bench.expect(equals: bytes)
                bench.server.closeConnections()
            }
        }
    }

    @Test("what is no HTTP is told as such")
    func garbage() async throws {
        try await Bench.run { bench in
            bench.server.handle("/a.ts") { _ in .fault(.raw(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))) }
            let error = await bench.failure()
            #expect(error?.code == .notUsable)
            #expect(error?.message.contains("is no HTTP") == true)
        }
    }

    @Test("cancelling ends a transfer that stalls")
    func cancelled() async throws {
        try await Bench.run { bench in
            bench.server.put("/a.ts", bytes)
            bench.server.handle("/a.ts") { _ in .fault(.stalled(after: 100)) }
            let code = try await withThrowingTaskGroup(of: DownloadError.Code?.self) { group in
                group.addTask { await bench.failure()?.code }
                await bench.server.waitForRequest(for: "/a.ts")
                group.cancelAll()
                return try await group.next() ?? nil
            }
            #expect(code == .cancelled)
        }
    }
}
