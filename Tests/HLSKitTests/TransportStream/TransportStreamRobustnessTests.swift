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

    /// Inputs of the fuzzer that once broke a property.
    static let foundInputs: [[UInt8]] = []

    @Test("inputs that once broke something", arguments: foundInputs)
    func crashers(_ input: [UInt8]) {
        #expect(TransportStreamProperties.broken(by: input) == nil)
    }
}
