import Testing

@testable import W2GServe

@Suite("A range of bytes")
struct ByteSelectionTests {
    @Test(
        "is cut to what there is",
        arguments: [
            ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=0-100", 0..<100), ("bytes=99-", 99..<100),
            ("bytes=99-99999999999999999999999", 99..<100), ("bytes=-1", 99..<100), ("bytes=-100", 0..<100),
            ("bytes=-99999999999999999999999", 0..<100), ("BYTES=5-6", 5..<7), ("bytes= 5 - 6 ", 5..<7),
            ("bytes=005-006", 5..<7),
        ] as [(String, Range<Int64>)]
    )
    func part(field: String, range: Range<Int64>) {
        #expect(ByteSelection(field, size: 100) == .part(range))
    }

    @Test(
        "cannot be given where there is nothing",
        arguments: [
            ("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=99999999999999999999-", 100), ("bytes=-0", 100),
            ("bytes=0-", 0), ("bytes=-5", 0), ("bytes=0-0", 0),
        ] as [(String, Int64)]
    )
    func unsatisfiable(field: String, size: Int64) {
        #expect(ByteSelection(field, size: size) == .unsatisfiable)
    }

    @Test(
        "that is not understood counts as none",
        arguments: [
            "", "bytes", "bytes=", "bytes=-", "bytes=1", "bytes=2-1", "bytes=a-b", "bytes=1-2-3", "bytes=--1",
            "bytes=+1-2",
            "bytes=0x1-2", "seconds=1-2", "=1-2", "bytes=1-2,4-5", "bytes=１-２",
        ]
    )
    func ignored(field: String) {
        #expect(ByteSelection(field, size: 100) == .all)
    }
}
