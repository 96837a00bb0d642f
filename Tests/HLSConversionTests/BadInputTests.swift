import Foundation
import HLSConversion
import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("Bad input")
struct BadInputTests {
    private func failure(
        _ input: URL,
        _ output: URL,
        _ options: ConversionOptions = ConversionOptions()
    ) async -> ConversionError? {
        await #expect(throws: ConversionError.self) {
            try await HLSConverter(options: options).convert(input, to: output)
        }
    }

    @Test("is told apart, and leaves nothing behind")
    func kinds() async throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(at: folder.file("directory"), withIntermediateDirectories: true)
        try Data().write(to: folder.file("empty.mp4"))
        try Data(String(repeating: "Just some words.\n", count: 500).utf8).write(to: folder.file("words.txt"))
        try Data("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfilm.ts\n#EXT-X-ENDLIST\n".utf8).write(
            to: folder.file("list.m3u8")
        )
        try Data("ffconcat version 1.0\nfile '/etc/passwd'\n".utf8).write(to: folder.file("list.ffconcat"))
        var random = SeededGenerator(seed: 1)
        try Data(random.bytes(50_000)).write(to: folder.file("noise.mkv"))
        try Data(contentsOf: Fixtures.url("sample.mp4")).prefix(3_000).write(to: folder.file("stump.mp4"))
        let expected: [(String, ConversionError.Code)] = [
            ("missing.mp4", .inputNotFound), ("directory", .inputNotUsable), ("empty.mp4", .inputNotUsable),
            ("words.txt", .inputNotUsable), ("list.m3u8", .inputNotUsable), ("list.ffconcat", .inputNotUsable),
            ("noise.mkv", .inputNotUsable), ("stump.mp4", .inputNotUsable),
        ]
        let before = try folder.names()
        for (name, code) in expected {
            let error = await failure(folder.file(name), folder.file("out/deep"))
            #expect(error?.code == code, "\(name): \(error?.description ?? "none")")
            #expect(error?.message.contains(name) == true, "\(name): \(error?.message ?? "")")
            #expect(error?.message.contains("\n") == false)
            #expect(try folder.names() == before, "\(name)")
        }
    }

    @Test("a pipe is refused at once, though nobody writes to it")
    func pipe() async throws {
        let folder = try TestFolder()
        #expect(mkfifo(folder.file("pipe").path, 0o600) == 0)
        #expect(await failure(folder.file("pipe"), folder.file("out"))?.code == .inputNotUsable)
    }

    @Test("a coding that another format does not take is refused, and an earlier result stays")
    func codingAndFormat() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 1)
        _ = try await HLSConverter().convert(film, to: folder.file("out"))
        let before = try folder.names(in: "out")
        var options = ConversionOptions()
        options.output = .init("webm")
        options.videoEncoder = "libx264"
        #expect(await failure(film, folder.file("out"), options)?.code == .invalidOption)
        #expect(try folder.names(in: "out") == before)
    }

    @Test("a film that is cut off is converted as far as it goes, with a warning")
    func cutOff() async throws {
        let folder = try TestFolder()
        let whole = try smallFilm(in: folder, name: "whole.mp4", duration: 8)
        var options = ConversionOptions()
        options.output = .init("mp4")
        // Our own MP4 has its index in front, so that the rest of a download can be played.
        let front = try await HLSConverter(options: options).convert(whole, to: folder.file("front")).playlist
        let bytes = try Data(contentsOf: front)
        try bytes.prefix(bytes.count * 6 / 10).write(to: folder.file("half.mp4"))
        for options in [ConversionOptions(), .encoded] {
            let warnings = Mutex<[ConversionWarning]>([])
            let result = try await HLSConverter(options: options).convert(
                folder.file("half.mp4"),
                to: folder.file("out-\(options.videoEncoder == .automatic)")
            ) { event in
                if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
            }
            #expect(result.duration.seconds > 2 && result.duration.seconds < 7)
            #expect(warnings.withLock { $0.contains { if case .cutOff(_, 3...6, 8) = $0 { true } else { false } } })
            #expect(try DecodedMedia(result.playlist).faults == 0)
        }
    }

    @Test("pictures without times of presentation are not copied in the wrong order")
    func noPresentationTimes() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.avi")
        try TestMedia(format: "avi", audio: []).write(to: film)
        var options = ConversionOptions()
        options.videoEncoder = .copy
        #expect(await failure(film, folder.file("out"), options)?.code == .invalidOption)
        #expect(try folder.names() == ["film.avi"])
        let encoded = try await HLSConverter().convert(film, to: folder.file("out"))
        #expect(try DecodedMedia(encoded.playlist).faults == 0)
    }

    @Test(
        "a recording that begins late, or whose clock jumps, is not called cut off",
        arguments: ["matroska", "mpegts"]
    )
    func late(format: String) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: format)
        media.start = 5_000
        let input = folder.file("film")
        try media.write(to: input)
        if format == "mpegts" {
            // Two recordings in one file.
            media.start = 0
            try media.write(to: folder.file("first"))
            try (try Data(contentsOf: folder.file("first")) + (try Data(contentsOf: input))).write(to: input)
        }
        let warnings = Mutex<[ConversionWarning]>([])
        _ = try await HLSConverter().convert(input, to: folder.file("out")) { event in
            if case .warning(let text) = event { warnings.withLock { $0.append(text) } }
        }
        #expect(!warnings.withLock { $0.contains { if case .cutOff = $0 { true } else { false } } })
    }

    @Test("encoders and formats that do not exist are named, with near ones")
    func nearNames() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 1)
        var options = ConversionOptions()
        options.videoEncoder = "libx246"
        let encoder = await failure(film, folder.file("out"), options)
        #expect(encoder?.code == .invalidOption)
        #expect(encoder?.message.contains("libx264") == true)
        for (coding, encoder) in [("h264", "libx264"), ("AVC", "libx264"), ("hevc", "libx265")] {
            options.videoEncoder = .named(coding)
            #expect(await failure(film, folder.file("out"), options)?.message.contains(encoder) == true)
        }
        options = ConversionOptions()
        options.output = .init("mkv")
        #expect(await failure(film, folder.file("out"), options)?.message.contains("near it are matroska") == true)
        options.output = .init("matrsoka")
        let format = await failure(film, folder.file("out"), options)
        #expect(format?.code == .invalidOption)
        #expect(format?.message.contains("matroska") == true)
        options = ConversionOptions()
        options.videoEncoder = "mpeg4"
        #expect(await failure(film, folder.file("out"), options)?.code == .invalidOption)
        #expect(try folder.names() == ["film.mp4"])
    }

    @Test("options out of range are refused before anything is opened")
    func options() async throws {
        let changes: [(inout ConversionOptions) -> Void] = [
            { $0.crf = 99 }, { $0.crf = -1 }, { $0.bitrate = 0 }, { $0.audioChannels = 9 }, { $0.hlsTime = 0 },
            { $0.hlsTime = .nan }, { $0.hlsSegmentFilename = "" }, { $0.hlsSegmentFilename = "a/b" },
            { $0.hlsSegmentFilename = ".hidden" },
            { ($0.videoEncoder, $0.crf) = (.copy, 20) }, { ($0.videoEncoder, $0.preset) = (.copy, .fast) },
        ]
        for change in changes {
            var options = ConversionOptions()
            change(&options)
            let error = await failure(URL(filePath: "/nowhere.mp4"), URL(filePath: "/nowhere"), options)
            #expect(error?.code == .invalidOption)
        }
    }

    @Test("a target that cannot be written to is told")
    func unwritable() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 1)
        try Data("x".utf8).write(to: folder.file("file"))
        #expect(await failure(film, folder.file("file"))?.code == .cannotCreateOutput)
        #expect(await failure(film, folder.file("file/below"))?.code == .cannotCreateOutput)
        #expect(await failure(film, URL(filePath: "/proc/w2g/out"))?.code == .cannotCreateOutput)
    }

    @Test("a full disk is told, and what was written is taken away")
    func fullDisk() async throws {
        // /dev/full answers every write as a full disk does; the part file is a link to it.
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 4)
        let out = folder.file("out")
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: out.appending(path: ".w2g.part"),
            withDestinationURL: URL(filePath: "/dev/full")
        )
        let error = await failure(film, out)
        #expect(error?.code == .inputOutput)
        #expect(error?.message.contains("space") == true)
        #expect(try folder.names(in: "out") == [])
    }

    @Test("an input is never overwritten by its own result", arguments: ["out", "视频", "re\u{301}el"])
    func inputInOutput(name: String) async throws {
        let folder = try TestFolder()
        let out = folder.file(name)
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        let input = out.appending(path: "stream_0.ts")
        var media = TestMedia()
        media.format = "mpegts"
        try media.write(to: input)
        var options = ConversionOptions()
        options.replacesOtherResults = true
        let size = try Data(contentsOf: input).count
        #expect(await failure(input, out, options)?.code == .outputOccupied)
        #expect(try Data(contentsOf: input).count == size)
    }

    @Test("no bytes make the conversion trap or hang", arguments: 0..<12)
    func damage(seed: Int) async throws {
        let folder = try TestFolder()
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = ["rotated.mp4", "wrap.ts", "two-audio.mkv"][seed % 3]
        var bytes = [UInt8](try Data(contentsOf: Fixtures.url(fixture)))
        for _ in 0..<40 {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        try Data(bytes).write(to: folder.file("in"))
        var options = seed % 2 == 0 ? ConversionOptions() : .encoded
        options.logLevel = .quiet
        do {
            let result = try await HLSConverter(options: options).convert(folder.file("in"), to: folder.file("out"))
            // Timestamps may be damaged beyond what any clock can serve; everything else must hold.
            let problems = try HLSFolder(result.playlist).reader.problems
            #expect(problems.filter { !$0.hasPrefix("DTS not after its clock") } == [])
        } catch {
            #expect(error is ConversionError)
            #expect(try folder.names() == ["in"])
        }
    }
}
