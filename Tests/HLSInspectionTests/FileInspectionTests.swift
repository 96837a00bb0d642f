import HLSInspection
import HLSKit
import TestSupport
import Testing

@Suite("Inspection of single files")
struct FileInspectionTests {
    private typealias Make = BoxBuilder

    /// 100 pictures of 10 bytes, every tenth one a random access point, in a file without fragments.
    private static func plain(
        isMovieFirst: Bool,
        entry: [UInt8] = Make.avc1(),
        edits: [[Int]] = []
    ) -> [UInt8] {
        let picture = Make.u32(6) + [0x41, 1, 2, 3, 4, 5]
        let key = Make.u32(6) + [0x65, 1, 2, 3, 4, 5]
        let data = Make.box("mdat", (0..<100).flatMap { $0 % 10 == 0 ? key : picture })
        func movie(_ start: Int) -> [UInt8] {
            let tables =
                Make.table("stts", [[100, 3_600]]) + Make.table("stsc", [[1, 100, 1]])
                + Make.full("stsz", Make.words([10, 100])) + Make.table("stco", [[start]])
                + Make.table("stss", (0..<10).map { [$0 * 10 + 1] })
            return Make.moov(Make.trak(1, entry: entry, edits: edits, tables: tables))
        }
        let head = Make.ftyp()
        if !isMovieFirst { return head + data + movie(head.count + 8) }
        return head + movie(head.count + movie(0).count + 8) + data
    }

    @Test("an MP4 file is told, wherever its tracks stand", arguments: [true, false])
    func plainFile(isMovieFirst: Bool) async throws {
        let report = try await InspectedFolder(["a.mp4": Self.plain(isMovieFirst: isMovieFirst)]).inspect("a.mp4")
        #expect(report.findings == [])
        #expect(report.kind == .mp4)
        let rendition = try #require(report.renditions.first)
        #expect(rendition.containers == ["mp4"] && rendition.measuredDuration == 4)
        #expect(rendition.video.map(\.pictures) == [100] && rendition.video.map(\.frameRate) == [25])
        #expect(rendition.video.map(\.track) == [1] && rendition.video.map(\.pid) == [nil])
        #expect(rendition.groupsOfPictures?.average == 0.4)
        let boxes = try #require(rendition.boxes)
        #expect(boxes.first.map(\.type) == (isMovieFirst ? ["ftyp", "moov", "mdat"] : ["ftyp", "mdat", "moov"]))
        #expect(boxes.brands == ["isom", "iso6"] && boxes.fragments == 0)
    }

    @Test("an MP4 file lasts as long as its edit list says")
    func editList() async throws {
        // An empty edit of 0.5 s, and 3 s from the second second on.
        let bytes = Self.plain(isMovieFirst: true, edits: [[500, -1, 1 << 16], [3_000, 90_000, 1 << 16]])
        let report = try await InspectedFolder(["a.mp4": bytes]).inspect("a.mp4")
        #expect(report.findings == [] && report.renditions.first?.measuredDuration == 3.5)
    }

    @Test("a track of a format that is not read is a hint")
    func unreadTrack() async throws {
        let report = try await InspectedFolder(["a.mp4": Self.plain(isMovieFirst: true, entry: Make.visual("vvc1"))])
            .inspect("a.mp4")
        #expect(report.findings.map(\.rule) == ["not-inspected"] && report.findings.first?.track == 1)
        #expect(report.findings.first?.message.contains("VVC") == true)
        #expect(report.renditions.first?.video.map(\.codec) == ["vvc1"])
    }

    @Test("an MP4 file that is cut off is told, with the place")
    func cutOff() async throws {
        let bytes = Array(Self.plain(isMovieFirst: true).dropLast(100))
        let report = try await InspectedFolder(["a.mp4": bytes]).inspect("a.mp4")
        #expect(report.findings.map(\.rule) == ["samples-outside-media-data", "broken-box"], "\(report.findings)")
        #expect(report.findings.last?.offset == bytes.count - 908)
    }

    @Test("fragmented files, init segments and fragments alone are told apart")
    func kinds() async throws {
        let stream = SampleFragments()
        let folder = try InspectedFolder([
            "all.mp4": stream.file(), "init.mp4": stream.initialization(), "one.m4s": stream.segment(1),
        ])
        let all = try await folder.inspect("all.mp4")
        #expect(all.kind == .fragmentedMP4 && all.findings == [], "\(all.findings)")
        #expect(all.renditions.first?.boxes?.fragments == 4)
        #expect(all.renditions.first?.video.map(\.pictures) == [200])
        let initialization = try await folder.inspect("init.mp4")
        #expect(initialization.kind == .initializationSegment && initialization.findings == [])
        #expect(initialization.renditions.first?.video.map(\.codec) == ["avc1.4D001E"])
        #expect(initialization.renditions.first?.audio.map(\.codec) == ["mp4a.40.2"])
        let one = try await folder.inspect("one.m4s")
        #expect(one.kind == .segment && one.findings.map(\.rule) == ["not-inspected"], "\(one.findings)")
    }

    @Test("packed audio and subtitles are read alone")
    func others() async throws {
        let folder = try InspectedFolder([
            "a.aac": SampleSound(hasTimestamp: { _ in false }).segment(0),
            "a.vtt": Array("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n".utf8),
        ])
        let sound = try await folder.inspect("a.aac")
        #expect(sound.findings == [] && sound.renditions.first?.audio.map(\.codec) == ["mp4a.40.2"])
        #expect(sound.renditions.first?.containers == ["packed-audio"])
        let text = try await folder.inspect("a.vtt")
        #expect(text.findings == [] && text.renditions.first?.text.map(\.cues) == [1])
    }

    @Test("a sync sample that is none is told in a plain file")
    func plainSample() async throws {
        var bytes = Self.plain(isMovieFirst: false)
        // The first picture's header, behind ftyp, the header of mdat and the length.
        let place = Make.ftyp().count + 8 + 4
        bytes[place] = 0x41
        let report = try await InspectedFolder(["a.mp4": bytes]).inspect("a.mp4")
        #expect(report.findings.map(\.rule) == ["sync-flag-wrong"])
        #expect(report.findings.first?.offset == place - 4 && report.findings.first?.track == 1)
    }
}
