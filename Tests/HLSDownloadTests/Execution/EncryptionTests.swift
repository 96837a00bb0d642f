import Crypto
import Foundation
import HLSDownload
import HLSKit
import Testing

@Suite("Encrypted streams")
struct EncryptionTests {
    @Test("are decrypted with vectors given and counted, keys that rotate, and NONE after them")
    func rotation() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 5)
        let other = [UInt8](repeating: 9, count: 16)
        let given: [UInt8] = (1...16).map { $0 }
        bench.place(
            "a",
            [
                try SampleMedia.encrypted(media[0], vector: given),
                try SampleMedia.encrypted(media[1], vector: SampleMedia.vector(21)),
                try SampleMedia.encrypted(media[2], vector: SampleMedia.vector(22)),
                try SampleMedia.encrypted(media[3], key: other, vector: SampleMedia.vector(23)),
                media[4],
            ]
        )
        bench.fetcher[Workbench.at("k1")] = .bytes(SampleMedia.key)
        let vector = "0x" + given.map { String(format: "%02X", $0) }.joined()
        let data = "data:application/octet-stream;base64," + Data(other).base64EncodedString()
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(
                (0..<5).map { "a\($0).ts" },
                lines: [
                    0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\",IV=\(vector)", 1: "#EXT-X-KEY:METHOD=AES-128,URI=\"k1\"",
                    3: "#EXT-X-KEY:METHOD=AES-128,URI=\"\(data)\"", 4: "#EXT-X-KEY:METHOD=NONE",
                ],
                sequence: 20
            )
        )
        try await bench.download()
        for (index, bytes) in media.enumerated() { #expect(try bench.bytes("stream_\(index).ts") == bytes) }
        #expect(bench.fetcher.count(Workbench.at("k1")) == 1)
        #expect(!(try bench.text("out.m3u8").contains("EXT-X-KEY")))
    }

    @Test("take the identity key among several, and sections with their own vector")
    func identity() async throws {
        let bench = try Workbench()
        let given: [UInt8] = (1...16).map { $0 }
        let vector = "0x" + given.map { String(format: "%02X", $0) }.joined()
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        bench.fetcher[Workbench.at("i.mp4")] = .bytes(try SampleMedia.encrypted(SampleMedia.section(), vector: given))
        bench.fetcher[Workbench.at("f.m4s")] = .bytes(try SampleMedia.encrypted(SampleMedia.fragment(3), vector: given))
        let keys = """
            #EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"
            #EXT-X-KEY:METHOD=AES-128,URI="k",IV=\(vector),KEYFORMAT="identity"
            #EXT-X-MAP:URI="i.mp4"
            """
        bench.fetcher.text(Workbench.url, SampleMedia.playlist(["f.m4s"], lines: [0: keys]))
        try await bench.download()
        #expect(try bench.bytes("init_0.mp4") == SampleMedia.section())
        #expect(try bench.bytes("stream_0.m4s") == SampleMedia.fragment(3))
    }

    @Test("of AES-256-GCM are decrypted, and a changed byte is found", arguments: [16, 12])
    func authenticated(vectorBytes: Int) async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 2)
        let key = [UInt8](repeating: 3, count: 32)
        bench.fetcher[Workbench.at("k")] = .bytes(key)
        let sealed = try media.enumerated().map { number, bytes in
            let vector = [UInt8](repeating: UInt8(number + 1), count: vectorBytes)
            let box = try AES.GCM.seal(bytes, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: vector))
            return vector + Array(box.ciphertext) + Array(box.tag)
        }
        bench.place("a", sealed)
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(["a0.ts", "a1.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-256-GCM,URI=\"k\""])
        )
        try await bench.download()
        #expect(try bench.bytes("stream_1.ts") == media[1])

        let broken = try Workbench()
        broken.fetcher[Workbench.at("k")] = .bytes(key)
        for place in [vectorBytes - 1, 100, sealed[0].count - 1] {
            var bytes = sealed[0]
            bytes[place] ^= 1
            broken.place("a", [bytes])
            broken.fetcher.text(
                Workbench.url,
                SampleMedia.playlist(["a0.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-256-GCM,URI=\"k\""])
            )
            #expect(await broken.failure()?.cause?.contains("tag does not fit") ?? false)
        }
        for count in [0, 15, 28, 31, 32] {
            broken.place("a", [[UInt8](repeating: 5, count: count)])
            #expect(await broken.failure()?.code == .incomplete)
        }
    }

    @Test("stay encrypted when asked, with the key beside them, and decrypt again when read from there")
    func kept() async throws {
        var bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 2)
        bench.place("a", try (0..<2).map { try SampleMedia.encrypted(media[$0], vector: SampleMedia.vector($0 + 5)) })
        bench.fetcher[Workbench.at("k")] = .bytes(SampleMedia.key)
        bench.fetcher.text(
            Workbench.url,
            SampleMedia.playlist(
                ["a0.ts", "a1.ts"],
                lines: [0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""],
                sequence: 5
            )
        )
        bench.configuration.keepsEncryption = true
        try await bench.download()
        #expect(try bench.names() == ["key_0.key", "out.m3u8", "stream_0.ts", "stream_1.ts"])
        #expect(try bench.bytes("stream_1.ts") == SampleMedia.encrypted(media[1], vector: SampleMedia.vector(6)))
        var again = try Workbench()
        again.configuration.fetcher = LocalFetcher(remote: MemoryFetcher())
        try await again.download(bench.directory.appending(path: "out.m3u8").path)
        #expect(try again.bytes("stream_1.ts") == media[1])
    }

    @Test("with a wrong key are refused, not written")
    func wrongKey() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 1)
        bench.place("a", [try SampleMedia.encrypted(media[0], vector: SampleMedia.vector(0))])
        bench.fetcher[Workbench.at("k")] = .bytes([UInt8](repeating: 1, count: 16))
        let text = SampleMedia.playlist(["a0.ts"], lines: [0: "#EXT-X-KEY:METHOD=AES-128,URI=\"k\""])
        bench.fetcher.text(Workbench.url, text)
        #expect(await bench.failure()?.code == .incomplete)
        #expect(try bench.names().isEmpty)
        bench.fetcher[Workbench.at("k")] = .bytes([1, 2, 3])
        #expect(await bench.failure()?.message.contains("3 bytes instead of 16") ?? false)
    }

    @Test(
        "with DRM or encrypted samples are refused before anything is fetched",
        arguments: [
            (#"METHOD=SAMPLE-AES,URI="k""#, "SAMPLE-AES"),
            (#"METHOD=SAMPLE-AES,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery""#, "FairPlay"),
            (#"METHOD=SAMPLE-AES-CTR,URI="x",KEYFORMAT="urn:uuid:edef8ba9-79d6-4ace-a3c8-27dcd51d21ed""#, "Widevine"),
            (#"METHOD=AES-128,URI="x",KEYFORMAT="com.microsoft.playready""#, "PlayReady"),
        ]
    )
    func protected(attributes: String, name: String) async throws {
        let bench = try Workbench()
        let text = SampleMedia.playlist(["a0.ts", "a1.ts"], lines: [1: "#EXT-X-KEY:" + attributes])
        bench.fetcher.text(Workbench.url, text)
        let error = await bench.failure()
        #expect(error?.code == .protected)
        #expect(error?.message.contains(name) ?? false)
        #expect(bench.fetcher.requests.count == 1)
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path))
    }
}
