import TestSupport
import Testing

@testable import W2GServe

@Suite("The playlists that say whether a file may change")
struct GoverningPlaylistsTests {
    private static let ended = ServedFolder.film(segments: 1)
    private static let growing = ServedFolder.film(segments: 1, isEnded: false)
    private static let multivariant = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n720p/720p.m3u8\n"

    /// The playlists by their names, and whether `film/720p/s.ts` is final under them.
    private static let cases: [([String: String], Bool)] = [
        ([:], false),
        (["film/720p/720p.m3u8": ended], true),
        (["film/720p/720p.m3u8": growing], false),
        (["film/720p/720p.m3u8": ended, "film/film.m3u8": multivariant], true),
        (["film/720p/720p.m3u8": growing, "film/film.m3u8": multivariant], false),
        (["film/film.m3u8": multivariant], false),
        (["film/720p/index.m3u8": ended], true),
        (["film/720p/index.m3u8": growing], false),
        (["film/720p/index.m3u8": ended, "film/720p/other.m3u8": growing], false),
        (["film/720p/720p.m3u8": multivariant, "film/720p/video.m3u8": ended], true),
        (["film/720p.m3u8": ended], true),
        (["film/720p.m3u8": growing], false),
        (["film/720p.m3u8": growing, "film/720p/index.m3u8": ended], false),
        (["film/720p/720p.m3u8": "nonsense #EXT-X-ENDLIST"], false),
        (["film/720p/720p.m3u8": ""], false),
        (["film/720p/720p.m3u8": "#EXTM3U\r\n#EXTINF:2,\r\ns.ts\r\n#EXT-X-ENDLIST\r\n"], true),
        (["film/720p/720p.m3u8": "#EXTM3U\n#EXTINF:2,\ns.ts\n#EXT-X-ENDLIST"], true),
    ]

    @Test("decide: the folder's own, else all of the folder, else the one beside it", arguments: cases.indices)
    func decided(number: Int) async throws {
        let (playlists, isFinal) = Self.cases[number]
        let files = try StoreFolder()
        try files.put("film/720p/s.ts", "x")
        for (name, text) in playlists { try files.put(name, text) }
        let governing = GoverningPlaylists(store: files.store)
        for _ in 0..<2 {
            #expect(await governing.isFinal(try files.path("film/720p/s.ts")) == isFinal, "\(playlists)")
        }
    }

    @Test("are looked at again when they change, or others come")
    func changes() async throws {
        let files = try StoreFolder()
        let segment = try files.path("film/s.ts")
        let governing = GoverningPlaylists(store: files.store)
        try files.put("film/s.ts", "x")
        #expect(await !governing.isFinal(segment))
        try files.put("film/a.m3u8", Self.growing)
        #expect(await !governing.isFinal(segment))
        try files.put("film/a.m3u8", Self.ended)
        #expect(await governing.isFinal(segment))
        try await files.settle("film")
        #expect(await governing.isFinal(segment))
        try files.put("film/b.m3u8", Self.growing)
        #expect(await !governing.isFinal(segment))
        try files.put("film/film.m3u8", Self.ended)
        #expect(await governing.isFinal(segment))
        #expect(governing.isFinalInMemory(segment) != false)
    }
}
