import HLSKit
import Testing

@Suite("Percent-encoding")
struct PercentCodingTests {
    @Test(
        "escapes are undone, and percent signs that begin none stay",
        arguments: [
            ("a%20b", "a b"), ("%41%4a%4A", "AJJ"), ("5% a%2", "5% a%2"), ("%%41", "%A"), ("%zz", "%zz"), ("", ""),
        ]
    )
    func decoded(text: String, expected: String) {
        #expect(PercentCoding.decoded(text.utf8) == Array(expected.utf8))
    }

    @Test("any bytes of a path come back", arguments: ["a b#?%41.ts", "ä/日本", "~!$&'()*+,;=:@\"<>\\"])
    func path(text: String) {
        let encoded = PercentCoding.path(text.utf8)
        #expect(encoded.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(PercentCoding.decoded(encoded.utf8) == Array(text.utf8))
    }

    @Test("a URL keeps its escapes and loses what it may not have")
    func url() {
        #expect(PercentCoding.url("http://h/a b%20c/ü?x=%2F#y") == "http://h/a%20b%20c/%C3%BC?x=%2F#y")
    }
}
