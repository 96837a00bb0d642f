import CFFmpeg
import Foundation
import HLSKit
import Synchronization
import TestSupport
import Testing

@testable import HLSConversion

@Suite("Unusual tracks")
struct UnusualTracksTests {
    @Test("of several pictures the film is taken, not a larger one of a few frames", arguments: [1, 3])
    func motionPhoto(frames: Int) async throws {
        let folder = try TestFolder()
        let film = folder.file("photo.mp4")
        try TestMedia(duration: 2, audio: []).write(to: folder.file("film.mp4"))
        var still = TestMedia(duration: Double(frames) / 25, audio: [])
        still.video?.width = 640
        still.video?.height = 360
        try still.write(to: folder.file("still.mp4"))
        try join([folder.file("film.mp4"), folder.file("still.mp4")], to: film)
        let result = try await HLSConverter().convert(film, to: folder.file("out"))
        let media = try DecodedMedia(result.playlist)
        #expect(media.pictures.count == 50)
        #expect(media.pictures.first?.width == 160)
        #expect(result.route.omitted == [OmittedStream(kind: .video)])
    }

    @Test("all frames of an AMR packet are heard", arguments: [1, 2, 5])
    func amr(framesPerPacket: Int) async throws {
        let folder = try TestFolder()
        let film = folder.file("sound.3gp")
        try writeAMR(to: film, framesPerPacket: framesPerPacket, packets: 100 / framesPerPacket)
        let result = try await HLSConverter().convert(film, to: folder.file("out"))
        let media = try DecodedMedia(result.playlist)
        #expect(abs(result.duration.seconds - 2) < 0.2)
        // Noise in every 20 ms, but for the start of the coder.
        let window = media.sampleRate / 50
        let windows = stride(from: window * 5, to: media.sound.count - window * 5, by: window).map { start in
            media.sound[start..<start + window].reduce(Float(0)) { max($0, abs($1)) }
        }
        #expect(windows.count > 80)
        #expect(windows.allSatisfy { $0 > 0.001 })
    }

    @Test("a codec that FFmpeg cannot decode is named, and left out beside one that it can")
    func unknownCodec() async throws {
        let folder = try TestFolder()
        let films: [(String, [TestMedia.Audio])] = [("silent.mp4", []), ("film.mp4", [TestMedia.Audio()])]
        for (name, audio) in films {
            let film = folder.file(name)
            try TestMedia(audio: audio).write(to: film)
            var bytes = try Data(contentsOf: film)
            let description = try #require(bytes.range(of: Data("stsd".utf8))).upperBound
            let entry = try #require(bytes.range(of: Data("avc1".utf8), in: description..<bytes.count))
            bytes.replaceSubrange(entry, with: Data("vvc1".utf8))
            try bytes.write(to: film)
        }
        let error = await #expect(throws: ConversionError.self) {
            try await HLSConverter().convert(folder.file("silent.mp4"), to: folder.file("out"))
        }
        #expect(error?.code == .inputNotUsable)
        #expect(error?.message.contains("VVC (vvc1)") == true, "\(error?.message ?? "")")
        let warnings = Mutex<[ConversionWarning]>([])
        let result = try await HLSConverter().convert(folder.file("film.mp4"), to: folder.file("out")) { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.route.video == nil && result.route.audio != nil)
        #expect(warnings.withLock { $0 } == [.undecodable(isPicture: true, codec: "VVC (vvc1)")])
    }

    @Test("what FFmpeg says of a stream that turns out well is not repeated")
    func quietCopy() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.ts")
        var media = TestMedia(format: "mpegts")
        media.duration = 6
        try media.write(to: film)
        // A recording that begins in the middle of a group of pictures.
        var stream = try TransportPackets(film)
        let units = stream.units(of: TransportPackets.firstPID)
        let start = try #require(units[30].first)
        let tables = stream.packets.prefix { [0, 0x11, TransportPackets.mapPID].contains($0.pid) }
        stream.packets = Array(tables) + Array(stream.packets[start...])
        try stream.write(to: film)
        let lines = Mutex<[String]>([])
        _ = try await HLSConverter().convert(film, to: folder.file("out")) { event in
            if case .log(let line) = event { lines.withLock { $0.append(line) } }
        }
        #expect(lines.withLock { $0 } == [])
    }

    /// Puts the streams of several files into one.
    private func join(_ files: [URL], to url: URL) throws {
        try FFmpegLibraries.load(.formatsAndCodecs)
        let output = try OutputFile(path: url.path, format: try FileFormat(named: "mp4"))
        let inputs = try files.map { file in try InputFile(path: file.path) { false } }
        for input in inputs {
            let stream = try #require(input.streams.first)
            try output.addStream(timeBase: stream.timeBase) { target throws(FFmpegError) in
                try FFmpegError.check(avcodec_parameters_copy(target, stream.parameters))
            }
        }
        try output.writeHeader()
        for (index, input) in inputs.enumerated() {
            var packet = Packet()
            while try input.read(into: packet) {
                try output.write(packet, stream: index)
                packet = Packet()
            }
        }
        try output.finish()
    }

    /// Writes frames of 12.2 kbit/s with random contents.
    private func writeAMR(to url: URL, framesPerPacket: Int, packets: Int) throws {
        var random = SeededGenerator(seed: 7)
        let frameBytes = 32
        // The mode of 12.2 kbit/s, and a good frame.
        let data = (0..<framesPerPacket * packets).flatMap { _ in [UInt8(7 << 3 | 4)] + random.bytes(frameBytes - 1) }
        let start = BoxBuilder.ftyp(["3gp6"])
        let tables =
            BoxBuilder.table("stts", [[packets, framesPerPacket * 160]]) + BoxBuilder.table("stsc", [[1, packets, 1]])
            + BoxBuilder.full("stsz", BoxBuilder.words([frameBytes * framesPerPacket, packets]))
            + BoxBuilder.table("stco", [[start.count + 8]])
        let configuration = BoxBuilder.box("damr", Array("w2g ".utf8), [0, 0, 0x80, 0, UInt8(framesPerPacket)])
        let entry = BoxBuilder.audio("samr", channels: 1, rate: 8_000, configuration)
        let track = BoxBuilder.trak(1, handler: "soun", timescale: 8_000, entry: entry, tables: tables)
        try Data(start + BoxBuilder.box("mdat", data) + BoxBuilder.moov(track)).write(to: url)
    }
}
