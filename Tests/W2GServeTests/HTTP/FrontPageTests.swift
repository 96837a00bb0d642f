import Hummingbird
import NIOCore
import Testing

@testable import W2GServe

@Suite("The page at the root")
struct FrontPageTests {
    private func page(
        names: [String] = ["film"],
        path: String = "/",
        host: String = "watch.example:8000",
        fields: HTTPFields = [:],
        peer: String = "127.0.0.1"
    ) throws -> String {
        var request = HTTPRequest(method: .get, scheme: "http", authority: host, path: path)
        request.headerFields = fields
        let answer = FrontPage(trustedProxies: TrustedProxies()).answer(
            names: names,
            target: RequestTarget(path),
            request: request,
            peer: try SocketAddress(ipAddress: peer, port: 1)
        )
        guard case .bytes(let bytes) = answer.body else { return "" }
        return String(buffer: bytes)
    }

    @Test("tells the addresses by the host that was asked")
    func addresses() throws {
        let text = try page(path: "/?video=film")
        #expect(text.contains("http://watch.example:8000/video/film/"))
        #expect(text.contains("ws://watch.example:8000/ws/<"))
        #expect(text.contains("ws://watch.example:8000/ws/ROOM/ws/"))
    }

    @Test(
        "repeats no host that is none",
        arguments: ["", "a\"><script>", "a b", "a/b", "电影", String(repeating: "a", count: 256)]
    )
    func badHosts(host: String) throws {
        let text = try page(host: host)
        #expect(text.contains("http://HOST/video/NAME/") && !text.contains("<script"))
    }

    @Test("believes a proxy of this host that the client uses TLS, and nobody else")
    func scheme() throws {
        #expect(try page(fields: [.forwardedProto: "https"]).contains("wss://watch.example:8000/ws/"))
        #expect(!(try page(fields: [.forwardedProto: "https"], peer: "203.0.113.5").contains("wss://")))
        #expect(!(try page(fields: [.forwardedProto: "http"]).contains("wss://")))
    }

    @Test("plays only a video that is there, and marks that one alone")
    func chosen() throws {
        #expect(!(try page(path: "/?video=other").contains("<video")))
        #expect(!(try page(path: "/?video=%3Cscript%3E").contains("script")))
        // One letter, and a letter with a sign: two folders, though Swift calls their names equal.
        let text = try page(names: ["\u{E9}", "e\u{301}"], path: "/?video=%C3%A9")
        #expect(text.components(separatedBy: "aria-current=\"page\"").count == 2)
        #expect(text.contains("<video src=\"videos/%C3%A9/%C3%A9.m3u8\""))
    }

    @Test("links relative to itself, so that it works below a path of a proxy")
    func relative() throws {
        let text = try page(path: "/?video=film")
        #expect(text.contains("href=\"?video=film\"") && text.contains("src=\"videos/film/film.m3u8\""))
        #expect(!text.contains("href=\"/") && !text.contains("src=\"/"))
    }

    @Test("says what to do when there are no videos")
    func empty() throws {
        #expect(try page(names: []).contains("No videos yet"))
    }
}

extension String {
    fileprivate func components(separatedBy text: String) -> [Substring] {
        split(separator: text, omittingEmptySubsequences: false)
    }
}
