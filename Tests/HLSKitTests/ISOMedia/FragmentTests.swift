import HLSKit
import TestSupport
import Testing

@Suite("Fragments of MP4")
struct FragmentTests {
    private typealias Make = BoxBuilder

    private static let initialization =
        Make.ftyp()
        + Make.moov(Make.trak(1), Make.mvex([1], duration: 3_000, size: 10, flags: 0x101_0000))

    private var movie: MP4Movie? { MP4File(Self.initialization).movie }

    @Test("an init segment tells its tracks and has no problem")
    func initializationSegment() throws {
        let file = MP4File(Self.initialization)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.kind == .initializationSegment)
        #expect(file.fileBrands?.contains("iso6") == true)
        let track = try #require(file.movie?.tracks.first)
        #expect(track.id == 1)
        #expect(track.kind == .video)
        #expect(track.timescale == 90_000)
        #expect(track.language == "und")
        #expect([track.width, track.height] == [320, 180])
        #expect(track.fragmentDefaults?.duration == 3_000)
        #expect(track.samples.count == 0)
        #expect(track.sampleEntries.map(\.codecString) == ["avc1.4D001E"])
    }

    @Test("a run tells duration, size, flags and composition offset of each sample")
    func everyField() throws {
        let bytes = Make.fragment(
            7,
            time: 1 << 33,
            version: 1,
            flags: 0xF00,
            samples: [[3_000, 20, 0x200_0000, 6_000], [3_003, 30, 0x101_0000, -3_000]],
            data: 50
        )
        let file = MP4File(bytes, initialization: movie)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.kind == .mediaSegment)
        let fragment = try #require(file.fragments.first)
        #expect(fragment.sequenceNumber == 7)
        let track = try #require(fragment.track(1))
        #expect(track.baseDecodeTime == 1 << 33)
        #expect(track.duration == 6_003)
        #expect(track.endTime == 1 << 33 + 6_003)
        #expect(track.byteCount == 50)
        #expect(track.startsWithSync == true)
        let samples = Array(track.samples)
        #expect(samples.map(\.decodeTime) == [1 << 33, 1 << 33 + 3_000])
        #expect(samples.map(\.compositionTime) == [1 << 33 + 6_000, 1 << 33])
        #expect(samples.map(\.duration) == [3_000, 3_003])
        #expect(samples.map(\.isSync) == [true, false])
        let start = bytes.count - 50
        #expect(samples.map(\.byteRange) == [start..<start + 20, start + 20..<start + 50])
    }

    @Test("what a run does not tell comes from the init segment, the first sample's flags from the run")
    func defaults() throws {
        let bytes = Make.fragment(1, time: 0, flags: 4, samples: [[], [], []], first: [0x200_0000], data: 30)
        let file = MP4File(bytes, initialization: movie)
        #expect(file.problems.isEmpty, "\(file.problems)")
        let samples = Array(try #require(file.fragments.first?.tracks.first).samples)
        #expect(samples.map(\.decodeTime) == [0, 3_000, 6_000])
        #expect(samples.map(\.byteRange.count) == [10, 10, 10])
        #expect(samples.map(\.isSync) == [true, false, false])
    }

    @Test("tfhd overrules trex")
    func headerDefaults() throws {
        let run = Make.full("trun", flags: 1, Make.words([2, 0]))
        let moof = Make.moof(1, Make.traf(1, flags: 0x2_0038, fields: [1_500, 4, 0x101_0000], time: 0, run))
        let samples = Array(try #require(MP4File(moof, initialization: movie).fragments.first?.tracks.first).samples)
        #expect(samples.map(\.duration) == [1_500, 1_500])
        #expect(samples.map(\.byteRange) == [0..<4, 4..<8])
        #expect(samples.map(\.isSync) == [false, false])
    }

    @Test("without tfdt a fragment continues the one before, and that is told")
    func missingDecodeTime() {
        let first = Make.fragment(1, time: 900, flags: 0, samples: [[], []], data: 20)
        let second = Make.fragment(2, time: nil, flags: 0, samples: [[]], data: 10)
        let file = MP4File(first + second, initialization: movie)
        #expect(file.fragments.map { $0.tracks.map(\.startTime) } == [[900], [6_900]])
        #expect(file.problems.map(\.kind) == [.missingDecodeTime])
        #expect(file.problems.first?.path == ["moof", "traf"])
        #expect(file.problems.first?.severity == .error)
    }

    @Test("a second track without relative addressing begins where the first one's data ends")
    func consecutiveTracks() throws {
        func make(_ offset: Int) -> [UInt8] {
            let run = Make.full("trun", flags: 0x201, Make.words([1, offset, 12]))
            let next = Make.full("trun", flags: 0x200, Make.words([1, 5]))
            return Make.moof(1, Make.traf(1, flags: 0, time: 0, run), Make.traf(2, flags: 0, time: 0, next))
        }
        let start = make(0).count + 8
        let file = MP4File(make(start) + Make.box("mdat", Make.zeros(17)))
        #expect(file.problems.isEmpty, "\(file.problems)")
        let ranges = try #require(file.fragments.first).tracks.flatMap { $0.runs.map(\.byteRange) }
        #expect(ranges == [start..<start + 12, start + 12..<start + 17])
    }

    @Test("a run of four billion samples allocates nothing and is told")
    func hostileCount() throws {
        let run = Make.full("trun", flags: 0, Make.words([0xFFFF_FFFF]))
        let sized = Make.full("trun", flags: 0xF00, Make.words([0xFFFF_FFFF, 1, 2, 3, 4]))
        let file = MP4File(Make.moof(1, Make.traf(1, time: 0, run, sized)))
        let track = try #require(file.fragments.first?.tracks.first)
        #expect(track.runs.map(\.sampleCount) == [file.byteCount, 1])
        #expect(
            file.problems.map(\.kind).prefix(2) == [
                .tooManySamples(stated: 0xFFFF_FFFF, read: file.byteCount),
                .truncatedTable(stated: 0xFFFF_FFFF, present: 1),
            ]
        )
    }

    @Test("sidx, emsg and prft are told")
    func besideFragments() throws {
        let index = Make.full(
            "sidx",
            Make.words([1, 90_000, 180_000, 0]),
            Make.u16(0),
            Make.u16(2),
            Make.words([500, 90_000, 0x9000_0000, 600 | 1 << 31, 90_000, 0])
        )
        let scheme = Array("urn:scte:scte35:2013:bin\0\0".utf8)
        let event = Make.full("emsg", version: 1, Make.u32(90_000), Make.u64(7), Make.words([9, 3]), scheme, [0xFC])
        let old = Make.full("emsg", scheme, Make.words([1_000, 5, 0xFFFF_FFFF, 4]))
        let clock = Make.full("prft", version: 1, Make.u32(1), Make.u64(0x1234), Make.u64(180_000))
        let file = MP4File(index + event + old + clock)
        #expect(file.problems.isEmpty, "\(file.problems)")
        let segments = try #require(file.segmentIndexes.first)
        #expect(segments.earliestPresentationTime == 180_000)
        #expect(segments.references.map(\.byteCount) == [500, 600])
        #expect(segments.references.map(\.isIndex) == [false, true])
        #expect(segments.references.map(\.startsWithAccessPoint) == [true, false])
        #expect(file.eventMessages.map(\.scheme) == ["urn:scte:scte35:2013:bin", "urn:scte:scte35:2013:bin"])
        #expect(file.eventMessages.map(\.time) == [7, 5])
        #expect(file.eventMessages.map(\.isRelative) == [false, true])
        #expect(file.eventMessages.map(\.duration) == [9, nil])
        #expect(file.eventMessages.first?.data == [0xFC])
        #expect(file.producerTimes.map(\.mediaTime) == [180_000])
    }

    /// What is broken, and what has to be told of it.
    private static let broken: [(name: String, bytes: [UInt8], kind: MP4Problem.Kind)] = {
        func fragment(_ number: Int, track: Int = 1, time: Int) -> [UInt8] {
            Make.fragment(number, track: track, time: time, flags: 0, samples: [[]], data: 10)
        }
        let good = fragment(5, time: 0)
        let run = Make.full("trun", flags: 0x201, Make.words([1, 0, 12]))
        return [
            ("a gap", good + fragment(6, time: 4_000), .decodeTimeGap(expected: 3_000, found: 4_000)),
            ("a number twice", good + fragment(5, time: 3_000), .sequenceNumberNotRising(from: 5, to: 5)),
            ("another track", fragment(1, track: 9, time: 0), .unknownTrack(9)),
            ("a file cut off", Array(good.dropLast(4)), .truncatedBox(size: 18, available: 14)),
            ("data cut off", Array(good.dropLast(4)), .dataOutside(offset: good.count - 10, byteCount: 10)),
            ("bytes at the end", good + [0, 0, 0], .trailingBytes(3)),
            ("no box at the end", good + Make.zeros(9), .trailingBytes(9)),
            ("a small box", good + [0, 0, 0, 4] + Array("free".utf8), .invalidSize(4)),
            ("no mfhd", Make.box("moof", Make.traf(1, time: 0)), .missingBox("mfhd")),
            ("no tfhd", Make.moof(1, Make.box("traf")), .missingBox("tfhd")),
            (
                "no description", Make.moof(1, Make.traf(1, flags: 0x2_0002, fields: [3], time: 0)),
                .invalidField("sample_description_index")
            ),
            (
                "an absolute address", Make.moof(1, Make.traf(1, flags: 1, fields: [0, 0], time: 0)),
                .absoluteAddressing
            ),
            ("a short header", Make.moof(1, Make.box("traf", Make.full("tfhd"))), .truncatedFields),
            (
                "tfdt late",
                Make.moof(
                    1,
                    Make.box(
                        "traf",
                        Make.full("tfhd", flags: Make.moofIsBase, Make.u32(1)),
                        run,
                        Make.full("tfdt", Make.u32(0))
                    )
                ), .wrongOrder(of: "trun", before: "tfdt")
            ),
            ("samples in the header", Make.moof(1, Make.traf(1, time: 0, run)), .dataOutside(offset: 0, byteCount: 12)),
        ]
    }()

    @Test("what is wrong with a fragment is told", arguments: broken.indices)
    func problems(_ index: Int) {
        let (name, bytes, kind) = Self.broken[index]
        let problems = MP4File(bytes, initialization: movie).problems
        #expect(problems.map(\.kind).contains(kind), "\(name): \(problems)")
    }
}
