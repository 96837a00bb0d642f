import Foundation
import HLSDownload
import HLSKit
import Synchronization
import Testing

@Suite("Odd content that players accept")
struct OddContentTests {
    /// Bytes without any sync byte of a transport stream.
    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 7
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            let byte = UInt8(truncatingIfNeeded: state >> 24)
            return byte == 0x47 ? 0x48 : byte
        }
    }

    private static let preambles: [String: [UInt8]] = [
        "noise": noise(40),
        "noise of two packets": noise(376),
        "noise that begins as packed audio does": [0xFF, 0xF1] + noise(100),
        "WebP": Array("RIFF".utf8) + [0x24, 0, 0, 0] + Array("WEBPVP8 ".utf8) + noise(200),
        "ICO": [0, 0, 1, 0, 1, 0] + noise(300),
        "zeros": [UInt8](repeating: 0, count: 5_000),
        "text": Array(String(repeating: "nothing to see here\n", count: 100).utf8),
        "a long picture": [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + noise(100_000),
    ]

    @Test("is left out in front of the first transport packet", arguments: preambles.keys.sorted())
    func preamble(_ name: String) async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 2)
        bench.fetcher[Workbench.at("a1.ts")] = .bytes(try #require(Self.preambles[name]) + media[1])
        try await bench.download()
        #expect(try bench.bytes("stream_1.ts") == media[1])
        #expect(bench.fetcher.count(Workbench.at("a1.ts")) == 1)
    }

    @Test("is left out around encrypted segments too")
    func encryptedPreamble() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 1)
        let disguised = try #require(Self.preambles["zeros"]) + media[0]
        bench.place("a", [try SampleMedia.encrypted(disguised, vector: SampleMedia.vector(0))])
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let text = SampleMedia.playlist(["a0.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""])
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == media[0])
    }

    @Test("is named in a warning")
    func warning() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 1)
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(Self.noise(40) + media[0])
        let problems = Mutex<[String]>([])
        try await bench.download { event in
            if case .warning(.odd(_, let problem)) = event { problems.withLock { $0.append(problem) } }
        }
        #expect(problems.withLock { $0 } == ["40 bytes in front of its first transport packet were left out"])
    }

    @Test("with a damaged packet among the first ones loses no other packet", arguments: [0, 1, 3])
    func damagedPacket(number: Int) async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 1)
        var damaged = media[0]
        damaged.replaceSubrange(number * 188..<number * 188 + 16, with: Self.noise(16))
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(damaged)
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == (number == 0 ? Array(damaged.dropFirst(188)) : damaged))
    }

    @Test("is no reason to accept what has no packets", arguments: ["noise of two packets", "text", "zeros"])
    func refused(_ name: String) async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 1)
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(try #require(Self.preambles[name]))
        #expect(await bench.failure()?.code == .incomplete)
    }

    // MARK: Fragmented MP4

    /// Places a section and a fragment, each behind other bytes.
    private func placeFragments(_ bench: Workbench, section: [UInt8], fragment: [UInt8]) {
        bench.fetcher[Workbench.at("init.mp4")] = .bytes(section)
        bench.place("f", [fragment], extension: "m4s")
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["f0.m4s"], lines: [0: "#EXT-X-MAP:URI=\"init.mp4\""]))
    }

    @Test("is left out in front of the first box of fragmented MP4", arguments: preambles.keys.sorted())
    func fragmentPreamble(_ name: String) async throws {
        let bench = try Workbench()
        let preamble = try #require(Self.preambles[name])
        let (section, fragment) = (SampleMedia.section(), SampleMedia.fragment(1))
        placeFragments(bench, section: preamble + section, fragment: preamble + fragment)
        try await bench.download()
        #expect(try bench.bytes("init_0.mp4") == section)
        #expect(try bench.bytes("stream_0.m4s") == fragment)
    }

    @Test("after decrypting with a wrong vector is left out in front of the next box")
    func wrongVector() async throws {
        let bench = try Workbench()
        let section =
            SampleMedia.box("ftyp", Array("iso6".utf8) + [0, 0, 0, 1] + Array("iso6".utf8))
            + SampleMedia.box("moov", [UInt8](repeating: 1, count: 2_000))
        let fragment =
            SampleMedia.box("styp", Array("msdh".utf8) + [0, 0, 0, 0] + Array("msdh".utf8))
            + SampleMedia.fragment(1).dropFirst(12)
        let vector = [UInt8](repeating: 9, count: 16)
        placeFragments(
            bench,
            section: try SampleMedia.encrypted(section, vector: vector),
            fragment: try SampleMedia.encrypted(fragment, vector: vector)
        )
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let lines =
            "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x00000000000000000000000000000001\n"
            + "#EXT-X-MAP:URI=\"init.mp4\""
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["f0.m4s"], lines: [0: lines]))
        let problems = Mutex<[String]>([])
        try await bench.download { event in
            if case .warning(.odd(_, let problem)) = event { problems.withLock { $0.append(problem) } }
        }
        #expect(try bench.bytes("init_0.mp4") == Array(section.dropFirst(20)))
        #expect(try bench.bytes("stream_0.m4s") == Array(fragment.dropFirst(20)))
        #expect(
            problems.withLock { $0 }
                == Array(repeating: "20 bytes in front of its first box were left out", count: 2)
        )
    }

    @Test("is no reason to accept media data without their fragment")
    func mediaDataAlone() async throws {
        let bench = try Workbench()
        let data = SampleMedia.box("mdat", [UInt8](repeating: 3, count: 4_000))
        placeFragments(bench, section: SampleMedia.section(), fragment: Self.noise(64) + data)
        #expect(await bench.failure()?.code == .incomplete)
    }

    @Test("is named in as many warnings as there are oddities of a file")
    func severalOddities() async throws {
        let bench = try Workbench()
        let media = try bench.placeFilm(segments: 1)
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(Self.noise(40) + media[0].dropLast(50))
        let problems = Mutex<[String]>([])
        try await bench.download { event in
            if case .warning(.odd(_, let problem)) = event { problems.withLock { $0.append(problem) } }
        }
        #expect(
            problems.withLock { $0 } == [
                "40 bytes in front of its first transport packet were left out",
                "its last transport packet is cut off",
            ]
        )
    }

    @Test("an empty last segment is left out of the playlist", arguments: [false, true])
    func emptyEnd(keepsEncryption: Bool) async throws {
        var bench = try Workbench()
        bench.configuration.keepsEncryption = keepsEncryption
        let media = try bench.placeFilm(segments: 3)
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["a0.ts", "a1.ts", "a2.ts", "end.ts"]))
        bench.fetcher[Workbench.at("end.ts")] = .bytes([])
        let warnings = Mutex<[DownloadWarning]>([])
        let result = try await bench.download { event in
            if case .warning(let warning) = event { warnings.withLock { $0.append(warning) } }
        }
        #expect(result.missing.isEmpty)
        #expect(warnings.withLock { $0 } == [.emptyEnd(file: "stream_3.ts")])
        let playlist = try #require(try bench.playlist().media)
        #expect(playlist.isEnded)
        #expect(playlist.segments.map(\.uri) == ["stream_0.ts", "stream_1.ts", "stream_2.ts"])
        #expect(try bench.bytes("stream_2.ts") == media[2])
        #expect(try await bench.download().fetchedSegments == 0)
    }

    @Test("an empty segment elsewhere is still missing")
    func emptyMiddle() async throws {
        let bench = try Workbench()
        try bench.placeFilm(segments: 3)
        bench.fetcher[Workbench.at("a1.ts")] = .bytes([])
        #expect(await bench.failure()?.code == .incomplete)
    }

    // MARK: Encryption

    /// Downloads one encrypted segment whose cipher text is changed; the plain text is given and returned.
    private func download(
        _ bench: Workbench,
        _ change: ([UInt8]) throws -> [UInt8]
    ) async throws -> (plain: [UInt8], result: [UInt8]) {
        let plain = try SampleMedia.transportStream(segments: 1)[0]
        let cipher = try SampleMedia.encrypted(plain, vector: SampleMedia.vector(0))
        bench.place("a", [try change(cipher)])
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let text = SampleMedia.playlist(["a0.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""])
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        return (plain, try bench.bytes("stream_0.ts"))
    }

    @Test("with a damaged last block keeps the blocks in front of it")
    func damagedPadding() async throws {
        let (plain, result) = try await download(try Workbench()) { $0.dropLast(16) + Self.noise(16) }
        #expect(result.prefix(plain.count / 16 * 16) == plain.prefix(plain.count / 16 * 16))
    }

    @Test("that is cut off within a block, or has bytes behind it, keeps its whole blocks", arguments: [-500, -3, 5])
    func partialBlock(excess: Int) async throws {
        let (plain, result) = try await download(try Workbench()) {
            excess < 0 ? Array($0.dropLast(-excess)) : $0 + Self.noise(excess)
        }
        let common = min(plain.count, result.count)
        #expect(common >= plain.count - 512)
        #expect(result.prefix(common) == plain.prefix(common))
    }

    // MARK: Keys and data: URLs

    private static let keyForms: [String: [UInt8]] = [
        "a line feed": SampleMedia.key + [0x0A],
        "a carriage return and a line feed": SampleMedia.key + [0x0D, 0x0A],
        "hexadecimal digits": SampleMedia.key.flatMap { Array(String(format: "%02x", $0).utf8) },
        "hexadecimal digits of a line": Array("0x".utf8)
            + SampleMedia.key.flatMap { Array(String(format: "%02X", $0).utf8) } + [0x0A],
        "Base64": Array(Data(SampleMedia.key).base64EncodedString().utf8) + [0x0A],
    ]

    @Test("of a key is read", arguments: keyForms.keys.sorted())
    func keyForm(_ name: String) async throws {
        let bench = try Workbench()
        let plain = try SampleMedia.transportStream(segments: 1)[0]
        bench.place("a", [try SampleMedia.encrypted(plain, vector: SampleMedia.vector(0))])
        bench.fetcher[Workbench.at("k")] = .bytes(try #require(Self.keyForms[name]))
        let text = SampleMedia.playlist(["a0.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""])
        bench.fetcher.text(Workbench.url, text)
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == plain)
    }

    private static func dataURL(_ bytes: [UInt8]) -> String {
        "data:application/octet-stream;base64," + Data(bytes).base64EncodedString()
    }

    @Test("of data: URLs is read as section, segment and playlist")
    func dataURLs() async throws {
        var bench = try Workbench()
        bench.configuration.fetcher = LocalFetcher(remote: bench.fetcher)
        bench.place("f", [SampleMedia.fragment(1)], extension: "m4s")
        let playlist = SampleMedia.playlist(
            [Workbench.at("f0.m4s"), Self.dataURL(SampleMedia.fragment(2))],
            lines: [0: "#EXT-X-MAP:URI=\"\(Self.dataURL(SampleMedia.section()))\""]
        )
        try await bench.download(Self.dataURL(Array(playlist.utf8)))
        #expect(try bench.bytes("init_0.mp4") == SampleMedia.section())
        #expect(try bench.bytes("stream_0.m4s") == SampleMedia.fragment(1))
        #expect(try bench.bytes("stream_1.m4s") == SampleMedia.fragment(2))
    }
}
