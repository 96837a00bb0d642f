import Foundation
import HLSDownload
import HLSKit
import Synchronization
import Testing

@Suite("Recording a live stream", .serialized)
struct LiveTests {
    /// A window of one-second segments.
    static func window(_ range: Range<Int>, isEnded: Bool = false, header: String = "") -> [UInt8] {
        var text =
            "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n" + header
        for number in range { text += "#EXTINF:1.0,\na\(number).ts\n" }
        return Array((text + (isEnded ? "#EXT-X-ENDLIST\n" : "")).utf8)
    }

    static func bench(_ windows: [[UInt8]], segments: Int = 20) throws -> Workbench {
        var bench = try Workbench()
        bench.configuration.recordsLive = true
        bench.place("a", try SampleMedia.transportStream(segments: segments, pictures: 25))
        let fetcher = bench.fetcher
        fetcher.answer { [weak fetcher] request, _ in
            guard let fetcher, request.url.hasPrefix(Workbench.url) else { return nil }
            let number = fetcher.requests.count { $0.kind == .playlist } - 1
            return .bytes(windows[min(number, windows.count - 1)])
        }
        return bench
    }

    @Test("goes on until the end, and makes a whole playlist of it")
    func end() async throws {
        let bench = try Self.bench([Self.window(3..<6), Self.window(4..<7), Self.window(6..<9, isEnded: true)])
        let result = try await bench.download()
        #expect(result.segments == 6)
        let playlist = try #require(try bench.playlist().media)
        #expect(
            playlist.isEnded && playlist.kind == .vod && playlist.mediaSequence == 3 && playlist.segments.count == 6
        )
        let media = try SampleMedia.transportStream(segments: 9, pictures: 25)
        for index in 0..<6 { #expect(try bench.bytes("stream_\(index).ts") == media[index + 3]) }
    }

    @Test("tells what fell out of the window, and leaves gaps in its place")
    func fellOut() async throws {
        let bench = try Self.bench([Self.window(0..<3), Self.window(5..<8, isEnded: true)])
        let warnings = Mutex<[DownloadWarning]>([])
        try await bench.download { if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } } }
        #expect(warnings.withLock { $0 } == [.fellOut(rendition: "", count: 2)])
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.map(\.isGap) == [false, false, false, true, true, false, false, false])
    }

    @Test("is not confused by fresh tokens in each playlist, nor by an old one from a cache")
    func tokensAndCaches() async throws {
        func window(_ range: Range<Int>, isEnded: Bool = false) -> [UInt8] {
            let text = String(decoding: Self.window(range, isEnded: isEnded), as: UTF8.self)
            return Array(text.replacing(".ts", with: ".ts?token=\(range.upperBound)").utf8)
        }
        let bench = try Self.bench([window(0..<4), window(2..<6), window(1..<5), window(3..<7, isEnded: true)])
        let media = try SampleMedia.transportStream(segments: 7, pictures: 25)
        for (number, bytes) in media.enumerated() {
            for token in 4...7 { bench.fetcher[Workbench.at("a\(number).ts?token=\(token)")] = .bytes(bytes) }
        }
        let result = try await bench.download()
        #expect(result.segments == 7 && result.missing.isEmpty)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.count == 7 && !playlist.segments.contains { $0.isDiscontinuity || $0.isGap })
    }

    @Test("asks for delta updates and blocking reloads where the server can, and puts them together")
    func delta() async throws {
        // So long that the playlist is not too old for an update, however late the reload begins.
        let header = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=7200.0\n"
        let skipped = """
            #EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:1
            #EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=7200.0
            #EXT-X-SKIP:SKIPPED-SEGMENTS=7\n#EXTINF:1.0,\na8.ts\n#EXT-X-ENDLIST\n
            """
        let bench = try Self.bench([Self.window(0..<8, header: header), Array(skipped.utf8)])
        let result = try await bench.download()
        #expect(result.segments == 9)
        let urls = bench.fetcher.requests.filter { $0.kind == .playlist }.map(\.url)
        #expect(urls == [Workbench.url, Workbench.url + "?_HLS_msn=8&_HLS_skip=YES"])
    }

    @Test("ends well when the task is cancelled")
    func stop() async throws {
        let bench = try Self.bench([Self.window(0..<3), Self.window(1..<4), Self.window(1..<4)])
        let (steps, step) = AsyncStream<Void>.makeStream()
        let task = Task {
            try await bench.download { event in
                if case .progress(let progress) = event, progress.segments == 4 { step.yield() }
            }
        }
        for await _ in steps { break }
        task.cancel()
        let result = try await task.value
        #expect(result.segments == 4)
        #expect(try bench.playlist().media?.isEnded ?? false)
    }

    @Test("goes on behind what was recorded after a crash")
    func resume() async throws {
        let first = try Self.bench([Self.window(0..<3), Self.window(1..<4)])
        first.fetcher[Workbench.at("a3.ts")] = .failure(DownloadError(.inputOutput, "the disk is full"))
        #expect(await first.failure()?.code == .inputOutput)
        #expect(try first.playlist().media?.kind == .event)
        let media = try SampleMedia.transportStream(segments: 20, pictures: 25)
        first.fetcher[Workbench.at("a3.ts")] = .bytes(media[3])
        first.fetcher.answer { request, _ in
            request.kind == .playlist ? .bytes(Self.window(2..<6, isEnded: true)) : nil
        }
        first.fetcher.forgetRequests()
        // Named like a live stream, although it has just ended.
        let result = try await first.download()
        #expect(result.segments == 6 && result.fetchedSegments == 3)
        for index in 0..<6 { #expect(try first.bytes("stream_\(index).ts") == media[index]) }
        #expect(try first.playlist().media?.segments.count == 6)
    }

    @Test("stops when as much is recorded as was asked for")
    func duration() async throws {
        var bench = try Self.bench([Self.window(0..<3), Self.window(2..<6), Self.window(5..<9)])
        bench.configuration.duration = .seconds(5)
        let result = try await bench.download()
        #expect(result.segments == 6)
    }

    @Test("without being asked for takes what there is, and says so")
    func snapshot() async throws {
        var bench = try Self.bench([Self.window(0..<3)])
        bench.configuration.recordsLive = false
        let warnings = Mutex<[DownloadWarning]>([])
        let result = try await bench.download {
            if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.segments == 3 && warnings.withLock { $0 } == [.stillGrowing])
        #expect(try bench.playlist().media?.isEnded ?? false)
    }

    private func warnings(of bench: Workbench) async throws -> (result: DownloadResult, warnings: [DownloadWarning]) {
        let warnings = Mutex<[DownloadWarning]>([])
        let result = try await bench.download {
            if case .warning(let warning) = $0 { warnings.withLock { $0.append(warning) } }
        }
        return (result, warnings.withLock { $0 })
    }

    /// Answers the requests for the playlist one after the other; the last answer stays.
    private func serve(_ bench: Workbench, _ answers: [MemoryFetcher.Answer]) {
        let fetcher = bench.fetcher
        fetcher.answer { [weak fetcher] request, _ in
            guard let fetcher, request.url.hasPrefix(Workbench.url) else { return nil }
            return answers[min(fetcher.requests.count { $0.kind == .playlist } - 1, answers.count - 1)]
        }
    }

    @Test(
        "goes on when the playlist is missing, refused, empty or a web page for a moment, and reports it once",
        arguments: [
            MemoryFetcher.Answer.failure(DownloadError(.notFound, "gone")),
            .failure(DownloadError(.unreachable, "503")), .bytes([]), .bytes(Array("<html>wait</html>".utf8)),
            .bytes(Array("#EXTM3U\n#EXT-X-TARGETDURATION:1\n".utf8)),
        ]
    )
    func outage(answer: MemoryFetcher.Answer) async throws {
        let bench = try Self.bench([])
        let (first, last) = (Self.window(0..<3), Self.window(2..<6, isEnded: true))
        serve(bench, [.bytes(first), answer, answer, answer, .bytes(last)])
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 6 && result.interruption == nil)
        #expect(warnings.count == 1)
        guard case .liveInterrupted(rendition: "", _, patience: 60) = warnings.first else {
            Issue.record("no warning of the interruption: \(warnings)")
            return
        }
    }

    @Test("ends with the reason when the playlist does not come back within the patience, and keeps what is there")
    func patience() async throws {
        var bench = try Self.bench([])
        bench.configuration.livePatience = .milliseconds(1)
        serve(bench, [.bytes(Self.window(0..<3)), .failure(DownloadError(.unreachable, "the server fails"))])
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 3 && result.interruption == "the server fails")
        #expect(warnings.last == .liveEnded(rendition: "", reason: "the server fails"))
        #expect(try bench.playlist().media?.isEnded ?? false)
    }

    @Test(
        "asks again for a segment that is listed too early",
        arguments: [DownloadError(.notFound, "404"), DownloadError(.unreachable, "403")]
    )
    func early(error: DownloadError) async throws {
        let bench = try Self.bench([])
        let fetcher = bench.fetcher
        let windows = [Self.window(0..<3), Self.window(1..<5), Self.window(2..<6, isEnded: true)]
        fetcher.answer { [weak fetcher] request, earlier in
            if request.url == Workbench.at("a3.ts"), earlier < 2 { return .failure(error) }
            guard let fetcher, request.url.hasPrefix(Workbench.url) else { return nil }
            return .bytes(windows[min(fetcher.requests.count { $0.kind == .playlist } - 1, windows.count - 1)])
        }
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 6 && result.missing.isEmpty && warnings.isEmpty)
    }

    @Test("leaves a gap where a segment left the window without having come")
    func neverThere() async throws {
        let bench = try Self.bench((0..<6).map { Self.window($0..<$0 + 3, isEnded: $0 == 5) })
        bench.fetcher[Workbench.at("a2.ts")] = nil
        let result = try await bench.download()
        #expect(result.missing.map(\.file) == ["stream_2.ts"] && result.segments == 7)
        #expect(try bench.playlist().media?.segments.map(\.isGap) == (0..<8).map { $0 == 2 })
    }

    @Test("records each segment once when the numbers of the window are stuck")
    func stuckNumbers() async throws {
        func window(_ range: Range<Int>, isEnded: Bool = false) -> [UInt8] {
            let text = String(decoding: Self.window(range, isEnded: isEnded), as: UTF8.self)
            return Array(text.replacing("#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n", with: "").utf8)
        }
        let bench = try Self.bench([
            window(0..<4), window(0..<4), window(2..<6), window(4..<7), window(4..<8, isEnded: true),
        ])
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 8 && warnings.isEmpty)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.count == 8 && !playlist.segments.contains { $0.isDiscontinuity || $0.isGap })
        let media = try SampleMedia.transportStream(segments: 8, pictures: 25)
        for index in 0..<8 { #expect(try bench.bytes("stream_\(index).ts") == media[index]) }
    }

    /// A window whose segments have new names in each playlist, and whose number never changes.
    private static func nameless(_ range: Range<Int>, _ token: Int, isEnded: Bool = false) -> [UInt8] {
        let text = String(decoding: window(range, isEnded: isEnded), as: UTF8.self)
        return Array(
            text.replacing("#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n", with: "")
                .replacing(/a(\d+)\.ts/) { "x\($0.output.1)-\(token).ts" }.utf8
        )
    }

    private static func namelessBench() throws -> Workbench {
        let bench = try bench([])
        let media = try SampleMedia.transportStream(segments: 12, pictures: 25)
        for token in 0..<6 {
            for (number, bytes) in media.enumerated() {
                bench.fetcher[Workbench.at("x\(number)-\(token).ts")] = .bytes(bytes)
            }
        }
        return bench
    }

    @Test("records each segment once when neither its number nor its name stays: by its bytes")
    func stuckNumbersAndNewNames() async throws {
        let bench = try Self.namelessBench()
        serve(
            bench,
            [
                .bytes(Self.nameless(0..<4, 0)), .bytes(Self.nameless(0..<4, 1)), .bytes(Self.nameless(2..<6, 2)),
                .bytes(Self.nameless(4..<7, 3)), .bytes(Self.nameless(4..<8, 4, isEnded: true)),
            ]
        )
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 8 && warnings.isEmpty)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.count == 8 && !playlist.segments.contains { $0.isDiscontinuity || $0.isGap })
        let media = try SampleMedia.transportStream(segments: 12, pictures: 25)
        for index in 0..<8 { #expect(try bench.bytes("stream_\(index).ts") == media[index]) }
    }

    @Test("begins anew behind a discontinuity when the bytes of a window with the same numbers are others")
    func stuckNumbersAndNewBytes() async throws {
        let bench = try Self.namelessBench()
        serve(bench, [.bytes(Self.nameless(0..<4, 0)), .bytes(Self.nameless(6..<10, 1, isEnded: true))])
        let (result, _) = try await warnings(of: bench)
        #expect(result.segments == 8)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.map(\.isDiscontinuity) == (0..<8).map { $0 == 4 })
    }

    @Test("goes on after a crash where it was, by bytes when numbers and names are others", arguments: [true, false])
    func resumeByBytes(isSameName: Bool) async throws {
        let first = try Self.namelessBench()
        serve(first, [.bytes(Self.nameless(0..<4, 0)), .bytes(Self.nameless(1..<5, 1))])
        first.fetcher[Workbench.at("x4-1.ts")] = .failure(DownloadError(.inputOutput, "the disk is full"))
        #expect(await first.failure()?.code == .inputOutput)
        let media = try SampleMedia.transportStream(segments: 12, pictures: 25)
        first.fetcher[Workbench.at("x4-1.ts")] = .bytes(media[4])
        first.fetcher.forgetRequests()
        serve(first, [.bytes(Self.nameless(2..<6, isSameName ? 1 : 2, isEnded: true))])
        let result = try await first.download()
        #expect(result.segments == 6)
        for index in 0..<6 { #expect(try first.bytes("stream_\(index).ts") == media[index]) }
        let playlist = try #require(try first.playlist().media)
        #expect(playlist.segments.count == 6 && !playlist.segments.contains { $0.isDiscontinuity })
    }

    @Test("records each segment once when an edge is late by more than its window")
    func lateEdge() async throws {
        let bench = try Self.bench([
            Self.window(0..<4), Self.window(4..<8), Self.window(8..<12), Self.window(0..<4), Self.window(10..<14),
            Self.window(1..<5), Self.window(12..<16, isEnded: true),
        ])
        let (result, warnings) = try await warnings(of: bench)
        #expect(result.segments == 16 && warnings.isEmpty)
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.segments.count == 16 && !playlist.segments.contains { $0.isDiscontinuity || $0.isGap })
    }

    @Test("records on when one of its keys never comes, and asks again for one that comes late")
    func keys() async throws {
        @Sendable func window(_ range: Range<Int>) -> [UInt8] {
            var text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:\(range.lowerBound)\n"
            for number in range {
                text += "#EXT-X-KEY:METHOD=AES-128,URI=\"k\(number)\"\n#EXTINF:1.0,\na\(number).ts\n"
            }
            return Array((text + (range.upperBound == 8 ? "#EXT-X-ENDLIST\n" : "")).utf8)
        }
        let bench = try Self.bench([])
        let media = try SampleMedia.transportStream(segments: 8, pictures: 25)
        bench.place("a", try (0..<8).map { try SampleMedia.encrypted(media[$0], vector: SampleMedia.vector($0)) })
        for number in 0..<8 { bench.fetcher[Workbench.at("k\(number)")] = .bytes(SampleMedia.key) }
        bench.fetcher[Workbench.at("k2")] = .failure(DownloadError(.unreachable, "403"))
        let fetcher = bench.fetcher
        fetcher.answer { [weak fetcher] request, earlier in
            if request.url == Workbench.at("k4"), earlier == 0 { return .bytes([UInt8](repeating: 0, count: 17)) }
            guard let fetcher, request.url.hasPrefix(Workbench.url) else { return nil }
            let number = min(fetcher.requests.count { $0.kind == .playlist } - 1, 5)
            return .bytes(window(number..<number + 3))
        }
        let result = try await bench.download()
        #expect(result.missing.map(\.file) == ["stream_2.ts"] && result.segments == 7)
        for index in [0, 1, 3, 4, 7] { #expect(try bench.bytes("stream_\(index).ts") == media[index]) }
    }
}
