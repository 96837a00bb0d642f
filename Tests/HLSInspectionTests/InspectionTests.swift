import Foundation
import HLSInspection
import HLSKit
import TestSupport
import Testing

@Suite("Inspection")
struct InspectionTests {
    @Test("what is broken is found at its place", arguments: BrokenStream.all)
    func findings(stream: BrokenStream) async throws {
        let report = try await InspectedFolder(stream.files()).inspect()
        let findings = report.findings.filter { $0.rule == stream.rule }
        let finding = try #require(findings.first, "\(report.findings)")
        #expect(finding.file == stream.file)
        #expect(finding.line == stream.line || stream.line == nil, "\(finding)")
        if let offsets = stream.offsets {
            #expect(offsets.contains(finding.offset ?? -1), "\(finding)")
        }
        #expect(!finding.message.isEmpty && !finding.section.isEmpty)
    }

    static let good = streams + fragments + SampleEncryption.good + SampleSound.good + SampleRenditions.good

    private static let fragments: [(String, @Sendable () throws -> Files)] = [
        ("fragments of picture and sound", { SampleFragments().files() }),
        ("fragments of pictures alone", { SampleFragments(hasAudio: false).files() }),
        ("fragments of sound alone", { SampleFragments(hasVideo: false).files() }),
        ("several fragments in a segment", { SampleFragments(fragmentsPerSegment: 5).files() }),
        ("pictures that are shown later, and an edit list", { SampleFragments(delay: 7_200).files() }),
        (
            "two maps with a discontinuity",
            {
                let other = SampleFragments(start: 9_000_000, videoEntry: BoxBuilder.avc1("avc3"))
                let tag = "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other.mp4\""
                return SampleFragments().files(tags: [2: tag]) { $0[2...3] = [other.segment(2), other.segment(3)] }
                    .with(["other.mp4": other.initialization()])
            }
        ),
        (
            "a transport stream behind fragments",
            {
                let media = try SampleStream(start: 900_000).media()
                let tag = "#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"tables.ts\""
                return SampleFragments().files(tags: [2: tag]) { $0[2...3] = [media[0], media[1]] }
                    .with(["tables.ts": Array(media[0].prefix(376))])
            }
        ),
        (
            "ranges of one file of fragments",
            {
                let stream = SampleFragments()
                var text = stream.playlist(
                    map: "#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"\(stream.initialization().count)@0\""
                )
                var offset = stream.initialization().count
                for index in 0..<stream.segments {
                    let count = stream.segment(index).count
                    text = text.replacing("s\(index).m4s", with: "#EXT-X-BYTERANGE:\(count)@\(offset)\nall.mp4")
                    offset += count
                }
                return ["film.m3u8": Array(text.utf8), "all.mp4": stream.file()]
            }
        ),
    ]

    private static let streams: [(String, @Sendable () throws -> Files)] = [
        ("picture and sound", { try SampleStream().files() }),
        ("picture alone", { try SampleStream(hasAudio: false).files() }),
        ("sound alone", { try SampleStream(hasVideo: false).files() }),
        ("a clock that wraps", { try SampleStream(start: 0x1_FFFF_FFFF - 270_000).files() }),
        (
            "a tagged jump",
            {
                try SampleStream(
                    restarts: [2],
                    pictureShift: { $0 < 100 ? (0, 0) : (900_000, 900_000) },
                    soundShift: { $0 < 188 ? 0 : 900_000 }
                ).files(tags: [2: "#EXT-X-DISCONTINUITY"])
            }
        ),
        (
            "a tagged step back",
            {
                try SampleStream(
                    start: 900_000,
                    restarts: [2],
                    pictureShift: { $0 < 100 ? (0, 0) : (-720_000, -720_000) },
                    soundShift: { $0 < 188 ? 0 : -720_000 }
                ).files(tags: [2: "#EXT-X-DISCONTINUITY"])
            }
        ),
        (
            "tracks that end at a tag",
            { try SampleStream(restarts: [2], silentFrom: 2).files(tags: [2: "#EXT-X-DISCONTINUITY"]) }
        ),
        (
            "a gap",
            { try SampleStream().files(tags: [2: "#EXT-X-GAP"]).without("s2.ts") }
        ),
        (
            "ranges of one file",
            {
                let stream = SampleStream()
                let media = try stream.media()
                var text = stream.playlist().replacing("VERSION:3", with: "VERSION:4")
                var offset = 0
                for (index, bytes) in media.enumerated() {
                    text = text.replacing("s\(index).ts", with: "#EXT-X-BYTERANGE:\(bytes.count)@\(offset)\nall.ts")
                    offset += bytes.count
                }
                return ["film.m3u8": Array(text.utf8), "all.ts": Array(media.joined())]
            }
        ),
        ("two variants", { try SamplePresentation.files() }),
        ("names with spaces", { try SampleStream().files().renamed("s1.ts", "a b%.ts", "a%20b%25.ts") }),
    ]

    @Test("what is right has no finding", arguments: good.indices)
    func noFindings(index: Int) async throws {
        let report = try await InspectedFolder(Self.good[index].1()).inspect()
        #expect(report.findings == [], "\(Self.good[index].0)")
        #expect(report.renditions.allSatisfy { !$0.containers.isEmpty })
    }

    @Test(
        "a name that is no URI is told, and read as browsers do",
        arguments: [("a b.ts", "a b.ts"), ("a b#ü%.ts", "a b%23ü%25.ts"), ("5% a.ts", "5% a.ts")]
    )
    func rawNames(name: String, uri: String) async throws {
        let report = try await InspectedFolder(SampleStream().files().renamed("s1.ts", name, uri)).inspect()
        #expect(report.findings.map(\.rule) == ["malformed-uri"], "\(report.findings)")
    }

    @Test("the report tells what the stream is")
    func description() async throws {
        let report = try await InspectedFolder(SampleStream().files()).inspect("film.m3u8")
        #expect(report.kind == .mediaPlaylist)
        let rendition = try #require(report.renditions.first)
        #expect(rendition.segments == 4 && rendition.duration == 8 && rendition.measuredDuration == 8)
        #expect(rendition.targetDuration == 2 && rendition.playlistType == "VOD" && rendition.isEnded)
        #expect(rendition.video.map(\.codec) == ["avc1.4D001E"] && rendition.video.map(\.pictures) == [200])
        #expect(rendition.video.map(\.width) == [320] && rendition.video.map(\.height) == [180])
        #expect(rendition.video.map(\.frameRate) == [25])
        #expect(rendition.audio.map(\.codec) == ["mp4a.40.2"] && rendition.audio.map(\.sampleRate) == [48_000])
        let groups = try #require(rendition.groupsOfPictures)
        #expect(groups.minimum == 0.4 && groups.maximum == 0.4 && groups.count == 19)
        #expect(try #require(rendition.averageBitrate) <= #require(rendition.peakBitrate))
        #expect(rendition.bytes > 0)
    }

    @Test("the report comes through JSON unchanged, with its version")
    func json() async throws {
        let report = try await InspectedFolder(SamplePresentation.files()).inspect()
        let data = try JSONEncoder().encode(report)
        #expect(try JSONDecoder().decode(InspectionReport.self, from: data) == report)
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        #expect(object?["version"] as? Int == 1 && object?["kind"] as? String == "multivariant-playlist")
    }

    @Test("a segment is inspected alone")
    func segment() async throws {
        let report = try await InspectedFolder(SampleStream().files()).inspect("s2.ts")
        #expect(report.kind == .segment && report.findings == [])
        #expect(report.renditions.first?.measuredDuration.map { ($0 * 100).rounded() } == 200)
    }

    @Test("a lost packet is told once, at the byte where it is missing, also in a range of a file")
    func placeInRange() async throws {
        let stream = SampleStream()
        var media = try stream.media()
        media[1].removeSubrange(188 * 20..<188 * 21)
        let first = media[0].count
        let text = stream.playlist()
            .replacing("s0.ts", with: "#EXT-X-BYTERANGE:\(first)@0\nall.ts")
            .replacing("s1.ts", with: "#EXT-X-BYTERANGE:\(media[1].count)\nall.ts")
        let files: Files = [
            "film.m3u8": Array(text.utf8), "all.ts": media[0] + media[1], "s2.ts": media[2], "s3.ts": media[3],
        ]
        let report = try await InspectedFolder(files).inspect()
        let finding = try #require(report.findings.first { $0.rule == "continuity-error" })
        #expect(finding.file == "all.ts" && (first + 188 * 20..<first + 188 * 30).contains(finding.offset ?? 0))
    }

    @Test("what follows from a jump is not told beside it")
    func noCascade() async throws {
        let files = try SampleStream(
            pictureShift: { $0 < 100 ? (0, 0) : (1_800_000, 1_800_000) },
            soundShift: { $0 < 188 ? 0 : 1_800_000 }
        ).files()
        let report = try await InspectedFolder(files).inspect()
        #expect(report.findings.map(\.rule) == ["timestamps-do-not-run-on"])
    }

    @Test(
        "what cannot be inspected is refused",
        arguments: [
            ("none.m3u8", InspectionError.Code.notFound), ("page.html", .notUsable), ("words.txt", .notUsable),
            ("", .notUsable), ("packed.m3u8", .notUsable), ("wide.m3u8", .notUsable), ("marked.m3u8", .notUsable),
        ]
    )
    func refusals(name: String, code: InspectionError.Code) async throws {
        let folder = try InspectedFolder(
            [
                "page.html": Array("<html></html>".utf8), "words.txt": Array("words".utf8),
                "more.m3u8": Array("#EXTM3U\n".utf8), "other.m3u8": Array("#EXTM3U\n".utf8),
                "packed.m3u8": [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1],
                "wide.m3u8": "#EXTM3U\n".utf8.flatMap { [$0, 0] },
                "marked.m3u8": [0xFE, 0xFF] + "#EXTM3U\n".utf8.flatMap { [0, $0] },
            ]
        )
        await #expect(
            performing: { try await folder.inspect(name) },
            throws: { ($0 as? InspectionError)?.code == code }
        )
    }

    @Test(
        "the loader of files refuses other URLs",
        arguments: ["https://example.com/a.m3u8", "HTTP://example.com/a"]
    )
    func urls(source: String) async throws {
        await #expect(
            performing: { try await HLSInspector().inspect(source) },
            throws: { ($0 as? InspectionError)?.code == .unreachable }
        )
    }

    @Test("another loader reads URLs, in pieces of any size")
    func otherLoader() async throws {
        var configuration = HLSInspector.Configuration()
        configuration.loader = MemoryLoader(files: try SampleStream().files().without("s3.ts"))
        let report = try await HLSInspector(configuration: configuration).inspect(MemoryLoader.folder + "film.m3u8")
        #expect(report.findings.map(\.rule) == ["missing-segment"])
        #expect(report.findings.map(\.file) == ["s3.ts"])
        #expect(report.renditions.first?.video.first?.pictures == 150)
    }

    @Test(
        "a playlist that is compressed or in UTF-16 is named as that",
        arguments: [
            ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1], "gzip"), ("#EXTM3U\n".utf8.flatMap { [$0, 0] }, "UTF-16"),
            ([0xFF, 0xFE] + "#EXTM3U\n".utf8.flatMap { [$0, 0] }, "UTF-16"),
        ] as [([UInt8], String)]
    )
    func otherEncodings(bytes: [UInt8], name: String) async throws {
        let folder = try InspectedFolder(SamplePresentation.files().with(["high/high.m3u8": bytes, "a.m3u8": bytes]))
        await #expect(
            performing: { try await folder.inspect("a.m3u8") },
            throws: { ($0 as? InspectionError)?.message.contains(name) == true }
        )
        let finding = try await folder.inspect("film.m3u8").findings.first { $0.rule == "missing-playlist" }
        #expect(finding?.message.contains(name) == true)
    }

    @Test("streams that are not read are listed, with a hint")
    func unreadStreams() async throws {
        let files = try SampleStream().files { $0 = SampleTypes.replacing([0x1B: 0x10, 0x0F: 0x82], in: $0) }
        let report = try await InspectedFolder(files).inspect()
        let other = try #require(report.renditions.first).other
        #expect(other.map(\.format) == ["MPEG-4 Part 2", "DTS"] && other.map(\.kind) == [.video, .audio])
        #expect(other.map(\.pid) == [0x100, 0x101])
        #expect(report.findings.map(\.rule) == ["not-inspected", "not-inspected"], "\(report.findings)")
        #expect(report.findings.allSatisfy { $0.severity == .hint })
    }

    @Test("a stream under a wrong type is told once")
    func wrongTypeOnce() async throws {
        let files = try SampleStream().files { $0 = SampleTypes.replacing([0x0F: 0x03], in: $0) }
        let report = try await InspectedFolder(files).inspect()
        #expect(report.findings.map(\.rule) == ["wrong-stream-type"], "\(report.findings)")
        #expect(report.findings.first?.message.contains("AAC") == true && report.findings.first?.pid == 0x101)
    }

    @Test("playlists are checked without their segments on demand")
    func playlistsAlone() async throws {
        var configuration = HLSInspector.Configuration()
        configuration.readsSegments = false
        let files = try SamplePresentation.files().filter { $0.key.hasSuffix(".m3u8") }
        let report = try await InspectedFolder(files).inspect(configuration: configuration)
        #expect(report.findings == [] && report.renditions.map(\.duration) == [8, 8])
        #expect(report.renditions.allSatisfy { $0.containers.isEmpty && $0.bytes == 0 && $0.measuredDuration == nil })
        let media = try InspectedFolder(SampleStream().files())
        await #expect(
            performing: { try await media.inspect("s1.ts", configuration: configuration) },
            throws: { ($0 as? InspectionError)?.code == .notUsable }
        )
    }

    @Test("segments that cannot be reached are findings, and the others are read")
    func unreachableSegments() async throws {
        let text = SampleStream().playlist().replacing("s2.ts", with: "https://example.com/s2.ts")
        let report = try await InspectedFolder(SampleStream().files().with("film.m3u8", text)).inspect()
        #expect(report.findings.map(\.rule) == ["unreadable-segment"], "\(report.findings)")
        #expect(report.renditions.first?.video.first?.pictures == 150)
    }

    @Test("a playlist is written as it was read")
    func playlist() async throws {
        let text = SampleStream().playlist().replacing("#EXTINF", with: "# Odd: \t \r\n#EXTINF")
        let folder = try InspectedFolder(Files().with("film.m3u8", text).with("a.ts", "no playlist"))
        let playlist = try await HLSInspector().playlist(folder.url.path)
        #expect(playlist.bytes == Array(text.utf8))
        await #expect(
            performing: { try await HLSInspector().playlist(folder.url.path + "/a.ts") },
            throws: { ($0 as? InspectionError)?.code == .notUsable }
        )
    }

    @Test("a wrong duration is told once, and not as a drift")
    func wrongDurationOnce() async throws {
        let report = try await InspectedFolder(SampleStream().files(durations: [1: 1.2])).inspect()
        #expect(report.findings.map(\.rule) == ["duration-differs"])
    }

    @Test("progress rises to the end")
    func progress() async throws {
        let folder = try InspectedFolder(SamplePresentation.files())
        let (stream, continuation) = AsyncStream<InspectionProgress>.makeStream()
        let report = try await HLSInspector().inspect(folder.url.path) { continuation.yield($0) }
        continuation.finish()
        var all: [InspectionProgress] = []
        for await progress in stream { all.append(progress) }
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.fraction <= $1.fraction && $0.bytes <= $1.bytes })
        #expect(all.last?.fraction == 1)
        #expect(all.last?.bytes == report.renditions.reduce(0) { $0 + $1.bytes })
    }

    @Test("progress rises within a single file")
    func progressOfFile() async throws {
        let folder = try InspectedFolder(["a.ts": SampleStream().media().flatMap(\.self)])
        var configuration = HLSInspector.Configuration()
        configuration.loader = FileResourceLoader(chunkBytes: 1 << 14)
        let (stream, continuation) = AsyncStream<InspectionProgress>.makeStream()
        _ = try await HLSInspector(configuration: configuration).inspect(folder.url.path + "/a.ts") {
            continuation.yield($0)
        }
        continuation.finish()
        var all: [InspectionProgress] = []
        for await progress in stream { all.append(progress) }
        let total = try #require(all.first?.totalBytes)
        #expect(all.last?.bytes == total && all.last?.fraction == 1)
        #expect(all.first?.fraction == 0)
    }

    @Test("any bytes are survived", arguments: 0..<64)
    func robustness(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<4 {
            let count = 1 + 4 * Int.random(in: 0...20, using: &random)
            var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes[0] = UInt8(seed % InspectionProperties.bases.count)
            #expect(await InspectionProperties.broken(by: bytes) == nil, "\(bytes)")
        }
    }

    @Test("what the fuzzer broke stays whole", arguments: [[0xA4, 0x01, 0x0A, 0x2E]] as [[UInt8]])
    func crashers(bytes: [UInt8]) async {
        #expect(await InspectionProperties.broken(by: bytes) == nil)
    }

    @Test("a file that is cut off anywhere is survived, and told", arguments: 1..<40)
    func truncation(part: Int) async throws {
        let file = SampleFragments(segments: 1).file()
        let bytes = [0xC0] + file.prefix(file.count * part / 40)
        #expect(await InspectionProperties.broken(by: bytes) == nil)
    }
}

extension Files {
    /// A file under another name, and the playlist with the URI of that.
    fileprivate func renamed(_ old: String, _ new: String, _ uri: String) -> Files {
        let text = String(decoding: self["film.m3u8"] ?? [], as: UTF8.self)
        return without(old).with([new: self[old] ?? []]).with("film.m3u8", text.replacing(old, with: uri))
    }
}
