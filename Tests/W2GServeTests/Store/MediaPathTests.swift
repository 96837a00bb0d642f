import Testing

@testable import W2GServe

@Suite("A place below the served folder")
struct MediaPathTests {
    private func path(_ text: String) -> MediaPath? { MediaPath(text.utf8) }

    @Test("has names, a folder, an ending, and the playlist of its own name")
    func parts() throws {
        let path = try #require(self.path("film/720p/s.1.TS"))
        #expect(path.names.map { String(decoding: $0, as: UTF8.self) } == ["film", "720p", "s.1.TS"])
        #expect(String(decoding: path.name, as: UTF8.self) == "s.1.TS" && path.pathExtension == "ts")
        #expect(path.parent == self.path("film/720p") && path.parent?.namesake == self.path("film/720p/720p.m3u8"))
        #expect(path.parent?.adding(".m3u8") == self.path("film/720p.m3u8"))
        #expect(path.steps == ["film", "film/720p", "film/720p/s.1.TS"].compactMap { self.path($0) })
        #expect(self.path("film")?.parent == nil && self.path("film")?.pathExtension == "")
        #expect(self.path("film.")?.pathExtension == "")
        #expect(self.path("film")?.appending(".hidden".utf8) == nil && self.path("film")?.appending("".utf8) == nil)
    }

    @Test("is not longer than what systems take, and need not be text")
    func limits() {
        #expect(MediaPath([UInt8](repeating: 0x61, count: MediaPath.maximumLength)) != nil)
        #expect(MediaPath([UInt8](repeating: 0x61, count: MediaPath.maximumLength + 1)) == nil)
        #expect(MediaPath([0xFF, 0xC0, 0xAE]) != nil)
        #expect(MediaPath([]) == nil)
    }

    @Test("is served only by the endings that are listed")
    func types() {
        for name in ["a.m3u8", "a.TS", "a.m4s", "a.mp4", "a.vtt"] {
            #expect(path(name).flatMap { ServedType($0) } != nil, "\(name)")
        }
        for name in [
            "a", "ts", "a.ts.txt", "a.html", "a.json", "a.js", "a.key", "a.ts ", "a.m3u", "a.ts~", "a.mp4.part",
        ] {
            #expect(path(name).flatMap { ServedType($0) } == nil, "\(name)")
        }
    }
}
