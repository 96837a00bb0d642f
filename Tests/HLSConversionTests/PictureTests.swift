import CFFmpeg
import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

@Suite("The picture of a conversion")
struct PictureTests {
    private func convert(
        _ media: TestMedia,
        _ options: ConversionOptions = ConversionOptions(),
        in folder: TestFolder
    ) async throws -> ConversionResult {
        try media.write(to: folder.file("film"))
        return try await HLSConverter(options: options).convert(folder.file("film"), to: folder.file("out"))
    }

    // MARK: Shape

    @Test(
        "has the shape that the container tells, copied and encoded",
        arguments: ["mp4", "matroska"],
        [ConversionOptions(), .encoded]
    )
    func containerShape(format: String, options: ConversionOptions) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: format)
        media.video?.containerSampleAspectRatio = AVRational(num: 64, den: 45)
        let result = try await convert(media, options, in: folder)
        #expect(result.route.video?.isCopied == (options.videoEncoder == .automatic))
        let shapes = try DecodedMedia(result.playlist).pictures.map(\.sampleAspect)
        #expect(shapes.count == 75)
        #expect(shapes.allSatisfy { abs(($0 ?? 1) - 64.0 / 45) < 0.02 })
    }

    @Test("is copied without touching a slice when its shape is rewritten")
    func rewrittenShape() async throws {
        let folder = try TestFolder()
        var media = TestMedia()
        let plain = folder.file("plain.mp4")
        try media.write(to: plain)
        media.video?.containerSampleAspectRatio = AVRational(num: 64, den: 45)
        let result = try await convert(media, in: folder)
        let other = try await HLSConverter().convert(plain, to: folder.file("other"))
        func slices(_ url: URL) throws -> [[UInt8]] {
            let reader = try HLSFolder(url).reader
            let video = try #require(reader.streams.first { $0.type == 0x1B })
            var slices: [[UInt8]] = []
            for unit in reader.packets(pid: video.pid) {
                NALUnitFraming.annexB.forEachUnit(in: unit.payload.span) { range in
                    if H264.NALUnitType(header: unit.payload[range.lowerBound]).isSlice {
                        slices.append(Array(unit.payload[range]))
                    }
                }
            }
            return slices
        }
        let copied = try slices(result.playlist)
        #expect(copied.count >= 75)
        #expect(try copied == slices(other.playlist))
    }

    @Test("is left as it is when the container rounds the shape of the stream")
    func roundedShape() throws {
        let set = SampleUnits.h264SequenceSet()
        let rounded = SampleAspectRatio(width: 853, height: 854)
        #expect(SampleShape(container: rounded, parameterSets: [set]) == .asCoded)
        #expect(SampleShape(container: nil, parameterSets: [set]) == .asCoded)
        #expect(SampleShape(container: SampleAspectRatio(width: 1, height: 90), parameterSets: [set]) == .asCoded)
        let wide = SampleAspectRatio(width: 128, height: 90)
        #expect(
            SampleShape(container: wide, parameterSets: [set]) == .replaceable(SampleAspectRatio(width: 64, height: 45))
        )
        #expect(SampleShape(container: wide, parameterSets: [[0x67, 1]]) == .notReplaceable)
        #expect(SampleShape(container: wide, parameterSets: []) == .notReplaceable)
    }

    @Test("keeps its shape where it changes in the middle: black fills the rest")
    func changingShape() async throws {
        let folder = try TestFolder()
        var bytes = Data()
        for (width, height) in [(160, 90), (90, 90), (160, 40)] {
            var media = TestMedia(format: "mpegts", duration: 1)
            media.video?.width = width
            media.video?.height = height
            media.video?.filters = ["drawbox=color=white:t=fill"]
            try media.write(to: folder.file("part.ts"))
            bytes += try Data(contentsOf: folder.file("part.ts"))
        }
        try bytes.write(to: folder.file("film.ts"))
        let result = try await HLSConverter(options: .encoded).convert(folder.file("film.ts"), to: folder.file("out"))
        let pictures = try DecodedMedia(result.playlist).pictures
        #expect(pictures.allSatisfy { ($0.width, $0.height) == (160, 90) })
        // White is 235 of 255, black 16.
        let white: [Double] = [1, 90 / 160, 40 / 90]
        let expected = white.map { (share: Double) -> Double in (16 + 219 * share) / 255 }
        for (picture, brightness) in zip([pictures[10], pictures[35], pictures[pictures.count - 5]], expected) {
            #expect(abs(picture.brightness - brightness) < 0.04)
        }
    }

    // MARK: Colours

    @Test(
        "of RGB has the matrix that belongs to its size, and tells it",
        arguments: [
            (width: 1280, height: 720, matrix: AVCOL_SPC_BT709, red: 0.2126, blue: 0.0722),
            (width: 320, height: 180, matrix: AVCOL_SPC_SMPTE170M, red: 0.299, blue: 0.114),
        ],
        [(32, 192, 16), (200, 180, 160), (224, 64, 64), (255, 255, 0)]
    )
    func colours(
        size: (width: Int, height: Int, matrix: AVColorSpace, red: Double, blue: Double),
        source: (red: Int, green: Int, blue: Int)
    ) async throws {
        let (width, height, matrix, red, blue) = size
        let folder = try TestFolder()
        var media = TestMedia(format: "matroska", duration: 0.4)
        media.audio = []
        media.video?.width = width
        media.video?.height = height
        media.video?.encoder = "ffv1"
        media.video?.options = []
        media.video?.pixelFormat = "bgr0"
        media.video?.filters = ["format=gbrp", "geq=r=\(source.red):g=\(source.green):b=\(source.blue)"]
        var options = ConversionOptions()
        options.crf = 10
        let picture = try #require(try DecodedMedia(await convert(media, options, in: folder).playlist).pictures.first)
        #expect(
            picture.colour == [
                AVCOL_RANGE_MPEG.rawValue, AVCOL_PRI_BT709.rawValue, AVCOL_TRC_BT709.rawValue, matrix.rawValue,
            ]
        )
        let (r, g, b) = (Double(source.red) / 255, Double(source.green) / 255, Double(source.blue) / 255)
        let luma = red * r + (1 - red - blue) * g + blue * b
        let expected = [
            16 + 219 * luma, 128 + 112 * (b - luma) / (1 - blue), 128 + 112 * (r - luma) / (1 - red),
        ]
        for (sample, value) in zip(picture.greatest, expected) { #expect(abs(sample * 255 - value) <= 1) }
    }

    @Test("in high definition tells BT.709 where its source tells nothing; a small one stays as it is")
    func untagged() async throws {
        for (height, tag) in [(720, AVCOL_SPC_BT709), (180, AVCOL_SPC_UNSPECIFIED)] {
            let folder = try TestFolder()
            var media = TestMedia(duration: 0.4)
            media.audio = []
            media.video?.width = height * 16 / 9
            media.video?.height = height
            let picture = try #require(
                try DecodedMedia(await convert(media, .encoded, in: folder).playlist).pictures.first
            )
            #expect(picture.colour[3] == tag.rawValue)
        }
    }

    // MARK: Few pictures

    @Test("of slides is shown again every second, also where it could be copied", arguments: ["1/2", "1/4"])
    func slides(rate: String) async throws {
        let folder = try TestFolder()
        var media = TestMedia(duration: 16)
        media.video?.rate = rate
        media.video?.gop = 1
        let result = try await convert(media, in: folder)
        #expect(result.route.video?.reason == .slides(picturesPerSecond: rate == "1/2" ? 0.5 : 0.25))
        let times = try DecodedMedia(result.playlist).pictures.map(\.time)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 1.01 })
        #expect(try HLSFolder(result.playlist).durations.prefix(7).allSatisfy { $0 == 2 })
    }

    @Test("that is a still goes on as long as the music", arguments: ["mp4", "matroska"])
    func still(format: String) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: format, duration: 9)
        media.video?.rate = "1"
        media.video?.filters = ["trim=end_frame=1"]
        let result = try await convert(media, in: folder)
        #expect(result.route.video?.reason == .slides(picturesPerSecond: 0))
        let played = try DecodedMedia(result.playlist)
        let times = played.pictures.map(\.time)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 1.01 })
        #expect((times.last ?? 0) - (times.first ?? 0) >= 8)
        #expect(played.faults == 0)
    }

    @Test("is held until the sound ends where it is encoded")
    func held() async throws {
        let folder = try TestFolder()
        var media = TestMedia(duration: 5.5)
        media.video?.filters = ["trim=duration=3"]
        let result = try await convert(media, .encoded, in: folder)
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations.prefix(2) == [2, 2])
        #expect(hls.durations.count == 3)
        #expect(try DecodedMedia(result.playlist).pictures.count >= 136)
        #expect(StreamRules.problems(of: hls.reader, segments: 3) == [])
    }

    @Test(
        "is in the last segment too where the sound of a copied film lasts longer, in an event too",
        arguments: ["mp4", "mpegts", "matroska"],
        [ConversionOptions.PlaylistType.vod, .event]
    )
    func soundTail(format: String, type: ConversionOptions.PlaylistType) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: format, duration: 9)
        media.video?.filters = ["trim=duration=3"]
        var options = ConversionOptions()
        options.hlsPlaylistType = type
        let result = try await convert(media, options, in: folder)
        #expect(result.route.video?.isCopied == true)
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations.count == 2)
        #expect(abs(hls.durations.reduce(0, +) - 9) < 0.05)
        #expect(hls.targetDuration == 7)
        #expect(StreamRules.problems(of: hls.reader, segments: 2) == [])
    }
}
