import Foundation
import TestSupport
import Testing

@testable import W2GServe

@Suite("Answers")
struct AnswerTests {
    @Test("HEAD gives the status and the fields of GET, whatever is asked for, and never a body")
    func head() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.streamingSize = 10_000
        } _: { served in
            try served.put("film/large.ts", String(repeating: "x", count: 20_000))
            let client = try await RawClient.connect(port: served.port)
            let paths = [
                "/", "/videos", "/videos/", "/video/film/", "/video/film", "/videos/film/film.m3u8",
                "/videos/film/large.ts", "/nothing", "/healthz", "/readyz", "/ws/7/",
            ]
            for path in paths {
                let get = try await served.ask(path).head
                // On one connection: a body would be taken for the next answer's head.
                try await client.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try await client.head()
                #expect(status(head) == status(get), "\(path)")
                for name in ["Content-Type", "Content-Length", "Location"] {
                    #expect(field(name, of: head) == field(name, of: get), "\(path)")
                }
            }
        }
    }

    @Test("HEAD takes no range, and conditions hold for it")
    func headOfParts() async throws {
        try await ServedFolder.run { served in
            let path = "/videos/film/stream_0.ts"
            try served.age("film/stream_0.ts")
            let ranged = try await served.ask(path, method: "HEAD", ["Range: bytes=0-4"]).head
            #expect(status(ranged) == 200 && field("Content-Length", of: ranged) == "1000")
            let etag = try #require(field("ETag", of: try await served.settled(path).head))
            let same = try await served.ask(path, method: "HEAD", ["If-None-Match: \(etag)"]).head
            #expect(status(same) == 304)
        }
    }

    @Test("an answer without a body is not followed by one, and the connection goes on")
    func withoutBody() async throws {
        try await ServedFolder.run { served in
            try served.age("film/stream_0.ts")
            let etag = try #require(field("ETag", of: try await served.settled("/videos/film/stream_0.ts").head))
            let client = try await RawClient.connect(port: served.port)
            let requests = [
                "GET /videos/film/stream_0.ts HTTP/1.1\r\nHost: x\r\nIf-None-Match: \(etag)\r\n\r\n",
                "OPTIONS /videos/ HTTP/1.1\r\nHost: x\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
            ]
            try await client.send(requests.joined())
            let same = try await client.head()
            #expect(status(same) == 304 && field("Content-Type", of: same) == nil)
            #expect(field("Cache-Control", of: same) != nil && field("Content-Length", of: same) == nil)
            let options = try await client.head()
            #expect(status(options) == 204 && field("Allow", of: options) == "GET, HEAD, OPTIONS")
            #expect(field("Content-Length", of: options) == nil)
            #expect(try await client.response().body == #"{"status":"ok"}"#)
        }
    }

    @Test("a part has the fields of the whole, and 416 tells the size")
    func partialFields() async throws {
        try await ServedFolder.run { served in
            let path = "/videos/film/stream_0.ts"
            try served.age("film/stream_0.ts")
            let whole = try await served.settled(path).head
            #expect(field("Accept-Ranges", of: whole) == "bytes")
            #expect(field("X-Content-Type-Options", of: whole) == "nosniff")
            let date = try #require(field("Date", of: whole).flatMap(HTTPDate.read))
            #expect(abs(HTTPDate.now() - date) < 60)
            let modified = try #require(field("Last-Modified", of: whole))
            let part = try await served.ask(path, ["Range: bytes=1-3", "If-Range: \(modified)"])
            #expect(status(part.head) == 206 && part.body == "123" && field("Content-Length", of: part.head) == "3")
            for name in ["ETag", "Last-Modified", "Content-Type", "Cache-Control"] {
                #expect(field(name, of: part.head) == field(name, of: whole))
            }
            let nothing = try await served.ask(path, ["Range: bytes=1000-"])
            #expect(nothing.body == #"{"detail":"Range Not Satisfiable"}"#)
            #expect(field("Content-Type", of: nothing.head) == "application/json")
            let old = "Sun, 06 Nov 1994 08:49:37 GMT"
            #expect(status(try await served.ask(path, ["If-Unmodified-Since: \(old)"]).head) == 412)
            #expect(status(try await served.ask(path, ["Range: bytes=1-3", "If-Range: \(old)"]).head) == 200)
        }
    }

    @Test("an empty file has no range, and is served as it is")
    func emptyFile() async throws {
        try await ServedFolder.run { served in
            try served.put("film/empty.vtt", "")
            let whole = try await served.ask("/videos/film/empty.vtt")
            #expect(status(whole.head) == 200 && field("Content-Length", of: whole.head) == "0")
            let part = try await served.ask("/videos/film/empty.vtt", ["Range: bytes=0-"])
            #expect(status(part.head) == 416 && field("Content-Range", of: part.head) == "bytes */0")
        }
    }

    @Test("the absolute form of a target is the same as its path, and HTTP/1.0 is answered")
    func forms() async throws {
        try await ServedFolder.run { served in
            #expect(try await served.ask("http://x/videos/?sort=1").body == #"{"videos":["film"]}"#)
            #expect(status(try await served.ask("http://x").head) == 200)
            let client = try await RawClient.connect(port: served.port)
            try await client.send("GET /videos/film/stream_0.ts HTTP/1.0\r\n\r\n")
            let answer = try await client.response()
            #expect(status(answer.head) == 200 && answer.body.utf8.count == 1000)
            try await client.ended()
        }
    }

    @Test("the address of a room that is asked for without a WebSocket says what it is")
    func room() async throws {
        try await ServedFolder.run { served in
            let answer = try await served.ask("/ws/7/")
            #expect(status(answer.head) == 426 && field("Upgrade", of: answer.head) == "websocket")
            #expect(status(try await served.ask("/ws/a%2Fb/7/").head) == 404)
            #expect(status(try await served.ask("/ws/").head) == 404)
        }
    }

    @Test("a name that JSON has to escape is escaped in the list")
    func listEscapes() async throws {
        try await ServedFolder.run { served in
            let name = #"say "hi"…"#
            try served.put("\(name)/\(name).m3u8", ServedFolder.film(segments: 1))
            let body = try await served.ask("/videos/?sort=true").body
            #expect(body == #"{"videos":["film","say \"hi\"…"]}"#)
            #expect(JSONText.quoted("\u{1}\n\\\u{1F}é") == "\"\\u0001\\u000a\\\\\\u001fé\"")
        }
    }

    @Test("the list leaves out what would not be served: folders, links that lead out, and names of control characters")
    func listedIsServed() async throws {
        try await ServedFolder.run { served in
            let files = FileManager.default
            try served.put("folder/folder.m3u8/x.ts", "x")
            try Data("secret".utf8).write(to: served.folder.file("out.m3u8"))
            try served.put("out/other.ts", "x")
            try files.createSymbolicLink(
                at: served.videos.appending(path: "out/out.m3u8"),
                withDestinationURL: served.folder.file("out.m3u8")
            )
            try served.put("a\u{1}b/a\u{1}b.m3u8", ServedFolder.film(segments: 1))
            try served.put("real/inside.m3u8", ServedFolder.film(segments: 1))
            try files.createSymbolicLink(
                at: served.videos.appending(path: "inside"),
                withDestinationURL: served.videos.appending(path: "real")
            )
            #expect(try await served.ask("/videos/?sort=true").body == #"{"videos":["film","inside"]}"#)
            #expect(status(try await served.ask("/videos/inside/inside.m3u8").head) == 200)
        }
    }
}
