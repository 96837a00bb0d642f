import Foundation
import HLSDownload
import HLSKit
import TestSupport
import Testing

@Suite("A playlist as servers really send it")
struct PlaylistFormTests {
    private static let text = SampleMedia.playlist(["a0.ts", "a1.ts", "a2.ts"])

    /// The same text in the formats of gzip and zlib.
    private static let compressed = [
        "H4sIAAAAAAACA1N2jQjxNQ7lUgbSuhG6Ya5BwZ7+flbmMIEQxyB31xCX0CDHEJC4EUzc19XF01E32DUw1NXP2dXKACzu6edmZaRnoMOVaKBX"
            + "UowmZIgpZAQTAhro6ufi4xkcwgUAq6TKaJEAAAA=",
        "eJxTdo0I8TUO5VIG0roRumGuQcGe/n5W5jCBEMcgd9cQl9AgxxCQuBFM3NfVxdNRN9g1MNTVz9nVygAs7unnZmWkZ6DDlWigV1KMJmSIKWQE"
            + "EwIa6Orn4uMZHMIFAJRLJK0=",
    ].map { [UInt8](Data(base64Encoded: $0) ?? Data()) }

    @Test("parts at the end whose byte ranges no file can have are refused")
    func endlessParts() async throws {
        let bench = try Workbench()
        let parts = """
            #EXT-X-PART:DURATION=1,URI="p.ts",BYTERANGE="2@0"
            #EXT-X-PART:DURATION=1,URI="p.ts",BYTERANGE="9223372036854775807@2"
            """
        let text = SampleMedia.playlist(["a0.ts"], header: "#EXT-X-PART-INF:PART-TARGET=1.5\n")
        bench.fetcher.text(Workbench.url, text.replacing("#EXT-X-ENDLIST", with: parts + "\n#EXT-X-ENDLIST"))
        #expect(await bench.failure()?.code == .notUsable)
    }

    @Test("is read whatever its encoding and line ends are, in pieces of any size", arguments: [1, 2, 3, 1_000])
    func forms(pieceBytes: Int) async throws {
        let text = Self.text
        let utf16 = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let swapped = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let forms: [String: [UInt8]] = [
            "carriage returns": Array(text.replacing("\n", with: "\r").utf8),
            "both": Array(text.replacing("\n", with: "\r\n").utf8),
            "NUL at the end": Array(text.utf8) + [0, 0],
            "NUL in front of a line end": Array(text.replacing("a1.ts\n", with: "a1.ts\0\n").utf8),
            "UTF-16": [0xFF, 0xFE] + utf16,
            "UTF-16, the other way round": [0xFE, 0xFF] + swapped,
            "UTF-16 without a mark": utf16,
            "UTF-8 with a mark": [0xEF, 0xBB, 0xBF] + Array(text.utf8),
            "gzip": Self.compressed[0],
            "zlib": Self.compressed[1],
        ]
        for (name, bytes) in forms {
            var bench = try Workbench(pieceBytes: pieceBytes)
            bench.place("a", try SampleMedia.transportStream(segments: 3))
            bench.fetcher[Workbench.url] = .bytes(bytes)
            let result = try await bench.download()
            #expect(result.segments == 3 && result.missing.isEmpty, "\(name)")
            bench.configuration.playlistText = bytes
            bench.configuration.baseURL = Workbench.url
            bench.configuration.replacesOtherResults = true
            #expect(try await bench.download("-").segments == 3, "\(name)")
        }
    }

    @Test("has characters outside the basic plane in UTF-16 too", arguments: [1, 2, 3])
    func surrogates(pieceBytes: Int) async throws {
        let bench = try Workbench(pieceBytes: pieceBytes)
        try bench.placeFilm(segments: 1)
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\u{1F3AC} 电影\na0.ts\n#EXT-X-ENDLIST\n"
        bench.fetcher[Workbench.url] = .bytes([0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
        try await bench.download()
        #expect(try bench.playlist().media?.segments[0].title == "\u{1F3AC} 电影")
    }

    @Test("may name an empty key format, which is that of bare keys")
    func keyFormat() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 1)
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        let encrypted = try SampleMedia.encrypted(media[0], vector: SampleMedia.vector(0))
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(encrypted)
        let key = ##"#EXT-X-KEY:METHOD=AES-128,URI="k",KEYFORMAT="""##
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["a0.ts"], lines: [0: key]))
        try await bench.download()
        #expect(try bench.bytes("stream_0.ts") == media[0])
    }

    @Test("may end with parts of which no segment came: they are kept, ranges of one resource as one segment")
    func parts() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 4)
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(media[0])
        bench.fetcher[Workbench.at("p.ts")] = .bytes(media[1] + media[2])
        bench.fetcher[Workbench.at("q.ts")] = .bytes(media[3])
        let lines = """
            #EXT-X-PART:DURATION=1,URI="p.ts",BYTERANGE="\(media[1].count)@0",INDEPENDENT=YES
            #EXT-X-PART:DURATION=1,URI="p.ts",BYTERANGE="\(media[2].count)"
            #EXT-X-PART:DURATION=1.5,URI="q.ts"
            #EXT-X-ENDLIST
            """
        let text = SampleMedia.playlist(["a0.ts"], header: "#EXT-X-PART-INF:PART-TARGET=1.5\n")
        bench.fetcher.text(Workbench.url, text.replacing("#EXT-X-ENDLIST", with: lines))
        let result = try await bench.download()
        #expect(result.segments == 3 && result.duration.seconds == 5.5)
        #expect(try bench.bytes("stream_1.ts") == media[1] + media[2])
        #expect(try bench.bytes("stream_2.ts") == media[3])
    }

    @Test("of another format is named, with what to do", arguments: ["MPD", "SmoothStreamingMedia"])
    func otherFormats(element: String) async throws {
        let bench = try Workbench()
        bench.fetcher.text(Workbench.url, "<?xml version=\"1.0\"?>\n<\(element)></\(element)>")
        let error = await bench.failure()
        #expect(error?.code == .notUsable && error?.message.contains(".m3u8") ?? false, "\(error?.message ?? "")")
        #expect(error?.message.contains("web page") == false)
    }

    @Test("is fetched with fewer requests at once when a server refuses more with 403")
    func connectionLimit() async throws {
        var bench = try Workbench()
        bench.configuration.workers = 8
        try bench.placeFilm(segments: 12)
        bench.fetcher.answer { request, earlier in
            let isRefused = (1...5).contains { request.url.hasSuffix("a\($0).ts") }
            guard request.kind == .segment, earlier == 0, isRefused else { return nil }
            var error = DownloadError(.unreachable, "too many")
            error.status = 403
            return .failure(error)
        }
        #expect(try await bench.download().segments == 12)
    }
}
