import Foundation
import TestSupport
import Testing

@testable import HLSDownload

@Suite("The journal")
struct JournalTests {
    private let folder: TestFolder
    private let path: String

    init() throws {
        folder = try TestFolder()
        path = String(folder.path.dropLast(folder.path.hasSuffix("/") ? 1 : 0))
    }

    private func entry(_ file: String, _ number: Int = 1) -> Journal.Entry {
        Journal.Entry(file: file, identity: .max - UInt64(number), byteCount: number, checksum: UInt64(number))
    }

    private func begun() throws -> Journal {
        var journal = Journal()
        try journal.begin(in: path, source: "/a", selection: "all", isRecording: false, continues: false)
        return journal
    }

    @Test(
        "finds files by their names, in whatever order they came, and by no other spelling; so does who reads it later"
    )
    func names() throws {
        let names = [
            "playlist.m3u8", "key_0.key", "init_3.mp4", "stream_0.ts", "stream_7.m4s", "stream_5.ts",
            "720p/stream_5.ts",
            "720p/720p.m3u8", "stream_999999999.ts", "stream_12345678901234567890.ts", "stream_007.ts", "8.ts",
            "a.b.vtt",
        ]
        var journal = try begun()
        #expect(journal.isEmpty)
        for (number, name) in names.enumerated() { try journal.add(entry(name, number)) }
        for journal in [journal, try #require(Journal.read(in: path))] {
            for (number, name) in names.enumerated() {
                #expect(journal.entry(FileNames.stem(name)) == entry(name, number))
            }
            #expect(Set(journal.entries.map(\.file)) == Set(names))
            for name in ["stream_07", "stream_6", "stream_", "", "720p/stream_7", "9"] {
                #expect(journal.entry(name) == nil)
            }
            #expect(journal.source == "/a" && journal.selection == "all" && !journal.isFinished)
        }
        try journal.add(entry("stream_5.aac", 99))
        #expect(journal.entry("stream_5") == entry("stream_5.aac", 99))
        for name in names { try journal.remove(name) }
        try journal.remove("stream_88.ts")
        #expect(journal.isEmpty && Array(journal.entries).isEmpty)
        try journal.add(entry("stream_1.exe"))
        try journal.finish(isStopped: true)
        let read = try #require(Journal.read(in: path))
        #expect(journal.isEmpty && read.isEmpty && read.isFinished && read.isStopped)
    }

    @Test("passes over lines that were cut off, wherever that was, and is added to behind them")
    func torn() throws {
        var journal = try begun()
        for number in 0..<40 { try journal.add(entry("stream_\(number).ts", number)) }
        let text = Array(try Data(contentsOf: folder.file(Journal.fileName)))
        for end in (text.count - 200)...text.count {
            try Data(Array(text[..<end])).write(to: folder.file(Journal.fileName))
            var torn = try #require(Journal.read(in: path))
            let whole = text[..<end].split(separator: 0x0A, omittingEmptySubsequences: false).count - 3
            #expect(Array(torn.entries) == (0..<whole).map { entry("stream_\($0).ts", $0) })
            try torn.begin(in: path, source: "/b", selection: "", isRecording: false, continues: false)
            try torn.add(entry("stream_50.ts", 50))
            #expect(torn.entry("stream_50") == entry("stream_50.ts", 50))
            let again = try #require(Journal.read(in: path))
            #expect(again.source == "/b" && Array(again.entries).count >= whole + 1)
            #expect(again.entry("stream_50") == entry("stream_50.ts", 50))
        }
    }

    @Test("is none without its first line, and none when it is a pipe or a folder")
    func other() throws {
        #expect(Journal.read(in: path) == nil)
        try Data(Array("something else\n".utf8)).write(to: folder.file(Journal.fileName))
        #expect(Journal.read(in: path) == nil)
        try Data([]).write(to: folder.file(Journal.fileName))
        #expect(Journal.read(in: path) == nil)
    }

    @Test("is read where it has grown meanwhile, near and far")
    func growing() throws {
        var journal = try begun()
        for number in 0..<3_000 {
            try journal.add(entry("stream_\(number).ts", number))
            for place in [number, number / 2, number * 7_919 % (number + 1)] {
                #expect(journal.entry("stream_\(place)") == entry("stream_\(place).ts", place))
            }
        }
        #expect(journal.entries.map(\.byteCount) == Array(0..<3_000))
    }
}

@Suite("The index of a journal")
struct JournalIndexTests {
    @Test("takes no memory for numbers that are not there")
    func hostile() {
        var index = JournalIndex()
        for number in 0..<3_000 { index["a\(number)-\(number * 300_000)"] = number + 1 }
        for number in 0..<3_000 { index["stream_\(number * 300_000)"] = number + 1 }
        #expect(Array(index.lines).count == 6_000 && index["stream_600000"] == 3)
        #expect(index.placeCount < 20_000)
    }

    @Test("takes names in any order, and each once")
    func order() {
        var index = JournalIndex()
        for number in (0..<10_000).reversed() { index["stream_\(number)"] = number + 1 }
        for number in 0..<10_000 { index["stream_\(number)"] = number + 2 }
        #expect(Array(index.lines).count == 10_000 && index["stream_9999"] == 10_001)
        #expect(index.placeCount < 20_000)
    }
}
