import Crypto
import Foundation
import HLSKit
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
        let answer = try answer(names: names, path: path, host: host, fields: fields, peer: peer)
        guard case .bytes(let bytes) = answer.body else { return "" }
        return String(buffer: bytes)
    }

    private func answer(
        names: [String] = ["film"],
        path: String = "/",
        host: String = "watch.example:8000",
        fields: HTTPFields = [:],
        peer: String = "127.0.0.1"
    ) throws -> SiteAnswer {
        var request = HTTPRequest(method: .get, scheme: "http", authority: host, path: path)
        request.headerFields = fields
        return FrontPage(trustedProxies: TrustedProxies()).answer(
            names: names,
            target: RequestTarget(path),
            request: request,
            peer: try SocketAddress(ipAddress: peer, port: 1)
        )
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
        #expect(text.contains("http://HOST/video/NAME/") && !text.contains("<script>"))
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
        #expect(!(try page(path: "/?video=%3Cscript%3E").contains("<script>")))
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

    @Test("lets its script put the addresses below the path and host of the browser, and no other script run")
    func script() throws {
        let text = try page(path: "/?video=film")
        for path in ["video/film/", "ws/", "ws/ROOM/ws/"] { #expect(text.contains("<code data-path=\"\(path)\">")) }
        let parts = text.components(separatedBy: "<script")
        #expect(parts.count == 2)
        let script = try #require(parts.last?.components(separatedBy: ">", maxSplits: 1).last)
        let source = try #require(script.components(separatedBy: "</script>").first)
        let hash = Data(SHA256.hash(data: Data(source.utf8))).base64EncodedString()
        let policy = try #require(try answer(path: "/?video=film").fields[.contentSecurityPolicy])
        #expect(policy.contains("script-src 'sha256-\(hash)';"))
    }

    @Test("links to names that are not UTF-8 by their bytes, and spells these out")
    func otherBytes() throws {
        let name = FileName.text([0x66, 0xB5])
        let text = try page(names: [name], path: "/?video=f%B5")
        #expect(text.contains("href=\"?video=f%B5\" aria-current=\"page\">f\\xB5</a>"))
        #expect(text.contains("src=\"videos/f%B5/f%B5.m3u8\"") && text.contains("/video/f%B5/<"))
    }

    @Test("plays a video whose name is typed in the other form of Unicode")
    func otherForm() throws {
        let text = try page(names: ["e\u{301}"], path: "/?video=%C3%A9")
        #expect(text.contains("<video src=\"videos/e%CC%81/e%CC%81.m3u8\""))
    }

    @Test("says what to do when there are no videos")
    func empty() throws {
        #expect(try page(names: []).contains("No videos yet"))
    }
}

extension String {
    fileprivate func components(separatedBy text: String, maxSplits: Int = .max) -> [String] {
        split(separator: text, maxSplits: maxSplits, omittingEmptySubsequences: false).map(String.init)
    }
}
