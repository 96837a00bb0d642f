import HLSKit

extension SampleSound {
    static let broken: [BrokenStream] = [
        BrokenStream("packed audio without a time", "audio-timestamp-missing", in: "s2.aac", offsets: 0..<1) {
            SampleSound(hasTimestamp: { $0 != 2 }).files()
        },
        BrokenStream("packed audio that pauses", "audio-gap", in: "s2.aac", offsets: 0..<100) {
            SampleSound(shift: { $0 < 2 ? 0 : 9_000 }).files()
        },
        BrokenStream("packed audio that jumps", "timestamps-do-not-run-on", in: "s2.aac", offsets: 0..<100) {
            SampleSound(shift: { $0 < 2 ? 0 : 900_000 }).files()
        },
        BrokenStream("garbage between frames", "broken-unit", in: "s1.aac", offsets: 100..<10_000) {
            SampleSound().files { $0[1].insert(contentsOf: [UInt8](repeating: 0x11, count: 50), at: 73 + 127 * 10) }
        },
    ]

    static let good: [(String, @Sendable () throws -> Files)] = [
        ("packed AAC", { SampleSound().files() }),
        ("packed MP3", { SampleSound(codec: .mpeg1Audio).files() }),
        ("packed AC-3", { SampleSound(codec: .ac3).files() }),
        ("packed E-AC-3", { SampleSound(codec: .enhancedAC3).files() }),
        ("packed AAC whose clock wraps", { SampleSound(start: 95_440).files() }),
    ]
}
