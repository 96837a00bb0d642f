import Dispatch
import Foundation
import HLSConversion
import HLSKit
import Synchronization
import TestSupport
import Testing

/// A small film for tests that only need some input.
private func smallFilm(in folder: TestFolder, name: String = "film.mp4", duration: Double = 2) throws -> URL {
    let url = folder.file(name)
    var media = TestMedia()
    media.duration = duration
    try media.write(to: url)
    return url
}

@Suite("Output folder")
struct OutputFolderTests {
    @Test("nothing but the playlist, the segments and the record is left")
    func leftovers() async throws {
        let folder = try TestFolder()
        let result = try await HLSConverter().convert(smallFilm(in: folder), to: folder.file("film"))
        #expect(try folder.names(in: "film") == [".w2g.json", "film.m3u8", "stream_0.ts", "stream_1.ts"])
        #expect(result.folder.lastPathComponent == "film")
        #expect(result.videosDirectory.standardizedFileURL.path == folder.url.standardizedFileURL.path)
        #expect(result.playlist.lastPathComponent == "film.m3u8")
        #expect(result.segments == 2)
    }

    @Test("the same input replaces its own result")
    func again() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        _ = try await HLSConverter().convert(film, to: folder.file("film"))
        var options = ConversionOptions.encoded
        options.hlsTime = 4
        _ = try await HLSConverter(options: options).convert(film, to: folder.file("film"))
        #expect(try folder.names(in: "film") == [".w2g.json", "film.m3u8", "stream_0.ts"])
    }

    @Test("the finished result of another input stays, unless replacing is asked for")
    func other() async throws {
        let folder = try TestFolder()
        let first = try smallFilm(in: folder)
        let second = try smallFilm(in: folder, name: "second.mp4", duration: 1)
        _ = try await HLSConverter().convert(first, to: folder.file("film"))
        let before = try folder.names(in: "film")
        let error = await #expect(throws: ConversionError.self) {
            try await HLSConverter().convert(second, to: folder.file("film"))
        }
        #expect(error?.code == .outputOccupied)
        #expect(try folder.names(in: "film") == before)
        var options = ConversionOptions()
        options.replacesOtherResults = true
        _ = try await HLSConverter(options: options).convert(second, to: folder.file("film"))
        #expect(try folder.names(in: "film") == [".w2g.json", "film.m3u8", "stream_0.ts"])
    }

    @Test("files that others made are never deleted, and never overwritten unasked")
    func foreignFiles() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let out = folder.file("film")
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        for name in ["notes.txt", "stream_x.ts", "stream_07.ts"] {
            try Data("mine".utf8).write(to: out.appending(path: name))
        }
        _ = try await HLSConverter().convert(film, to: out)
        #expect(try Data(contentsOf: out.appending(path: "notes.txt")) == Data("mine".utf8))
        #expect(try Data(contentsOf: out.appending(path: "stream_07.ts")) == Data("mine".utf8))

        let occupied = folder.file("occupied")
        try FileManager.default.createDirectory(at: occupied, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: occupied.appending(path: "stream_3.ts"))
        let error = await #expect(throws: ConversionError.self) { try await HLSConverter().convert(film, to: occupied) }
        #expect(error?.code == .outputOccupied)
        #expect(try folder.names(in: "occupied") == ["stream_3.ts"])
    }

    @Test("a link in place of the folder for new segments is not followed")
    func linkedStage() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let out = folder.file("film")
        _ = try await HLSConverter().convert(film, to: out)
        try FileManager.default.createDirectory(at: folder.file("elsewhere"), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: folder.file("elsewhere/holiday.ts"))
        try FileManager.default.createSymbolicLink(
            at: out.appending(path: ".w2g.new"),
            withDestinationURL: folder.file("elsewhere")
        )
        let error = await #expect(throws: ConversionError.self) { try await HLSConverter().convert(film, to: out) }
        #expect(error?.code == .cannotCreateOutput)
        #expect(try folder.names(in: "elsewhere") == ["holiday.ts"])
    }

    @Test("what a killed run left is replaced")
    func unfinished() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let out = folder.file("film")
        _ = try await HLSConverter().convert(film, to: out)
        // As after a kill in the middle of another film: segments, a part, and a record that is not finished.
        var record =
            try JSONSerialization.jsonObject(with: Data(contentsOf: out.appending(path: ".w2g.json"))) as? [String: Any]
        record?["segments"] = nil
        record?["input"] = ["path": "/elsewhere.mp4", "byteCount": 1, "modified": 1]
        try JSONSerialization.data(withJSONObject: try #require(record)).write(to: out.appending(path: ".w2g.json"))
        for name in [".w2g.part", "stream_2.ts", "stream_4.ts"] {
            try Data("old".utf8).write(to: out.appending(path: name))
        }
        try FileManager.default.removeItem(at: out.appending(path: "stream_4.ts"))
        _ = try await HLSConverter().convert(film, to: out)
        #expect(try folder.names(in: "film") == [".w2g.json", "film.m3u8", "stream_0.ts", "stream_1.ts"])
    }

    @Test("a record that names files elsewhere deletes nothing there")
    func hostileRecord() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let out = folder.file("film")
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: folder.file("precious"))
        let record = #"""
            {"version":1,"input":{"path":"/x","byteCount":1,"modified":1},"file":"../precious","segmentPrefix":"../stream","segments":4000000000000000000}
            """#
        try Data(record.utf8).write(to: out.appending(path: ".w2g.json"))
        var options = ConversionOptions()
        options.replacesOtherResults = true
        _ = try await HLSConverter(options: options).convert(film, to: out)
        #expect(FileManager.default.fileExists(atPath: folder.file("precious").path))
    }

    @Test("two conversions into one folder: the second is refused, the first undisturbed")
    func locked() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let out = folder.file("film")
        // The first is held where it tells its route until the second has been refused.
        let (routes, signal) = AsyncStream<Void>.makeStream()
        let refused = DispatchSemaphore(value: 0)
        let first = Task {
            try await HLSConverter().convert(film, to: out) { event in
                guard case .route = event else { return }
                signal.yield()
                refused.wait()
            }
        }
        for await _ in routes { break }
        let error = await #expect(throws: ConversionError.self) { try await HLSConverter().convert(film, to: out) }
        refused.signal()
        #expect(error?.code == .outputOccupied)
        #expect(try await first.value.segments == 2)
    }

    @Test(
        "a name is data, whatever is in it",
        arguments: [
            "with spaces", "quo\"te's", "a;b", "$(touch x)", "50%d%s%20", "-leading", "电影", "🎬🍿", "back\\slash",
            "new\nline",
            "#hash?query", String(repeating: "长", count: 83),
        ]
    )
    func names(name: String) async throws {
        let folder = try TestFolder()
        // A name of 249 bytes leaves room for ".m3u8" only.
        let film = try smallFilm(in: folder, name: "in" + name, duration: 1)
        var options = ConversionOptions()
        options.hlsSegmentFilename = name.utf8.count > 200 || name.contains("\n") ? "stream" : name
        let result = try await HLSConverter(options: options).convert(
            film,
            to: folder.file(name.utf8.count > 240 ? "out" : name)
        )
        let hls = try HLSFolder(result.playlist)
        #expect(hls.segments.count == 1)
        #expect(try DecodedMedia(result.playlist).faults == 0)
    }
}

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
        options.format = "webm"
        options.videoEncoder = "libx264"
        #expect(await failure(film, folder.file("out"), options)?.code == .invalidOption)
        #expect(try folder.names(in: "out") == before)
    }

    @Test("a film that is cut off is converted as far as it goes, with a warning")
    func cutOff() async throws {
        let folder = try TestFolder()
        let whole = try smallFilm(in: folder, name: "whole.mp4", duration: 8)
        var options = ConversionOptions()
        options.format = "mp4"
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

    @Test("encoders and formats that do not exist are named, with near ones")
    func nearNames() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 1)
        var options = ConversionOptions()
        options.videoEncoder = "libx246"
        let encoder = await failure(film, folder.file("out"), options)
        #expect(encoder?.code == .invalidOption)
        #expect(encoder?.message.contains("libx264") == true)
        options = ConversionOptions()
        options.format = "matrsoka"
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

    @Test("an input is never overwritten by its own result")
    func inputInOutput() async throws {
        let folder = try TestFolder()
        let out = folder.file("out")
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

@Suite("Running conversion")
struct RunningConversionTests {
    /// A film and options that keep the encoder busy for half a minute.
    private func slowFilm(in folder: TestFolder, duration: Double = 6) throws -> (URL, ConversionOptions) {
        var media = TestMedia(duration: duration)
        media.video = TestMedia.Video(width: 1_280, height: 720, filters: ["noise=alls=30:allf=t"])
        media.video?.options = [("preset", "ultrafast"), ("crf", "30")]
        let film = folder.file("film.mp4")
        try media.write(to: film)
        var options = ConversionOptions.encoded
        options.preset = .veryslow
        return (film, options)
    }

    /// Converts until `moment` comes and cancels there; returns what was told until then and after it.
    ///
    /// Cancelled by the thread that tells, so that it does not matter when a busy machine runs the test's own task.
    private func convertAndCancel(
        _ film: URL,
        to folder: URL,
        _ options: ConversionOptions,
        at moment: @escaping @Sendable (ConversionEvent) -> Bool
    ) async throws -> (before: [ConversionEvent], after: [ConversionEvent]) {
        let task = Mutex<Task<ConversionResult, any Error>?>(nil)
        let hasTask = DispatchSemaphore(value: 0)
        let events = Mutex<(before: [ConversionEvent], after: [ConversionEvent], isCancelled: Bool)>(([], [], false))
        let conversion = Task {
            try await HLSConverter(options: options).convert(film, to: folder) { event in
                let isTheMoment = events.withLock { events in
                    guard !events.isCancelled else {
                        events.after.append(event)
                        return false
                    }
                    events.before.append(event)
                    events.isCancelled = moment(event)
                    return events.isCancelled
                }
                guard isTheMoment else { return }
                hasTask.wait()
                task.withLock { $0?.cancel() }
            }
        }
        task.withLock { $0 = conversion }
        hasTask.signal()
        let error = await #expect(throws: ConversionError.self) { try await conversion.value }
        #expect(error?.code == .cancelled)
        return events.withLock { ($0.before, $0.after) }
    }

    private static func pictures(_ events: [ConversionEvent]) -> Int {
        events.reduce(0) { if case .progress(let progress) = $1 { progress.frames } else { $0 } }
    }

    @Test("a cancelled conversion soon stops and leaves nothing")
    func cancellation() async throws {
        let folder = try TestFolder()
        let (film, options) = try slowFilm(in: folder)
        let (before, after) = try await convertAndCancel(film, to: folder.file("out"), options) { event in
            Self.pictures([event]) > 0
        }
        // A second of film at most, where the encoder makes a few pictures a second.
        #expect(Self.pictures(after) <= Self.pictures(before) + 25)
        #expect(try folder.names() == ["film.mp4"])
    }

    @Test("a finished result stays and plays until another takes its place, also when that one is stopped")
    func cancelledReplacement() async throws {
        let folder = try TestFolder()
        let (film, options) = try slowFilm(in: folder)
        let out = folder.file("out")
        let playlist = try await HLSConverter().convert(film, to: out).playlist
        let before = try folder.names(in: "out")
        let text = try String(contentsOf: playlist, encoding: .utf8)
        let meanwhile = Mutex<[String]>([])
        _ = try await convertAndCancel(film, to: out, options) { event in
            guard Self.pictures([event]) > 0 else { return false }
            meanwhile.withLock { $0 = (try? folder.names(in: "out")) ?? [] }
            return true
        }
        #expect(meanwhile.withLock { $0 } == [".w2g.json", ".w2g.new"] + before.dropFirst())
        #expect(try folder.names(in: "out") == before)
        #expect(try String(contentsOf: playlist, encoding: .utf8) == text)
        #expect(try DecodedMedia(playlist).faults == 0)
    }

    @Test("an event's playlist grows by rename, keeps its target duration, and ends")
    func event() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 9)
        for (index, base) in [ConversionOptions(), .encoded].enumerated() {
            var options = base
            options.hlsPlaylistType = .event
            let playlist = folder.file("out\(index)/out\(index).m3u8")
            let versions = Mutex<[String]>([])
            let availableAt = Mutex<Int?>(nil)
            let result = try await HLSConverter(options: options).convert(film, to: folder.file("out\(index)")) {
                event in
                let text = (try? String(contentsOf: playlist, encoding: .utf8)) ?? ""
                versions.withLock { $0.append(text) }
                if case .playlistAvailable = event {
                    availableAt.withLock { $0 = text.components(separatedBy: "#EXTINF").count - 1 }
                }
            }
            let final = try HLSFolder(result.playlist)
            #expect(final.kind == "EVENT" && final.isEnded)
            #expect(availableAt.withLock { $0 } == 1)
            for text in versions.withLock({ $0 }) where !text.isEmpty {
                // Whatever a player saw is the beginning of what there is now.
                #expect(final.text.hasPrefix(text))
            }
            #expect(final.durations.allSatisfy { Int($0.rounded()) <= final.targetDuration })
        }
    }

    @Test("a cancelled event keeps what people may be watching")
    func cancelledEvent() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 8)
        var options = ConversionOptions.encoded
        options.hlsPlaylistType = .event
        // The packager tells this itself: it goes on when the cancellation is known.
        _ = try await convertAndCancel(film, to: folder.file("out"), options) { event in
            if case .playlistAvailable = event { true } else { false }
        }
        let hls = try HLSFolder(folder.file("out/out.m3u8"))
        #expect(!hls.segments.isEmpty && !hls.isEnded)
        #expect(try !folder.names(in: "out").contains(".w2g.part"))
    }

    @Test("progress comes as a sequence: time, pictures, bytes and segments rise to their end")
    func progress() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 6)
        var steps: [ConversionProgress] = []
        var routes = 0
        var result: ConversionResult?
        for try await event in HLSConverter(options: .encoded).events(converting: film, to: folder.file("out")) {
            switch event {
            case .progress(let progress): steps.append(progress)
            case .route: routes += 1
            case .finished(let finished): result = finished
            default: break
            }
        }
        #expect(routes == 1)
        for (first, second) in zip(steps, steps.dropFirst()) {
            #expect(first.mediaTime <= second.mediaTime && first.frames <= second.frames && first.bytes <= second.bytes)
            #expect(first.segments <= second.segments && first.elapsed <= second.elapsed)
        }
        let last = try #require(steps.last)
        #expect(last.frames == 150)
        #expect(last.segments == 3)
        #expect(last.bytes == result?.bytes)
        #expect(last.totalTime.map { abs($0.seconds - 6) < 0.1 } == true)
        #expect(last.fraction ?? 0 > 0.99)
        #expect(last.speed > 0)
    }

    @Test("ending the sequence early cancels the conversion")
    func abandonedSequence() async throws {
        let folder = try TestFolder()
        // Minutes of work, so that it is not over when a busy machine at last runs what ends the sequence.
        let (film, options) = try slowFilm(in: folder, duration: 30)
        let out = folder.file("out")
        for try await event in HLSConverter(options: options).events(converting: film, to: out) {
            if case .progress = event { break }
        }
        // The folder is gone as soon as the conversion has stopped and cleaned up; finished, it would stay.
        let playlist = out.appending(path: "out.m3u8")
        while FileManager.default.fileExists(atPath: out.path), !FileManager.default.fileExists(atPath: playlist.path) {
            await Task.yield()
        }
        #expect(try folder.names() == ["film.mp4"])
    }
}
