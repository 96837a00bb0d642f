import CFFmpeg
import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

/// A film whose streams are copied into CMAF.
struct CopiedCodecs: CustomTestStringConvertible, Sendable {
    var video: String?
    var audio: String?
    var format = "matroska"
    /// The codec strings of the output begin with these.
    var codecs: [String]
    var isCMAFByDefault = true

    var testDescription: String { "\(video ?? "no video"), \(audio ?? "no audio") in \(format)" }

    func write(to url: URL) throws {
        var media = TestMedia(format: format, duration: 4)
        if let video {
            media.video?.encoder = video
            media.video?.gop = 50
            if video != "libx264" { media.video?.options = Self.options[video] ?? [] }
        } else {
            media.video = nil
        }
        if let audio { media.audio[0].encoder = audio } else { media.audio = [] }
        try media.write(to: url)
    }

    private static let options = [
        "libx265": [("x265-params", "log-level=error")],
        "libaom-av1": [("cpu-used", "8"), ("usage", "realtime")],
        "libvpx-vp9": [("deadline", "realtime"), ("cpu-used", "8")],
    ]

    static let all = [
        CopiedCodecs(
            video: "libx264",
            audio: "aac",
            format: "mp4",
            codecs: ["avc1.", "mp4a.40.2"],
            isCMAFByDefault: false
        ),
        CopiedCodecs(
            video: "libx264",
            audio: "aac",
            format: "mpegts",
            codecs: ["avc1.", "mp4a.40.2"],
            isCMAFByDefault: false
        ),
        CopiedCodecs(video: "libx265", audio: "libopus", codecs: ["hvc1.", "Opus"]),
        CopiedCodecs(video: "libx265", audio: "aac", format: "mpegts", codecs: ["hvc1.", "mp4a.40.2"]),
        CopiedCodecs(video: "libx265", audio: "ac3", format: "mp4", codecs: ["hvc1.", "ac-3"]),
        CopiedCodecs(video: "libaom-av1", audio: "flac", codecs: ["av01.", "fLaC"]),
        CopiedCodecs(video: "libvpx-vp9", audio: "libopus", format: "webm", codecs: ["vp09.", "Opus"]),
        CopiedCodecs(video: "libx264", audio: "libmp3lame", codecs: ["avc1.", "mp4a.6B"], isCMAFByDefault: false),
        CopiedCodecs(video: "libx264", audio: "eac3", codecs: ["avc1.", "ec-3"], isCMAFByDefault: false),
        CopiedCodecs(video: nil, audio: "flac", codecs: ["fLaC"]),
        CopiedCodecs(video: "libx265", audio: nil, codecs: ["hvc1."]),
        // Without a configuration beside the stream.
        CopiedCodecs(video: "libaom-av1", audio: nil, format: "ivf", codecs: ["av01."]),
        CopiedCodecs(video: "libaom-av1", audio: nil, format: "obu", codecs: ["av01."]),
        CopiedCodecs(video: "libvpx-vp9", audio: nil, format: "ivf", codecs: ["vp09."]),
    ]
}

@Suite("Conversion to CMAF")
struct CMAFConversionTests {
    @Test("copied streams keep their access units and their times", arguments: CopiedCodecs.all)
    func copies(_ codecs: CopiedCodecs) async throws {
        let folder = try TestFolder()
        try codecs.write(to: folder.file("input"))
        var options = ConversionOptions()
        options.videoEncoder = .copy
        options.audioEncoder = .copy
        let plain = try await HLSConverter(options: options).plan(folder.file("input"), to: folder.file("plain"))
        guard case .hls(let renditions) = plain.output else { throw Missing() }
        #expect(renditions.map(\.segmentType) == [codecs.isCMAFByDefault ? .fragmentedMP4 : .transportStream])

        options.segmentType = .fragmentedMP4
        let result = try await HLSConverter(options: options).convert(folder.file("input"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        let reader = CMAFReader(hls)
        #expect(reader.problems == [])
        #expect(hls.isEnded && hls.discontinuities.isEmpty && hls.text.contains("#EXT-X-VERSION:6\n"))
        #expect(zip(reader.codecs(ofSegment: 0), codecs.codecs).allSatisfy { $0.hasPrefix($1) })
        #expect(hls.segments.count == result.segments && result.segments >= 2)
        #expect(result.bytes == Int64(hls.segments.map(\.count).reduce(hls.initializations[0].count, +)))

        var starts: [Double] = []
        for isVideo in [true, false] where isVideo ? codecs.video != nil : codecs.audio != nil {
            let source = try SourcePackets(folder.file("input"), isVideo: isVideo)
            let copied = reader.samples(ofVideo: isVideo)
            #expect(copied.count == source.packets.count)
            #expect(zip(copied, source.packets).allSatisfy { $0.bytes == $1.bytes })
            let (first, firstSource) = (copied.map(\.pts).min() ?? 0, source.packets.map(\.pts).min() ?? 0)
            starts.append(first - firstSource)
            // Matroska rounds to milliseconds.
            #expect(zip(copied, source.packets).allSatisfy { abs(($0.pts - first) - ($1.pts - firstSource)) < 0.0015 })
        }
        // Picture and sound are as far apart as in the source.
        if starts.count == 2 { #expect(abs(starts[0] - starts[1]) < 0.001) }
        #expect(try DecodedMedia(result.playlist).faults == 0)
    }

    @Test(
        "encoded and copied streams are in sync",
        arguments: [(true, 0.0), (true, 0.25), (false, 0.0), (false, 0.25)]
    )
    func sync(isCopied: Bool, delay: Double) async throws {
        let folder = try TestFolder()
        var media = TestMedia()
        media.audio[0].delay = delay
        try media.write(to: folder.file("in.mp4"))
        var options = isCopied ? ConversionOptions() : .encoded
        options.segmentType = .fragmentedMP4
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        #expect(CMAFReader(hls).problems == [])
        let (source, played) = (try DecodedMedia(folder.file("in.mp4")), try DecodedMedia(result.playlist))
        #expect(!source.offsets.isEmpty && played.offsets.count == source.offsets.count)
        for (after, before) in zip(played.offsets, source.offsets) { #expect(abs(after - before) <= 0.001) }
        #expect(played.pictures.count == source.pictures.count && played.faults == 0 && played.soundGaps == [])
    }

    @Test(
        "what is encoded into a codec that transport streams do not carry has an init section and segments as asked for",
        arguments: [("libsvtav1", "av01."), ("libvpx-vp9", "vp09."), ("libx265", "hvc1.")]
    )
    func encodes(encoder: String, codec: String) async throws {
        let folder = try TestFolder()
        try TestMedia(duration: 5).write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.videoEncoder = .named(encoder)
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("out"))
        let hls = try HLSFolder(result.playlist)
        let reader = CMAFReader(hls)
        #expect(reader.problems == [] && result.segments == 3)
        #expect(reader.codecs(ofSegment: 0).contains { $0.hasPrefix(codec) })
        #expect(reader.samples(ofVideo: true).count == 125)
        let played = try DecodedMedia(result.playlist)
        #expect(played.pictures.count == 125 && played.faults == 0)
    }

    @Test("high dynamic range that is copied keeps its colours and the display that it was made on")
    func highDynamicRange() async throws {
        let folder = try TestFolder()
        var options = ConversionOptions()
        options.videoEncoder = .copy
        let plain = try await HLSConverter(options: options).convert(Fixtures.url("hdr10.mp4"), to: folder.file("out"))
        let samples = CMAFReader(try HLSFolder(plain.playlist))
        var entry = try #require(samples.parts.first?.track.sampleEntries.first)
        #expect(entry.type == "hvc1" && entry.videoRange == .pq)

        // The same film, with a container that describes the display.
        entry.masteringDisplay = MasteringDisplay(
            chromaticities: [13_250, 34_500, 7_500, 3_000, 34_000, 16_000, 15_635, 16_450],
            greatestLuminance: 10_000_000,
            leastLuminance: 50
        )
        entry.contentLightLevel = ContentLightLevel(greatest: 1_000, greatestAverage: 400)
        var muxer = try CMAFMuxer(tracks: [CMAFTrack(id: 1, entry: entry)])
        for (number, sample) in samples.samples(ofVideo: true).enumerated() {
            try muxer.write(
                sample.bytes.span,
                track: 0,
                pts: MediaTime(seconds: sample.pts),
                dts: MediaTime(seconds: sample.dts),
                isRandomAccess: number == 0
            )
        }
        try Data(muxer.initializationSection + muxer.finishSegment()).write(to: folder.file("film.mp4"))
        let kept = try await HLSConverter(options: options).convert(folder.file("film.mp4"), to: folder.file("kept"))
        let copied = try #require(CMAFReader(try HLSFolder(kept.playlist)).parts.first?.track.sampleEntries.first)
        #expect(
            copied.masteringDisplay == entry.masteringDisplay && copied.contentLightLevel == entry.contentLightLevel
        )
        #expect(copied.videoRange == .pq && copied.colour == entry.colour)
    }

    @Test("the shape that the container declares is in the init section and in the parameter sets")
    func shape() async throws {
        let folder = try TestFolder()
        var media = TestMedia()
        media.video?.containerSampleAspectRatio = AVRational(num: 4, den: 3)
        try media.write(to: folder.file("in.mp4"))
        var options = ConversionOptions()
        options.segmentType = .fragmentedMP4
        let result = try await HLSConverter(options: options).convert(folder.file("in.mp4"), to: folder.file("out"))
        #expect(result.route.video?.isCopied == true)
        let entry = try #require(CMAFReader(try HLSFolder(result.playlist)).parts.first?.track.sampleEntries.first)
        #expect(entry.sampleAspectRatio == SampleAspectRatio(width: 4, height: 3))
        #expect(
            try DecodedMedia(result.playlist).pictures.allSatisfy {
                $0.sampleAspect.map { abs($0 - 4.0 / 3) < 0.01 } ?? false
            }
        )
    }

    @Test("a codec that transport streams do not carry is refused where they are asked for, with the way out")
    func refusal() async throws {
        let folder = try TestFolder()
        var options = ConversionOptions()
        options.videoEncoder = .copy
        options.segmentType = .transportStream
        let error = await #expect(throws: ConversionError.self) {
            try await HLSConverter(options: options).convert(Fixtures.url("hdr10.mp4"), to: folder.file("out"))
        }
        #expect(error?.code == .inputNotUsable && error.map { "\($0)".contains("--segment-type fmp4") } == true)
        #expect(try folder.names() == [])
    }

    @Test("a result of transport streams is replaced by one of CMAF, and the other way round")
    func replacement() async throws {
        let folder = try TestFolder()
        let film = try smallFilm(in: folder)
        var options = ConversionOptions()
        _ = try await HLSConverter(options: options).convert(film, to: folder.file("film"))
        options.segmentType = .fragmentedMP4
        _ = try await HLSConverter(options: options).convert(film, to: folder.file("film"))
        #expect(
            try folder.names(in: "film")
                == [".w2g.json", "film.m3u8", "stream_0.m4s", "stream_1.m4s", "stream_init_0.mp4"]
        )
        options.segmentType = nil
        _ = try await HLSConverter(options: options).convert(film, to: folder.file("film"))
        #expect(try folder.names(in: "film") == [".w2g.json", "film.m3u8", "stream_0.ts", "stream_1.ts"])
    }

    struct Missing: Error {}
}

/// The packets of one stream of a file, in the form of MP4, with their times in seconds.
private struct SourcePackets {
    private(set) var packets: [(pts: Double, bytes: [UInt8])] = []

    init(_ url: URL, isVideo: Bool) throws {
        let input = try InputFile(path: url.path(percentEncoded: false)) { false }
        let stream = try #require(input.streams.first { $0.kind == (isVideo ? .video : .audio) })
        var samples = NALUnitSamples(isHEVC: stream.codecName == "hevc", sampleAspectRatio: nil)
        samples.update(extradata: stream.extradata)
        let hasNALUnits = ["h264", "hevc"].contains(stream.codecName)
        input.select([stream.index])
        let packet = Packet()
        while try input.read(into: packet) {
            guard packet.streamIndex == stream.index, !packet.isDiscarded else { continue }
            let bytes = packet.withBytes { bytes in
                guard hasNALUnits else { return Self.payload(bytes, stream.codecName) }
                var sample: [UInt8] = []
                _ = samples.append(bytes, to: &sample)
                return sample
            }
            packets.append((packet.pts(in: stream.timeBase)?.seconds ?? -1, bytes))
        }
    }

    /// AAC without the header of each frame, AV1 without the delimiter of each temporal unit.
    private static func payload(_ bytes: Span<UInt8>, _ codec: String) -> [UInt8] {
        var start = 0
        if codec == "aac", let header = ADTSHeader(bytes), header.frameLength == bytes.count {
            start = header.headerLength
        }
        // The temporal delimiter, which samples of MP4 do not have.
        if codec == "av1", bytes.count > 2, bytes[0] == 0x12 { start = 2 }
        return bytes.extracting(start..<bytes.count).withUnsafeBufferPointer { Array($0) }
    }
}
