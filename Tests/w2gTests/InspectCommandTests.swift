import Foundation
import TestSupport
import Testing

@Suite("w2g inspect")
struct InspectCommandTests {
    /// A folder with what the converter makes of a fixture.
    private func converted(_ fixture: String, _ options: [String] = []) throws -> TestFolder {
        let folder = try TestFolder()
        try folder.place(fixture)
        let run = try ProgramRun(["convert", "--progress", "none", fixture, "film"] + options, in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        return folder
    }

    @Test(
        "finds nothing in what the converter makes, copied or encoded",
        arguments: ["sample.mp4", "rotated.mp4", "edit-list.mp4", "wrap.ts", "two-audio.mkv", "hdlike-vfr.mkv"]
    )
    func converted(fixture: String) throws {
        let folder = try converted(fixture)
        let run = try ProgramRun(["inspect", "--strict", "--quiet", "--progress", "none", "film"], in: folder.url)
        #expect(run.status == 0 && run.output == "" && run.error == "", "\(run.output)\(run.error)")
    }

    @Test("finds nothing in what the converter makes as CMAF", arguments: ["sample.mp4", "hdr10.mp4", "two-audio.mkv"])
    func convertedToCMAF(fixture: String) throws {
        let options = ["--segment-type", "fmp4", "--video-encoder", "copy", "--audio-encoder", "copy"]
        let folder = try converted(fixture, options)
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

    @Test(
        "an MP4 file lasts as long as it is shown",
        arguments: [("edit-list-mid-gop.mp4", 3.68), ("edit-list.mp4", 4.25), ("sample.mp4", 20)]
    )
    func duration(fixture: String, seconds: Double) throws {
        let folder = try TestFolder()
        try folder.place(fixture)
        let run = try ProgramRun(["inspect", "--json", "--progress", "none", fixture], in: folder.url)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        let measured = try #require(report.renditions.first?.measuredDuration)
        #expect((measured - seconds).magnitude < 0.03, "\(measured)")
    }

    private struct Report: Decodable {
        struct Rendition: Decodable {
            var measuredDuration: Double?
        }

        var renditions: [Rendition]
    }

    @Test("one channel is written as one")
    func oneChannel() throws {
        let folder = try TestFolder()
        // A frame of AAC, 48 kHz, one channel.
        let frame: [UInt8] = [0xFF, 0xF1, 0x4C, 0x40, 0x01, 0x1F, 0xFC, 0x21]
        try Data([frame, frame, frame].joined()).write(to: folder.file("a.aac"))
        let run = try ProgramRun(["inspect", "--progress", "none", "a.aac"], in: folder.url)
        #expect(run.output.contains("mp4a.40.2, 48000 Hz, 1 channel\n"), "\(run.output)")
    }

    @Test("--rewrite prints the playlist as it was read, byte for byte")
    func rewrite() throws {
        let folder = try TestFolder()
        let text = "#EXTM3U\r\n#EXT-X-TARGETDURATION:2\r\n\t#EXT-X-ODD:x=y\n#EXTINF:2,a title\nsome file.ts\n# end"
        try Data(text.utf8).write(to: folder.file("a.m3u8"))
        let run = try ProgramRun(["inspect", "--rewrite", "a.m3u8"], in: folder.url)
        #expect(run.status == 0 && run.output == text && run.error == "", "\(run.output)\(run.error)")
    }

    @Test("--playlist-only looks for no segment")
    func playlistOnly() throws {
        let folder = try TestFolder()
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n"
        try Data(text.utf8).write(to: folder.file("a.m3u8"))
        let run = try ProgramRun(["inspect", "--playlist-only", "--progress", "none", "a.m3u8"], in: folder.url)
        #expect(run.status == 0 && run.output.hasSuffix("no findings\n"), "\(run.output)\(run.error)")
        let other = try ProgramRun(["inspect", "--progress", "none", "a.m3u8"], in: folder.url)
        #expect(other.output.contains("missing-segment"))
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

    @Test("--quiet prints no progress")
    func quiet() throws {
        let folder = try converted("edit-list.mp4")
        let run = try ProgramRun(["inspect", "--quiet", "film"], in: folder.url)
        #expect(run.status == 0 && run.error == "", "\(run.error)")
    }

    @Test(
        "Apple's rules are checked on demand; what the converter makes breaks none, and its short segments are a hint",
        arguments: ["ts", "fmp4"]
    )
    func apple(segmentType: String) throws {
        let folder = try converted("sample.mp4", ["--segment-type", segmentType])
        let run = try ProgramRun(["inspect", "--apple", "--quiet", "film"], in: folder.url)
        #expect(run.output.hasPrefix("hints (2)\n") && run.output.contains("apple-target-duration"), "\(run.output)")
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
