import CFFmpeg
import Foundation
import HLSConversion
import HLSKit
import Synchronization
import TestSupport
import Testing

/// One input of a kind that is hard to get right, and what must become of it.
struct ConversionCase: CustomTestStringConvertible, Sendable {
    var name: String
    var media: TestMedia?
    var fixture: String?
    var options = ConversionOptions()
    var videoIsCopied: Bool?
    var audioIsCopied: Bool?
    var size: (Int, Int)?
    /// Whether the picture changes its rate on purpose, so that frames cannot be counted.
    var mayRepeatPictures = false
    /// Half the time between two samples of the clearest edge that can be measured.
    var syncTolerance = 0.001

    var testDescription: String { name }

    static func made(_ name: String, _ change: (inout TestMedia, inout ConversionCase) -> Void) -> ConversionCase {
        var media = TestMedia()
        var result = ConversionCase(name: name)
        change(&media, &result)
        result.media = media
        return result
    }

    static let all: [ConversionCase] = [
        made("H.264 with B-frames and AAC") { _, expected in
            expected.videoIsCopied = true
            expected.audioIsCopied = true
            expected.size = (160, 90)
        },
        made("the same, encoded") { _, expected in
            expected.options.videoEncoder = "libx264"
            expected.options.audioEncoder = "aac"
            expected.videoIsCopied = false
            expected.audioIsCopied = false
        },
        made("sound 250 ms behind the picture") { media, expected in
            media.audio[0].delay = 0.25
            expected.videoIsCopied = true
        },
        made("sound 250 ms behind the picture, encoded") { media, expected in
            media.audio[0].delay = 0.25
            expected.options.videoEncoder = "libx264"
            expected.options.audioEncoder = "aac"
        },
        made("24000/1001 frames a second in Matroska") { media, expected in
            media.format = "matroska"
            media.video?.rate = "24000/1001"
            media.video?.gop = 24
            expected.videoIsCopied = true
        },
        made("variable frame rate") { media, expected in
            media.format = "matroska"
            media.video?.filters = ["select='not(eq(mod(n,5),2))'"]
            expected.options.crf = 23
            expected.videoIsCopied = false
            expected.mayRepeatPictures = true
        },
        made("10 bits") { media, expected in
            media.video?.pixelFormat = "yuv420p10le"
            expected.videoIsCopied = false
        },
        made("4:4:4") { media, expected in
            media.video?.pixelFormat = "yuv444p"
            expected.videoIsCopied = false
        },
        made("PQ without a word of primaries and matrix") { media, expected in
            media.video?.isHighDynamicRange = true
            expected.videoIsCopied = false
        },
        made("odd size") { media, expected in
            media.format = "matroska"
            media.video?.encoder = "ffv1"
            media.video?.options = []
            media.video?.pixelFormat = "yuv444p"
            media.video?.width = 161
            media.video?.height = 91
            expected.videoIsCopied = false
            expected.size = (160, 90)
        },
        made("interlaced") { media, expected in
            media.video?.isInterlaced = true
            media.video?.height = 96
            media.video?.filters = ["setfield=tff"]
            expected.videoIsCopied = false
        },
        made("interlaced in Matroska that calls it progressive") { media, expected in
            media.format = "matroska"
            media.video?.isInterlaced = true
            media.video?.isCalledProgressive = true
            media.video?.height = 96
            media.video?.filters = ["setfield=tff"]
            expected.videoIsCopied = false
        },
        made("turned by the stream alone") { media, expected in
            media.video?.bitstreamFilter = "h264_metadata=display_orientation=insert:rotate=90"
            expected.videoIsCopied = false
            expected.size = (90, 160)
        },
        made("turned by the stream alone, in Matroska") { media, expected in
            media.format = "matroska"
            media.video?.bitstreamFilter = "h264_metadata=display_orientation=insert:rotate=90"
            expected.videoIsCopied = false
            expected.size = (90, 160)
        },
        made("turned by the stream alone, encoded as asked") { media, expected in
            media.video?.bitstreamFilter = "h264_metadata=display_orientation=insert:rotate=90"
            expected.options.videoEncoder = "libx264"
            expected.size = (90, 160)
        },
        made("MPEG-2 in a transport stream") { media, expected in
            media.format = "mpegts"
            media.video?.encoder = "mpeg2video"
            media.video?.options = [("b", "2000000")]
            expected.videoIsCopied = false
            expected.audioIsCopied = true
        },
        made("audio only") { media, expected in
            media.video = nil
            expected.audioIsCopied = true
        },
        made("audio only, encoded") { media, expected in
            media.video = nil
            media.format = "wav"
            media.audio[0].encoder = "pcm_s16le"
            expected.audioIsCopied = false
        },
        made("video only") { media, expected in
            media.audio = []
            expected.videoIsCopied = true
        },
        made("5.1") { media, expected in
            media.audio[0].layout = "5.1"
            expected.videoIsCopied = true
            expected.audioIsCopied = false
        },
        made("44.1 kHz mono") { media, expected in
            media.audio[0].layout = "mono"
            media.audio[0].sampleRate = 44_100
            expected.audioIsCopied = true
        },
        made("44.1 kHz mono, encoded") { media, expected in
            media.audio[0].layout = "mono"
            media.audio[0].sampleRate = 44_100
            expected.options.audioEncoder = "aac"
        },
        made("two audio tracks") { media, expected in
            media.audio.append(TestMedia.Audio(frequency: 3_000, delay: 0.5))
            expected.audioIsCopied = true
        },
        made("Matroska with AC-3") { media, expected in
            media.format = "matroska"
            media.audio[0].encoder = "ac3"
            expected.videoIsCopied = true
            expected.audioIsCopied = false
        },
        made("AC-3 copied") { media, expected in
            media.format = "matroska"
            media.audio[0].encoder = "ac3"
            expected.options.audioEncoder = "copy"
            expected.audioIsCopied = true
        },
        made("E-AC-3 copied") { media, expected in
            media.audio[0].encoder = "eac3"
            expected.options.audioEncoder = "copy"
        },
        made("MP3 copied") { media, expected in
            media.format = "matroska"
            media.audio[0].encoder = "libmp3lame"
            expected.options.audioEncoder = "copy"
        },
        made("5.1 of AC-3 with six channels asked for") { media, expected in
            media.format = "matroska"
            media.audio[0].encoder = "ac3"
            media.audio[0].layout = "5.1(side)"
            expected.options.audioChannels = 6
            expected.audioIsCopied = false
        },
        made("random access points 12 s apart") { media, expected in
            media.duration = 13
            media.video?.gop = 400
            media.video?.options = [("preset", "ultrafast"), ("sc_threshold", "0")]
            expected.videoIsCopied = false
        },
        ConversionCase(name: "demo sample", fixture: "sample.mp4", videoIsCopied: true, audioIsCopied: true),
        ConversionCase(name: "rotated", fixture: "rotated.mp4", videoIsCopied: false, size: (320, 180)),
        ConversionCase(name: "edit list", fixture: "edit-list.mp4", videoIsCopied: true),
        ConversionCase(
            name: "edit list into a group of pictures",
            fixture: "edit-list-mid-gop.mp4",
            videoIsCopied: false
        ),
        ConversionCase(name: "two languages", fixture: "two-audio.mkv", videoIsCopied: true, audioIsCopied: false),
        ConversionCase(name: "clock passing 26.5 hours", fixture: "wrap.ts", videoIsCopied: true, audioIsCopied: true),
        ConversionCase(
            name: "missing pictures",
            fixture: "hdlike-vfr.mkv",
            videoIsCopied: false,
            audioIsCopied: true,
            mayRepeatPictures: true
        ),
        ConversionCase(name: "HDR", fixture: "hdr10.mp4", videoIsCopied: false),
        ConversionCase(name: "interlaced broadcast", fixture: "interlaced.ts", videoIsCopied: false),
        ConversionCase(name: "cover art", fixture: "cover.mp4", audioIsCopied: true),
    ]
}

extension ConversionOptions {
    /// Both streams encoded.
    static var encoded: ConversionOptions {
        var options = ConversionOptions()
        options.videoEncoder = "libx264"
        options.audioEncoder = "aac"
        return options
    }
}

@Suite("Conversion")
struct ConversionTests {
    @Test("plays without an error, as long and in sync as its source", arguments: ConversionCase.all)
    func converts(_ example: ConversionCase) async throws {
        let folder = try TestFolder()
        var input = folder.file("input")
        if let media = example.media {
            try media.write(to: input)
        } else if let fixture = example.fixture {
            input = Fixtures.url(fixture)
        }
        let result = try await HLSConverter(options: example.options).convert(input, to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        let source = try DecodedMedia(input)
        let played = try DecodedMedia(result.playlist)

        // The route
        if let copied = example.videoIsCopied { #expect(result.route.video?.isCopied == copied, "\(result.route)") }
        if let copied = example.audioIsCopied { #expect(result.route.audio?.isCopied == copied, "\(result.route)") }

        // The stream
        let reader = hls.reader
        #expect(StreamRules.problems(of: reader, segments: source.pictures.isEmpty ? 0 : hls.segments.count) == [])
        #expect(played.faults == 0)

        // The picture
        let frame = 1 / max(10, Double(source.pictures.count) / max(source.duration, 0.1))
        if !example.mayRepeatPictures { #expect(played.pictures.count == source.pictures.count) }
        if let size = example.size {
            #expect(played.pictures.allSatisfy { ($0.width, $0.height) == size })
        }
        #expect(played.pictures.allSatisfy { $0.format == AV_PIX_FMT_YUV420P && !$0.isInterlaced })

        // The lengths: AAC adds a run-up of 1,024 samples that the container could hide.
        let runUp = 0.03
        #expect(abs(played.duration - source.duration) <= frame + runUp)
        #expect(abs(hls.durations.reduce(0, +) - source.duration) <= frame + runUp)
        #expect(abs(result.duration.seconds - hls.durations.reduce(0, +)) < 0.001)
        for (told, measured) in zip(hls.durations, hls.measuredDurations(reader)) {
            #expect(abs(told - measured) <= 0.000_012)
        }
        #expect(hls.targetDuration == hls.durations.map { Int($0.rounded()) }.max().map { max(1, $0) })
        #expect(hls.isEnded && hls.kind == "VOD")
        #expect(result.segments == hls.segments.count)
        #expect(result.bytes == Int64(hls.segments.map(\.count).reduce(0, +)))

        // The sync
        if !source.pictures.isEmpty, !source.sound.isEmpty, example.media != nil {
            #expect(!source.offsets.isEmpty)
            #expect(played.offsets.count == source.offsets.count)
            for (after, before) in zip(played.offsets, source.offsets) {
                #expect(abs(after - before) <= example.syncTolerance)
            }
        }
        #expect(played.soundGaps == [])
    }

    @Test("encoded segments are exactly as long as asked", arguments: [0.8, 2, 3.2])
    func exactSegments(hlsTime: Double) async throws {
        let folder = try TestFolder()
        try TestMedia(duration: 7).write(to: folder.file("in.mp4"))
        var options = ConversionOptions.encoded
        options.hlsTime = hlsTime
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations.dropLast().allSatisfy { $0 == hlsTime })
        #expect(hls.durations.count == Int((7 / hlsTime).rounded(.up)))
    }

    @Test("segments stay exactly as long where pictures are missing")
    func exactSegmentsOverHoles() async throws {
        let folder = try TestFolder()
        let result = try await HLSConverter(options: .encoded).convert(
            Fixtures.url("hdlike-vfr.mkv"),
            to: folder.file("out")
        )
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations.prefix(2) == [2, 2])
    }

    @Test("slides are exact segments to the end of the last one", arguments: ["1/5", "1/3", "2/5"])
    func slides(rate: String) async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: "matroska", duration: 30)
        media.video?.rate = rate
        media.audio = []
        try media.write(to: folder.file("in.mkv"))
        let result = try await HLSConverter().convert(folder.file("in.mkv"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations == Array(repeating: 2, count: 15))
        #expect(result.duration.seconds == 30)
        #expect(try DecodedMedia(result.playlist).faults == 0)
        var options = ConversionOptions.encoded
        options.output = .init("mp4")
        let file = try await HLSConverter(options: options).convert(folder.file("in.mkv"), to: folder.file("file"))
        #expect(file.duration.seconds == 30)
    }

    @Test("high dynamic range becomes ordinary: white stays bright, colours are marked as BT.709")
    func toneMapping() async throws {
        let folder = try TestFolder()
        let result = try await HLSConverter().convert(Fixtures.url("hdr10.mp4"), to: folder.file("out"))
        #expect(result.route.video?.reason == .otherCoding("hevc", wanted: "H.264"))
        let source = try DecodedMedia(Fixtures.url("hdr10.mp4"))
        let played = try DecodedMedia(result.playlist)
        #expect(played.pictures.count == source.pictures.count)
        #expect(played.pictures.allSatisfy { $0.format == AV_PIX_FMT_YUV420P })
        let bt709 = [
            AVCOL_RANGE_MPEG.rawValue, AVCOL_PRI_BT709.rawValue, AVCOL_TRC_BT709.rawValue, AVCOL_SPC_BT709.rawValue,
        ]
        #expect(played.pictures.allSatisfy { $0.colour == bt709 })
        // The pattern has white, red and blue areas: 235 and 240 of 255 in 8 bits of BT.709, and edges that overshoot.
        for picture in played.pictures {
            #expect(zip(picture.greatest, [0.87...1, 0.85...1, 0.85...1]).allSatisfy { $1.contains($0) })
        }
    }

    @Test("a recording that starts over in the middle is as long as its parts together")
    func restartedRecording() async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: "mpegts", duration: 2)
        media.video?.options += [("x264-params", "keyint=25")]
        try media.write(to: folder.file("part.ts"))
        let part = try Data(contentsOf: folder.file("part.ts"))
        try (part + part + part).write(to: folder.file("whole.ts"))
        for options in [ConversionOptions(), .encoded] {
            let out = folder.file("out-\(options.videoEncoder == .automatic)")
            let result = try await HLSConverter(options: options).convert(folder.file("whole.ts"), to: out)
            #expect(abs(result.duration.seconds - 6) < 0.2)
            let played = try DecodedMedia(result.playlist)
            #expect(played.pictures.count >= 148)
            #expect(played.flashes.count == 6)
        }
    }

    @Test("sound that goes on behind the picture of an event is in its last segment, no longer than was announced")
    func longerSound() async throws {
        let folder = try TestFolder()
        var media = TestMedia(duration: 9)
        media.video?.filters = ["trim=end=3"]
        try media.write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.hlsPlaylistType = .event
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        #expect(hls.durations.count == 2)
        #expect(hls.durations.allSatisfy { Int($0.rounded()) <= hls.targetDuration })
        #expect(abs(hls.durations.reduce(0, +) - 9) < 0.1)
        #expect(hls.reader.problems == [])
    }

    @Test("another format is one file that plays", arguments: ["mp4", "matroska", "mpegts"])
    func otherFormats(format: String) async throws {
        let folder = try TestFolder()
        try TestMedia().write(to: folder.file("in.mkv"))
        var options = ConversionOptions()
        options.output = .init(format)
        let result = try await HLSConverter(options: options).convert(folder.file("in.mkv"), to: folder.file("film"))
        let suffix = ["mp4": "mp4", "matroska": "mkv", "mpegts": "ts"][format] ?? ""
        #expect(try folder.names(in: "film") == [".w2g.json", "film.\(suffix)"])
        let played = try DecodedMedia(result.playlist)
        #expect(played.faults == 0)
        #expect(played.pictures.count == 75)
        #expect(
            abs((played.offsets.first ?? 1) - (try DecodedMedia(folder.file("in.mkv")).offsets.first ?? 0)) <= 0.001
        )
    }

    @Test(
        "each format gets codings that its players expect, and what it has no place for is left out",
        arguments: [
            ("webm", 75, true), ("avi", 75, true), ("mov", 75, true), ("flv", 75, true), ("mpeg", 75, true),
            ("mp3", 0, true), ("wav", 0, true), ("flac", 0, true), ("gif", 75, false), ("nut", 75, true),
        ]
    )
    func codingsOfFormats(format: String, pictures: Int, hasSound: Bool) async throws {
        let folder = try TestFolder()
        try TestMedia().write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.output = .init(format)
        let warnings = Mutex<[ConversionWarning]>([])
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("film")) {
            if case .warning(let text) = $0 { warnings.withLock { $0.append(text) } }
        }
        let played = try DecodedMedia(result.playlist)
        #expect(played.faults == 0)
        #expect(abs(played.pictures.count - pictures) <= 1)
        #expect(played.sound.isEmpty == !hasSound)
        #expect(warnings.withLock { $0.count } == (pictures > 0 && hasSound ? 0 : 1))
    }

    @Test("H.264 of an MP4 file is copied into an AVI file")
    func copyIntoAVI() async throws {
        let folder = try TestFolder()
        var media = TestMedia()
        media.video?.options = [("preset", "veryfast"), ("bf", "0")]
        try media.write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.output = .init("avi")
        options.videoEncoder = .copy
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("film"))
        let played = try DecodedMedia(result.playlist)
        #expect(result.route.video?.isCopied == true)
        #expect(played.faults == 0)
        #expect(played.pictures.count == 75)
    }

    @Test(
        "any encoder of FFmpeg may be named",
        arguments: [
            ("mpeg4", "matroska"), ("mpeg2video", "matroska"), ("prores_ks", "mov"), ("libx264rgb", "matroska"),
            ("libx265", "mp4"), ("mjpeg", "matroska"), ("ffv1", "matroska"), ("libvpx", "webm"),
        ]
    )
    func namedEncoders(encoder: String, format: String) async throws {
        let folder = try TestFolder()
        try TestMedia(duration: 1).write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.videoEncoder = .named(encoder)
        options.output = .init(format)
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("film"))
        let played = try DecodedMedia(result.playlist)
        #expect(played.faults == 0)
        #expect(played.pictures.count == 25)
        #expect(result.route.video?.encoder == encoder)
    }

    @Test("reordered pictures keep their times where the container tells no decoding times")
    func reorderedMatroska() async throws {
        let folder = try TestFolder()
        var media = TestMedia(format: "matroska", duration: 4)
        media.audio = []
        try media.write(to: folder.file("in.mkv"))
        let result = try await HLSConverter().convert(folder.file("in.mkv"), to: folder.file("film"))
        #expect(result.route.video?.isCopied == true)
        let before = try DecodedMedia(folder.file("in.mkv")).pictures.map(\.time)
        let after = try DecodedMedia(result.playlist).pictures.map(\.time)
        #expect(after.count == before.count)
        for (old, new) in zip(before, after) {
            #expect(abs((new - after[0]) - (old - before[0])) < 0.0001)
        }
        // Matroska's times are rounded to milliseconds.
        let packets = try HLSFolder(result.playlist).reader.packets
        let steps = zip(packets, packets.dropFirst()).map { $1.dts - $0.dts }
        #expect(steps.allSatisfy { abs($0 - 3_600) <= 180 })
    }

    @Test("what is after the numbers of B-frames in a very long film stays in order: the 33-bit clock wraps")
    func wrappingOutput() throws {
        // 26.5 hours cannot be made in a test; the muxer's own tests begin just before the wrap.
        let wrap = MediaTime(ticks: 1 << 33)
        var muxer = try TransportStreamMuxer(streams: [
            ElementaryStream(codec: .h264, pid: 0x100, decodeDelay: MediaTime(ticks: 7_200))
        ])
        muxer.startSegment()
        for index in -10..<10 {
            let dts = wrap + MediaTime(ticks: Int64(index) * 3_600)
            try muxer.write(
                [0, 0, 1, 9, 0xF0].span,
                stream: 0,
                pts: dts + MediaTime(ticks: 7_200),
                dts: dts,
                isRandomAccess: index == -10
            )
        }
        let reader = TransportStreamReader(segments: [muxer.takeOutput()])
        #expect(reader.problems == [])
        #expect(reader.packets.map(\.dts).contains(0))
    }
}
