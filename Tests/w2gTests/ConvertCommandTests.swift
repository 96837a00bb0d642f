import Foundation
import TestSupport
import Testing

@Suite("w2g convert")
struct ConvertCommandTests {
    @Test("converts where no ffmpeg program can be found, and prints the playlist")
    func withoutFFmpegProgram() throws {
        let folder = try TestFolder()
        try folder.place("rotated.mp4")
        let run = try ProgramRun(["convert", "rotated.mp4", "film/"], in: folder.url)
        #expect(run.status == 0)
        #expect(run.output.hasSuffix("/film/film.m3u8\n"))
        #expect(run.error.hasPrefix("w2g: video: encoded with libx264 (the picture is rotated); audio: copied (AAC-LC"))
        #expect(try folder.names(in: "film").contains("film.m3u8"))
    }

    @Test("prints the result as JSON")
    func json() throws {
        let folder = try TestFolder()
        try folder.place("edit-list.mp4")
        let run = try ProgramRun(["convert", "--json", "--progress", "json", "edit-list.mp4", "a/b"], in: folder.url)
        let result = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        #expect(result?["version"] as? Int == 1)
        #expect(result?["segments"] as? Int == 2)
        #expect((result?["playlist"] as? String)?.hasSuffix("/a/b/b.m3u8") == true)
        #expect((result?["videosDirectory"] as? String)?.hasSuffix("/a/") == true)
        // Every line on standard error is JSON too.
        for line in run.error.split(separator: "\n") {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
    }

    @Test("what FFmpeg says is JSON too when progress is")
    func logAsJSON() throws {
        let folder = try TestFolder()
        try folder.place("rotated.mp4")
        let arguments = ["convert", "--progress", "json", "--log-level", "info", "rotated.mp4", "film"]
        let run = try ProgramRun(arguments, in: folder.url)
        #expect(run.status == 0)
        let messages = try run.error.split(separator: "\n").compactMap { line in
            (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["message"] as? String
        }
        #expect(messages.contains { $0.contains("[libx264 @ ") })
    }

    @Test("a failure is JSON too when progress is")
    func failureAsJSON() throws {
        let folder = try TestFolder()
        for (arguments, status) in [(["missing.mp4", "out"], 66), (["--crf", "99", "missing.mp4", "out"], 64)] {
            let run = try ProgramRun(["convert", "--progress", "json"] + arguments, in: folder.url)
            #expect(run.status == Int32(status))
            let line = try JSONSerialization.jsonObject(with: Data(run.error.utf8)) as? [String: Any]
            #expect(line?["exitCode"] as? Int == status)
            #expect(line?["error"] is String)
        }
    }

    @Test("a film of which nothing is left to decode gets one line, without FFmpeg's words and a route")
    func nothingToDecode() throws {
        let folder = try TestFolder()
        try folder.place("sample.mp4")
        // Our own MP4 has its index in front: a stump of it still promises everything.
        #expect(try ProgramRun(["convert", "--format", "mp4", "sample.mp4", "whole"], in: folder.url).status == 0)
        let whole = try Data(contentsOf: folder.file("whole/whole.mp4"))
        let media = try #require(whole.range(of: Data("mdat".utf8))).upperBound
        try whole.prefix(media + 16).write(to: folder.file("cut.mp4"))
        let run = try ProgramRun(["convert", "--crf", "23", "cut.mp4", "film"], in: folder.url)
        #expect(run.status == 65)
        #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
        #expect(run.error.hasPrefix("w2g: ") && run.error.contains("cut.mp4"))
        #expect(try folder.names() == ["cut.mp4", "sample.mp4", "whole"])
    }

    @Test("control characters in a file's name neither break the line nor steer the terminal")
    func controlCharacters() throws {
        let folder = try TestFolder()
        let run = try ProgramRun(["convert", "a\nb\u{1B}[2J.mp4", "out"], in: folder.url)
        #expect(run.status == 66)
        #expect(run.error.contains(#"/a\u{A}b\u{1B}[2J.mp4' cannot be opened"#), "\(run.error)")
        #expect(run.error.filter { $0 == "\n" }.count == 1)
    }

    @Test("without a folder the film's name without its ending is the folder")
    func defaultFolder() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(at: folder.file("films"), withIntermediateDirectories: true)
        try folder.place("edit-list.mp4", as: "films/my.film.mp4")
        let run = try ProgramRun(["convert", "films/my.film.mp4", "--progress", "none"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        #expect(run.output.hasSuffix("/my.film/my.film.m3u8\n"))
        #expect(try folder.names() == ["films", "my.film"])
    }

    @Test("what is left out beside picture and sound is told in one line", arguments: [[], ["--crf", "40"]])
    func leftOut(options: [String]) throws {
        let folder = try TestFolder()
        try folder.place("two-audio.mkv")
        let run = try ProgramRun(["convert", "two-audio.mkv"] + options, in: folder.url)
        #expect(run.status == 0)
        #expect(run.error.contains("\nw2g: left out: audio ("), "\(run.error)")
        let chinese = try ProgramRun(["convert", "--lang", "zh", "two-audio.mkv"] + options, in: folder.url)
        #expect(chinese.error.contains("\nw2g: 已略去：音频（"), "\(chinese.error)")
    }

    @Test("names that are not UTF-8 are names of films and folders")
    func namesOfOtherBytes() throws {
        let folder = try TestFolder()
        try folder.place("edit-list.mp4")
        // A word in GBK; its last two bytes happen to be a letter in UTF-8.
        let script = #"""
            name=$(printf '\265\347\323\260'); mv edit-list.mp4 "$name.mp4" || exit 9
            "$PROGRAM" convert "$name.mp4" "$name" --hls-segment-filename "$name" --progress none >line || exit
            test "$(cat line)" = "$(pwd -P)/$name/$name.m3u8" && test -s "$name/${name}_0.ts" || exit 8
            cat "$name/$name.m3u8"; "$PROGRAM" convert "$name.mkv" missing >/dev/null
            """#
        let run = try ProgramRun(script: script, in: folder.url)
        #expect(run.status == 66, "\(run.error)")
        #expect(run.output.contains("\n%B5%E7%D3%B0_0.ts\n"), "\(run.output)")
        #expect(run.error.contains(#"/\xB5\xE7Ӱ.mkv' cannot be opened"#), "\(run.error)")
    }

    @Test("'..' behind a link means the folder above the link's target")
    func parentOfLink() throws {
        let folder = try TestFolder()
        let manager = FileManager.default
        try manager.createDirectory(at: folder.url.appending(path: "far/away"), withIntermediateDirectories: true)
        try folder.place("edit-list.mp4")
        try manager.moveItem(
            at: folder.url.appending(path: "edit-list.mp4"),
            to: folder.url.appending(path: "far/film.mp4")
        )
        try manager.createSymbolicLink(
            at: folder.url.appending(path: "link"),
            withDestinationURL: folder.url.appending(path: "far/away")
        )
        let run = try ProgramRun(["convert", "link/../film.mp4", "link/../out"], in: folder.url)
        #expect(run.status == 0, "\(run.error)")
        #expect(try folder.names(in: "far/out").contains("out.m3u8"))
    }

    @Test(
        "ends with one line and the exit code of the failure",
        arguments: [
            (["convert", "missing.mp4", "out"], Int32(66), "missing.mp4"),
            (["convert", "words.txt", "out"], 65, "words.txt"),
            (["convert", ".", "out"], 65, "directory"),
            (["convert", "--crf", "99", "words.txt", "out"], 64, "crf 99"),
            (["convert", "--crf", "x", "words.txt", "out"], 64, "--crf"),
            (["convert", "--preset", "fastest", "words.txt", "out"], 64, "fastest"),
            (["convert", "--unknown", "words.txt", "out"], 64, "--unknown"),
            (["convert"], 64, "input"),
            (["convert", "words.txt"], 73, "words.mp4"),
            (["convert", "https://films.example/film.mp4"], 64, "w2g download"),
            (["convert", "HTTP://films.example/film.m3u8", "out"], 64, "w2g download"),
            (["convert", "rotated.mp4", "out", "third.mp4"], 64, "third.mp4"),
            (["convert", "nameless"], 73, "nameless.mp4"),
            (["one", "https://films.example/film.mp4"], 64, "w2g download"),
            (["one", "rotated.mp4", "other.mp4"], 64, "other.mp4"),
            (["one", "--port", "0", "nameless"], 73, "nameless.mp4"),
            (["one", "--port", "0", "words.txt"], 73, "words"),
            (["one", "--port", "0", "noise.mkv"], 65, "noise.mkv"),
            (["convert", "rotated.mp4", "words.txt"], 73, "words.txt"),
            (["convert", "rotated.mp4", "/proc/none/out"], 73, "/proc/none"),
            (["convert", "--video-encoder", "libx246", "rotated.mp4", "out"], 64, "libx264"),
            (["frobnicate"], 64, "frobnicate"),
        ]
    )
    func failures(arguments: [String], status: Int32, mention: String) throws {
        let folder = try TestFolder()
        try folder.place("rotated.mp4")
        try Data("Just words.\n".utf8).write(to: folder.url.appending(path: "words.txt"))
        // A film without an ending, one that is none, and a file where the folder of one would be.
        try folder.place("rotated.mp4", as: "nameless")
        try Data(SeededGenerator.noise(9_000)).write(to: folder.file("noise.mkv"))
        try Data().write(to: folder.file("words"))
        let before = try folder.names()
        let run = try ProgramRun(arguments, in: folder.url)
        #expect(run.status == status)
        #expect(run.output == "")
        #expect(run.error.contains(mention), "\(run.error)")
        #expect(run.error.hasPrefix("w2g: "))
        #expect(run.error.filter { $0 == "\n" }.count == 1, "\(run.error)")
        #expect(try folder.names() == before)
    }

    @Test("Ctrl-C and SIGTERM end it with 130 and leave nothing", arguments: [SIGINT, SIGTERM])
    func interruption(signal: Int32) throws {
        let folder = try TestFolder()
        try folder.place("sample.mp4")
        let run = try ProgramRun(
            ["convert", "--preset", "veryslow", "sample.mp4", "out"],
            in: folder.url,
            signal: signal
        )
        #expect(run.status == 130)
        #expect(run.error.hasSuffix("w2g: stopped; run it again to start over\n"))
        #expect(try folder.names() == ["sample.mp4"])
    }

    @Test("a name that begins with a dash goes behind two dashes")
    func leadingDash() throws {
        let folder = try TestFolder()
        try folder.place("cover.mp4", as: "-film.mp4")
        let run = try ProgramRun(["convert", "--", "-film.mp4", "-out"], in: folder.url)
        #expect(run.status == 0)
        #expect(try folder.names(in: "-out") == ["-out.m3u8", ".w2g.json", "stream_0.ts", "stream_1.ts"])
    }

    @Test("the folder of the current directory takes its name")
    func currentDirectory() throws {
        let folder = try TestFolder()
        try folder.place("cover.mp4")
        let run = try ProgramRun(["convert", "cover.mp4", "."], in: folder.url)
        #expect(run.status == 0)
        #expect(try folder.names().contains(folder.url.lastPathComponent + ".m3u8"))
    }

    @Test("called as w2g-cli it takes options with underscores")
    func originalName() throws {
        let folder = try TestFolder()
        try folder.place("cover.mp4")
        let run = try ProgramRun(
            ["convert", "cover.mp4", "out", "--hls_segment_filename=a_b", "--hls_time", "1"],
            in: folder.url,
            name: "w2g-cli"
        )
        #expect(run.status == 0)
        #expect(try folder.names(in: "out").contains("a_b_0.ts"))
    }
}
