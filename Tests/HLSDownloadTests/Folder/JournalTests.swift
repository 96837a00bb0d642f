import Testing

@testable import HLSDownload

@Suite("The files of a journal")
struct JournalFilesTests {
    private func entry(_ file: String, _ number: Int = 1) -> Journal.Entry {
        Journal.Entry(file: file, identity: .max - UInt64(number), byteCount: number, checksum: UInt64(number))
    }

    @Test("are found by their names, in whatever order they came, and by no other spelling")
    func names() {
        let names = [
            "playlist.m3u8", "key_0.key", "init_3.mp4", "stream_0.ts", "stream_7.m4s", "stream_5.ts",
            "720p/stream_5.ts",
            "720p/720p.m3u8", "stream_999999999.ts", "stream_12345678901234567890.ts", "stream_007.ts", "8.ts",
            "a.b.vtt",
        ]
        var files = JournalFiles()
        #expect(files.isEmpty)
        for (number, name) in names.enumerated() { files.set(entry(name, number)) }
        for (number, name) in names.enumerated() { #expect(files[FileNames.stem(name)] == entry(name, number)) }
        #expect(Set(files.entries.map(\.file)) == Set(names))
        for name in ["stream_07", "stream_6", "stream_", "", "720p/stream_7", "9"] { #expect(files[name] == nil) }
        files.set(entry("stream_5.aac", 99))
        #expect(files["stream_5"] == entry("stream_5.aac", 99))
        for name in names { files.remove(FileNames.stem(name)) }
        files.remove("stream_88")
        #expect(files.isEmpty && Array(files.entries).isEmpty)
        files.set(entry("stream_1.exe"))
        #expect(files.isEmpty)
    }

    @Test("take no memory for numbers that are not there")
    func hostile() {
        var files = JournalFiles()
        for number in 0..<3_000 { files.set(entry("a\(number)-\(number * 300_000).ts", number)) }
        for number in 0..<3_000 { files.set(entry("stream_\(number * 300_000).ts", number)) }
        #expect(Array(files.entries).count == 6_000 && files["stream_600000"] == entry("stream_600000.ts", 2))
        #expect(files.placeCount < 20_000)
    }

    @Test("take a few bytes each")
    func size() {
        var files = JournalFiles()
        for number in (0..<10_000).reversed() { files.set(entry("stream_\(number).ts", number)) }
        for number in 0..<10_000 { files.set(entry("stream_\(number).ts", number)) }
        #expect(Array(files.entries).count == 10_000)
    }
}
