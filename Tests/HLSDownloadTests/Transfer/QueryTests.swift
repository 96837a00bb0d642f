import HLSDownload
import HLSKit
import TestSupport
import Testing

@Suite("The query of a playlist")
struct QueryTests {
    private static let query = "?token=abc&x=1"

    /// A server that accepts segments, keys and playlists with the token only.
    private func bench(_ inheritance: QueryInheritance = .automatic) throws -> Workbench {
        var bench = try Workbench()
        bench.configuration.queryInheritance = inheritance
        let media = try SampleMedia.transportStream(segments: 3)
        for (index, bytes) in media.enumerated() {
            let vector = SampleMedia.vector(index)
            let encrypted = try SampleMedia.encrypted(bytes, vector: vector)
            bench.fetcher[Workbench.at("a\(index).ts\(Self.query)")] = .bytes(encrypted)
        }
        bench.fetcher[Workbench.at("k?id=7&token=abc&x=1")] = .bytes(SampleMedia.key)
        let text = SampleMedia.playlist(
            media.indices.map { "a\($0).ts" },
            lines: [0: #"#EXT-X-KEY:METHOD=AES-128,URI="k?id=7""#]
        )
        bench.fetcher.text(Workbench.at("video.m3u8\(Self.query)"), text)
        bench.fetcher.text(
            Workbench.url + Self.query,
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo.m3u8\n"
        )
        bench.fetcher.answer { request, _ in
            guard !request.url.contains("token=") else { return nil }
            var error = DownloadError(.unreachable, "refused")
            error.status = 403
            return .failure(error)
        }
        return bench
    }

    @Test("is added to what it names, playlists and keys too, when the server refuses that without it")
    func automatic() async throws {
        let bench = try bench()
        #expect(try await bench.download(Workbench.url + Self.query).segments == 3)
        // What is decided once is not tried again.
        #expect(bench.fetcher.requests.count { !$0.url.contains("token=") } == 1)
    }

    @Test("is added from the first request on when that is wanted")
    func always() async throws {
        let bench = try bench(.always)
        #expect(try await bench.download(Workbench.url + Self.query).segments == 3)
        #expect(bench.fetcher.requests.allSatisfy { $0.url.contains("token=") })
    }

    @Test("is never added when that is not wanted")
    func never() async throws {
        let bench = try bench(.never)
        #expect(await bench.failure(Workbench.url + Self.query)?.status == 403)
    }

    @Test("is not shown to another host that a playlist there belongs to")
    func otherPlaylist() async throws {
        let bench = try Workbench()
        let media = try SampleMedia.transportStream(segments: 1)
        bench.fetcher["https://other.example/a0.ts?token=abc&x=1"] = .bytes(media[0])
        bench.fetcher.text("https://other.example/v.m3u8", SampleMedia.playlist(["a0.ts"]))
        bench.fetcher.text(
            Workbench.url + Self.query,
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttps://other.example/v.m3u8\n"
        )
        bench.fetcher.answer { request, _ in
            guard request.url == "https://other.example/a0.ts" else { return nil }
            var error = DownloadError(.unreachable, "refused")
            error.status = 403
            return .failure(error)
        }
        #expect(await bench.failure(Workbench.url + Self.query) != nil)
        let others = bench.fetcher.requests.filter { $0.url.hasPrefix("https://other.example/") }
        #expect(!others.isEmpty && !others.contains { $0.url.contains("token") })
    }

    @Test("is shown to other hosts only when that is wanted")
    func otherHosts() async throws {
        for (inheritance, isComplete) in [(.automatic, false), (.always, true)] as [(QueryInheritance, Bool)] {
            var bench = try Workbench()
            bench.configuration.queryInheritance = inheritance
            let media = try SampleMedia.transportStream(segments: 1)
            bench.fetcher["https://other.example/a0.ts?token=abc&x=1"] = .bytes(media[0])
            bench.fetcher.text(Workbench.url + Self.query, SampleMedia.playlist(["https://other.example/a0.ts"]))
            bench.fetcher.answer { request, _ in
                guard !request.url.contains("token=") else { return nil }
                var error = DownloadError(.unreachable, "refused")
                error.status = 403
                return .failure(error)
            }
            let failure = await bench.failure(Workbench.url + Self.query)
            #expect((failure == nil) == isComplete)
            let isShown = bench.fetcher.requests.contains { $0.url.hasPrefix("https://other.example/a0.ts?token") }
            #expect(isShown == isComplete)
        }
    }

    @Test("does not replace parameters that an address has itself")
    func ownParameters() async throws {
        var bench = try Workbench()
        bench.configuration.queryInheritance = .always
        let media = try SampleMedia.transportStream(segments: 1)
        bench.fetcher[Workbench.at("a0.ts?x=2&token=abc")] = .bytes(media[0])
        bench.fetcher.text(Workbench.url + Self.query + "&_HLS_msn=4", SampleMedia.playlist(["a0.ts?x=2"]))
        #expect(try await bench.download(Workbench.url + Self.query + "&_HLS_msn=4").segments == 1)
    }
}
