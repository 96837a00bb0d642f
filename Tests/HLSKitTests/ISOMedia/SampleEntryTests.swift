import HLSKit
import TestSupport
import Testing

@Suite("Sample entries of MP4")
struct SampleEntryTests {
    private typealias Make = BoxBuilder

    struct Case: Sendable, CustomStringConvertible {
        var name: String
        var handler = "soun"
        var bytes: [UInt8]
        var codec: String
        var rate: Int?
        var channels: Int?

        var description: String { name }
    }

    private static func read(_ bytes: [UInt8], handler: String) throws -> SampleEntry {
        let file = MP4File(Make.ftyp() + Make.moov(Make.trak(1, handler: handler, entry: bytes)))
        #expect(file.problems.isEmpty, "\(file.problems)")
        return try #require(file.movie?.tracks.first?.sampleEntries.first)
    }

    private static let hvcC: [UInt8] = Make.box(
        "hvcC",
        [1, 0x22] + Make.u32(0x2000_0000) + [0xB0, 0, 0, 0, 0, 0, 93] + Make.zeros(8) + [3, 0]
    )
    private static let dvcC = Make.box("dvcC", [1, 0, 5 << 1, 6 << 3 | 5, 0] + Make.zeros(19))
    private static let flac = Make.full(
        "dfLa",
        [0x80, 0, 0, 34] + Make.u16(4_096) + Make.u16(4_096) + Make.zeros(6) + [0x0B, 0xB8, 0x02, 0xF0]
            + Make.zeros(20)
    )
    private static let alac = Make.full(
        "alac",
        Make.u32(4_096) + [0, 16, 40, 10, 14, 2] + Make.u16(255) + Make.words([0, 0, 44_100])
    )

    static let sounds = [
        Case(
            name: "MP3 in QuickTime",
            bytes: Make.audio(".mp3", rate: 44_100),
            codec: "mp4a.40.34",
            rate: 44_100,
            channels: 2
        ),
        // The entry of AMR says two channels, and the codec has one.
        Case(name: "AMR", bytes: Make.audio("samr", rate: 8_000), codec: "samr", rate: 8_000, channels: 1),
        Case(name: "wide AMR", bytes: Make.audio("sawb", rate: 16_000), codec: "sawb", rate: 16_000, channels: 1),
        Case(name: "AAC", bytes: Make.mp4a(), codec: "mp4a.40.2", rate: 48_000, channels: 2),
        Case(
            name: "MP3",
            bytes: Make.audio(
                "mp4a",
                Make.full(
                    "esds",
                    [3, 18, 0, 1, 0, 4, 13, 0x6B, 0x15, 0, 0, 0] + Make.zeros(8)
                )
            ),
            codec: "mp4a.6B",
            rate: 48_000,
            channels: 2
        ),
        Case(
            name: "AC-3",
            bytes: Make.audio("ac-3", Make.box("dac3", [0x10, 0x3D, 0xC0])),
            codec: "ac-3",
            rate: 48_000,
            channels: 6
        ),
        Case(
            name: "E-AC-3",
            bytes: Make.audio("ec-3", Make.box("dec3", [0x18, 0, 0x20, 0x0F, 0])),
            codec: "ec-3",
            rate: 48_000,
            channels: 6
        ),
        Case(
            name: "E-AC-3 with rear channels",
            bytes: Make.audio(
                "ec-3",
                Make.box("dec3", [0x18, 0, 0x20, 0x0F, 0x02, 0x02])
            ),
            codec: "ec-3",
            rate: 48_000,
            channels: 8
        ),
        Case(
            name: "Opus",
            bytes: Make.audio("Opus", Make.box("dOps", [0, 2] + Make.zeros(9))),
            codec: "Opus",
            rate: 48_000,
            channels: 2
        ),
        Case(name: "FLAC", bytes: Make.audio("fLaC", flac), codec: "fLaC", rate: 48_000, channels: 2),
        Case(name: "ALAC", bytes: Make.audio("alac", alac), codec: "alac", rate: 44_100, channels: 2),
    ]

    @Test("sound tells its codec, sampling rate and channels", arguments: sounds)
    func sound(_ entry: Case) throws {
        let read = try Self.read(entry.bytes, handler: entry.handler)
        #expect(read.codecString == entry.codec)
        guard case .audio(let format)? = read.format else {
            Issue.record("no format")
            return
        }
        #expect(format.codecString == entry.codec)
        #expect(format.sampleRate == entry.rate)
        #expect(format.channels == entry.channels)
    }

    static let pictures: [(String, [UInt8], String)] = [
        ("H.264", Make.avc1(), "avc1.4D001E"),
        ("H.264 with its sets in the stream", Make.avc1("avc3"), "avc3.4D001E"),
        ("HEVC", Make.visual("hvc1", hvcC), "hvc1.2.4.H93.B0"),
        ("HEVC with its sets in the stream", Make.visual("hev1", hvcC), "hev1.2.4.H93.B0"),
        ("Dolby Vision", Make.visual("dvh1", hvcC, dvcC), "dvh1.05.06"),
        ("Dolby Vision with its sets in the stream", Make.visual("dvhe", hvcC, dvcC), "dvhe.05.06"),
        ("AV1", Make.visual("av01", Make.box("av1C", [0x81, 0x08, 0x4C, 0])), "av01.0.08M.10"),
        (
            "AV1 with PQ",
            Make.visual(
                "av01",
                Make.box("av1C", [0x81, 0x08, 0x4C, 0]),
                Make.box("colr", Array("nclx".utf8), [0, 9, 0, 16, 0, 9, 0])
            ), "av01.0.08M.10.0.110.09.16.09.0"
        ),
        ("VP9", Make.visual("vp09", Make.full("vpcC", version: 1, [0, 21, 0x82, 1, 1, 1, 0, 0])), "vp09.00.21.08"),
        (
            "VP9 with PQ", Make.visual("vp09", Make.full("vpcC", version: 1, [2, 41, 0xA2, 9, 16, 9, 0, 0])),
            "vp09.02.41.10.01.09.16.09.00"
        ),
    ]

    @Test("pictures tell their codec", arguments: pictures.indices)
    func picture(_ index: Int) throws {
        let (name, bytes, codec) = Self.pictures[index]
        let entry = try Self.read(bytes, handler: "vide")
        #expect(entry.codecString == codec, "\(name)")
        #expect(entry.format?.codecString == codec, "\(name)")
        #expect([entry.width, entry.height] == [320, 180])
    }

    @Test("other tracks are named", arguments: ["stpp": "stpp.ttml.im1t", "wvtt": "wvtt", "tx3g": "tx3g"])
    func other(type: String, codec: String) throws {
        let entry = try Self.read(Make.box(type, Make.zeros(8)), handler: "text")
        #expect(entry.codecString == codec)
        #expect(entry.format == nil)
    }

    @Test("an encrypted entry tells what it was, the scheme, the key and the pattern")
    func encrypted() throws {
        let key = (0..<16).map { UInt8($0) }
        let tenc = Make.full("tenc", version: 1, [0, 0x19, 1, 0] + key, [16], [UInt8](repeating: 7, count: 16))
        let sinf = Make.box(
            "sinf",
            Make.box("frma", Array("avc1".utf8)),
            Make.full("schm", Array("cbcs".utf8), Make.u32(0x10000)),
            Make.box("schi", tenc)
        )
        let entry = try Self.read(Make.avc1("encv", sinf), handler: "vide")
        #expect(entry.type == "encv")
        #expect(entry.codingType == "avc1")
        #expect(entry.codecString == "avc1.4D001E")
        let protection = try #require(entry.protection)
        #expect(protection.scheme == "cbcs")
        #expect(protection.keyID == key)
        #expect([protection.encryptedBlocks, protection.clearBlocks] == [1, 9])
        #expect(protection.constantVector == [UInt8](repeating: 7, count: 16))
        #expect(entry.isRandomAccessPoint([0, 0, 0, 1, 0x65].span) == nil)
        let sound = try Self.read(
            Make.mp4a("enca", Make.box("sinf", Make.box("frma", Array("mp4a".utf8)))),
            handler: "soun"
        )
        #expect(sound.codecString == "mp4a.40.2")
        #expect(sound.protection?.scheme == nil)
    }

    @Test("pssh tells its system and keys")
    func protectionSystem() throws {
        let system = [UInt8](repeating: 0xED, count: 16)
        let pssh = Make.full(
            "pssh",
            version: 1,
            system,
            Make.u32(1),
            [UInt8](repeating: 1, count: 16),
            Make.u32(2),
            [8, 9]
        )
        let file = MP4File(Make.ftyp() + Make.moov(Make.trak(1), pssh))
        #expect(file.problems.isEmpty, "\(file.problems)")
        let read = try #require(file.movie?.protectionSystems.first)
        #expect(read.systemID == system)
        #expect(read.keyIDs == [[UInt8](repeating: 1, count: 16)])
        #expect(read.data == [8, 9])
    }

    @Test("colour, shape, light and bit rate of the entry are told")
    func extensions() throws {
        let display = Make.box("mdcv", Make.u16(1) + Make.zeros(14) + Make.words([10_000_000, 50]))
        let entry = try Self.read(
            Make.avc1(
                "avc1",
                Make.box("colr", Array("nclx".utf8), [0, 9, 0, 18, 0, 9, 0x80]),
                display,
                Make.box("pasp", Make.words([4, 3])),
                Make.box("fiel", [2, 9]),
                Make.box("clli", Make.u16(1_000) + Make.u16(400)),
                Make.box("btrt", Make.words([0, 5_000_000, 3_000_000]))
            ),
            handler: "vide"
        )
        #expect(entry.videoRange == .hlg)
        #expect(entry.colour?.primaries == 9)
        #expect(entry.colour?.isFullRange == true)
        #expect(entry.sampleAspectRatio == SampleAspectRatio(width: 4, height: 3))
        #expect(entry.fieldsPerFrame == 2)
        #expect(entry.masteringDisplay?.greatestLuminance == 10_000_000)
        #expect(entry.contentLightLevel?.greatestAverage == 400)
        #expect(entry.bitRates?.average == 3_000_000)
        #expect(entry.bitRates?.greatest == 5_000_000)
    }

    @Test("whether decoding can start at a sample is told by the sample")
    func randomAccess() throws {
        let h264 = try Self.read(Make.avc1(), handler: "vide")
        #expect(h264.isRandomAccessPoint([0, 0, 0, 1, 0x65].span) == true)
        #expect(h264.isRandomAccessPoint([0, 0, 0, 1, 0x41].span) == false)
        let hevc = try Self.read(Make.visual("hvc1", Self.hvcC), handler: "vide")
        #expect(hevc.isRandomAccessPoint([0, 0, 0, 2, 21 << 1, 1].span) == true)
        #expect(hevc.isRandomAccessPoint([0, 0, 0, 2, 1 << 1, 1].span) == false)
        let sound = try Self.read(Make.mp4a(), handler: "soun")
        #expect(sound.isRandomAccessPoint([1].span) == true)
    }
}
