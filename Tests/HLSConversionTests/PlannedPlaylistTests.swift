import Foundation
import HLSConversion
import Synchronization
import TestSupport
import Testing

@Suite("Planned playlist")
struct PlannedPlaylistTests {
    /// What a conversion reported while it ran.
    private struct Report {
        var planned: PlannedPlaylist?
        var warnings: [ConversionWarning] = []
        /// Segments that were there when the plan was reported.
        var segmentsBeforePlan = 0
        var segments: [String] = []
    }

    private func convert(
        _ input: URL,
        to folder: URL,
        _ options: ConversionOptions = ConversionOptions()
    ) async throws -> (Report, ConversionResult) {
        var options = options
        options.plansPlaylist = true
        options.hlsPlaylistType = .event
        options.finishesEventAsVOD = true
        let report = Mutex(Report())
        let result = try await HLSConverter(options: options).convert(input, to: folder) { event in
            report.withLock { report in
                switch event {
                case .playlistPlanned(let planned):
                    report.planned = planned
                    report.segmentsBeforePlan = report.segments.count
                case .segmentAvailable(let segment):
                    report.segments.append(segment)
                case .warning(let warning): report.warnings.append(warning)
                default: break
                }
            }
        }
        return (report.withLock { $0 }, result)
    }

    /// The lines of a playlist, with each duration on its own.
    private func lines(_ text: String) -> (tags: [Substring], durations: [Double]) {
        let lines = text.split(separator: "\n")
        let durations = lines.filter { $0.hasPrefix("#EXTINF:") }.map { Double($0.dropFirst(8).dropLast()) ?? -1 }
        return (lines.filter { !$0.hasPrefix("#EXTINF:") }, durations)
    }

    /// Compares a plan with what came out in the end.
    private func expectEqual(_ planned: PlannedPlaylist, _ result: ConversionResult, within tolerance: Double) throws {
        let text = try String(contentsOf: result.playlist, encoding: .utf8)
        let (plan, final) = (lines(planned.text), lines(text))
        #expect(plan.tags == final.tags)
        #expect(planned.files.count == result.segments)
        #expect(planned.playlist.path() == result.playlist.path())
        var sums = (0.0, 0.0)
        for (told, made) in zip(plan.durations, final.durations) {
            sums = (sums.0 + told, sums.1 + made)
            // Differences must not add up: the starts of all segments are as planned, too.
            #expect(abs(told - made) <= tolerance && abs(sums.0 - sums.1) <= tolerance, "\(told) \(made)")
        }
    }

    @Test("is what comes out in the end", arguments: ConversionCase.all)
    func equalsResult(_ example: ConversionCase) async throws {
        let folder = try TestFolder()
        var input = folder.file("input")
        if let media = example.media {
            try media.write(to: input)
        } else if let fixture = example.fixture {
            input = Fixtures.url(fixture)
        }
        let (report, result) = try await convert(input, to: folder.file("out"), example.options)
        let planned = try #require(report.planned, "\(report.warnings)")
        #expect(report.segmentsBeforePlan == 0)
        #expect(report.segments == planned.files)
        let isCopied = [result.route.video, result.route.audio].allSatisfy { $0?.isCopied ?? true }
        // Where something is encoded, a picture or a frame of sound may lie elsewhere.
        try expectEqual(planned, result, within: isCopied ? 0.000_002 : 0.051)
    }

    @Test(
        "is exact for steady pictures in every container, with segments of any length",
        arguments: ["mp4", "matroska", "avi", "mpegts", "flv"],
        [0.8, 2, 3.2]
    )
    func containers(format: String, hlsTime: Double) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: format, duration: 16.04)
        if format == "avi" { media.video = TestMedia.Video(encoder: "mpeg4", options: [("q", "5")]) }
        if format == "flv" { media.audio[0].sampleRate = 44_100 }
        try media.write(to: folder.file("in"))
        for (index, base) in [ConversionOptions(), .encoded].enumerated() {
            var options = base
            options.hlsTime = hlsTime
            let (report, result) = try await convert(folder.file("in"), to: folder.file("out\(index)"), options)
            try expectEqual(try #require(report.planned), result, within: 0.051)
            let (plan, final) = (try #require(report.planned), try HLSFolder(result.playlist))
            for (told, made) in zip(lines(plan.text).durations.dropLast(), final.durations) {
                #expect(abs(told - made) <= 0.001)
            }
        }
    }

    @Test("counts where the clock starts over in the middle")
    func restartedRecording() async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: "mpegts", duration: 2)
        media.video?.options += [("x264-params", "keyint=25")]
        try media.write(to: folder.file("part.ts"))
        let part = try Data(contentsOf: folder.file("part.ts"))
        try (part + part + part).write(to: folder.file("whole.ts"))
        for (index, options) in [ConversionOptions(), .encoded].enumerated() {
            let (report, result) = try await convert(folder.file("whole.ts"), to: folder.file("out\(index)"), options)
            try expectEqual(try #require(report.planned), result, within: 0.051)
        }
    }

    @Test("has its discontinuities where a copied picture changes its size")
    func changingPicture() async throws {
        let folder = try TestFolder()
        var recording = Data()
        for (index, width) in [160, 320, 160].enumerated() {
            var media = TestMedia(format: "mpegts", duration: 3, start: Double(index) * 3)
            media.video?.width = width
            try media.write(to: folder.file("part.ts"))
            recording += try Data(contentsOf: folder.file("part.ts"))
        }
        try recording.write(to: folder.file("in.ts"))
        let (report, result) = try await convert(folder.file("in.ts"), to: folder.file("out"))
        let planned = try #require(report.planned)
        #expect(planned.text.components(separatedBy: "#EXT-X-DISCONTINUITY\n").count == 3)
        try expectEqual(planned, result, within: 0.000_002)
    }

    @Test("has the segments of sound that goes on behind the picture")
    func longerSound() async throws {
        let folder = try TestFolder()
        for format in ["mp4", "matroska"] {
            var media = TestMedia(format: format, duration: 9)
            media.video?.filters = ["trim=duration=4"]
            let input = folder.file("in.\(format)")
            try media.write(to: input)
            for (index, options) in [ConversionOptions(), .encoded].enumerated() {
                let (report, result) = try await convert(input, to: folder.file("out-\(format)-\(index)"), options)
                try expectEqual(try #require(report.planned), result, within: 0.051)
            }
        }
    }

    @Test("is replaced by what is there of a film that is cut off")
    func cutOff() async throws {
        let folder = try TestFolder()
        try TestMedia(format: "avi", duration: 12, video: .init(encoder: "mpeg4", options: [("q", "5")]))
            .write(to: folder.file("in.avi"))
        let (whole, _) = try await convert(folder.file("in.avi"), to: folder.file("whole"))
        let bytes = try Data(contentsOf: folder.file("in.avi"))
        try bytes.prefix(bytes.count / 2).write(to: folder.file("cut.avi"))
        let (report, result) = try await convert(folder.file("cut.avi"), to: folder.file("out"))
        let final = try HLSFolder(result.playlist)
        #expect(final.isEnded && final.kind == "VOD" && final.segments.count < (whole.planned?.files.count ?? 0))
        #expect(report.segments.count == final.segments.count)
    }

    @Test("is not made when it is not asked for")
    func notAsked() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        let plans = Mutex(0)
        _ = try await HLSConverter().convert(film, to: folder.file("out")) { event in
            if case .playlistPlanned = event { plans.withLock { $0 += 1 } }
        }
        #expect(plans.withLock { $0 } == 0)
    }

    @Test("comes with a playlist on disk that grows, and that players read from its start")
    func grownPlaylist() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder, duration: 5)
        let grown = Mutex("")
        var options = ConversionOptions.encoded
        options.hlsPlaylistType = .event
        options.finishesEventAsVOD = true
        let result = try await HLSConverter(options: options).convert(film, to: folder.file("out")) { event in
            guard case .playlistAvailable(let playlist) = event else { return }
            grown.withLock { $0 = (try? String(contentsOf: playlist, encoding: .utf8)) ?? "" }
        }
        #expect(grown.withLock { $0 }.contains("#EXT-X-START:TIME-OFFSET=0\n"))
        #expect(try !HLSFolder(result.playlist).text.contains("#EXT-X-START"))
    }
}
