import HLSKit
import TestSupport
import Testing

/// The code of `Transmuxing.md`: what is between a snippet's marks is compiled and run here, and compared with the guide's
/// text.
@Suite("The guide to transmuxing")
struct TransmuxingGuideTests {
    private static let sample = TransportStreamCase("", [.h264, .aac], start: 90_000)

    @Test("turns the segments of a playlist into CMAF")
    func playlist() throws {
        let segments = try Self.sample.segments()
        var text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
        for index in segments.indices { text += "#EXTINF:0.4,\n\(index)\n" }
        let playlist = try #require(Playlist(Array((text + "#EXT-X-ENDLIST\n").utf8)).media)
        func read(_ uri: String) throws -> [UInt8] { try segments[#require(Int(uri))] }
        var files: [String: [UInt8]] = [:]
        // snippet: playlist
        let transmuxer = SegmentTransmuxer()
        var start = MediaTime.zero
        for (number, segment) in playlist.segments.enumerated() {
            let duration = MediaTime(seconds: segment.duration.seconds)
            let position = SegmentTransmuxer.Position(number: number, start: start, duration: duration)
            let bytes = try read(segment.uri)
            var output = try transmuxer.transmux(bytes.span, at: position)
            if output.endsWithinFrame, number + 1 < playlist.segments.count {
                let next = try read(playlist.segments[number + 1].uri)
                output = try transmuxer.transmux(bytes.span, followedBy: next.span, at: position)
            }
            files["init-\(output.initializationName).mp4"] = output.initializationSection
            files["\(number).m4s"] = output.fragment
            start = start + duration
        }
        // end
        #expect(files.count == segments.count + 1)
        let last = try #require(MP4File(files["\(segments.count - 1).m4s"] ?? []).fragments.first)
        #expect(last.track(1)?.startTime == Int64(segments.count - 1) * 36_000)
    }

    @Test("makes the init section of a segment")
    func initialization() throws {
        let bytes = try Self.sample.segments()[1]
        var lines: [[MP4Track.Kind]] = []
        func print(_ kinds: [MP4Track.Kind]) { lines.append(kinds) }
        // snippet: initialization
        let section = try SegmentTransmuxer(selection: .video).initializationSection(of: bytes.span)
        print(MP4File(section).movie?.tracks.map(\.kind) ?? [])
        // end
        #expect(lines == [[.video]])
    }

    @Test("the guide shows this code")
    func guide() throws {
        let (compiled, written) = try GuideCode.blocks(of: "Transmuxing.md", comparedWith: #filePath)
        #expect(compiled == written)
        #expect(compiled.count == 2)
    }
}
