import HLSKit
import TestSupport
import Testing

/// Whatever the bytes are, nothing traps, nothing hangs, and what is told stays within the file.
@Suite("Hostile MP4 files")
struct MP4RobustnessTests {
    private typealias Make = BoxBuilder

    /// A file with everything that is read.
    private static let whole: [UInt8] = {
        let key = Make.full("tenc", version: 1, [0, 0x19, 1, 0], Make.zeros(16), [8], Make.zeros(8))
        let sinf = Make.box("sinf", Make.box("frma", Array("avc1".utf8)), Make.box("schi", key))
        let sizes = Make.full("stsz", Make.words([0, 3, 5, 6, 7]))
        let tables =
            Make.table("stts", [[3, 512]]) + Make.table("ctts", [[3, 512]])
            + Make.table("stsc", [[1, 2, 1], [2, 1, 1]])
            + sizes + Make.table("stco", [[40], [51]]) + Make.table("stss", [[1], [3]])
        let movie = Make.moov(
            Make.trak(1, entry: Make.avc1("encv", sinf, Make.box("pasp", Make.words([1, 1]))), tables: tables),
            Make.trak(2, handler: "soun", entry: Make.mp4a(), edits: [[0, 1_024, 65_536]]),
            Make.trak(3, handler: "soun", entry: Make.audio("ec-3", Make.box("dec3", [0x18, 0, 0x20, 0x0F, 2, 2]))),
            Make.mvex([1, 2, 3], duration: 512, size: 4),
            Make.full("pssh", version: 1, Make.zeros(16), Make.u32(1), Make.zeros(16), Make.u32(0))
        )
        let index = Make.full("sidx", Make.words([1, 1, 0, 0]), Make.u16(0), Make.u16(1), Make.words([1, 1, 1]))
        let event = Make.full("emsg", [0x61, 0, 0], Make.words([1, 1, 1, 1]))
        let run = Make.fragment(1, time: 0, flags: 0xF00, samples: [[1, 2, 3, 4], [5, 6, 7, 8]], data: 8)
        let plain = Make.fragment(2, track: 2, time: nil, flags: 4, samples: [[], []], first: [0], data: 8)
        return Make.ftyp() + Make.box("mdat", Make.zeros(30)) + movie + index + event + run + plain
    }()

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
}
