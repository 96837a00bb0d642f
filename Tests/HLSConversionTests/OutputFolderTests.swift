import Dispatch
import Foundation
import HLSConversion
import TestSupport
import Testing

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
