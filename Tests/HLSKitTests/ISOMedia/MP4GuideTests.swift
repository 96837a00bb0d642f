import HLSKit
import TestSupport
import Testing

/// The code of the guide: compiled here, run here, and compared with the guide's text.
@Suite("The guide to MP4")
struct MP4GuideTests {
    private typealias Make = BoxBuilder

    private let initializationBytes = Make.ftyp() + Make.moov(Make.trak(1), Make.mvex([1], duration: 3_600, size: 10))
    private let segmentBytes = Make.fragment(1, time: 90_000, flags: 0, samples: [[], []], data: 20)

    @Test("reads segments")
    func segments() {
        var lines = 0
        func print(_ values: Any...) { lines += 1 }
        // snippet: segments
        let initialization = MP4File(initializationBytes)
        for track in initialization.movie?.tracks ?? [] {
            print(track.id, track.kind, track.timescale, track.sampleEntries.map(\.codecString))
        }
        let segment = MP4File(segmentBytes, initialization: initialization.movie)
        for fragment in segment.fragments {
            for track in fragment.tracks {
                print(track.trackID, track.startTime, track.endTime, track.startsWithSync ?? false)
                for sample in track.samples { print(sample.compositionTime, sample.duration, sample.byteRange) }
            }
        }
        for problem in segment.problems { print(problem.severity, problem) }
        // end
        #expect(lines == 4)
    }

    @Test("reads a file through a function")
    func file() throws {
        let start = Make.ftyp().count + 8
        let tables =
            Make.table("stts", [[2, 3_600]]) + Make.table("stsc", [[1, 2, 1]]) + Make.full("stsz", Make.words([10, 2]))
            + Make.table("stco", [[start]])
        let bytes = Make.ftyp() + Make.box("mdat", Make.zeros(20)) + Make.moov(Make.trak(1, tables: tables))
        let byteCount = bytes.count
        func readBytes(_ range: Range<Int>) throws -> [UInt8] { Array(bytes[range]) }
        var lines = 0
        func print(_ values: Any...) { lines += 1 }
        // snippet: file
        let file = try MP4File(byteCount: byteCount) { range in try readBytes(range) }
        for track in file.movie?.tracks ?? [] {
            print(track.samples.count, track.frameRate?.value ?? 0)
            for sample in track.samples where sample.isSync { print(track.mediaTime(sample.compositionTime)) }
        }
        // end
        #expect(lines == 3)
    }

    @Test("reads a stream as it comes")
    func stream() {
        var lines = 0
        func print(_ values: Any...) { lines += 1 }
        let initialization = MP4File(initializationBytes)
        let chunks = [Array(segmentBytes.prefix(50)), Array(segmentBytes.dropFirst(50))]
        // snippet: stream
        var reader = MP4StreamReader(initialization: initialization.movie)
        for chunk in chunks {
            reader.push(chunk.span) { output in
                switch output {
                case .fragment(let fragment): print(fragment.sequenceNumber ?? 0, fragment.tracks.map(\.startTime))
                case .problem(let problem): print(problem)
                default: break
                }
            }
        }
        reader.finish { output in print(output) }
        // end
        #expect(lines == 1)
    }

    @Test("the guide shows this code")
    func guide() throws {
        let (compiled, written) = try GuideCode.blocks(of: "ISOMedia.md", comparedWith: #filePath)
        #expect(compiled == written)
        #expect(compiled.count == 3)
    }
}
