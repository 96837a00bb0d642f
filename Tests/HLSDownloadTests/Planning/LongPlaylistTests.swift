import HLSKit
import Testing

@testable import HLSDownload

@Suite("A playlist that is too long for the memory")
struct LongPlaylistTests {
    private func text(_ count: Int) -> String {
        var text =
            "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DEFINE:NAME=\"v\",VALUE=\"film\"\n"
        for number in 0..<count {
            if number % 1_000 == 0 { text += "#EXT-X-KEY:METHOD=AES-128,URI=\"k\(number)\"\n" }
            if number % 700 == 3 { text += "#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-05-01T20:15:00Z\n" }
            text += "#EXTINF:6.006,part \(number)\n{$v}-\(number).ts\n"
        }
        return text + "#EXT-X-ENDLIST\n"
    }

    private func loader(_ text: String, pieceBytes: Int = 1_000, limit: Int = 64 << 20) -> PlaylistLoader {
        var limits = DownloadLimits()
        limits.playlistBytes = limit
        let fetcher = MemoryFetcher([Workbench.url: Array(text.utf8)], pieceBytes: pieceBytes)
        return PlaylistLoader(fetcher: fetcher, limits: limits)
    }

    private func load(_ text: String, pieceBytes: Int = 1_000) async throws -> LongPlaylist? {
        guard case .media(let playlist) = try await loader(text, pieceBytes: pieceBytes).load(Workbench.url) else {
            return nil
        }
        return playlist
    }

    @Test("is read in lists, as often as is wanted, and says what it says as a whole", arguments: [1_000, 70_000])
    func lists(_ pieceBytes: Int) async throws {
        let playlist = try #require(try await load(text(9_000), pieceBytes: pieceBytes))
        let whole = try playlist.whole()
        #expect(playlist.hasSegments && playlist.outline.segments.isEmpty && playlist.outline.isEnded)
        #expect(playlist.outline.mediaSequence == 7 && playlist.outline.targetDuration == 6)
        for _ in 0..<2 {
            var index = 0
            try playlist.forEachList { segments throws(DownloadError) in
                #expect(segments.count <= 512)
                for segment in segments {
                    #expect(segment == whole.segments[index] && segment.mediaSequence == 7 + index)
                    index += 1
                }
            }
            #expect(index == 9_000)
        }
    }

    @Test("is planned as it is read, in little memory")
    func plan() async throws {
        let bench = try Workbench()
        bench.fetcher.text(Workbench.url, text(12_000))
        let plan = try await HLSDownloader(configuration: bench.configuration).plan(Workbench.url, to: bench.directory)
        let rendition = try #require(plan.renditions.first)
        #expect(rendition.segments.count == 12_000 && rendition.keys.count == 12)
        #expect(rendition.segments.byteCount < 500_000)
        for index in [0, 1, 511, 512, 9_000, 11_999] {
            let segment = rendition.segments[index]
            #expect(segment.url == Workbench.at("film-\(index).ts") && segment.sequence == 7 + index)
            #expect(segment.protection?.key == index / 1_000 && segment.file == "stream_\(index).ts")
            #expect(rendition.segments.details(at: index).title == "part \(index)")
        }
    }

    @Test("is told from a multivariant one and from what is none, behind spaces and byte order marks too")
    func kinds() async throws {
        let blanks = String(repeating: " \n\u{FEFF}", count: 2_000)
        #expect(try #require(try await load(blanks + text(2), pieceBytes: 1)).hasSegments)
        #expect(try #require(try await load("#EXTM3U")).hasSegments == false)
        #expect(try await load("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n", pieceBytes: 3) == nil)
        for other in ["", " ", "#EXTM3", "<html>", blanks] {
            let error = await #expect(throws: DownloadError.self) { _ = try await load(other) }
            #expect(error?.code == .notUsable)
        }
        let error = await #expect(throws: DownloadError.self) {
            _ = try await loader(text(100), limit: 1_500).load(Workbench.url)
        }
        #expect(error?.code == .limitReached)
    }
}
