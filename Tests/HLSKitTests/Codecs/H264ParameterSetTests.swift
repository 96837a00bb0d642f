import TestSupport
import Testing

@testable import HLSKit

@Suite("H.264 parameter sets and messages")
struct H264ParameterSetTests {
    /// A set without a VUI: Main profile, 320x192.
    private var plainSet: [UInt8] {
        var writer = BitWriter()
        for value in [77, 0, 30] as [UInt32] { writer.write(value, 8) }
        for value in [0, 0, 0, 0, 1] as [UInt32] { writer.writeGolomb(value) }
        writer.write(0, 1)
        for value in [19, 11] as [UInt32] { writer.writeGolomb(value) }
        writer.write(0b1100, 4)  // frames only, direct inference, no cropping, no VUI
        return writer.nalUnit(header: [0x67])
    }

    @Test("another sample aspect ratio changes nothing else", arguments: [true, false])
    func replacement(hasUsability: Bool) throws {
        let set = hasUsability ? SampleUnits.h264SequenceSet() : plainSet
        let ratio = SampleAspectRatio(width: 64, height: 45)
        let replaced = try #require(H264SequenceParameterSet.replacingSampleAspectRatio(in: set, with: ratio))
        var expected = try #require(H264SequenceParameterSet(nalUnit: set))
        expected.sampleAspectRatio = ratio
        #expect(H264SequenceParameterSet(nalUnit: replaced) == expected)
        // Once the ratio is written out, writing another keeps the length, and the first gives the same bytes again.
        let other = SampleAspectRatio(width: 16, height: 11)
        let twice = try #require(H264SequenceParameterSet.replacingSampleAspectRatio(in: replaced, with: other))
        #expect(H264SequenceParameterSet.replacingSampleAspectRatio(in: twice, with: ratio) == replaced)
    }

    @Test("bytes that would look like a start code are kept apart")
    func emulation() throws {
        let ratio = SampleAspectRatio(width: 1, height: 256)
        let replaced = try #require(H264SequenceParameterSet.replacingSampleAspectRatio(in: plainSet, with: ratio))
        #expect(H264SequenceParameterSet(nalUnit: replaced)?.sampleAspectRatio == ratio)
        for index in replaced.indices.dropFirst(2) where replaced[index] <= 2 {
            #expect(replaced[index - 2] != 0 || replaced[index - 1] != 0)
        }
    }

    @Test("what cannot be read or written is refused")
    func refused() {
        let set = plainSet
        for ratio in [(0, 1), (1, 0), (65_536, 1), (-1, 1)] {
            let ratio = SampleAspectRatio(width: ratio.0, height: ratio.1)
            #expect(H264SequenceParameterSet.replacingSampleAspectRatio(in: set, with: ratio) == nil)
        }
        for length in 0..<set.count - 1 {
            let cut = Array(set.prefix(length))
            _ = H264SequenceParameterSet.replacingSampleAspectRatio(in: cut, with: .square)
        }
        #expect(H264SequenceParameterSet.replacingSampleAspectRatio(in: [0x68, 1, 2], with: .square) == nil)
    }

    /// A display orientation behind another message.
    private func message(horizontal: Bool, vertical: Bool, turn: UInt32, cancels: Bool = false) -> [UInt8] {
        var writer = BitWriter()
        for value in [5, 2, 0xAB, 0xCD, 47, 3] as [UInt32] { writer.write(value, 8) }
        writer.write(cancels ? 1 : 0, 1)
        writer.write(horizontal ? 1 : 0, 1)
        writer.write(vertical ? 1 : 0, 1)
        writer.write(turn, 16)
        writer.write(0b01000, 5)
        return writer.nalUnit(header: [0x06])
    }

    @Test("a display orientation is read from behind other messages")
    func orientation() throws {
        let found = try #require(
            H264DisplayOrientation(nalUnit: message(horizontal: true, vertical: false, turn: 0x4000))
        )
        #expect(found.isFlippedHorizontally && !found.isFlippedVertically)
        #expect(found.anticlockwiseDegrees == 90)
        let unit = SampleUnits.joined([
            SampleUnits.h264PictureSet, message(horizontal: false, vertical: true, turn: 0x8000), [0x65, 0x88],
        ])
        #expect(H264DisplayOrientation(accessUnit: unit.span, framing: .annexB)?.anticlockwiseDegrees == 180)
    }

    @Test("a display orientation that is cancelled or cut off is none")
    func noOrientation() {
        let unit = message(horizontal: false, vertical: false, turn: 0x4000)
        for length in 0..<10 { #expect(H264DisplayOrientation(nalUnit: Array(unit.prefix(length))) == nil) }
        let cancelled = message(horizontal: false, vertical: false, turn: 0x4000, cancels: true)
        #expect(H264DisplayOrientation(nalUnit: cancelled) == nil)
    }
}
