import HLSKit
import TestSupport
import Testing

/// Whatever the bytes are, nothing traps, nothing hangs, and nothing depends on how they are cut.
@Suite("Hostile transport streams")
struct TransportStreamRobustnessTests {
    @Test("changed streams keep every property", arguments: 0..<8)
    func changes(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<6 {
            let input = [UInt8(2)] + random.bytes(4 * Int.random(in: 1...30, using: &random))
            #expect(TransportStreamProperties.broken(by: input) == nil, "\(input)")
        }
    }

    @Test("random bytes keep every property", arguments: 0..<8)
    func randomBytes(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for mode in [UInt8(0), 1, 3, 3, 3, 3] {
            var bytes = random.bytes(Int.random(in: 0...2_000, using: &random))
            for index in bytes.indices where index % 188 == 0 { bytes[index] = 0x47 }
            if mode == 3 { bytes = bytes.map { $0 % 3 == 0 ? $0 % 2 : $0 } }
            #expect(TransportStreamProperties.broken(by: [mode] + bytes) == nil, "\([mode] + bytes)")
        }
    }

    /// Inputs that are small or odd: nothing, nearly nothing, lone sync bytes, lone start codes, lone headers of sound.
    static let oddInputs: [[UInt8]] =
        [[], [0], [1], [2], [3], [0, 0x47], [3, 0, 0, 0, 1], [3, 1, 9, 0, 0, 1], [3, 2, 255, 0, 0, 1, 0xB3]]
        + [
            [3, 4, 0, 0xFF, 0xF1, 0x4C, 0x80, 0, 0xFF, 0xFC], [3, 5, 1, 0x56, 0xE0, 0],
            [3, 10, 7, 0x7F, 0xFC, 255, 255, 255],
        ]
        + [[0] + [UInt8](repeating: 0x47, count: 1_500), [0] + [UInt8](repeating: 0xFF, count: 1_500)]

    @Test("small and odd inputs keep every property", arguments: oddInputs)
    func odd(_ input: [UInt8]) {
        #expect(TransportStreamProperties.broken(by: input) == nil)
    }
}
