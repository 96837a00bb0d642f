import Foundation
import TestSupport
import Testing

@Suite("w2g inspect")
struct InspectCommandTests {
    /// A folder with what the converter makes of a fixture.
    private func converted(_ fixture: String) throws -> TestFolder {
        let folder = try TestFolder()
        try folder.place(fixture)
        let run = try ProgramRun(["convert", "--progress", "none", fixture, "film"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        return folder
    }

    @Test(
        "finds nothing in what the converter makes, copied or encoded",
        arguments: ["sample.mp4", "rotated.mp4", "edit-list.mp4", "wrap.ts", "two-audio.mkv"]
    )
    func converted(fixture: String) throws {
        let folder = try converted(fixture)
        let run = try ProgramRun(["inspect", "--strict", "--quiet", "--progress", "none", "film"], in: folder.url)
        #expect(run.status == 0 && run.output == "" && run.error == "", "\(run.output)\(run.error)")
    }

    @Test(
        "finds nothing in MP4 files, and tells what they are",
        arguments: ["sample.mp4", "rotated.mp4", "edit-list.mp4"]
    )
    func files(fixture: String) throws {
        let folder = try TestFolder()
        try folder.place(fixture)
        let run = try ProgramRun(["inspect", "--progress", "none", fixture], in: folder.url)
        #expect(run.status == 0 && run.output.hasPrefix("\(fixture): MP4\n"), "\(run.output)\(run.error)")
        #expect(run.output.hasSuffix("no findings\n"), "\(run.output)")
        #expect(run.output.contains("  boxes             ftyp"))
    }

    @Test("prints what a stream is and groups findings, in both languages")
    func report() throws {
        let folder = try converted("edit-list.mp4")
        try FileManager.default.removeItem(at: folder.url.appending(path: "film/stream_1.ts"))
        let english = try ProgramRun(["inspect", "film/film.m3u8"], in: folder.url)
        #expect(english.status == 0)
        #expect(english.output.hasPrefix("film.m3u8: media playlist\n"))
        #expect(english.output.contains("errors (1)\n  stream_1.ts: the segment does not exist"), "\(english.output)")
        let chinese = try ProgramRun(["inspect", "--lang", "zh", "film/film.m3u8"], in: folder.url)
        #expect(chinese.output.contains("媒体播放列表") && chinese.output.contains("错误 (1)\n  stream_1.ts: "))
    }

    @Test("prints the report as JSON, with its version")
    func json() throws {
        let folder = try converted("edit-list.mp4")
        let run = try ProgramRun(["inspect", "--json", "--progress", "json", "film"], in: folder.url)
        let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(report?["version"] as? Int == 1 && report?["kind"] as? String == "media-playlist")
        #expect((report?["findings"] as? [Any])?.isEmpty == true)
        for line in run.error.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }

    @Test("--strict exits with 65 on an error, and only then")
    func strict() throws {
        let folder = try converted("edit-list.mp4")
        try FileManager.default.removeItem(at: folder.url.appending(path: "film/stream_0.ts"))
        for (arguments, status) in [(["inspect", "film"], 0), (["inspect", "--strict", "film"], 65)] {
            let run = try ProgramRun(arguments + ["--progress", "none", "--quiet"], in: folder.url)
            #expect(run.status == Int32(status) && run.error == "")
            #expect(run.output.hasPrefix("errors (1)\n"))
        }
    }

    @Test("Apple's rules are checked on demand")
    func apple() throws {
        let folder = try converted("sample.mp4")
        let run = try ProgramRun(["inspect", "--apple", "--quiet", "film"], in: folder.url)
        #expect(run.output.contains("apple-target-duration"), "\(run.output)")
    }

    @Test(
        "ends with one line and the exit code of the failure",
        arguments: [
            (["inspect", "missing.m3u8"], Int32(66), "missing.m3u8"), (["inspect", "words.txt"], 65, "words.txt"),
            (["inspect", "."], 65, "no playlist"),
            (["inspect", "--retries", "0", "http://127.0.0.1:1/a.m3u8"], 69, "connection was refused"),
            (["inspect"], 64, "source"),
        ]
    )
    func failures(arguments: [String], status: Int32, mention: String) throws {
        let folder = try TestFolder()
        try folder.place("edit-list.mp4")
        try Data("Just words.\n".utf8).write(to: folder.url.appending(path: "words.txt"))
        let run = try ProgramRun(arguments, in: folder.url)
        #expect(run.status == status && run.output == "")
        #expect(run.error.hasPrefix("w2g: ") && run.error.contains(mention), "\(run.error)")
        #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
    }
}
