import HLSKit
import TestSupport
import Testing

/// The code of `CMAF.md`: what is between a snippet's marks is compiled and run here, and compared with the guide's text.
@Suite("The guide to CMAF")
struct CMAFGuideTests {
    private struct Unit {
        var track: Int
        var bytes: [UInt8]
        var pts: MediaTime
        var dts: MediaTime
        var isRandomAccess: Bool
    }

    /// Two segments of five pictures and nine frames of audio.
    private let groups: [[Unit]] = (0..<2).map { segment in
        let pictures = (0..<5).map { number in
            let time = MediaTime(ticks: Int64(segment * 5 + number) * 3_600)
            let bytes = SampleUnits.h264(number: number, isKey: number == 0, length: 60)
            return Unit(track: 0, bytes: bytes, pts: time, dts: time, isRandomAccess: number == 0)
        }
        let frames = (0..<9).map { number in
            let time = MediaTime(ticks: Int64(segment * 9 + number) * 1_920)
            return Unit(track: 1, bytes: SampleUnits.adts(length: 50), pts: time, dts: time, isRandomAccess: true)
        }
        return pictures + frames
    }

    @Test("writes an init section, segments, and another init section")
    func code() throws {
        let avcC = try #require(CMAFCase.h264()).configuration
        let audioSpecificConfig: [UInt8] = [0x11, 0x90]
        var files: [String: [UInt8]] = [:]
        // snippet: tracks
        guard let parameters = AVCDecoderConfiguration(avcC), let picture = SampleEntry.h264(parameters),
            let sound = SampleEntry.aac(configuration: audioSpecificConfig)
        else { return }
        let tracks = [
            CMAFTrack(id: 1, entry: picture, unitForm: .nalUnits(.annexB)),
            CMAFTrack(id: 2, entry: sound, language: "fra", unitForm: .adts),
        ]
        var muxer = try CMAFMuxer(tracks: tracks)
        files["init.mp4"] = muxer.initializationSection
        // end
        // snippet: segments
        for (number, group) in groups.enumerated() {
            for unit in group {
                try muxer.write(
                    unit.bytes.span,
                    track: unit.track,
                    pts: unit.pts,
                    dts: unit.dts,
                    isRandomAccess: unit.isRandomAccess
                )
            }
            let next = groups.indices.contains(number + 1) ? groups[number + 1] : []
            let times = tracks.indices.map { track in next.first { $0.track == track }?.dts }
            files["\(number).m4s"] = try muxer.finishSegment(next: times)
        }
        // end
        let larger = SampleUnits.joined([
            SampleUnits.h264SequenceSet(width: 40), SampleUnits.h264PictureSet,
            SampleUnits.h264Slice(SampleUnits.Slice(refreshID: 0)),
        ])
        let time = MediaTime(seconds: 1)
        try muxer.write(larger.span, track: 0, pts: time, dts: time, isRandomAccess: true)
        _ = try muxer.finishSegment()
        let newParameters = try #require(AVCDecoderConfiguration(larger))
        // snippet: change
        if muxer.hasUnknownParameterSets(track: 0), let changed = SampleEntry.h264(newParameters) {
            try muxer.setEntry(changed, track: 0)
            files["init-2.mp4"] = muxer.initializationSection
        }
        // end
        #expect(files.keys.sorted() == ["0.m4s", "1.m4s", "init-2.mp4", "init.mp4"])
        let movie = MP4File(files["init.mp4"] ?? []).movie
        let second = try #require(MP4File(files["1.m4s"] ?? [], initialization: movie).fragments.first)
        #expect(second.track(1)?.startTime == 18_000)
        #expect(second.track(2)?.startTime == 9_216)
        #expect(MP4File(files["init-2.mp4"] ?? []).movie?.track(1)?.sampleEntries.first?.width == 640)
    }

    @Test("the guide shows this code")
    func guide() throws {
        let (compiled, written) = try GuideCode.blocks(of: "CMAF.md", comparedWith: #filePath)
        #expect(compiled == written)
        #expect(compiled.count == 3)
    }
}
