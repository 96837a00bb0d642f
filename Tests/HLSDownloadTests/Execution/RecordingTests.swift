import Foundation
import HLSKit
import Synchronization
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Going on with a recording", .serialized)
struct RecordingTests {
    private static func window(_ range: Range<Int>, isEnded: Bool = false, header: String = "") -> [UInt8] {
        LiveTests.window(range, isEnded: isEnded, header: header)
    }

    /// Records windows until so many segments are there, and stops then.
    private func record(_ bench: Workbench, until count: Int) async throws -> DownloadResult {
        let (steps, step) = AsyncStream<Void>.makeStream()
        let task = Task {
            defer { step.finish() }
            return try await bench.download { event in
                if case .progress(let progress) = event, progress.segments >= count { step.yield() }
            }
        }
        for await _ in steps { break }
        task.cancel()
        return try await task.value
    }

    private func serve(_ bench: Workbench, _ windows: [[UInt8]]) {
        let fetcher = bench.fetcher
        fetcher.forgetRequests()
        fetcher.answer { [weak fetcher] request, _ in
            guard let fetcher, request.url.hasPrefix(Workbench.url) else { return nil }
            let number = fetcher.requests.count { $0.kind == .playlist } - 1
            return .bytes(windows[min(number, windows.count - 1)])
        }
    }

    private func segmentNames(_ bench: Workbench) -> [String] {
        bench.fetcher.requests.filter { $0.kind == .segment }.map { SourceIdentity.lastComponent($0.url) }.sorted()
    }

    @Test("that was stopped fetches only what is new, and makes gaps of what left the window meanwhile")
    func stopped() async throws {
        let bench = try LiveTests.bench([Self.window(0..<4)])
        #expect(try await record(bench, until: 4).segments == 4)
        // Stopped, and nothing new: the overlap is not fetched again.
        serve(bench, [Self.window(2..<6)])
        #expect(try await record(bench, until: 6).fetchedSegments == 2)
        #expect(segmentNames(bench) == ["a4.ts", "a5.ts"])
        serve(bench, [Self.window(8..<10), Self.window(8..<11, isEnded: true)])
        let warnings = Mutex<[DownloadWarning]>([])
        let result = try await bench.download {
            if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.segments == 9 && warnings.withLock { $0 } == [.fellOut(rendition: "", count: 2)])
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.isEnded && playlist.segments.map(\.isGap) == (0..<11).map { (6...7).contains($0) })
        #expect(!playlist.segments.contains { $0.isDiscontinuity })
        let media = try SampleMedia.transportStream(segments: 20, pictures: 25)
        for index in [0, 3, 5, 8, 10] { #expect(try bench.bytes("stream_\(index).ts") == media[index]) }
        // It ended by itself: the server is not asked again.
        bench.fetcher.forgetRequests()
        #expect(try await bench.download().fetchedSegments == 0)
        #expect(bench.fetcher.requests.isEmpty)
    }

    @Test("of a wanted duration is finished when that is reached, and goes on when more is wanted")
    func duration() async throws {
        var bench = try LiveTests.bench([Self.window(0..<3), Self.window(1..<6)])
        bench.configuration.duration = .seconds(5)
        #expect(try await bench.download().segments == 6)
        bench.fetcher.forgetRequests()
        #expect(try await bench.download().fetchedSegments == 0)
        #expect(bench.fetcher.requests.isEmpty)
        bench.configuration.duration = .seconds(8)
        serve(bench, [Self.window(4..<8)])
        #expect(try await bench.download().segments == 8)
        #expect(segmentNames(bench) == ["a6.ts", "a7.ts"])
        bench.configuration.duration = nil
        bench.configuration.recordsLive = false
        #expect(try await bench.download().segments == 8)
    }

    @Test("of a stream that has ended can be made longer too")
    func endedDuration() async throws {
        var bench = try LiveTests.bench([Self.window(0..<9, isEnded: true)])
        bench.configuration.duration = .seconds(3)
        #expect(try await bench.download().segments == 3)
        #expect(try await bench.download().fetchedSegments == 0)
        bench.configuration.duration = .seconds(5)
        #expect(try await bench.download().segments == 5)
        bench.configuration.duration = nil
        bench.fetcher.forgetRequests()
        #expect(try await bench.download().segments == 9)
        #expect(segmentNames(bench) == ["a5.ts", "a6.ts", "a7.ts", "a8.ts"])
    }

    @Test("whose stream is no more is verified, and that is told")
    func gone() async throws {
        let bench = try LiveTests.bench([Self.window(0..<4)])
        _ = try await record(bench, until: 4)
        bench.fetcher.answer { request, _ in
            request.kind == .playlist ? .failure(DownloadError(.notFound, "gone")) : nil
        }
        let warnings = Mutex<[DownloadWarning]>([])
        let result = try await bench.download {
            if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.segments == 4 && result.fetchedSegments == 0)
        #expect(warnings.withLock { $0 } == [.liveEnded(rendition: "", reason: "gone")])
    }

    @Test("that was interrupted, and whose stream is no more, ends where it was")
    func interruptedAndGone() async throws {
        let bench = try LiveTests.bench([Self.window(0..<4), Self.window(1..<5)])
        bench.fetcher[Workbench.at("a4.ts")] = .failure(DownloadError(.inputOutput, "the disk is full"))
        #expect(await bench.failure()?.code == .inputOutput)
        try FileManager.default.removeItem(at: bench.directory.appending(path: "stream_2.ts"))
        bench.fetcher.answer { request, _ in
            request.kind == .playlist ? .failure(DownloadError(.notFound, "gone")) : nil
        }
        #expect(try await bench.download().segments == 4)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.isEnded && playlist.kind == .vod)
        #expect(playlist.segments.map(\.isGap) == [false, false, true, false])
        var plain = bench
        plain.configuration.recordsLive = false
        #expect(try await plain.download().fetchedSegments == 0)
    }

    @Test("begins anew behind a discontinuity when the stream was started again, and keeps in step with its numbers")
    func restarted() async throws {
        let bench = try LiveTests.bench([Self.window(10..<16)])
        _ = try await record(bench, until: 6)
        serve(bench, [Self.window(0..<3)])
        #expect(try await record(bench, until: 9).fetchedSegments == 3)
        serve(bench, [Self.window(1..<4), Self.window(2..<5, isEnded: true)])
        #expect(try await bench.download().fetchedSegments == 2)
        #expect(segmentNames(bench) == ["a3.ts", "a4.ts"])
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.mediaSequence == 10 && playlist.segments.count == 11)
        #expect(playlist.segments.map(\.isDiscontinuity) == (0..<11).map { $0 == 6 })
    }

    @Test("tells by its dates that a stream with the same names and numbers is another")
    func sameNames() async throws {
        func dated(_ range: Range<Int>, _ hour: Int, isEnded: Bool = false) -> [UInt8] {
            Self.window(range, isEnded: isEnded, header: "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T\(hour):00:00Z\n")
        }
        let bench = try LiveTests.bench([dated(0..<4, 10)])
        _ = try await record(bench, until: 4)
        serve(bench, [dated(0..<3, 12, isEnded: true)])
        #expect(try await bench.download().segments == 7)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.map(\.isDiscontinuity) == (0..<7).map { $0 == 4 })
    }

    @Test("is not replaced by the window of the moment without being told to")
    func notLive() async throws {
        var bench = try LiveTests.bench([Self.window(0..<4), Self.window(1..<5)])
        bench.fetcher[Workbench.at("a4.ts")] = .failure(DownloadError(.inputOutput, "the disk is full"))
        #expect(await bench.failure()?.code == .inputOutput)
        bench.configuration.recordsLive = false
        let failure = await bench.failure()
        #expect(failure?.code == .outputOccupied && failure?.message.contains("--live") == true)
        #expect(try bench.playlist().media?.segments.count == 4)
        bench.configuration.replacesOtherResults = true
        serve(bench, [Self.window(2..<4)])
        #expect(try await bench.download().segments == 2)
    }

    @Test("can begin with the window that was downloaded before")
    func afterSnapshot() async throws {
        var bench = try LiveTests.bench([Self.window(0..<3)])
        bench.configuration.recordsLive = false
        #expect(try await bench.download().segments == 3)
        bench.configuration.recordsLive = true
        serve(bench, [Self.window(1..<5, isEnded: true)])
        #expect(try await bench.download().fetchedSegments == 2)
    }

    @Test("does not fetch its initialization section again")
    func section() async throws {
        func window(_ range: Range<Int>, isEnded: Bool = false) -> [UInt8] {
            var text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n"
            text += "#EXT-X-MAP:URI=\"init.mp4\"\n"
            for number in range { text += "#EXTINF:1.0,\nf\(number).m4s\n" }
            return Array((text + (isEnded ? "#EXT-X-ENDLIST\n" : "")).utf8)
        }
        let bench = try LiveTests.bench([window(0..<3)])
        bench.fetcher[Workbench.at("init.mp4")] = .bytes(SampleMedia.section())
        bench.place("f", (0..<6).map(SampleMedia.fragment), extension: "m4s")
        _ = try await record(bench, until: 3)
        serve(bench, [window(2..<6, isEnded: true)])
        #expect(try await bench.download().segments == 6)
        #expect(segmentNames(bench) == ["f3.m4s", "f4.m4s", "f5.m4s"])
        #expect(try bench.names().filter { $0.hasPrefix("init") } == ["init_0.mp4"])
    }
}

@Suite("Where a window joins a recording")
struct RecordingJoinTests {
    private func join(_ window: Range<Int>, _ recorded: Range<Int>, isSame: Bool? = true) -> RecordingJoin {
        RecordingJoin(
            window: window.count,
            from: window.lowerBound,
            recorded: recorded.count,
            from: recorded.lowerBound
        ) { _, _ in isSame }
    }

    @Test("is behind what both have")
    func overlap() {
        #expect(join(5..<10, 0..<8).first == join(5..<10, 0..<8, isSame: nil).first)
        #expect(join(5..<10, 0..<8).isSeen && !join(5..<10, 0..<8, isSame: nil).isSeen)
        #expect(join(5..<10, 0..<8).first == 3 && join(8..<10, 0..<8).first == 0 && join(12..<15, 0..<8).first == 0)
        #expect(join(0..<8, 0..<8).first == 8 && join(0..<0, 0..<8).first == 0)
    }

    @Test("is the start of the window when the stream is another")
    func another() {
        #expect(join(5..<10, 0..<8, isSame: false).isAnotherStream && join(5..<10, 0..<8, isSame: false).first == 0)
        #expect(join(0..<3, 90..<99, isSame: nil).isAnotherStream)
        #expect(!join(88..<97, 90..<99, isSame: nil).isAnotherStream && join(88..<97, 90..<99).first == 9)
        #expect(!join(8..<10, 0..<8, isSame: false).isAnotherStream)
    }

    @Test("survives numbers of any size")
    func extremes() {
        for sequence in [0, Int.max - 3, Int.max] {
            for other in [0, Int.max - 3, Int.max] {
                let join = RecordingJoin(window: 5, from: sequence, recorded: 7, from: other) { _, _ in nil }
                #expect((0...5).contains(join.first))
            }
        }
    }
}
