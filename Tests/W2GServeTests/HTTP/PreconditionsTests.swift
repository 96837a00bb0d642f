import Hummingbird
import Testing

@testable import W2GServe

@Suite("Conditions of a request")
struct PreconditionsTests {
    private static let tag = "\"a\""
    private static let second: Int64 = 784_111_777
    private static let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"

    private func verdict(_ fields: HTTPFields, modified: Int64? = second) -> Preconditions.Verdict {
        Preconditions.evaluate(fields, etag: Self.tag, modified: modified)
    }

    @Test("If-None-Match compares weakly, in lists and with a star")
    func noneMatch() {
        for list in [Self.tag, "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" ", "*", ",, \"a\"", "\"x,y\", \"a\""] {
            #expect(verdict([.ifNoneMatch: list]) == .notModified, "\(list)")
        }
        for list in ["\"b\"", "", "a", "\"a", "\"A\"", "\"a\"b".replacing("a", with: "c"), "W/", "\"b\" a"] {
            #expect(verdict([.ifNoneMatch: list]) == .proceed, "\(list)")
        }
    }

    @Test("If-Match compares strongly, and fails with 412")
    func match() {
        for list in [Self.tag, "*", "\"b\", \"a\""] { #expect(verdict([.ifMatch: list]) == .proceed, "\(list)") }
        for list in ["\"b\"", "W/\"a\"", "", "a"] { #expect(verdict([.ifMatch: list]) == .failed, "\(list)") }
    }

    @Test("dates count where no tag is given, and are compared by seconds")
    func dates() {
        #expect(verdict([.ifModifiedSince: Self.date]) == .notModified)
        #expect(verdict([.ifModifiedSince: Self.earlier]) == .proceed)
        #expect(verdict([.ifModifiedSince: "yesterday"]) == .proceed)
        #expect(verdict([.ifModifiedSince: Self.date], modified: nil) == .proceed)
        #expect(verdict([.ifModifiedSince: Self.date, .ifNoneMatch: "\"b\""]) == .proceed)
        #expect(verdict([.ifUnmodifiedSince: Self.date]) == .proceed)
        #expect(verdict([.ifUnmodifiedSince: Self.earlier]) == .failed)
        #expect(verdict([.ifUnmodifiedSince: "yesterday"]) == .proceed)
        #expect(verdict([.ifUnmodifiedSince: Self.earlier, .ifMatch: Self.tag]) == .proceed)
        #expect(verdict([.ifMatch: "\"b\"", .ifNoneMatch: Self.tag]) == .failed)
    }

    @Test("If-Range wants the same strong tag or the exact date")
    func ranges() {
        func allows(_ condition: String, modified: Int64? = Self.second) -> Bool {
            Preconditions.allowsRange([.ifRange: condition], etag: Self.tag, modified: modified)
        }
        #expect(allows(Self.tag) && allows(Self.date))
        #expect(!allows("W/\"a\"") && !allows("\"b\"") && !allows(Self.earlier) && !allows("x") && !allows(""))
        #expect(!allows(Self.date, modified: nil))
        #expect(Preconditions.allowsRange([:], etag: Self.tag, modified: nil))
    }
}
