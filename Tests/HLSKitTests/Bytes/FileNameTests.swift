import HLSKit
import TestSupport
import Testing

@Suite("File names")
struct FileNameTests {
    @Test("names of well-formed UTF-8 are themselves", arguments: ["film.mp4", "电影.mkv", "e\u{301}té", "", "🎬"])
    func plainNames(name: String) {
        #expect(FileName.text(Array(name.utf8)).utf8.elementsEqual(name.utf8))
        #expect(FileName.bytes(name) == Array(name.utf8))
    }

    @Test(
        "names of other bytes come back as they were",
        arguments: [
            [0xB5, 0xE7, 0xD3, 0xB0, 0x2E, 0x6D], [0xFF], [0x80], [0x61, 0xC3], [0xC3, 0x28], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x9F, 0x8E, 0x41], [0xC0, 0xAF],
            // What stands for a byte is a name of its own when it is met in a name.
            [0xF4, 0x8F, 0x9E, 0x80], [0x61, 0xF4, 0x8F, 0x9F, 0xBF, 0xB5],
        ] as [[UInt8]]
    )
    func otherBytes(name: [UInt8]) {
        let text = FileName.text(name)
        #expect(FileName.bytes(text) == name)
        #expect(!text.unicodeScalars.contains("\u{FFFD}"))
    }

    @Test("any bytes come back as they were")
    func anyBytes() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let name = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                // Leading and continuing bytes more often than by chance.
                [UInt8.random(in: 1...255, using: &generator), 0xF4, 0x8F, 0x9E, 0x80].randomElement(using: &generator)
                    ?? 0
            }
            #expect(FileName.bytes(FileName.text(name)) == name)
        }
    }

    @Test("different names are different texts")
    func differentTexts() {
        let names: [[UInt8]] = [[0xB5], [0xB6], Array("\u{FFFD}".utf8), Array("\u{10F7B5}".utf8), Array("µ".utf8)]
        #expect(Set(names.map { FileName.text($0) }).count == names.count)
    }

    @Test("a C string ends at its zero")
    func cStrings() {
        #expect(FileName.cString(FileName.text([0x61, 0xB5])) == [0x61, -75, 0])
        #expect(FileName.text(cString: [0x61, -75, 0, 0x62]) == FileName.text([0x61, 0xB5]))
    }
}
