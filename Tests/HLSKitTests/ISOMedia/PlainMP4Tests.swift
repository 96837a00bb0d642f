import HLSKit
import Synchronization
import TestSupport
import Testing

@Suite("Plain MP4 files")
struct PlainMP4Tests {
    private typealias Make = BoxBuilder

    private static let sizes = [[50], [20], [10], [40], [30]]
    private static let sizeTable = Make.full("stsz", Make.words([0, 5] + sizes.flatMap(\.self)))

    /// Five pictures in two chunks behind the `ftyp`: three, then two.
    private static func file(
        sizes: [UInt8] = sizeTable,
        times: [[Int]] = [[4, 1_000], [1, 1_500]],
        offsets: [UInt8] = Make.table("ctts", version: 1, [[1, 2_000], [4, -1_000]]),
        sync: [[Int]] = [[1], [4]],
        long: Bool = false,
        edits: [[Int]] = [],
        data: Int = 150,
        extends: [UInt8] = []
    ) -> [UInt8] {
        let start = Make.ftyp().count + 8
        let chunks =
            long
            ? Make.full("co64", Make.u32(2), Make.u64(start), Make.u64(start + 80))
            : Make.table("stco", [[start], [start + 80]])
        let tables =
            Make.table("stts", times) + offsets + Make.table("stsc", [[1, 3, 1], [2, 2, 1]]) + sizes + chunks
        let track = Make.trak(1, timescale: 25_000, edits: edits, tables: tables + Make.table("stss", sync))
        return Make.ftyp() + Make.box("mdat", Make.zeros(data)) + Make.moov(track, extends)
    }

    @Test("the tables tell time, place, size and random access of every sample", arguments: [false, true])
    func samples(long: Bool) throws {
        let file = MP4File(Self.file(long: long))
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.kind == .plain)
        let track = try #require(file.movie?.tracks.first)
        #expect(track.samples.count == 5)
        #expect(track.samples.duration == 5_500)
        let samples = Array(track.samples)
        #expect(samples.map(\.decodeTime) == [0, 1_000, 2_000, 3_000, 4_000])
        #expect(samples.map(\.compositionTime) == [2_000, 0, 1_000, 2_000, 3_000])
        #expect(samples.map(\.duration) == [1_000, 1_000, 1_000, 1_000, 1_500])
        #expect(samples.map(\.isSync) == [true, false, false, true, false])
        let start = Make.ftyp().count + 8
        #expect(samples.map(\.byteRange.lowerBound) == [0, 50, 70, 80, 120].map { $0 + start })
        #expect(samples.map(\.byteRange.count) == [50, 20, 10, 40, 30])
    }

    @Test("compact sizes of 4, 8 and 16 bits are read", arguments: [4, 8, 16])
    func compactSizes(bits: Int) throws {
        let values = [5, 2, 1, 4, 3]
        let entries: [UInt8] =
            switch bits {
            case 4: [0x52, 0x14, 0x30]
            case 8: values.map { UInt8($0) }
            default: values.flatMap { Make.u16($0) }
            }
        let file = MP4File(Self.file(sizes: Make.full("stz2", Make.words([bits, 5]), entries)))
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(try #require(file.movie?.tracks.first).samples.map(\.byteRange.count) == values)
    }

    @Test("composition offsets below zero are read in either version", arguments: [UInt8(0), 1])
    func negativeOffsets(version: UInt8) throws {
        let offsets = Make.table("ctts", version: version, [[1, 2_000], [4, -1_000]])
        let samples = try #require(MP4File(Self.file(offsets: offsets)).movie?.tracks.first).samples
        #expect(samples.map(\.compositionOffset) == [2_000, -1_000, -1_000, -1_000, -1_000])
    }

    @Test("of endless edits and of content without end only the start is taken into memory")
    func endlessContent() throws {
        let edits = Self.file(edits: Array(repeating: [1, 0, 1 << 16], count: 100_000))
        let reads = Mutex(0)
        let file = MP4File.leavingTablesInFile(byteCount: edits.count) { range in
            reads.withLock { $0 += 1 }
            return Array(edits[range])
        }
        #expect(file.movie?.tracks.first?.edits.count == 1 << 16)
        #expect(file.problems.map(\.kind) == [.tooManyBoxes])
        // In pieces, not byte by byte.
        #expect(reads.withLock { $0 } < 200)
        let keys = Make.full("pssh", version: 1, Make.zeros(16) + Make.u32(1 << 16) + Make.zeros(2 << 20))
        let protected = MP4File(Make.ftyp() + Make.moov(Make.trak(1), keys))
        #expect(protected.movie?.protectionSystems.isEmpty == true)
        #expect(protected.problems.map(\.kind) == [.boxTooLarge(keys.count - 8)])
    }

    @Test("the edit list shifts the presentation: a delay, and the start of the media")
    func edits() throws {
        let file = MP4File(Self.file(edits: [[500, -1, 1 << 16], [2_000, 2_000, 1 << 16]]))
        let movie = try #require(file.movie)
        let track = try #require(movie.tracks.first)
        #expect(track.edits.map(\.mediaTime) == [nil, 2_000])
        #expect(track.edits.map(\.duration) == [500, 2_000])
        #expect(movie.presentationTime(of: 2_000, in: track) == MediaTime(ticks: 45_000))
        #expect(movie.presentationTime(of: 27_000, in: track) == MediaTime(ticks: 135_000))
    }

    @Test("media data is not asked for")
    func readsWhatIsNeeded() {
        let bytes = Self.file(data: 1_000_000)
        var read = 0
        let file = MP4File(byteCount: bytes.count) { range in
            read += range.count
            return Array(bytes[range])
        }
        #expect(file.movie?.tracks.count == 1)
        #expect(read < 2_000)
    }

    /// A file with many samples, so that each of its tables is longer than what is read at once.
    private static func longFile(count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 3)
        let sizes = (0..<count).map { _ in Int.random(in: 0...9, using: &random) }
        let perChunk = (0..<count / 8).map { $0 % 2 == 0 ? 5 : 11 }
        var chunks: [Int] = []
        var sample = 0
        var place = Make.ftyp().count + 8
        for samples in perChunk {
            chunks.append(place)
            place += sizes[sample..<sample + samples].reduce(0, +)
            sample += samples
        }
        let tables =
            Make.table("stts", (0..<count / 2).map { [2, 900 + $0 % 7] })
            + Make.table("ctts", version: 1, (0..<count).map { [1, ($0 % 5 - 2) * 1_000] })
            + Make.table("stsc", perChunk.enumerated().map { [$0.offset + 1, $0.element, 1] })
            + Make.full("stsz", Make.words([0, count] + sizes))
            + Make.table("stco", chunks.map { [$0] })
            + Make.table("stss", (0..<count).filter { $0 % 3 == 0 }.map { [$0 + 1] })
        let data = Make.box("mdat", Make.zeros(place - Make.ftyp().count - 8))
        return Make.ftyp() + data + Make.moov(Make.trak(1, timescale: 25_000, tables: tables))
    }

    @Test("tables that stay in the file tell the same, in pieces")
    func tablesInFile() throws {
        let bytes = Self.longFile(count: 32_000)
        let reads = Mutex((count: 0, bytes: 0, greatest: 0))
        let file = MP4File.leavingTablesInFile(byteCount: bytes.count) { range in
            reads.withLock { $0 = ($0.count + 1, $0.bytes + range.count, max($0.greatest, range.count)) }
            return Array(bytes[range])
        }
        #expect(file.problems.isEmpty, "\(file.problems)")
        let inMemory = MP4File(bytes)
        #expect(inMemory.problems.isEmpty, "\(inMemory.problems)")
        let samples = try #require(file.movie?.tracks.first).samples
        let expected = try #require(inMemory.movie?.tracks.first).samples
        #expect(samples.count == 32_000)
        #expect(samples.duration == expected.duration)
        let tables = bytes.count - (file.boxes.first { $0.type == "moov" }?.byteRange.lowerBound ?? 0)
        reads.withLock {
            #expect($0.greatest <= 16 << 10)
            #expect($0.bytes < tables * 4)
            $0 = (0, 0, 0)
        }
        #expect(samples.elementsEqual(expected))
        reads.withLock {
            #expect($0.greatest <= 16 << 10)
            #expect($0.bytes < tables + 32 * 16 << 10)
        }
    }

    @Test("tables that cannot be read any more tell fewer samples or empty ones, and trap nowhere")
    func vanishingTables() throws {
        let bytes = Self.longFile(count: 8_000)
        let length = Mutex(bytes.count)
        let file = MP4File.leavingTablesInFile(byteCount: bytes.count) { range in
            Array(bytes[range.clamped(to: 0..<length.withLock { $0 })])
        }
        let samples = try #require(file.movie?.tracks.first).samples
        length.withLock { $0 /= 2 }
        #expect(samples.reduce(0) { sum, _ in sum + 1 } <= 8_000)
    }

    @Test("of a file with fragments whose tables stay in it only the start is read")
    func fragmentsBehindTables() {
        let moov = Make.moov(Make.trak(1), Make.mvex([1]))
        let bytes = Make.ftyp() + moov + Make.fragment(1, time: 0, flags: 0x200, samples: [[10]], data: 10)
        let file = MP4File.leavingTablesInFile(byteCount: bytes.count) { Array(bytes[$0]) }
        #expect(file.movie?.isFragmented == true)
        #expect(file.fragments.isEmpty)
        #expect(MP4File(bytes).fragments.count == 1)
    }

    @Test("the matrix and the roles of a track are read")
    func matrixAndRoles() throws {
        let kinds =
            Make.full("kind", Array("urn:mpeg:dash:role:2011".utf8) + [0] + Array("commentary".utf8) + [0])
            + Make.full("kind", Array("about:blank".utf8) + [0, 0])
        let upright = MP4Movie.identityMatrix
        let turned: [Int32] = [0, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000]
        let track = Make.trak(1, matrix: turned.map(Int.init), userData: kinds + [1, 2, 3])
        let file = MP4File(Make.ftyp() + Make.moov(track))
        #expect(file.problems.isEmpty, "\(file.problems)")
        let movie = try #require(file.movie)
        #expect(movie.matrix == upright)
        #expect(movie.tracks.first?.matrix == turned)
        let roles = try #require(movie.tracks.first).roles
        #expect(roles.map(\.scheme) == ["urn:mpeg:dash:role:2011", "about:blank"])
        #expect(roles.map(\.value) == ["commentary", ""])
    }

    @Test("what the reading function throws comes through")
    func readError() {
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try MP4File(byteCount: 100) { _ throws(Failure) in throw Failure() }
        }
    }

    @Test("boxes with long sizes and boxes up to the end of the file are read")
    func longAndOpenBoxes() {
        let long = Make.u32(1) + Array("free".utf8) + Make.u64(20) + Make.zeros(4)
        let open = Make.u32(0) + Array("mdat".utf8) + Make.zeros(33)
        let file = MP4File(Make.ftyp() + long + Make.moov(Make.trak(1)) + open)
        #expect(file.problems.isEmpty, "\(file.problems)")
        #expect(file.boxes.map(\.type) == ["ftyp", "free", "moov", "mdat"])
        #expect(file.boxes.last?.byteRange.count == 41)
    }

    private static let broken: [(name: String, bytes: [UInt8], kind: MP4Problem.Kind)] = [
        ("data cut off", file(data: 140), .dataOutside(offset: ftypEnd + 80, byteCount: 70)),
        ("times missing", file(times: [[3, 1_000]]), .sampleCountMismatch(table: "stts", stated: 3, expected: 5)),
        (
            "too many offsets", file(offsets: Make.table("ctts", [[9, 0]])),
            .sampleCountMismatch(table: "ctts", stated: 9, expected: 5)
        ),
        (
            "too many sizes", file(sizes: Make.full("stsz", Make.words([1, 6]))),
            .sampleCountMismatch(table: "stsc", stated: 5, expected: 6)
        ),
        (
            "sizes cut off", file(sizes: Make.full("stsz", Make.words([0, 0xFFFF_FFFF, 1]))),
            .truncatedTable(stated: 0xFFFF_FFFF, present: 1)
        ),
        ("sync samples out of order", file(sync: [[4], [1]]), .invalidField("sample_number")),
        ("a sync sample that is not there", file(sync: [[1], [6]]), .invalidField("sample_number")),
        ("no ftyp", Make.moov(Make.trak(1)), .missingBox("ftyp")),
        ("no mdia", Make.ftyp() + Make.moov(Make.box("trak")), .missingBox("mdia")),
        ("a track twice", Make.ftyp() + Make.moov(Make.trak(1), Make.trak(1)), .duplicateTrack(1)),
        ("no timescale", Make.ftyp() + Make.moov(Make.trak(1, timescale: 0)), .invalidField("timescale")),
        ("a second movie", Make.ftyp() + Make.moov() + Make.moov(), .duplicateBox("moov")),
        ("nothing", [], .missingBox("moov")),
        (
            "mvex first", Make.ftyp() + Make.moov(Make.mvex([]), Make.trak(1)),
            .wrongOrder(of: "mvex", before: "trak")
        ),
        ("no trex", Make.ftyp() + Make.moov(Make.trak(1), Make.mvex([])), .missingBox("trex")),
        ("old brands", Make.ftyp(["isom"]) + Make.moov(Make.trak(1), Make.mvex([1])), .incompatibleBrands),
        ("samples in an init segment", file(extends: Make.mvex([1])), .samplesInInitialization),
        ("no configuration", Make.ftyp() + Make.moov(Make.trak(1, entry: Make.visual("hvc1"))), .missingBox("hvcC")),
        (
            "a bad configuration",
            Make.ftyp() + Make.moov(Make.trak(1, entry: Make.visual("avc1", Make.box("avcC", [2])))),
            .invalidConfiguration("avcC")
        ),
        (
            "a child longer than its parent", Make.ftyp() + Make.box("moov", Make.u32(99) + Array("mvhd".utf8)),
            .truncatedBox(size: 99, available: 8)
        ),
    ]

    private static var ftypEnd: Int { Make.ftyp().count + 8 }

    @Test("what is wrong with a file is told, with a sentence", arguments: broken.indices)
    func problems(_ index: Int) throws {
        let (name, bytes, kind) = Self.broken[index]
        let problems = MP4File(bytes).problems
        let problem = problems.first { $0.kind == kind }
        #expect(problem != nil, "\(name): \(problems)")
        #expect(problem?.message.isEmpty == false)
        #expect(problem?.description.hasPrefix("byte ") == true)
    }
}
