import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Going on with a download")
struct ResumeTests {
    @Test("fetches what is missing or damaged, and nothing else")
    func damaged() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 6)
        try await bench.download()
        try FileManager.default.removeItem(at: bench.directory.appending(path: "stream_1.ts"))
        var changed = media[3]
        changed[500] ^= 1
        try Data(changed).write(to: bench.directory.appending(path: "stream_3.ts"))
        try Data(media[4].dropLast(188)).write(to: bench.directory.appending(path: "stream_4.ts"))
        bench.fetcher.forgetRequests()
        let result = try await bench.download()
        let fetched = Set(bench.fetcher.requests.filter { $0.kind == .segment }.map(\.url))
        #expect(fetched == Set([1, 3, 4].map { Workbench.at("a\($0).ts") }))
        #expect(result.fetchedSegments == 3)
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
    }

    @Test("asks no server when the folder is finished and whole")
    func finished() async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        let first = try await bench.download()
        bench.fetcher.forgetRequests()
        let second = try await bench.download()
        #expect(bench.fetcher.requests.isEmpty)
        #expect(second.fetchedSegments == 0 && second.segments == first.segments && second.duration == first.duration)
    }

    @Test("fetches what the journal of a finished folder does not know any more", arguments: [false, true])
    func lostLines(isGarbage: Bool) async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm()
        try await bench.download()
        let journal = bench.directory.appending(path: Journal.fileName)
        let lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n").map(String.init)
        let kept = lines.compactMap { line in
            guard line.hasPrefix("file\tstream_2") else { return line }
            return isGarbage ? String(repeating: "\0", count: line.utf8.count) : nil
        }
        #expect(kept != lines)
        try Data((kept.joined(separator: "\n") + "\n").utf8).write(to: journal)
        try FileManager.default.removeItem(at: bench.directory.appending(path: "stream_2.ts"))
        #expect(try await bench.download().fetchedSegments == 1)
        #expect(try bench.bytes("stream_2.ts") == media[2])
        bench.fetcher.forgetRequests()
        try await bench.download()
        #expect(bench.fetcher.requests.isEmpty)
    }

    @Test("says so when a journal cannot be read")
    func unreadableJournal() async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        try await bench.download()
        let journal = bench.directory.appending(path: Journal.fileName)
        try (Data("x".utf8) + Data(contentsOf: journal)).write(to: journal)
        let failure = await bench.failure()
        #expect(failure?.code == .outputOccupied)
        #expect(failure?.message.contains(Journal.fileName) == true)
        #expect(try bench.folder.names(in: "out").count > 4)
    }

    @Test("goes on after a failure, with a fresh token and on another host")
    func token() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm()
        bench.fetcher[Workbench.at("a2.ts")] = nil
        #expect(await bench.failure()?.code == .incomplete)
        let moved = "https://edge7.example/film/index.m3u8?token=fresh"
        for (index, bytes) in media.enumerated() {
            bench.fetcher["https://edge7.example/film/a\(index).ts?token=fresh"] = .bytes(bytes)
        }
        bench.fetcher.text(moved, SampleMedia.playlist((0..<4).map { "a\($0).ts?token=fresh" }))
        bench.fetcher.forgetRequests()
        try await bench.download(moved)
        #expect(bench.fetcher.requests.map(\.url) == [moved, "https://edge7.example/film/a2.ts?token=fresh"])
        #expect(try bench.bytes("stream_2.ts") == media[2])
    }

    @Test("does not mix two streams, unless told that they are the same")
    func anotherStream() async throws {
        var bench = try Workbench()
        let media = try bench.placeFilm()
        bench.fetcher[Workbench.at("a2.ts")] = nil
        #expect(await bench.failure()?.code == .incomplete)
        let other = "https://media.example/moved/list.m3u8"
        for (index, bytes) in media.enumerated() {
            bench.fetcher["https://media.example/moved/a\(index).ts"] = .bytes(bytes)
        }
        bench.fetcher.text(other, SampleMedia.playlist((0..<4).map { "a\($0).ts" }))
        #expect(await bench.failure(other)?.code == .outputOccupied)
        bench.configuration.resumesFrom = Workbench.url
        bench.fetcher.forgetRequests()
        #expect(try await bench.download(other).fetchedSegments == 1)
    }

    @Test("refuses a folder of something else, and takes it when forced")
    func occupied() async throws {
        var bench = try Workbench()
        try bench.placeFilm()
        try FileManager.default.createDirectory(at: bench.directory, withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: bench.directory.appending(path: "notes.txt"))
        #expect(await bench.failure()?.code == .outputOccupied)
        #expect(try bench.folder.names(in: "out") == ["notes.txt"])
        bench.configuration.replacesOtherResults = true
        try await bench.download()
        #expect(try bench.text("notes.txt") == "mine")
    }

    @Test("refuses a finished folder of another selection, and removes what is not needed when forced")
    func selection() async throws {
        var bench = try Workbench()
        try bench.placeFilm()
        try await bench.download()
        bench.configuration.duration = .seconds(3)
        #expect(await bench.failure()?.code == .outputOccupied)
        bench.configuration.replacesOtherResults = true
        bench.fetcher.forgetRequests()
        try await bench.download()
        #expect(try bench.names() == ["out.m3u8", "stream_0.ts", "stream_1.ts"])
        #expect(bench.fetcher.requests.count == 1)
    }

    @Test("refuses to let two write to one folder at once")
    func locked() async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        bench.fetcher[Workbench.at("a3.ts")] = .silence
        let (steps, step) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await bench.download { event in
                if case .progress(let progress) = event, progress.segments == 3 { step.yield() }
            }
        }
        for await _ in steps { break }
        #expect(await bench.failure()?.code == .outputOccupied)
        first.cancel()
        await #expect(throws: DownloadError.self) { try await first.value }
        #expect(try bench.names() == ["stream_0.ts", "stream_1.ts", "stream_2.ts"])
        #expect(try bench.folder.names(in: "out").filter { $0.hasPrefix(".w2g-part") }.isEmpty)
    }

    @Test("survives a journal that was cut off anywhere")
    func tornJournal() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm()
        try await bench.download()
        let journal = try bench.bytes(".w2g-download")
        for length in stride(from: 0, through: journal.count, by: 7) {
            try Data(journal.prefix(length) + (length % 2 == 0 ? [] : [0, 0, 0])).write(
                to: bench.directory.appending(path: ".w2g-download")
            )
            if length < 20 {
                var forced = bench
                forced.configuration.replacesOtherResults = true
                try await forced.download()
            } else {
                try await bench.download()
            }
            for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        }
    }

    @Test("makes the playlist anew when the folder was renamed")
    func renamed() async throws {
        let bench = try Workbench()
        try bench.placeFilm()
        try await bench.download()
        try FileManager.default.moveItem(at: bench.directory, to: bench.folder.file("film"))
        bench.fetcher.forgetRequests()
        let result = try await HLSDownloader(configuration: bench.configuration)
            .download(Workbench.url, to: bench.folder.file("film"))
        #expect(result.fetchedSegments == 0)
        #expect(try bench.names("film").contains("film.m3u8"))
    }
}
