import HLSInspection
import TestSupport
import Testing

/// Slides, screen recordings, and sound that begins before the picture.
@Suite("Pictures that stay")
struct HeldPictureTests {
    private typealias Make = BoxBuilder

    /// Segments of 4 s with one picture each, whose sample says so, and nothing else.
    private static func slides() -> Files {
        let picture = SampleUnits.h264Slice(.init(refreshID: 0), length: 300)
        let sample = Make.u32(picture.count) + picture
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-TARGETDURATION:4", "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MAP:URI=\"init.mp4\"",
        ]
        var files: Files = ["init.mp4": Make.ftyp() + Make.moov(Make.trak(1) + Make.mvex([1]))]
        for index in 0..<5 {
            func fragment(_ offset: Int) -> [UInt8] {
                let run = Make.full("trun", flags: 0x701, Make.words([1, offset, 360_000, sample.count, 0x200_0000]))
                return Make.moof(index + 1, Make.traf(1, time: index * 360_000, run))
            }
            files["s\(index).m4s"] = fragment(fragment(0).count + 8) + Make.box("mdat", sample)
            lines += ["#EXTINF:4.000000,", "s\(index).m4s"]
        }
        files["film.m3u8"] = Array((lines + ["#EXT-X-ENDLIST", ""]).joined(separator: "\n").utf8)
        return files
    }

    @Test("slides of fragments last as long as their samples say")
    func fragments() async throws {
        let report = try await InspectedFolder(Self.slides()).inspect()
        #expect(report.findings == [])
        #expect(report.renditions.first?.measuredDuration == 20)
    }

    @Test(
        "slides of a transport stream last until the next one, the last one as long as the sound",
        arguments: [2, 4, 8]
    )
    func transportStream(seconds: Int) async throws {
        let stream = SampleStream(
            segments: 3,
            pictures: 25 * seconds,
            pictureShift: { $0 % (25 * seconds) == 0 ? (0, 0) : nil }
        )
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(report.findings.filter { $0.rule != "clock-late" } == [], "\(report.findings)")
        let measured = try #require(report.renditions.first?.measuredDuration)
        #expect((measured - Double(3 * seconds)).magnitude < 0.05)
    }

    @Test("slides without sound last as long as the playlist says, as far as pictures tell")
    func silent() async throws {
        let stream = SampleStream(segments: 3, hasAudio: false, pictureShift: { $0 % 50 == 0 ? (0, 0) : nil })
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(report.findings.filter { $0.rule == "timestamps-do-not-run-on" } == [], "\(report.findings)")
    }

    @Test("a screen recording whose last picture stays beyond a segment is not called wrong")
    func screenRecording() async throws {
        // From its second second on the third segment shows one picture.
        let stream = SampleStream(pictures: 100, pictureShift: { (225..<300).contains($0) ? nil : (0, 0) })
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(report.findings == [], "\(report.findings)")
        #expect(report.renditions.first?.measuredDuration == 16)
    }

    @Test("sound that begins before the picture counts in the first segment")
    func earlySound() async throws {
        let stream = SampleStream(pictureShift: { $0 < 10 ? nil : (0, 0) })
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(report.findings.filter { $0.rule.hasPrefix("duration") } == [], "\(report.findings)")
        #expect(report.renditions.first?.measuredDuration == 8)
    }

    @Test("pictures that lead a random access point may count to the segment in front of it")
    func leadingPictures() async throws {
        var stream = SampleFragments(delay: 3_600)
        // From the second on, three pictures behind the first of a segment are shown in front of it.
        stream.composition = { picture in
            guard picture >= 50 else { return 0 }
            return switch picture % 50 {
            case 0: 3 * 3_600
            case 1...3: -3_600
            default: 0
            }
        }
        let report = try await InspectedFolder(stream.files(durations: [0: 2.12, 3: 1.88])).inspect()
        #expect(report.findings.filter { $0.rule.hasPrefix("duration") } == [], "\(report.findings)")
        #expect(report.renditions.first?.measuredDuration == 8)
    }

    @Test("a jump of pictures and sound is still told where pictures stay")
    func jump() async throws {
        let stream = SampleStream(
            segments: 3,
            pictureShift: { $0 % 50 == 0 ? ($0 < 100 ? (0, 0) : (900_000, 900_000)) : nil },
            soundShift: { $0 < 188 ? 0 : 900_000 }
        )
        let report = try await InspectedFolder(stream.files()).inspect()
        #expect(report.findings.contains { $0.rule == "timestamps-do-not-run-on" && $0.file == "s2.ts" })
    }
}
