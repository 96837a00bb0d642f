import NIOHTTP1
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Addresses, credentials, cookies and proxies")
struct AddressTests {
    private let day = 1_800_000_000

    @Test("an address is taken apart")
    func parts() throws {
        let address = try #require(WebAddress("HTTPS://me:p%40ss@Example.com:8443/a/b.ts?x=1#part"))
        #expect(address.origin == .init(isSecure: true, host: "example.com", port: 8443))
        #expect(address.userInfo == "me:p%40ss")
        #expect(address.target == "/a/b.ts?x=1")
        #expect(address.requestURL == "https://example.com:8443/a/b.ts?x=1")
        #expect(WebAddress("http://[::1]:80?q")?.requestURL == "http://[::1]/?q")
        #expect(WebAddress("http://[::1]")?.origin.port == 80)
    }

    @Test(
        "a source may lack its scheme, and have white space around it",
        arguments: [
            ("example.com/a.m3u8?t=1", "https://example.com/a.m3u8?t=1"), ("//example.com/a", "https://example.com/a"),
            ("example.com:8080/a.m3u8", "http://example.com:8080/a.m3u8"), ("localhost/a", "http://localhost/a"),
            ("127.0.0.1:9000/a", "http://127.0.0.1:9000/a"), (" https://example.com/a \n", "https://example.com/a"),
            ("[::1]:80/a", "http://[::1]:80/a"),
        ]
    )
    func sources(text: String, url: String) {
        #expect(LocalPath.url(of: text) == url)
    }

    @Test(
        "a source that may be a path is one",
        arguments: ["film.m3u8", "hls/film", "a.b1/x", "../film/x.m3u8", "/a.de/x"]
    )
    func paths(text: String) {
        #expect(LocalPath.url(of: text).hasPrefix("file:///"))
    }

    @Test("a cookie file may begin with a byte order mark")
    func byteOrderMark() throws {
        for head in ["# Netscape HTTP Cookie File\r\n", ""] {
            let jar = try CookieJar(netscape: "\u{FEFF}\(head)example.com\tFALSE\t/\tFALSE\t0\ta\tb\r\n", file: "jar")
            #expect(jar.cookies.map(\.domain) == ["example.com"])
        }
    }

    @Test(
        "what is no address of a web server is none",
        arguments: [
            "file:///etc/passwd", "ftp://a/b", "http://", "http:///a", "http:a", "a/b", "", "http://a:99999/",
            "http://a:x/",
            "http://u@/",
        ]
    )
    func none(text: String) {
        #expect(WebAddress(text) == nil)
    }

    @Test("passwords are not shown")
    func displayed() {
        #expect(WebAddress.displayed("http://me:secret@a/b") == "http://a/b")
        #expect(WebAddress.displayed("http://a/" + String(repeating: "x", count: 5_000)).utf8.count < 300)
    }

    private func fields(
        _ url: String,
        root: String = "https://home.example/p/index.m3u8?token=1",
        _ change: (inout TransferConfiguration) -> Void = { _ in }
    ) throws -> HTTPHeaders {
        var configuration = TransferConfiguration()
        configuration.headers = [
            HeaderField(name: "Authorization", value: "Bearer x"), HeaderField(name: "cookie", value: "a=b"),
            HeaderField(name: "X-Note", value: "n"), HeaderField(name: "Range", value: "bytes=0-1"),
        ]
        change(&configuration)
        let address = try #require(WebAddress(url))
        return RequestHeaders(configuration, root: root)
            .fields(for: address, isCompressible: false, ask: .init(), isRoot: url == root, cookies: nil)
    }

    @Test(
        "credentials go to the origin of the root playlist alone",
        arguments: [
            ("https://home.example/seg.ts", true), ("https://home.example:8443/seg.ts", false),
            ("http://home.example/seg.ts", false), ("https://cdn.example/seg.ts", false),
            ("https://evil-home.example/seg.ts", false), ("https://a.home.example/seg.ts", false),
        ]
    )
    func credentials(url: String, isSent: Bool) throws {
        let headers = try fields(url)
        #expect(headers.contains(name: "Authorization") == isSent)
        #expect(headers.contains(name: "Cookie") == isSent)
        #expect(headers.first(name: "X-Note") == "n")
        #expect(!headers.contains(name: "Range"))
    }

    @Test("the same host may turn to https, and trusted hosts get credentials too")
    func trust() throws {
        let upgraded = try fields("https://home.example/a", root: "http://home.example/i.m3u8")
        #expect(upgraded.contains(name: "Authorization"))
        for (url, isSent) in [
            ("https://cdn.example/a", true), ("https://b.cdn.example/a", true), ("http://cdn.example/a", false),
        ] {
            let headers = try fields(url) { $0.trustedHosts = ["cdn.example"] }
            #expect(headers.contains(name: "Authorization") == isSent)
        }
    }

    @Test("a name and a password in a URL become basic authorization for its origin")
    func userInfo() throws {
        let root = "https://me:p%40ss@home.example/i.m3u8"
        let own = try fields("https://home.example/a", root: root) { $0.headers = [] }
        #expect(own.first(name: "Authorization") == "Basic bWU6cEBzcw==")
        #expect(own.first(name: "Referer") == "https://home.example/i.m3u8")
        let other = try fields("https://cdn.example/a", root: root) { $0.headers = [] }
        #expect(!other.contains(name: "Authorization"))
    }

    @Test("the referer is the root playlist, without its query for others, and not in the clear")
    func referer() throws {
        #expect(
            try fields("https://home.example/a").first(name: "Referer") == "https://home.example/p/index.m3u8?token=1"
        )
        #expect(try fields("https://cdn.example/a").first(name: "Referer") == "https://home.example/p/index.m3u8")
        #expect(try fields("http://cdn.example/a").first(name: "Referer") == nil)
        #expect(try fields("http://cdn.example/a") { $0.referer = "https://x/" }.first(name: "Referer") == "https://x/")
    }

    @Test("the user agent is a browser's unless another is wanted")
    func userAgent() throws {
        #expect(try fields("https://home.example/a").first(name: "User-Agent")?.hasPrefix("Mozilla/5.0") == true)
        #expect(try fields("https://home.example/a") { $0.userAgent = "me" }.first(name: "User-Agent") == "me")
    }

    @Test("header fields are read from lines, and lines that would make two are refused")
    func headerLines() {
        #expect(HeaderField(line: "A-b:  c: d") == HeaderField(name: "A-b", value: "c: d"))
        for line in ["", ":", "a b: c", "noColon", "a: b\r\nc: d", "a\n: b", "ä: b", "a: \u{0}"] {
            #expect(HeaderField(line: line) == nil)
        }
    }

    // MARK: Cookies

    @Test("a file of cookies is read, and each goes where it belongs")
    func cookieFile() throws {
        let text = """
            # Netscape HTTP Cookie File
            .example.com\tTRUE\t/\tFALSE\t0\tsession\tabc
            #HttpOnly_www.example.com\tFALSE\t/video\tTRUE\t1900000000\tsecret\tx=y
            old.example\tFALSE\t/\tFALSE\t1000\told\t1

            """
        let jar = try CookieJar(netscape: text, file: "c.txt")
        func field(_ url: String) throws -> String? { jar.field(for: try #require(WebAddress(url)), now: day) }
        #expect(try field("https://www.example.com/video/a.ts") == "secret=x=y; session=abc")
        #expect(try field("http://www.example.com/video/a.ts") == "session=abc")
        #expect(try field("https://www.example.com/videos") == "session=abc")
        #expect(try field("https://other.www.example.com/video/") == "session=abc")
        #expect(try field("http://example.com/") == "session=abc")
        #expect(try field("http://notexample.com/") == nil)
        #expect(try field("http://old.example/") == nil)
    }

    @Test("a file that is none is refused with the number of the entry")
    func noCookieFile() {
        #expect {
            _ = try CookieJar(netscape: "# x\n{\"cookies\": []}\n", file: "c.json")
        } throws: { error in
            (error as? DownloadError)?.message.contains("entry 2 of the cookie file 'c.json'") == true
        }
    }

    @Test("cookies that a server sets come back to it, and to nobody else")
    func setCookies() throws {
        let home = try #require(WebAddress("https://a.example.com/live/i.m3u8"))
        var jar = CookieJar()
        jar.keep(
            [
                "one=1; Path=/; Secure; HttpOnly", "two=2; Domain=.example.com; Max-Age=60", "three=3; Domain=evil.com",
                "four=4; Domain=com", "five=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "broken",
            ],
            from: home,
            now: day
        )
        func field(_ url: String, _ now: Int) throws -> String? {
            jar.field(for: try #require(WebAddress(url)), now: now)
        }
        #expect(try field("https://a.example.com/live/s.ts", day) == "two=2; one=1")
        #expect(try field("https://b.example.com/live/s.ts", day) == "two=2")
        #expect(try field("https://a.example.com/live/s.ts", day + 61) == "one=1")
        #expect(try field("https://evil.com/", day) == nil)
        jar.keep(["one=; Path=/; Max-Age=0; Secure"], from: home, now: day)
        #expect(try field("https://a.example.com/", day) == nil)
    }

    // MARK: Proxies

    private func proxy(_ url: String, _ environment: [String: String], _ explicit: String? = nil) throws -> String? {
        let origin = try #require(WebAddress(url)).origin
        return try ProxySettings(proxy: explicit, environment: environment).proxy(for: origin)
            .map { "\($0.isSOCKS ? "socks" : "http") \($0.host):\($0.port) \($0.credentials ?? "-")" }
    }

    @Test("proxies come from the environment as curl reads it")
    func environment() throws {
        let variables = [
            "http_proxy": "http://me:p%3Aw@proxy:8080/", "HTTPS_PROXY": "proxy2", "ALL_PROXY": "socks5h://s",
            "no_proxy": "localhost, .internal,10.0.0.1,host:8443",
        ]
        #expect(try proxy("http://a/", variables) == "http proxy:8080 me:p:w")
        #expect(try proxy("https://a/", variables) == "http proxy2:3128 -")
        #expect(try proxy("https://a/", ["all_proxy": "socks5://s:99"]) == "socks s:99 -")
        #expect(try proxy("http://a/", ["HTTP_PROXY": "http://stranger"]) == nil)
        for url in [
            "http://localhost/", "https://x.internal/", "http://internal/", "http://10.0.0.1/", "https://host:8443/",
        ] {
            #expect(try proxy(url, variables) == nil)
        }
        #expect(try proxy("https://host/", variables) != nil)
        #expect(try proxy("http://a/", ["http_proxy": "p", "no_proxy": "*"]) == nil)
    }

    @Test("a proxy that is given is used for all hosts, an empty one for none")
    func explicit() throws {
        let variables = ["http_proxy": "other", "no_proxy": "*"]
        #expect(try proxy("http://a/", variables, "http://given:1") == "http given:1 -")
        #expect(try proxy("http://a/", ["http_proxy": "other"], "") == nil)
        for text in ["https://secure:1", "ftp://x", "socks5://me:pw@s", "http://"] {
            #expect(throws: DownloadError.self) { try proxy("http://a/", [:], text) }
        }
    }
}
