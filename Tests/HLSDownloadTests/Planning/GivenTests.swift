import Foundation
import HLSDownload
import HLSKit
import TestSupport
import Testing

@Suite("What is given beside a playlist")
struct GivenTests {
    @Test("is the base of its relative names alone")
    func base() async throws {
        var bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 2)
        bench.fetcher["https://cdn.example/x/a0.ts"] = .bytes(media[0])
        bench.fetcher["https://other.example/a1.ts"] = .bytes(media[1])
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["a0.ts", "https://other.example/a1.ts"]))
        bench.configuration.baseURL = "https://cdn.example/x/any.m3u8"
        #expect(try await bench.download().segments == 2)
    }

    @Test("is the text of the playlist, recognised when the download is resumed")
    func text() async throws {
        var bench = try Workbench()
        let media = try bench.placeFilm(segments: 2)
        func text(_ names: [String], _ query: String) -> [UInt8] {
            Array(SampleMedia.playlist(names.map { Workbench.at($0) + query }).utf8)
        }
        for index in 0..<2 { bench.fetcher[Workbench.at("a\(index).ts?n=2")] = .bytes(media[index]) }
        bench.configuration.playlistText = text(["a0.ts", "a1.ts"], "")
        bench.fetcher[Workbench.at("a1.ts")] = .failure(DownloadError(.notFound, "not there"))
        #expect(await bench.failure("-")?.code == .incomplete)
        bench.configuration.playlistText = text(["a0.ts", "a1.ts"], "?n=2")
        #expect(try await bench.download("-").fetchedSegments == 1)
        bench.configuration.playlistText = text(["b0.ts", "b1.ts"], "")
        #expect(await bench.failure("-")?.code == .outputOccupied)
    }

    @Test("is needed for a text with relative names, and not enough to record from")
    func refusedText() async throws {
        var bench = try Workbench()
        try bench.placeFilm(segments: 2)
        bench.configuration.playlistText = Array(SampleMedia.playlist(["a0.ts", "a1.ts"]).utf8)
        #expect(await bench.failure("-")?.code == .invalidOption)
        bench.configuration.baseURL = Workbench.url
        #expect(try await bench.download("-").segments == 2)
        bench.configuration.recordsLive = true
        bench.configuration.replacesOtherResults = true
        bench.configuration.playlistText = Array(SampleMedia.playlist(["a0.ts"], isEnded: false).utf8)
        #expect(await bench.failure("-")?.code == .invalidOption)
    }

    // MARK: Keys

    private func encryptedFilm(_ lines: [Int: String], vector: (Int) -> [UInt8]) throws -> (Workbench, [[UInt8]]) {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 3)
        for (index, bytes) in media.enumerated() {
            let encrypted = try SampleMedia.encrypted(bytes, vector: vector(index))
            bench.fetcher[Workbench.at("a\(index).ts")] = .bytes(encrypted)
        }
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(media.indices.map { "a\($0).ts" }, lines: lines))
        return (bench, media)
    }

    @Test(
        "is the key instead of the one that the playlist names, whatever its format",
        arguments: [
            #"#EXT-X-KEY:METHOD=AES-128,URI="https://gone.example/k""#,
            #"#EXT-X-KEY:METHOD=AES-128,URI="skd://k",KEYFORMAT="com.example.drm""#,
            #"#EXT-X-VERSION:5"#,
        ]
    )
    func key(line: String) async throws {
        var (bench, media) = try encryptedFilm([0: line], vector: SampleMedia.vector)
        bench.configuration.key = GivenKey(bytes: SampleMedia.key)
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        #expect(bench.fetcher.requests.allSatisfy { !$0.url.contains("gone") })
    }

    @Test("is the vector instead of the declared ones")
    func vector() async throws {
        let own = [UInt8](repeating: 9, count: 16)
        let line = #"#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x01"#
        var (bench, media) = try encryptedFilm([0: line]) { _ in own }
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        bench.configuration.initializationVector = own
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
    }

    @Test("does not decrypt what the playlist declares to be plain")
    func plain() async throws {
        var (bench, media) = try encryptedFilm([1: #"#EXT-X-KEY:METHOD=AES-128,URI="k""#], vector: SampleMedia.vector)
        bench.fetcher[Workbench.at("a0.ts")] = .bytes(media[0])
        bench.configuration.key = GivenKey(bytes: SampleMedia.key)
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
    }

    @Test("is read from digits, Base64, an address or a file")
    func keyTexts() throws {
        let folder = try TestFolder()
        let digits = SampleMedia.key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try Data(SampleMedia.key).write(to: folder.file("raw"))
        try Data((digits + "\n").utf8).write(to: folder.file("text"))
        for text in [
            digits, "0x" + digits.uppercased(), Data(SampleMedia.key).base64EncodedString(),
            folder.file("raw").path, folder.file("text").path,
        ] { #expect(try GivenKey(text) == GivenKey(bytes: SampleMedia.key), "\(text)") }
        _ = try GivenKey("https://example.com/key")
        for text in ["", "abc", digits + "0", folder.file("none").path] {
            #expect(throws: DownloadError.self) { try GivenKey(text) }
        }
        #expect(try InitializationVector.bytes("0x1F") == SampleMedia.vector(31))
        for text in ["", "0x", "xyz", String(repeating: "0", count: 33)] {
            #expect(throws: DownloadError.self) { try InitializationVector.bytes(text) }
        }
    }

    @Test("is refused when it has the wrong size")
    func size() async throws {
        var (bench, _) = try encryptedFilm([0: #"#EXT-X-KEY:METHOD=AES-128,URI="k""#], vector: SampleMedia.vector)
        bench.configuration.key = GivenKey(bytes: [UInt8](repeating: 1, count: 32))
        #expect(await bench.failure()?.code == .invalidOption)
    }
}
