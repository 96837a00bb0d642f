import Foundation
import TestSupport
import Testing

@testable import W2GServe

@Suite("A video that is being made")
struct VideoInProgressTests {
    private static let playlist = "/videos/new/new.m3u8"
    private static let segment = "/videos/new/stream_1.ts"

    /// Serves a folder in which the video `new` is being made.
    private static func run(
        limits: VideoInProgress.Limits = {
            var limits = VideoInProgress.Limits()
            // Longer than any test: what waits for less has found what it waited for.
            limits.patience = .seconds(3_600)
            return limits
        }(),
        stopPatience: Duration? = nil,
        _ body: @escaping @Sendable (ServedFolder, VideoInProgress) async throws -> Void
    ) async throws {
        let video = VideoInProgress(name: "new".utf8, limits: limits)
        try await ServedFolder.run { configuration, _ in
            configuration.routes.videosInProgress = [video]
            if let stopPatience { configuration.stopPatience = stopPatience }
        } _: { served in
            try await body(served, video)
        }
    }

    /// Sends a request and leaves it waiting.
    private static func begin(
        _ path: String,
        method: String = "GET",
        _ fields: [String] = [],
        at served: ServedFolder
    ) async throws -> RawClient {
        let client = try await RawClient.connect(port: served.port)
        let lines = ["\(method) \(path) HTTP/1.1", "Host: x"] + fields
        try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
        return client
    }

    @Test("has its whole playlist as soon as that is planned; who asks before waits")
    func playlist() async throws {
        try await Self.run { served, video in
            let early = try await Self.begin(Self.playlist, at: served)
            try await video.wait(untilWaiting: 1)
            let text = ServedFolder.film(segments: 2)
            video.plan(playlist: text, resources: [Array("stream_0.ts".utf8), Array("stream_1.ts".utf8)])
            let first = try await early.response()
            #expect(status(first.head) == 200 && first.body == text)
            #expect(field("Content-Type", of: first.head) == "application/vnd.apple.mpegurl")
            #expect(field("Cache-Control", of: first.head) == "no-cache")
            let etag = try #require(field("ETag", of: first.head))
            // What grows on disk meanwhile is not what is served.
            try served.put("new/new.m3u8", ServedFolder.film(segments: 1, isEnded: false))
            for _ in 0..<2 { #expect(try await served.ask(Self.playlist).body == text) }
            let head = try await served.ask(Self.playlist, method: "HEAD")
            #expect(status(head.head) == 200 && field("Content-Length", of: head.head) == "\(text.utf8.count)")
            let part = try await served.ask(Self.playlist, ["Range: bytes=0-6"])
            #expect(status(part.head) == 206 && part.body == "#EXTM3U")
            #expect(status(try await served.ask(Self.playlist, ["If-None-Match: \(etag)"]).head) == 304)
            let final = ServedFolder.film(segments: 3)
            try served.put("new/new.m3u8", final)
            video.end()
            let last = try await served.ask(Self.playlist, ["If-None-Match: \(etag)"])
            #expect(status(last.head) == 200 && last.body == final)
        }
    }

    @Test("gives a segment to all who wait for it, once it is whole")
    func segment() async throws {
        try await Self.run { served, video in
            // What an earlier video of the name left is another video's.
            try served.put("new/stream_1.ts", "earlier")
            video.plan(
                playlist: ServedFolder.film(segments: 2),
                resources: [Array("stream_0.ts".utf8), Array("stream_1.ts".utf8)]
            )
            let whole = try await Self.begin(Self.segment, at: served)
            let head = try await Self.begin(Self.segment, method: "HEAD", at: served)
            let part = try await Self.begin(Self.segment, ["Range: bytes=2-3"], at: served)
            try await video.wait(untilWaiting: 3)
            try served.put("new/stream_0.ts", "first")
            video.complete("stream_0.ts".utf8)
            #expect(try await served.ask("/videos/new/stream_0.ts").body == "first")
            #expect(video.waitingCount == 3)
            try served.put("new/stream_1.ts", "second")
            video.complete("stream_1.ts".utf8)
            #expect(try await whole.response().body == "second")
            #expect(field("Content-Length", of: try await head.head()) == "6")
            let answer = try await part.response()
            #expect(status(answer.head) == 206 && answer.body == "co")
            #expect(try await served.ask(Self.segment).body == "second")
        }
    }

    @Test("is found by its name in whichever way that is composed")
    func composedName() async throws {
        let video = VideoInProgress(name: "re\u{301}el".utf8)
        video.plan(playlist: "#EXTM3U\n", resources: [])
        try await ServedFolder.run { configuration, _ in
            configuration.routes.videosInProgress = [video]
        } _: { served in
            for name in ["r%C3%A9el", "re%CC%81el"] {
                let playlist = try await served.ask("/videos/\(name)/\(name).m3u8")
                #expect(playlist.body == "#EXTM3U\n", "\(name)")
            }
        }
    }

    @Test("is 503 with Retry-After for who has waited for long, and for one more than may wait")
    func limits() async throws {
        var limits = VideoInProgress.Limits()
        limits.patience = .nanoseconds(1)
        try await Self.run(limits: limits) { served, _ in
            for (method, path) in [("GET", Self.segment), ("HEAD", Self.segment), ("GET", Self.playlist)] {
                let late = try await served.ask(path, method: method)
                #expect(status(late.head) == 503 && field("Retry-After", of: late.head) == "1", "\(late.head)")
            }
        }
        limits.patience = .seconds(3_600)
        limits.maximumWaiting = 1
        try await Self.run(limits: limits) { served, video in
            let waiting = try await Self.begin(Self.playlist, at: served)
            try await video.wait(untilWaiting: 1)
            let one = try await served.ask(Self.playlist)
            #expect(status(one.head) == 503 && field("Retry-After", of: one.head) == "1")
            // Whoever waits costs the others nothing.
            #expect(status(try await served.ask("/videos/film/film.m3u8").head) == 200)
            #expect(status(try await served.ask("/healthz").head) == 200)
            video.plan(playlist: ServedFolder.film(segments: 1), resources: [Array("stream_0.ts".utf8)])
            #expect(status(try await waiting.response().head) == 200)
        }
    }

    @Test("is not waited for by a client that has gone", arguments: [true, false])
    func departure(resets: Bool) async throws {
        try await Self.run { served, video in
            let client = try await Self.begin(Self.segment, at: served)
            try await video.wait(untilWaiting: 1)
            if resets { try await client.reset() } else { try await client.close() }
            try await video.wait(untilWaiting: 0)
        }
    }

    @Test("is 404 for what was never made, as soon as it ends")
    func failure() async throws {
        try await Self.run { served, video in
            video.plan(
                playlist: ServedFolder.film(segments: 2),
                resources: [Array("stream_0.ts".utf8), Array("stream_1.ts".utf8)]
            )
            try served.put("new/stream_0.ts", "first")
            video.complete("stream_0.ts".utf8)
            let client = try await Self.begin(Self.segment, at: served)
            try await video.wait(untilWaiting: 1)
            video.end()
            #expect(status(try await client.response().head) == 404)
            #expect(status(try await served.ask(Self.playlist).head) == 404)
            #expect(try await served.ask("/videos/new/stream_0.ts").body == "first")
        }
    }

    @Test("is not waited for when the server stops")
    func stopping() async throws {
        try await Self.run(stopPatience: .seconds(3_600)) { served, video in
            let client = try await Self.begin(Self.segment, at: served)
            try await video.wait(untilWaiting: 1)
            await served.stop()
            #expect(status(try await client.response().head) == 503)
            try await client.close()
        }
    }

    @Test("is among the videos before it is on disk, and what is planned of it alone is waited for")
    func list() async throws {
        try await Self.run { served, video in
            let early = try await served.ask("/videos/?sort=true")
            #expect(early.body == #"{"videos":["film","new"]}"#)
            #expect(try await served.ask("/").body.contains("?video=new"))
            video.plan(playlist: ServedFolder.film(segments: 1), resources: [Array("stream_0.ts".utf8)])
            for name in ["stream_1.ts", "deeper/stream_0.ts"] {
                let other = try await served.ask("/videos/new/" + name)
                #expect(status(other.head) == 404)
            }
            video.end()
            let late = try await served.ask("/videos/?sort=true")
            #expect(late.body == #"{"videos":["film"]}"#)
        }
    }
}

extension VideoInProgress {
    /// Waits until as many requests wait as wanted.
    func wait(untilWaiting count: Int) async throws {
        try await waitUntil("\(count) waiting requests") { waitingCount == count }
    }
}
