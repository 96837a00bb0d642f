import Foundation
import NIOCore
import TestSupport
import Testing

@testable import W2GServe

@Suite("HTTP/2, asked by curl", .enabled(if: Curl.path != nil, "there is no curl with HTTP/2"))
struct HTTP2Tests {
    private static func run(_ body: @escaping @Sendable (ServedFolder, String) async throws -> Void) async throws {
        try await ServedFolder.run { configuration, folder in
            configuration.certificate = ServerCertificate(
                certificateFile: Fixtures.url("localhost.pem").path(percentEncoded: false),
                keyFile: Fixtures.url("localhost-key.pem").path(percentEncoded: false)
            )
            configuration.routes.origins = ["https://watch.example"]
            configuration.routes.streamingSize = 1_000_000
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
        } _: { served in
            try await body(served, "https://localhost:\(served.port)")
        }
    }

    @Test("gives files, parts, conditions and HEAD as HTTP/1.1 does")
    func files() async throws {
        try await Self.run { served, base in
            let segment = base + "/videos/film/stream_0.ts"
            let whole = try await Curl.ask(segment)
            #expect(whole.exit == 0 && whole.head.hasPrefix("HTTP/2 200") && whole.body.count == 1000)
            let part = try await Curl.ask(segment, ["--range", "-3"])
            #expect(part.head.hasPrefix("HTTP/2 206") && part.body == Data("789".utf8))
            #expect(field("content-range", of: part.head) == "bytes 997-999/1000")
            let head = try await Curl.ask(segment, ["--head"])
            #expect(head.exit == 0 && field("content-length", of: head.head) == "1000")
            let same = try await Curl.ask(segment, ["--header", "If-None-Match: *"])
            #expect(same.exit == 0 && same.head.hasPrefix("HTTP/2 304") && same.body.isEmpty)
            let none = try await Curl.ask(
                base + "/videos/%2e%2e/secret.ts",
                ["--header", "Origin: https://watch.example"]
            )
            #expect(none.head.hasPrefix("HTTP/2 404") && none.body == Data(#"{"detail":"Not Found"}"#.utf8))
            #expect(field("access-control-allow-origin", of: none.head) == "https://watch.example")
        }
    }

    @Test("follows the redirect of a typed address")
    func redirect() async throws {
        try await Self.run { served, base in
            try served.put("a b?/a b?.m3u8", "#EXTM3U here")
            let answer = try await Curl.ask(base + "/video/a%20b%3F/", ["--location"])
            #expect(answer.exit == 0 && answer.body == Data("#EXTM3U here".utf8))
        }
    }

    @Test("streams a large file whole, over TLS")
    func large() async throws {
        try await Self.run { served, base in
            let text = String(repeating: "0123456789abcdef", count: 200_000)
            try served.put("film/large.ts", text)
            let answer = try await Curl.ask(base + "/videos/film/large.ts")
            #expect(answer.exit == 0 && answer.body == Data(text.utf8))
            let head = try await Curl.ask(base + "/videos/film/large.ts", ["--head"])
            #expect(head.exit == 0 && field("content-length", of: head.head) == "3200000")
        }
    }

    /// Begins to fetch a large file slowly, and does something once it comes.
    private func slowly(
        _ served: ServedFolder,
        _ base: String,
        _ meanwhile: @Sendable () async throws -> Void
    ) async throws -> Curl.Answer {
        try served.put("film/huge.ts", "")
        let file = try FileHandle(forWritingTo: served.videos.appending(path: "film/huge.ts"))
        try file.truncate(atOffset: 64 << 20)
        try file.close()
        let folder = try TestFolder()
        async let answer = Curl.ask(base + "/videos/film/huge.ts", ["--limit-rate", "1M"], in: folder)
        let body = folder.file("body").path(percentEncoded: false)
        try await waitUntil("the first bytes") {
            ((try? FileManager.default.attributesOfItem(atPath: body))?[.size] as? Int ?? 0) > 0
        }
        try await meanwhile()
        return try await answer
    }

    @Test("cuts a file off that is changed while it is sent, and the connection's end is told as none")
    func changedFile() async throws {
        try await Self.run { served, base in
            let answer = try await slowly(served, base) {
                let file = try FileHandle(forWritingTo: served.videos.appending(path: "film/huge.ts"))
                try file.seekToEnd()
                try file.write(contentsOf: Data("more".utf8))
                try file.close()
            }
            // Not the time limit of the call (28): a broken stream, or fewer bytes than were told.
            #expect(answer.exit != 0 && answer.exit != 28 && answer.body.count < 64 << 20, "\(answer.exit)")
        }
    }

    @Test("is stopped within the patience too")
    func stopping() async throws {
        try await Self.run { served, base in
            let answer = try await slowly(served, base) { await served.stop() }
            #expect(answer.exit != 0 && answer.exit != 28, "\(answer.exit)")
        }
    }

    @Test("takes no request body, and has no fields of the connection")
    func refusals() async throws {
        try await Self.run { served, base in
            let post = try await Curl.ask(
                base + "/videos/",
                ["--data", "abc", "--header", "Origin: https://watch.example"]
            )
            #expect(
                post.head.hasPrefix("HTTP/2 413")
                    && post.body == Data(ConnectionAnswer.bodyRefused.body.readableBytesView)
            )
            #expect(field("access-control-allow-origin", of: post.head) == "https://watch.example")
            let line = "127.0.0.1 POST /videos/ 413 0 -"
            #expect(try await served.log(with: line).contains(line))
            try await served.waitForMetrics { $0.contains(#"requests_total{status="413"} 1"#) }
            let delete = try await Curl.ask(base + "/videos/", ["--request", "DELETE"])
            #expect(delete.exit == 0 && delete.head.hasPrefix("HTTP/2 405"))
            let room = try await Curl.ask(base + "/ws/7/")
            #expect(room.exit == 0 && room.head.hasPrefix("HTTP/2 426"))
            #expect(field("upgrade", of: room.head) == nil && field("connection", of: room.head) == nil)
            let options = try await Curl.ask(base + "/videos/", ["--request", "OPTIONS"])
            #expect(options.exit == 0 && options.head.hasPrefix("HTTP/2 204"))
            // Afterwards everybody is served as before.
            #expect(try await Curl.ask(base + "/videos/").body == Data(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("refuses a header that has too many fields, and goes on")
    func manyFields() async throws {
        try await Self.run { _, base in
            let fields = (0..<120).flatMap { ["--header", "X-Field-\($0): x"] }
            let answer = try await Curl.ask(base + "/videos/", fields)
            #expect(answer.exit == 0 && answer.head.hasPrefix("HTTP/2 431"), "\(answer.head)")
            #expect(try await Curl.ask(base + "/videos/").body == Data(#"{"videos":["film"]}"#.utf8))
        }
    }

    @Test("tells the page that it is secure, and the log the client's address")
    func surroundings() async throws {
        try await Self.run { served, base in
            let page = try await Curl.ask(base + "/?video=film", ["--header", "X-Forwarded-For: 203.0.113.9"])
            #expect(String(decoding: page.body, as: UTF8.self).contains("wss://localhost:\(served.port)/ws/"))
            let line = " 203.0.113.9 GET /?video=film 200 \(page.body.count) "
            #expect(try await served.log(with: line).contains(line))
        }
    }
}
