import Testing

@testable import W2GServe

@Suite("Dates of HTTP")
struct HTTPDateTests {
    @Test(
        "are written as RFC 9110 wants them, and read back",
        arguments: [
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)]
    )
    func written(second: Int64, text: String) {
        #expect(HTTPDate.text(second) == text)
        #expect(HTTPDate.text(now: second) == text)
        #expect(HTTPDate.read(text) == second)
    }

    @Test("are read in their two old forms too")
    func oldForms() {
        #expect(HTTPDate.read("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
        #expect(HTTPDate.read("Sun Nov  6 08:49:37 1994") == 784_111_777)
    }

    @Test(
        "that are none are not read",
        arguments: [
            "", "now", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +0100", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 99999 08:49:37 GMT",
            "Sun, 99999999999 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z",
        ]
    )
    func unreadable(text: String) {
        #expect(HTTPDate.read(text) == nil)
    }
}
