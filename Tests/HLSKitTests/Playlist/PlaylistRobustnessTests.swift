import HLSKit
import TestSupport
import Testing

/// Whatever the bytes are, nothing traps, nothing hangs, and nothing is lost.
@Suite("Hostile playlists")
struct PlaylistRobustnessTests {
    /// A small generator, so that every run mutates in the same way (SplitMix64).
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    static let words = [
        "\n", "\r\n", ",", "=", "\"", ":", "#EXTINF:", "#EXT-X-KEY:METHOD=NONE", "-1", "0", "9999999999999999999", "@",
        "{$a}",
        "0x", "\u{0}", "#EXT-X-ENDLIST\n", "#EXT-X-BYTERANGE:5", "#EXT-X-MAP:URI=\"m\"\n",
        "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n",
        "\n#EXT-X-DISCONTINUITY\n", "a.ts\n", "1e308", "\u{FEFF}", "é",
    ].map { Array($0.utf8) }

    @Test("mutated cases keep every property", arguments: 0..<8)
    func mutation(_ seed: Int) {
        var generator = Generator(state: UInt64(seed))
        for _ in 0..<60 {
            guard var bytes = PlaylistCase.all.randomElement(using: &generator).map({ Array($0.text.utf8) }) else {
                return
            }
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0...bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes.insert(contentsOf: Self.words.randomElement(using: &generator) ?? [], at: place)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 5))
                case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                default:
                    bytes +=
                        PlaylistCase.all.randomElement(using: &generator).map { Array($0.text.utf8.dropFirst(8)) } ?? []
                }
            }
            #expect(
                PlaylistProperties.broken(by: bytes) == nil,
                "\(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
        }
    }

    @Test(
        "texts that once broke something",
        arguments: [
            "", "\n", "\r", "#", "#EXT", "#EXTINF", "#EXTM3U", "#EXTM3U\n#EXTINF:", "\u{FEFF}", "a", "#EXTINF:,\n\n\n",
            "#EXTM3U\n#EXT-X-KEY:\n#EXT-X-MAP:\n#EXTINF:1\na\n#EXT-X-BYTERANGE:\n",
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:9223372036854775807\n#EXTINF:1,\na\n#EXTINF:1,\nb\n",
            "#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=9223372036854775807\n#EXTINF:1,\na\n",
            "#EXTM3U\n#EXT-X-TARGETDURATION:9223372036854775807\n#EXT-X-SERVER-CONTROL:HOLD-BACK=99999999999999999999\n",
            "#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:9999-12-31T24:59:60.999999999+23:59\n#EXTINF:4e12,\na\n",
            "\u{FEFF}a\nb\n", "a\n\u{FEFF}#EXTINF:6,\nb\n",
            "#EXTM3U\n#EXTINF:6,\n#EXT-X-BYTERANGE:5@1\u{463}4\na\n#EXTINF:6,\n#EXT-X-BYTERANGE:9\na",
            "#EXT-X-KEY:KEYFORMAT=\"f\"\na\n#EXT-X-KEY:METHOD=NONE\n7\n#EXT-X-KEY:METHOD,KEYFORMAT=\"f\",KEYFORMAT=\nb\n",
            "#EXTM3U\n#EXTINF:1,\na?\r\r\r\rb\n#EXTINF:1,\nc#EXT-X-PART-INF:d\n#",
            "#EXTM3U\n#EXT-X-PLAYLIST-T#EXTM3U\n#EXTINF:-1 a=\"b,c\",T\n#X\nu\n#EXT-X-MEDIA-SEQ:\n#EXTINF:6,{}\nb",
            "#EXTM3U\n#EXTINF:1,\na\n#EXTINF:1,\n#EXT-X-BYTERANGE:5@9\na\n#EXTINF:1,\n#EXT-X-BYTERANGE:7300\na\n#EXT",
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"x\"\n#EXTINF:6,\n{$d}/a\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"y\"\n#EXTINF:6,\nb\n",
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"x\"\n#EXT-X-DEFINE:NAME=\"b\",VALUE=#{$a}/y\"\n#EXTINF:6,\n{$b}/a.ts\n",
        ]
    )
    func crashers(_ text: String) {
        #expect(PlaylistProperties.broken(by: Array(text.utf8)) == nil)
    }

    @Test("a million findings are not kept")
    func manyFindings() {
        let text = "#EXTM3U\n" + String(repeating: "#EXT-X-KEY\n", count: 100_000)
        let result = PlaylistReader(configuration: .init(maximumDiagnostics: 10)).read(text)
        #expect(result.diagnostics.count == 11 && result.diagnostics.last?.rule == .tooManyDiagnostics)
    }

    @Test("strict reading finds an error behind any number of warnings", arguments: [0, 1, 1_000])
    func errorBehindWarnings(_ limit: Int) {
        let date = "2026-01-01T00:00:00.000Z"
        let range = "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"\(date)\",CUE=\"SOON\"\n"
        let reader = PlaylistReader(configuration: .init(maximumDiagnostics: limit))
        let text =
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-PROGRAM-DATE-TIME:\(date)\n"
            + String(repeating: range, count: 2_000) + "#EXTINF:6,\na\n#EXTINF:9,\nb\n"
        let late = #expect(throws: PlaylistError.self) { try reader.readStrictly(text) }
        #expect(late?.diagnostic?.rule == .segmentExceedsTarget)
        let malformed = #expect(throws: PlaylistError.self) { try reader.readStrictly(text + "#EXT-X-BITRATE:x\n") }
        #expect(malformed?.diagnostic?.rule == .malformedValue)
    }

    @Test("definitions that double each other cannot fill the memory")
    func doublingVariables() throws {
        var text = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"v0\",VALUE=\"\(String(repeating: "x", count: 1_000))\"\n"
        for number in 1...60 {
            text += "#EXT-X-DEFINE:NAME=\"v\(number)\",VALUE=\"{$v\(number - 1)}{$v\(number - 1)}\"\n"
        }
        let playlist = try #require(Playlist(text + "#EXTINF:1,\na\n").media)
        #expect(playlist.variables.values.values.reduce(0) { $0 + $1.utf8.count } < 1 << 25)
    }

    @Test("a hundred thousand tags in one segment are read in one pass")
    func manyTags() {
        let formats = (0..<20_000).map { "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT=\"f\($0)\"\n" }.joined()
        let text =
            "#EXTM3U\n" + formats + String(repeating: "#EXT-X-PRELOAD-HINT:TYPE=PART\n", count: 50_000)
            + "#EXTINF:1,\na\n"
        let result = PlaylistReader().read(text)
        #expect(result.playlist.media?.segments.first?.keys.count == 32)
        #expect(result.diagnostics.contains { $0.rule == .tooManyKeys })
    }

    @Test("ten thousand groups and as many variants are checked in one pass")
    func manyGroups() {
        let groups = (0..<10_000).map { "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"\($0)\",NAME=\"n\",CHANNELS=\"6/JOC\"\n" }
        let variants = (0..<10_000).map { "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"mp4a.40.2\",AUDIO=\"\($0)\"\nv\n" }
        let playlist = Playlist("#EXTM3U\n" + (groups + variants).joined())
        let validator = PlaylistValidator(rules: [.specification, .authoring], maximumDiagnostics: .max)
        var found: [PlaylistDiagnostic] = []
        // Two to three here; a pass over all groups for each variant would take many times as long.
        #expect(processorSeconds { found = validator.diagnostics(of: playlist) } < 30)
        #expect(found.contains { $0.rule == .appleSpatialAudio } && !found.contains { $0.rule == .unknownGroup })
    }

    @Test("a line of 4 MB and an attribute list of 100,000 names are read")
    func longLines() {
        let long = String(repeating: "x", count: 1 << 22)
        let list = (0..<100_000).map { "X-\($0)=1" }.joined(separator: ",")
        let text = "#EXTM3U\n#EXT-X-DATERANGE:\(list)\n#EXTINF:1,\(long)\n\(long)\n"
        #expect(PlaylistReader().read(text).playlist.media?.segments.first?.uri.utf8.count == 1 << 22)
    }

    @Test("variables cannot fill the memory")
    func variableBomb() throws {
        let value = String(repeating: "v", count: 1 << 20)
        let text =
            "#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"\(value)\"\n#EXTINF:1,\n"
            + String(repeating: "{$a}", count: 1_000) + "\n"
        let uri = try #require(Playlist(text).media?.segments.first?.uri)
        #expect(uri.utf8.count < 20_000_000)
    }

    @Test(
        "numbers that no type holds are read as what is nearest, or not at all",
        arguments: [
            "1e400", "-1e400", "-0", "18446744073709551616", "1e-400", "0.1e1", "99999999999999999999999999999",
        ]
    )
    func numbers(_ number: String) throws {
        let json = "{\"VERSION\":1,\"TTL\":\(number),\"PATHWAY-PRIORITY\":[\"a\"]}"
        if let manifest = try? SteeringManifest(parsing: json) {
            #expect(try SteeringManifest(parsing: manifest.text) == manifest)
        }
        let text =
            "#EXTM3U\n#EXT-X-VERSION:\(number)\n#EXT-X-TARGETDURATION:\(number)\n#EXT-X-MEDIA-SEQUENCE:\(number)\n"
            + "#EXT-X-START:TIME-OFFSET=\(number)\n#EXT-X-SERVER-CONTROL:HOLD-BACK=\(number),CAN-SKIP-UNTIL=\(number)\n"
            + "#EXT-X-PART-INF:PART-TARGET=\(number)\n#EXT-X-PART:URI=\"p\",DURATION=\(number),BYTERANGE=\"\(number)@\(number)\"\n"
            + "#EXT-X-BITRATE:\(number)\n#EXTINF:\(number),\n#EXT-X-BYTERANGE:\(number)@\(number)\na\n"
        #expect(PlaylistProperties.broken(by: Array(text.utf8)) == nil)
        let variant =
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=\(number),SCORE=\(number),FRAME-RATE=\(number),RESOLUTION=\(number)x\(number)\nv\n"
        #expect(PlaylistProperties.broken(by: Array(variant.utf8)) == nil)
    }

    @Test(
        "JSON that is nested without end is refused",
        arguments: ["[", "{\"a\":", "\"\\u12", "{\"VERSION\":1", "nul", "-"]
    )
    func nestedJSON(_ text: String) {
        #expect(throws: PlaylistError.self) {
            try SteeringManifest(parsing: String(repeating: text, count: 100_000))
        }
    }
}
