import Testing

@testable import W2GServe

@Suite("Pages of other origins")
struct CrossOriginTests {
    private static let origin = "https://watch.example"

    @Test(
        "every answer to a listed origin says so, redirects and errors too",
        arguments: ["/videos/", "/video/film/", "/videos/film/film.m3u8", "/nothing", "/videos", "/ws/7/"]
    )
    func listed(path: String) async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.origins = [Self.origin, "http://localhost:3000"]
        } _: { served in
            let answer = try await served.ask(path, ["Origin: \(Self.origin)"]).head
            #expect(field("Access-Control-Allow-Origin", of: answer) == Self.origin)
            #expect(field("Access-Control-Allow-Credentials", of: answer) == "true")
            #expect(field("Vary", of: answer)?.hasSuffix("Origin") == true)
            let other = try await served.ask(path, ["Origin: https://evil.example"]).head
            #expect(field("Access-Control-Allow-Origin", of: other) == nil)
            #expect(field("Vary", of: other) == field("Vary", of: answer))
        }
    }

    @Test(
        "caches are told that answers differ by origin, also while no origin is listed",
        arguments: [
            "/", "/videos/", "/videos", "/video/film/", "/video/film", "/videos/film/stream_0.ts", "/nothing", "/ws/7/",
            "/healthz",
        ]
    )
    func unlisted(path: String) async throws {
        try await ServedFolder.run { served in
            for method in ["GET", "HEAD"] {
                let head = try await served.ask(path, method: method).head
                #expect(field("Vary", of: head) == "Origin")
            }
        }
    }

    @Test("a part, an unchanged file and a refusal by the connection tell caches the same")
    func unlistedKinds() async throws {
        try await ServedFolder.run { served in
            try served.age("film/stream_0.ts")
            let path = "/videos/film/stream_0.ts"
            let tag = try #require(field("ETag", of: try await served.settled(path).head))
            for (status, method, asked) in [
                (206, "GET", "Range: bytes=0-9"), (304, "GET", "If-None-Match: \(tag)"),
                (416, "GET", "Range: bytes=9999-"),
                (413, "POST", "Content-Length: 3"),
            ] {
                let head = try await served.ask(path, method: method, [asked]).head
                #expect(W2GServeTests.status(head) == status && field("Vary", of: head) == "Origin")
            }
        }
    }

    @Test("what the connection refuses itself says so too")
    func refused() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.origins = [Self.origin]
        } _: { served in
            let fields = ["Origin: \(Self.origin)", "Content-Length: 3"]
            let answer = try await served.ask("/videos/", method: "POST", fields).head
            #expect(status(answer) == 413 && field("Access-Control-Allow-Origin", of: answer) == Self.origin)
        }
    }

    @Test("a preflight is answered with 200 for ten minutes; of another origin it is refused")
    func preflight() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.origins = [Self.origin]
        } _: { served in
            let ask = ["Access-Control-Request-Method: GET", "Access-Control-Request-Headers: range"]
            let path = "/videos/film/film.m3u8"
            let answer = try await served.ask(path, method: "OPTIONS", ["Origin: \(Self.origin)"] + ask).head
            #expect(status(answer) == 200 && field("Access-Control-Max-Age", of: answer) == "600")
            #expect(field("Access-Control-Allow-Headers", of: answer) == "range")
            let other = try await served.ask(path, method: "OPTIONS", ["Origin: https://evil.example"] + ask).head
            #expect(status(other) == 400 && field("Access-Control-Allow-Origin", of: other) == nil)
        }
    }

    @Test("an origin that was typed in capitals or with a slash behind it is the one that browsers send")
    func spelling() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.origins = ["HTTPS://Watch.Example/"]
        } _: { served in
            let answer = try await served.ask("/videos/", ["Origin: \(Self.origin)"]).head
            #expect(field("Access-Control-Allow-Origin", of: answer) == Self.origin)
        }
    }

    @Test("a star allows any origin, and without origins nothing is said")
    func star() async throws {
        try await ServedFolder.run { configuration, _ in
            configuration.routes.origins = ["*"]
        } _: { served in
            let answer = try await served.ask("/videos/", ["Origin: https://any.example"]).head
            #expect(field("Access-Control-Allow-Origin", of: answer) == "https://any.example")
        }
        try await ServedFolder.run { served in
            let answer = try await served.ask("/videos/", ["Origin: https://any.example"]).head
            #expect(field("Access-Control-Allow-Origin", of: answer) == nil)
        }
    }
}
