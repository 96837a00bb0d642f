import Foundation
import HLSConversion
import HLSKit
import TestSupport
import Testing

@testable import w2g

@Suite("w2g")
struct ProgramTests {
    @Test(
        "shows its help in English and Chinese",
        arguments: [["help"], ["--help"], ["help", "convert"], ["convert", "-h"]]
    )
    func help(arguments: [String]) throws {
        let folder = try TestFolder()
        let english = try ProgramRun(arguments, in: folder.url)
        #expect(english.status == 0 && english.error == "")
        #expect(english.output.contains("USAGE: w2g"))
        let chinese = try ProgramRun(
            arguments,
            in: folder.url,
            environment: ["LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"]
        )
        #expect(chinese.status == 0)
        #expect(chinese.output.contains("用法：w2g"))
        for word in ["USAGE", "OPTIONS", "OVERVIEW", "Show help"] { #expect(!chinese.output.contains(word), "\(word)") }
    }

    @Test(
        "a command or language that does not exist is told, with those that do",
        arguments: [["help", "foo"], ["--lang", "fr", "version"], ["convert", "--lang=fr", "a.mp4", "b"], ["foo"]]
    )
    func unknown(arguments: [String]) throws {
        let folder = try TestFolder()
        let run = try ProgramRun(arguments, in: folder.url)
        #expect(run.status == 64 && run.output == "")
        #expect(run.error.filter { $0 == "\n" }.count == 1)
        #expect(run.error.contains(arguments.contains("foo") ? "foo" : "give en or zh"), "\(run.error)")
    }

    @Test("every option of convert stands in the help of both languages")
    func options() throws {
        let folder = try TestFolder()
        for language in ["en", "zh"] {
            let run = try ProgramRun(["convert", "--help", "--lang", language], in: folder.url)
            for option in [
                "--video-encoder", "--audio-encoder", "--crf", "--preset", "--bitrate", "--audio-channels",
                "--log-level",
                "--format", "--hls-time", "--hls-playlist-type", "--hls-segment-filename", "--force", "--progress",
                "--json", "--lang",
            ] {
                #expect(run.output.contains(option), "\(option)")
            }
        }
    }

    @Test("tells its version", arguments: [["version"], ["--version"], ["--lang", "zh", "version"]])
    func version(arguments: [String]) throws {
        let folder = try TestFolder()
        let run = try ProgramRun(arguments, in: folder.url)
        #expect(run.status == 0)
        #expect(run.output.hasSuffix(Version.text + "\n"))
    }

    @Test("the route comes in the language of the locale, reasons too")
    func chineseRoute() throws {
        let folder = try TestFolder()
        try folder.place("rotated.mp4")
        let run = try ProgramRun(["convert", "--lang", "zh", "rotated.mp4", "out"], in: folder.url)
        #expect(run.status == 0)
        #expect(run.error.hasPrefix("w2g: 视频：编码为 libx264（画面有旋转）；音频：复制（AAC-LC，"), "\(run.error)")
    }

    @Test("errors come in the language of the locale")
    func errors() throws {
        let folder = try TestFolder()
        let run = try ProgramRun(
            ["convert", "missing.mp4", "out"],
            in: folder.url,
            environment: ["LANG": "zh_CN.UTF-8"]
        )
        #expect(run.status == 66)
        #expect(run.error.hasPrefix("w2g: 找不到输入文件"))
        let usage = try ProgramRun(["convert", "--lang=zh", "--nope", "a", "b"], in: folder.url)
        #expect(usage.status == 64)
        #expect(usage.error.contains("未知选项"))
    }

    @Test(
        "the language follows --lang, then LC_ALL, LC_MESSAGES and LANG",
        arguments: [
            (["--lang", "zh"], [:], true), (["--lang=en"], ["LC_ALL": "zh_CN"], false),
            ([], ["LANG": "zh_TW.UTF-8"], true),
            ([], ["LC_ALL": "C", "LANG": "zh_CN"], false), ([], ["LC_ALL": "", "LC_MESSAGES": "zh"], true),
            ([], [:], false),
            (["--", "--lang", "zh"], [:], false),
        ] as [([String], [String: String], Bool)]
    )
    func language(arguments: [String], environment: [String: String], isChinese: Bool) {
        #expect((Language.choose(arguments: arguments) { environment[$0] } == .chinese) == isChinese)
    }

    @Test("the original's spelling becomes ours, values and file names stay")
    func originalSpelling() {
        #expect(
            OriginalSpelling.translate(["--log_filepath", "a_b", "--max_workers=3_4", "-w", "--", "--x_y"])
                == ["--log-filepath", "a_b", "--max-workers=3_4", "-w", "--", "--x_y"]
        )
    }
}

@Suite("Progress")
struct ProgressTextTests {
    private var progress: ConversionProgress {
        ConversionProgress(
            mediaTime: MediaTime(seconds: 50),
            totalTime: MediaTime(seconds: 200),
            frames: 1_250,
            bytes: 1_000_000,
            segments: 25,
            elapsed: .seconds(10)
        )
    }

    @Test("the bar shows percent, speed and time left, as wide as the terminal")
    func bar() {
        let bar = ProgressText.bar(ProgressText.status(progress), width: 80)
        #expect(bar.hasPrefix(" 25% [=========>"))
        #expect(bar.hasSuffix("] 0:50/3:20 5.0x ETA 0:30"))
        for width in [0, 1, 20, 40, 200] {
            #expect(ProgressText.bar(ProgressText.status(progress), width: width).count <= max(0, width - 1))
        }
    }

    @Test("without a length there is no percentage and no time left")
    func unknownLength() {
        var progress = progress
        progress.totalTime = nil
        #expect(ProgressText.line(ProgressText.status(progress)) == "0:50 5.0x")
        #expect(ProgressText.bar(ProgressText.status(progress), width: 60).hasPrefix(" --% ["))
        #expect(ProgressText.json(progress).contains(#""totalTime":null"#))
    }

    @Test("hours appear when there are any")
    func clock() {
        #expect(ProgressText.clock(59.9) == "0:59")
        #expect(ProgressText.clock(3_661) == "1:01:01")
        #expect(ProgressText.clock(-.infinity) == "0:00")
    }
}
