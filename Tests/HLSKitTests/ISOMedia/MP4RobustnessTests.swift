import HLSKit
import TestSupport
import Testing

/// Whatever the bytes are, nothing traps, nothing hangs, and what is told stays within the file.
@Suite("Hostile MP4 files")
struct MP4RobustnessTests {
    private static let whole = MP4Properties.sample

    /// Reads bytes and goes through all that they tell.
    private func read(_ bytes: [UInt8]) {
        let whole = MP4File(bytes)
        for file in [whole, MP4File(bytes, initialization: whole.movie)] {
            #expect(file.problems.count <= 1_000)
            for box in file.boxes { #expect(box.byteRange.upperBound <= bytes.count) }
            for problem in file.problems {
                #expect((0...bytes.count).contains(problem.offset))
                #expect(!problem.description.isEmpty)
            }
            var count = 0
            for track in file.movie?.tracks ?? [] {
                for sample in track.samples {
                    count += 1
                    _ = track.mediaTime(sample.compositionTime)
                    _ = file.movie?.presentationTime(of: sample.decodeTime, in: track)
                }
                #expect(track.samples.count <= bytes.count)
                for entry in track.sampleEntries { _ = (entry.videoRange, entry.isRandomAccessPoint(bytes.span)) }
                _ = track.frameRate
            }
            for track in file.fragments.flatMap(\.tracks) {
                for sample in track.samples { count += sample.byteRange.isEmpty ? 1 : 0 }
                _ = (track.endTime, track.byteCount, track.startsWithSync, track.sampleCount)
            }
            // Every sample has bytes of its own, an entry in a table, or a part of what the file may have.
            #expect(count <= (whole.movie?.tracks.count ?? 0) * bytes.count + 2 * bytes.count)
        }
    }

    @Test("the whole file is read without a problem of its boxes")
    func unchanged() {
        let file = MP4File(Self.whole)
        #expect(file.fragments.count == 2)
        #expect(file.movie?.tracks.count == 3)
        read(Self.whole)
    }

    @Test("a file that ends anywhere is read up to there")
    func cutOff() {
        for length in stride(from: 0, to: Self.whole.count, by: 3) { read(Array(Self.whole.prefix(length))) }
    }

    @Test("changed bytes do no harm", arguments: 0..<8)
    func changes(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<100 {
            var bytes = Self.whole
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let values: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &random)]
                let value = values[Int.random(in: 0..<values.count, using: &random)]
                // Runs of one value make the greatest and least numbers.
                for index in place..<min(bytes.count, place + [1, 1, 4, 8][Int.random(in: 0..<4, using: &random)]) {
                    bytes[index] = value
                }
            }
            read(bytes)
        }
    }

    @Test("random bytes do no harm", arguments: 0..<8)
    func randomBytes(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<100 { read(random.bytes(Int.random(in: 0...300, using: &random))) }
    }

    @Test("a reading function that gives less than it is asked for does no harm")
    func shortReads() {
        let file = MP4File(byteCount: .max) { range in Array(Self.whole.dropFirst(range.lowerBound).prefix(range.count))
        }
        #expect(file.movie?.tracks.count == 3)
        let none = MP4File(byteCount: .max) { _ in [] }
        #expect(none.problems.map(\.kind).contains(.trailingBytes(.max)))
    }

    @Test("streams are read the same however they are cut, and whatever is left out", arguments: 0..<8)
    func cuts(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            var bytes = random.bytes(2 + 3 * Int.random(in: 0...12, using: &random))
            bytes[0] |= 1
            #expect(MP4Properties.broken(by: bytes) == nil, "\(bytes)")
            #expect(MP4Properties.broken(by: random.bytes(200).map { $0 & 0xFE }) == nil)
        }
    }

    @Test(
        "what the fuzzer broke stays whole",
        arguments: [
            [0x09, 0x00, 0x61, 0x69, 0x64, 0x6D],
            [0x00, 0xFF, 0x00, 0xFF, 0xF1, 0x00, 0x00, 0x00, 0xFF, 0xFE, 0xFF, 0xFF, 0x00, 0x68, 0x06],
        ] as [[UInt8]]
    )
    func crashers(bytes: [UInt8]) {
        #expect(MP4Properties.broken(by: bytes) == nil)
    }
}
