import Foundation
import HLSConversion
import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("Damaged streams")
struct DamagedStreamTests {
    /// A conversion that comes to its end, and what it warned of.
    private func convert(
        _ input: URL,
        to output: URL,
        _ options: ConversionOptions = ConversionOptions()
    ) async throws -> (result: ConversionResult, warnings: [ConversionWarning]) {
        let warnings = Mutex<[ConversionWarning]>([])
        let result = try await HLSConverter(options: options).convert(input, to: output) { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        return (result, warnings.withLock { $0 })
    }

    private static func tellsDamage(_ warnings: [ConversionWarning]) -> Bool {
        warnings.contains { if case .damaged = $0 { true } else { false } }
    }

    @Test(
        "a transport stream that ends inside of an AAC frame is converted without that frame",
        arguments: ["hls", "mp4"]
    )
    func cutFrame(format: String) async throws {
        let folder = try TestFolder()
        let whole = folder.file("whole.ts")
        try TestMedia(format: "mpegts").write(to: whole)
        var stream = try TransportPackets(whole)
        let last = try #require(stream.units(of: TransportPackets.secondPID).last { $0.count > 3 })
        stream.packets.removeSubrange((last[1] + 1)...)
        try stream.write(to: folder.file("cut.ts"))
        var options = ConversionOptions()
        options.output = .init(format)
        let (result, warnings) = try await convert(folder.file("cut.ts"), to: folder.file("out"), options)
        #expect(Self.tellsDamage(warnings))
        #expect(result.route.audio?.isCopied == true)
        let media = try DecodedMedia(result.playlist)
        #expect(media.faults == 0)
        #expect(media.sound.count > 48_000)
    }

    @Test("a transport stream that lost packets of its sound is converted without the frames that they were of")
    func lostPackets() async throws {
        let folder = try TestFolder()
        let whole = folder.file("whole.ts")
        var media = TestMedia(format: "mpegts")
        media.duration = 6
        try media.write(to: whole)
        let stream = try TransportPackets(whole)
        let units = stream.units(of: TransportPackets.secondPID).filter { $0.count > 3 }
        // The first packet of one unit, the second of another, the last of a third.
        let choices: [@Sendable ([Int]) -> Int?] = [{ $0.first }, { $0[1] }, { $0.last }]
        for (number, choice) in choices.enumerated() {
            var damaged = stream
            let lost = Set(units.indices.filter { $0 % 3 == 1 }.compactMap { choice(units[$0]) })
            damaged.packets = damaged.packets.indices.filter { !lost.contains($0) }.map { stream.packets[$0] }
            let input = folder.file("lost-\(number).ts")
            try damaged.write(to: input)
            let (result, warnings) = try await convert(input, to: folder.file("out-\(number)"))
            #expect(Self.tellsDamage(warnings))
            #expect(result.route.audio?.isCopied == true)
            #expect(try HLSFolder(result.playlist).reader.problems == [])
            #expect(abs(result.duration.seconds - 6) < 0.2)
        }
    }

    @Test("AAC frames that are cut off at the end of their file are left out", arguments: [3, 40, 200])
    func cutFile(missing: Int) async throws {
        let folder = try TestFolder()
        let whole = folder.file("whole.aac")
        var media = TestMedia(format: "adts", video: nil)
        media.audio[0].frequency = 440
        try media.write(to: whole)
        let bytes = try Data(contentsOf: whole)
        // A frame that is longer than what is missing of it.
        var start = 0
        var frames: [Range<Int>] = []
        while let header = ADTSHeader([UInt8](bytes.dropFirst(start).prefix(9)).span) {
            frames.append(start..<start + header.frameLength)
            start += header.frameLength
        }
        let frame = try #require(frames.last { $0.count > missing + 9 })
        try bytes.prefix(frame.upperBound - missing).write(to: folder.file("cut.aac"))
        let (result, warnings) = try await convert(folder.file("cut.aac"), to: folder.file("out"))
        #expect(Self.tellsDamage(warnings))
        let decoded = try DecodedMedia(result.playlist)
        #expect(decoded.faults == 0)
        #expect(decoded.sound.count == frames.count { $0.upperBound <= frame.lowerBound } * 1_024)
    }

    @Test("AAC of which no frame tells what it is, and the file neither, is refused")
    func nothingWhole() async throws {
        let folder = try TestFolder()
        let film = folder.file("film.avi")
        try TestMedia(format: "avi", video: nil).write(to: film)
        // The configuration behind the format of the sound: without its length it is not there.
        var bytes = try Data(contentsOf: film)
        let format = try #require(bytes.range(of: Data("strf".utf8))).upperBound + 4
        #expect(bytes[format + 16] > 0)
        bytes[format + 16] = 0
        try bytes.write(to: film)
        var options = ConversionOptions()
        options.audioEncoder = .copy
        let error = await #expect(throws: ConversionError.self) {
            try await convert(film, to: folder.file("out"), options)
        }
        #expect(error?.code == .inputNotUsable)
        #expect(error?.problem == .uncopyableSound(input: film.path), "\(error?.message ?? "")")
        #expect(try folder.names() == ["film.avi"])
    }

    @Test("where two transport streams are joined every picture stays, and where packets are lost the others do")
    func joined() async throws {
        let folder = try TestFolder()
        let first = folder.file("first.ts")
        var media = TestMedia(format: "mpegts")
        // Noise, so that no picture fits into one packet.
        media.video?.filters += ["noise=alls=40:allf=t"]
        try media.write(to: first)
        media.start = 3
        try media.write(to: folder.file("second.ts"))
        var stream = try TransportPackets(first)
        let second = try TransportPackets(folder.file("second.ts"))
        let joined = folder.file("joined.ts")
        for isCut in [false, true] {
            if isCut {
                let last = try #require(stream.units(of: TransportPackets.firstPID).last)
                stream.packets.remove(at: try #require(last.last))
            }
            var whole = stream
            whole.packets += second.packets
            try whole.write(to: joined)
            let (result, warnings) = try await convert(joined, to: folder.file("out"))
            #expect(result.route.video?.isCopied == true)
            #expect(try DecodedMedia(result.playlist).pictures.count == (isCut ? 149 : 150))
            #expect(Self.tellsDamage(warnings) == isCut)
        }
    }
}
