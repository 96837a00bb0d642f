import CFFmpeg
import Foundation
import HLSKit
import TestSupport
import Testing

@testable import HLSConversion

@Suite("Sound that changes in the middle")
struct ChangingSoundTests {
    /// A recording of parts that follow each other, each with its own sound.
    private func recording(_ parts: [TestMedia.Audio], in folder: TestFolder, seconds: Double = 4) throws -> URL {
        var bytes = Data()
        for (index, part) in parts.enumerated() {
            var media = TestMedia(format: "mpegts", audio: [part])
            media.duration = seconds
            media.start = Double(index) * seconds
            let file = folder.file("part-\(index).ts")
            try media.write(to: file)
            bytes += try Data(contentsOf: file)
        }
        let whole = folder.file("film.ts")
        try bytes.write(to: whole)
        return whole
    }

    @Test(
        "AAC of a transport stream that changes channels or rate is encoded as one stream",
        arguments: [
            [TestMedia.Audio(), TestMedia.Audio(layout: "mono")],
            [TestMedia.Audio(), TestMedia.Audio(sampleRate: 44_100)],
            [TestMedia.Audio(layout: "mono"), TestMedia.Audio(layout: "5.1")],
        ]
    )
    func changes(parts: [TestMedia.Audio]) async throws {
        let folder = try TestFolder()
        let film = try recording(parts, in: folder)
        let result = try await HLSConverter().convert(film, to: folder.file("out"))
        #expect(result.route.audio == .init(encoder: "aac", reason: .changingSound))
        #expect(result.route.video?.isCopied == true)
        let forms = Set(
            try HLSFolder(result.playlist).reader.packets(pid: TransportPackets.secondPID).compactMap { packet in
                ADTSHeader(packet.payload.span).map { [$0.sampleRateIndex, $0.channelConfiguration] }
            }
        )
        #expect(forms.count == 1)
        let media = try DecodedMedia(result.playlist)
        #expect(media.faults == 0)
        #expect(media.beeps.count == 8)
        for offset in media.offsets { #expect(abs(offset) < 0.03) }
    }

    @Test("AAC of FLV whose header is replaced by another one is encoded")
    func flv() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.flv")
        try TestMedia(format: "flv").write(to: film)
        let stereo = [UInt8](try Data(contentsOf: film))
        // The tag of the header again, for one channel, in front of the last quarter.
        var place = 13
        var tags: [Range<Int>] = []
        while place + 15 < stereo.count {
            let size = Int(stereo[place + 1]) << 16 | Int(stereo[place + 2]) << 8 | Int(stereo[place + 3])
            tags.append(place..<place + 15 + size)
            place += 15 + size
        }
        let header = try #require(tags.first { stereo[$0.lowerBound] == 8 && stereo[$0.lowerBound + 12] == 0 })
        var mono = Array(stereo[header])
        // Two bits of 4 that are channelConfiguration (ISO/IEC 14496-3 1.6.2.1).
        mono[14] = mono[14] & 0x87 | 1 << 3
        let border = tags[tags.count * 3 / 4].lowerBound
        mono.replaceSubrange(4..<8, with: stereo[border + 4..<border + 8])
        try Data(stereo[..<border] + mono + stereo[border...]).write(to: film)
        let changing = try await HLSConverter().convert(film, to: folder.file("out"))
        #expect(changing.route.audio == .init(encoder: "aac", reason: .changingSound))
        // The same header once more is no change.
        let same = Array(stereo[..<border] + stereo[header] + stereo[border...])
        try Data(same).write(to: film)
        #expect(try await HLSConverter().convert(film, to: folder.file("out")).route.audio?.isCopied == true)
    }

    @Test("one damaged header is no change")
    func damagedHeader() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.aac")
        try TestMedia(format: "adts", video: nil).write(to: film)
        var bytes = [UInt8](try Data(contentsOf: film))
        var place = 0
        for _ in 0..<20 { place += ADTSHeader(bytes.span.extracting(place..<bytes.count))?.frameLength ?? 0 }
        bytes[place + 2] ^= 0x04
        try Data(bytes).write(to: film)
        #expect(try await HLSConverter().convert(film, to: folder.file("out")).route.audio?.isCopied == true)
    }

    @Test("sound that moves to another PID goes on", arguments: ["aac", "mp2"], [3.0, 8.0])
    func movingSound(encoder: String, seconds: Double) async throws {
        let folder = try TestFolder()
        var sound = TestMedia.Audio()
        sound.encoder = encoder
        var bytes = Data()
        for part in 0..<3 {
            var media = TestMedia(format: "mpegts", audio: [sound])
            media.duration = seconds
            media.start = Double(part) * seconds
            let file = folder.file("part.ts")
            try media.write(to: file)
            var stream = try TransportPackets(file)
            if part > 0 { stream.rename(TransportPackets.secondPID, to: 0x200 + part) }
            try stream.write(to: file)
            bytes += try Data(contentsOf: file)
        }
        let film = folder.file("film.ts")
        try bytes.write(to: film)
        for options in [ConversionOptions(), .encoded] {
            let result = try await HLSConverter(options: options).convert(film, to: folder.file("out"))
            let media = try DecodedMedia(result.playlist)
            #expect(media.beeps.count == Int(seconds) * 3)
            for offset in media.offsets { #expect(abs(offset) < 0.03) }
            #expect(try HLSFolder(result.playlist).reader.problems == [])
        }
    }

    @Test("another language stays away while the chosen one goes on, and where both pause")
    func languages() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.ts")
        var media = TestMedia(format: "mpegts", audio: [TestMedia.Audio(), TestMedia.Audio(frequency: 3_000)])
        media.duration = 12
        try media.write(to: film)
        var stream = try TransportPackets(film)
        let third = TransportPackets.secondPID + 1
        // Five seconds without any sound.
        let silent = stream.packets.count * 4 / 12..<stream.packets.count * 9 / 12
        stream.packets = stream.packets.enumerated().filter { index, packet in
            !silent.contains(index) || ![TransportPackets.secondPID, third].contains(packet.pid)
        }.map(\.element)
        try stream.write(to: film)
        let result = try await HLSConverter().convert(film, to: folder.file("out"))
        let heard = try HLSFolder(result.playlist).reader.packets(pid: TransportPackets.secondPID)
            .flatMap { frames(of: $0.payload) }
        let chosen = try chosenFrames(film)
        #expect(heard.count > 100)
        #expect(heard.allSatisfy { chosen.contains($0) })
    }

    /// The frames of a PES packet.
    private func frames(of payload: [UInt8]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var place = 0
        while let header = ADTSHeader(payload.span.extracting(place..<payload.count)) {
            frames.append(Array(payload[place..<min(payload.count, place + header.frameLength)]))
            place = min(payload.count, place + header.frameLength)
        }
        return frames
    }

    /// All frames of the stream that is chosen of a film.
    private func chosenFrames(_ film: URL) throws -> Set<[UInt8]> {
        try FFmpegLibraries.load(.formatsAndCodecs)
        let input = try InputFile(path: film.path) { false }
        let stream = try #require(try TrackSelection(input).audio)
        input.select([stream.index])
        var frames: Set<[UInt8]> = []
        let packet = Packet()
        while try input.read(into: packet) {
            frames.insert(packet.withBytes { bytes in bytes.withUnsafeBufferPointer { Array($0) } })
        }
        return frames
    }
}
