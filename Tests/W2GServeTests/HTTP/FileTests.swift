import Foundation
import TestSupport
import Testing

@testable import W2GServe

@Suite("Files over HTTP")
struct FileTests {
    private static let segment = "/videos/film/stream_0.ts"

    @Test(
        "a range gives its part",
        arguments: [
            ("bytes=0-4", "bytes 0-4/1000", "01234"), ("bytes=-3", "bytes 997-999/1000", "789"),
            ("bytes=995-", "bytes 995-999/1000", "56789"), ("bytes=998-5000", "bytes 998-999/1000", "89"),
            ("bytes=-5000", "bytes 0-999/1000", String(repeating: "0123456789", count: 100)),
        ]
    )
    func part(range: String, told: String, body: String) async throws {
        try await ServedFolder.run { served in
            let answer = try await served.ask(Self.segment, ["Range: \(range)"])
            #expect(status(answer.head) == 206 && answer.body == body)
            #expect(field("Content-Range", of: answer.head) == told)
        }
    }

    @Test("a range outside of the file is 416; one that is not understood gives everything")
    func otherRanges() async throws {
        try await ServedFolder.run { served in
            for range in ["bytes=1000-", "bytes=5000-6000", "bytes=-0"] {
                let answer = try await served.ask(Self.segment, ["Range: \(range)"])
                #expect(status(answer.head) == 416, "\(range)")
                #expect(field("Content-Range", of: answer.head) == "bytes */1000")
            }
            for range in ["bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=0-1,5-6", "bytes=99999999999999999999-1"] {
                let answer = try await served.ask(Self.segment, ["Range: \(range)"])
                #expect(status(answer.head) == 200 && answer.body.count == 1000, "\(range)")
            }
        }
    }

    @Test("what has not changed is 304, and a range of what has changed is everything")
    func conditions() async throws {
        try await ServedFolder.run { served in
            try served.age("film/stream_0.ts")
            let first = try await served.settled(Self.segment)
            let etag = try #require(field("ETag", of: first.head))
            #expect(etag.hasPrefix("\"") && etag.hasSuffix("\""))
            for fields in [["If-None-Match: \(etag)"], ["If-None-Match: \"x\", W/\(etag)"], ["If-None-Match: *"]] {
                let same = try await served.ask(Self.segment, fields)
                #expect(status(same.head) == 304 && field("ETag", of: same.head) == etag && same.body.isEmpty)
            }
            #expect(status(try await served.ask(Self.segment, ["If-None-Match: \"x\""]).head) == 200)
            let future = "If-Modified-Since: Sun, 01 Jan 2090 00:00:00 GMT"
            let past = "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT"
            let modified = try #require(field("Last-Modified", of: first.head))
            #expect(status(try await served.ask(Self.segment, ["If-Modified-Since: \(modified)"]).head) == 304)
            #expect(status(try await served.ask(Self.segment, [past]).head) == 200)
            #expect(status(try await served.ask(Self.segment, ["If-None-Match: \"x\"", future]).head) == 200)
            let part = ["Range: bytes=0-1"]
            #expect(status(try await served.ask(Self.segment, part + ["If-Range: \(etag)"]).head) == 206)
            #expect(status(try await served.ask(Self.segment, part + ["If-Range: \"x\""]).head) == 200)
            #expect(status(try await served.ask(Self.segment, ["If-Match: \"x\""]).head) == 412)
        }
    }

    @Test(
        "nothing outside of the folder is reachable",
        arguments: [
            "/videos/../secret.ts", "/videos/film/../../secret.ts", "/videos/%2e%2e/secret.ts",
            "/videos/film/%2E%2E/%2e%2e/secret.ts", "/videos/..%2fsecret.ts", "/videos/film%2f..%2f..%2fsecret.ts",
            "/videos/..%5csecret.ts", "/videos//secret.ts", "/videos/%00secret.ts", "/videos/film/stream_0.ts%00.ts",
            "/videos/film/.hidden.ts", "/videos/.hidden/a.ts", "/videos/film", "/videos/film/link.ts",
            "/videos/linked/secret.ts", "/videos/film/notes.txt", "/videos/film/film.m3u8/", "/videos/film/sub.ts",
            "/videos/./film/stream_0.ts", "/videos/film/%", "/videos/film/%zz.ts",
        ]
    )
    func outside(path: String) async throws {
        try await ServedFolder.run { served in
            let files = FileManager.default
            try Data("secret".utf8).write(to: served.folder.file("secret.ts"))
            try served.put("film/.hidden.ts", "secret")
            try served.put(".hidden/a.ts", "secret")
            try served.put("film/notes.txt", "secret")
            try served.put("film/sub.ts/x.ts", "secret")
            try files.createSymbolicLink(
                at: served.videos.appending(path: "film/link.ts"),
                withDestinationURL: served.folder.file("secret.ts")
            )
            try files.createSymbolicLink(
                at: served.videos.appending(path: "linked"),
                withDestinationURL: served.folder.url
            )
            let answer = try await served.ask(path)
            #expect((400...404).contains(status(answer.head)), "\(answer.head)")
            #expect(!answer.body.contains("secret"))
        }
    }

    @Test("a link that stays inside is followed")
    func linkInside() async throws {
        try await ServedFolder.run { served in
            try FileManager.default.createSymbolicLink(
                at: served.videos.appending(path: "film/again.ts"),
                withDestinationURL: served.videos.appending(path: "film/stream_0.ts")
            )
            #expect(try await served.ask("/videos/film/again.ts").body.count == 1000)
        }
    }

    @Test("clients ask each time whether a file is still the same, and another film of the same name is seen at once")
    func anotherFilm() async throws {
        try await ServedFolder.run { served in
            let first = try await served.settled(Self.segment)
            let etag = try #require(field("ETag", of: first.head))
            #expect(field("Cache-Control", of: first.head) == "no-cache")
            #expect(field("Cache-Control", of: try await served.ask("/videos/film/film.m3u8").head) == "no-cache")
            try served.put("film/stream_0.ts", String(repeating: "9876543210", count: 100))
            let second = try await served.ask(Self.segment, ["If-None-Match: \(etag)"])
            #expect(status(second.head) == 200 && second.body.hasPrefix("9876"))
        }
    }

    @Test("a playlist that grows is never served as it was")
    func growing() async throws {
        try await ServedFolder.run { served in
            for segments in 1...40 {
                let text = ServedFolder.film(segments: segments, isEnded: segments == 40)
                try served.put("live/live.m3u8", text)
                #expect(try await served.ask("/videos/live/live.m3u8").body == text)
            }
        }
    }

    @Test("one read serves however many ask at once, and memory is bounded")
    func singleFlight() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.cacheSize = 300_000
        } _: { served in
            let big = String(repeating: "x", count: 200_000)
            for number in 0..<5 { try served.put("film/big_\(number).ts", big) }
            for number in 0..<5 { try served.age("film/big_\(number).ts") }
            try await withThrowingTaskGroup(of: Int.self) { tasks in
                for _ in 0..<40 {
                    tasks.addTask { try await served.ask("/videos/film/big_0.ts").body.utf8.count }
                }
                for try await count in tasks { #expect(count == 200_000) }
            }
            for number in 1..<5 { _ = try await served.ask("/videos/film/big_\(number).ts") }
            let text = served.server.routes.metrics.text()
            func value(_ name: String) -> Double {
                text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
                    .flatMap { Double($0.split(separator: " ")[1]) } ?? -1
            }
            #expect(value("w2g_cache_bytes") <= 300_000)
            // All 40 within the first reads; without sharing there would be 8 MB of them.
            #expect(value("w2g_disk_read_bytes_total") <= 4_000_000)
        }
    }

    @Test(
        "a file larger than memory takes is streamed whole and in parts, and what takes its place does not mix with it"
    )
    func streamed() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.streamingSize = 100_000
        } _: { served in
            let old = String(repeating: "a", count: 3_000_000)
            try served.put("film/large.ts", old)
            let part = try await served.ask("/videos/film/large.ts", ["Range: bytes=2999998-"])
            #expect(part.body == "aa" && status(part.head) == 206)
            let client = try await RawClient.connect(port: served.port, receiveBuffer: 65_536)
            try await client.send("GET /videos/film/large.ts HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try await client.head()
            #expect(field("Content-Length", of: head) == "3000000")
            try served.put("film/large.ts", String(repeating: "b", count: 3_000_000))
            try await client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            let body = try await client.take(3_000_000)
            #expect(body == old)
            #expect(try await client.response().body == #"{"status":"ok"}"#)
            #expect(try await served.ask("/videos/film/large.ts").body.hasPrefix("bbb"))
        }
    }
}
