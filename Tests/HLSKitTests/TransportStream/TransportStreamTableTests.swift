import HLSKit
import TestSupport
import Testing

/// One table for both directions.
@Suite("Transport streams of every codec")
struct TransportStreamTableTests {
    @Test("the muxer writes what the standard wants", arguments: TransportStreamCase.all)
    func writing(_ sample: TransportStreamCase) throws {
        let segments = try sample.segments()
        let reader = TransportStreamReader(segments: segments)
        #expect(reader.problems == [])
        for (index, stream) in sample.streams.enumerated() {
            let sent = sample.units.filter { $0.stream == index }
            let packets = reader.packets(pid: Int(stream.pid))
            #expect(packets.flatMap(\.payload) == sent.flatMap(\.payload))
            #expect(packets.first?.pts == sent.first.map { $0.pts.ticks & 0x1_FFFF_FFFF })
        }
    }

    @Test("what the muxer writes reads back equal", arguments: TransportStreamCase.all)
    func reading(_ sample: TransportStreamCase) throws {
        let bytes = try sample.segments().flatMap { $0 }
        let outputs = TransportStreamProperties.outputs(of: bytes, chunks: [1, 100, 188, 5_000])
        #expect(TransportStreamProperties.events(outputs).filter { $0.severity > .information } == [])
        // The demuxer begins its timeline with the 33 bits that it finds.
        let start = sample.units.first.map { $0.dts.ticks } ?? 0
        let wraps = MediaTime(ticks: ((start - 36_000 - 7_200) >> 33) << 33)
        for (index, stream) in sample.streams.enumerated() {
            let sent = sample.units.filter { $0.stream == index }
            let read = TransportStreamProperties.units(outputs).filter { $0.pid == stream.pid }
            #expect(read.map(\.payload) == sent.map(\.payload))
            #expect(read.map(\.isRandomAccess) == sent.map(\.isRandomAccess))
            #expect(read.allSatisfy { $0.codec == stream.codec && !$0.isDamaged })
            if stream.codec == .timedMetadata { continue }
            #expect(zip(read, sent).allSatisfy { abs(($0.pts ?? .zero).ticks - ($1.pts - wraps).ticks) <= 1 })
            #expect(zip(read, sent).allSatisfy { abs(($0.dts ?? .zero).ticks - ($1.dts - wraps).ticks) <= 1 })
        }
    }

    @Test("whatever the muxer writes reads back equal", arguments: 0..<24)
    func randomStreams(seed: UInt64) throws {
        try writing(.random(seed: seed))
        try reading(.random(seed: seed))
    }

    @Test("units are told where their first packet is", arguments: TransportStreamCase.all.prefix(12))
    func offsets(_ sample: TransportStreamCase) throws {
        let bytes = try sample.segments().flatMap { $0 }
        for unit in TransportStreamProperties.units(TransportStreamProperties.outputs(of: bytes)) {
            #expect(bytes[unit.offset] == 0x47 && bytes[unit.offset + 1] & 0x40 != 0)
            #expect(UInt16(bytes[unit.offset + 1] & 0x1F) << 8 | UInt16(bytes[unit.offset + 2]) == unit.pid)
        }
    }

    @Test(
        "headers and parameter sets are read",
        arguments: [
            (ElementaryStream.Codec.h264, "avc1.4D001E", [320, 180], 25.0),
            (.hevc, "hvc1.1.6.L60.90", [320, 180], 25),
            (.mpeg2Video, "mp4v.61", [720, 576], 25),
            (.mpeg1Video, "mp4v.6A", [720, 576], 25),
        ]
    )
    func videoFormats(codec: ElementaryStream.Codec, string: String, size: [Int], rate: Double) throws {
        let format = try #require(try format(of: codec))
        guard case .video(let video) = format else {
            Issue.record("\(format)")
            return
        }
        #expect(format.codecString == string)
        #expect([video.width, video.height] == size)
        #expect(video.frameRate?.value == rate)
        #expect(!video.parameterSets.isEmpty)
        if codec == .h264 {
            #expect([video.colour.primaries, video.colour.transfer, video.colour.matrix] == [1, 1, 1])
        }
    }

    @Test(
        "headers of sound are read",
        arguments: [
            (ElementaryStream.Codec.aac, "mp4a.40.2", 48_000, 2, 1_024),
            (.aacLATM, "mp4a.40.2", 48_000, 2, 1_024),
            (.mpeg1Audio, "mp4a.40.34", 44_100, 2, 1_152),
            (.mpeg2Audio, "mp4a.40.33", 24_000, 1, 1_152),
            (.ac3, "ac-3", 48_000, 2, 1_536),
            (.enhancedAC3, "ec-3", 48_000, 3, 1_536),
            (.opus, "Opus", 48_000, 2, 960),
        ]
    )
    func audioFormats(codec: ElementaryStream.Codec, string: String, rate: Int, channels: Int, samples: Int) throws {
        let format = try #require(try format(of: codec))
        guard case .audio(let audio) = format else {
            Issue.record("\(format)")
            return
        }
        #expect(format.codecString == string)
        #expect(audio.sampleRate == rate)
        #expect(audio.channels == channels)
        #expect(audio.samplesPerUnit == samples)
    }

    private func format(of codec: ElementaryStream.Codec) throws -> StreamFormat? {
        let sample = TransportStreamCase("", [codec], start: 90_000)
        let events = TransportStreamProperties.events(
            TransportStreamProperties.outputs(of: try sample.segments().flatMap { $0 })
        )
        let formats = events.compactMap { if case .format(let format) = $0.kind { format } else { nil } }
        #expect(formats.count == 1, "a format is told once")
        return formats.first
    }
}
