import HLSKit
import Testing

@testable import W2GServe

@Suite("The target of a request")
struct RequestTargetTests {
    @Test(
        "is taken apart in origin form and in absolute form",
        arguments: [
            ("/videos/?sort=true", "/videos/", "sort=true"), ("/a?b?c", "/a", "b?c"), ("/a?", "/a", ""),
            ("/a#b?c", "/a", nil), ("/a?b#c", "/a", "b"), ("http://host/a?b", "/a", "b"), ("http://host", "/", nil),
            ("https://host?b", "/", "b"), ("/http://host/a", "/http://host/a", nil), ("*", "*", nil), ("", "", nil),
        ] as [(String, String, String?)]
    )
    func parts(target: String, path: String, query: String?) {
        let read = RequestTarget(target)
        #expect(read.path == path)
        #expect(read.query.map(String.init) == query)
    }

    @Test(
        "gives the fields of its query decoded, the last of a name",
        arguments: [
            ("/?video=a", "a"), ("/?video=a&video=b", "b"), ("/?x=1&video=a%20b+c&y", "a b c"), ("/?video", ""),
            ("/?video=", ""), ("/?video=a=b", "a=b"), ("/?v%69deo=%E7%94%B5", "电"), ("/?other=a", nil), ("/", nil),
            ("/?video=%FF", "\u{10F7FF}"), ("/?video=%2", nil), ("/?&&video=a&", "a"),
        ] as [(String, String?)]
    )
    func fields(target: String, value: String?) {
        #expect(RequestTarget(target).value(of: "video") == value)
    }

    @Test("escapes come back as they were, for every byte")
    func escapes() {
        let bytes = (UInt8.min...UInt8.max).map(\.self)
        let encoded = PercentCoding.name(bytes)
        #expect(RequestTarget.decoded(encoded[...]) == bytes)
        #expect(PercentCoding.name("aZ09-._~".utf8) == "aZ09-._~")
        #expect(PercentCoding.name("?#%/ 电\u{1}".utf8) == "%3F%23%25%2F%20%E7%94%B5%01")
    }

    @Test("an escape without two digits is none", arguments: ["%", "%4", "%zz", "a%", "%%41", "%4g", "% 41"])
    func badEscapes(text: String) {
        #expect(RequestTarget.decoded(text[...]) == nil)
        #expect(RequestTarget.mediaPath(text[...]) == nil)
    }

    @Test(
        "names a place only without tricks",
        arguments: [
            "", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".", "a/./b", ".a", "a/.b", "%2e%2e/a",
            "a/%2E%2e/b", "%2ea", "a%2fb", "a%2Fb", "%2fa", "..%5ca", "a%00", "%00", "a%0ab", "a%7F",
            "a\u{1}",
        ]
    )
    func tricks(text: String) {
        #expect(RequestTarget.mediaPath(text[...]) == nil)
    }

    @Test(
        "names a place by what its escapes stand for, once",
        arguments: [
            ("a/b.ts", "a/b.ts"), ("a%20b/c", "a b/c"), ("%E7%94%B5/x", "电/x"), ("a%252e%252e/b", "a%2e%2e/b"),
            ("%61", "a"), ("a../b", "a../b"), ("a+b", "a+b"),
            ("a%5Cb", "a\\b"), ("a\\b", "a\\b"),
        ]
    )
    func places(text: String, path: String) {
        #expect(RequestTarget.mediaPath(text[...])?.bytes == Array(path.utf8))
    }
}
