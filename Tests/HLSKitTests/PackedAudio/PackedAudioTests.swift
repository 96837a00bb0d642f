import HLSKit
import TestSupport
import Testing

@Suite("Packed audio")
struct PackedAudioTests {
    private typealias Make = BoxBuilder

    private static let owner = Array("com.apple.streaming.transportStreamTimestamp".utf8) + [0]

    /// A tag of version 2.3 or 2.4 with the frames given.
    private static func tag(version: UInt8 = 4, _ frames: [(String, [UInt8])]) -> [UInt8] {
        let content = frames.flatMap { name, bytes in
            Array(name.utf8) + (version == 4 ? synchsafe(bytes.count) : Make.u32(bytes.count)) + [0, 0] + bytes
        }
        return Array("ID3".utf8) + [version, 0, 0] + synchsafe(content.count) + content
    }

    private static func synchsafe(_ value: Int) -> [UInt8] {
        (0..<4).map { UInt8(value >> (7 * (3 - $0)) & 0x7F) }
    }

    private func outputs(_ bytes: [UInt8], pieceBytes: Int = 100) -> [PackedAudioOutput] {
        var reader = PackedAudioReader()
        var outputs: [PackedAudioOutput] = []
        var at = 0
        while at < bytes.count {
            let end = min(bytes.count, at + pieceBytes)
            reader.push(bytes.span.extracting(at..<end)) { outputs.append($0) }
            at = end
        }
        reader.finish { outputs.append($0) }
        return outputs
    }

    private func times(_ outputs: [PackedAudioOutput]) -> [Int64] {
        outputs.compactMap { if case .timestamp(let time, _) = $0 { time.ticks } else { nil } }
    }

    private func frames(_ outputs: [PackedAudioOutput]) -> [PackedAudioFrame] {
        outputs.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    @Test(
        "frames are cut and timed",
        arguments: [
            (ElementaryStream.Codec.aac, "mp4a.40.2", 1_920), (.mpeg1Audio, "mp4a.40.34", 2_351), (.ac3, "ac-3", 2_880),
            (.enhancedAC3, "ec-3", 2_880),
        ]
    )
    func codecs(codec: ElementaryStream.Codec, string: String, ticks: Int64) {
        let bytes = (0..<10).flatMap { SampleUnits.unit(codec, number: $0, length: 120) }
        let frames = frames(outputs(bytes))
        #expect(frames.count == 10 && frames.allSatisfy { $0.format.codecString == string })
        #expect(frames.map(\.byteCount).reduce(0, +) == bytes.count)
        #expect(frames.first?.start == .zero && frames.dropFirst().first?.start.ticks == ticks)
    }

    @Test("a tag of ID3 version 1 at the end is no damage", arguments: [50, 100, 127, 1_000, 100_000])
    func trailingTag(pieceBytes: Int) {
        let frames = (0..<10).flatMap { SampleUnits.unit(.mpeg1Audio, number: $0, length: 120) }
        let tag = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
        let all = outputs(frames + tag, pieceBytes: pieceBytes)
        #expect(self.frames(all).count == 10)
        #expect(!all.contains { if case .skipped = $0 { true } else { false } }, "\(all)")
        // In the middle, and shorter, it is.
        for bytes in [frames + tag + frames, frames + tag.dropLast()] {
            let all = outputs(bytes, pieceBytes: pieceBytes)
            #expect(all.contains { if case .skipped = $0 { true } else { false } })
        }
    }

    @Test("the channels of AAC are found where only the frames describe them")
    func programChannels() {
        // Channel configuration 0; front: one element of one channel and one of two; back: one of two; one LFE.
        var writer = BitWriter()
        writer.write(5, 3)
        writer.write(0, 4 + 2 + 4)
        for count in [2, 0, 1] as [UInt32] { writer.write(count, 4) }
        writer.write(1, 2)
        writer.write(0, 3 + 4 + 3)
        for isPair in [0, 1, 1] as [UInt32] {
            writer.write(isPair, 1)
            writer.write(0, 4)
        }
        writer.write(0, 4 + 7)
        let program = writer.bytes
        func frame(_ payload: [UInt8]) -> [UInt8] {
            var bytes = SampleUnits.adts(length: 60)
            bytes[2] &= 0xFE
            bytes[3] &= 0x3F
            bytes.replaceSubrange(7..<7 + payload.count, with: payload)
            return bytes
        }
        let frames = frames(outputs(frame(program) + frame([0x21, 0]) + frame([0x21, 0])))
        #expect(frames.map(\.format.channels) == [6, 6, 6])
    }

    @Test("the time of the first sample is found in a tag", arguments: [UInt8(3), 4])
    func timestamp(version: UInt8) {
        let other = ("TIT2", [3] + Array("Title".utf8))
        let bytes =
            Self.tag(version: version, [other, ("PRIV", Self.owner + Make.u64(0x1_2345_6789))])
            + SampleUnits.adts(length: 60) + SampleUnits.adts(length: 60)
        let found = outputs(bytes)
        #expect(times(found) == [0x1_2345_6789])
        #expect(frames(found).count == 2)
    }

    @Test("a long picture in a tag does not hide its time")
    func longFrame() {
        let picture = ("APIC", [UInt8](repeating: 0xFF, count: 300))
        let bytes = Self.tag([picture, ("PRIV", Self.owner + Make.u64(90_000))]) + SampleUnits.adts(length: 60)
        #expect(times(outputs(bytes)) == [90_000])
    }

    @Test("a tag of another owner tells no time")
    func otherOwner() {
        let bytes = Self.tag([("PRIV", Array("else".utf8) + [0] + Make.u64(90_000))]) + SampleUnits.adts(length: 60)
        #expect(times(outputs(bytes)).isEmpty)
        #expect(frames(outputs(bytes)).count == 1)
    }

    @Test("a tag between frames is no garbage, and garbage is told")
    func between() {
        let frame = SampleUnits.adts(length: 60)
        let tag = Self.tag([("TIT2", [3, 0x41])])
        #expect(
            !outputs(frame + frame + tag + frame + frame).contains { if case .skipped = $0 { true } else { false } }
        )
        let found = outputs(frame + frame + [UInt8](repeating: 0x11, count: 30) + frame + frame)
        let skipped = found.reduce(0) { if case .skipped(_, let count) = $1 { $0 + count } else { $0 } }
        #expect(skipped == 30 && frames(found).count == 4)
    }
}
