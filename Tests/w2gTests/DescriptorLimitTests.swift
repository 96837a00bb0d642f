#if canImport(Glibc)
import Foundation
import TestSupport
import Testing

@Suite("A server at its limit of descriptors")
struct DescriptorLimitTests {
    @Test("answers those who are connected, and everybody again when others have gone")
    func exhausted() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(at: folder.file("film"), withIntermediateDirectories: false)
        try Data("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n".utf8)
            .write(to: folder.file("film/film.m3u8"))
        let server = try ServerRun(["launch", "."], in: folder.url, descriptors: 40)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        let first = try #require(SocketClient(port: port))
        #expect(try first.ask("/healthz").hasPrefix("HTTP/1.1 200 "))
        // More than it can take: the system keeps the others waiting at the door.
        var others = (0..<80).compactMap { _ in SocketClient(port: port) }
        #expect(others.count == 80)
        #expect(try first.ask("/healthz").hasPrefix("HTTP/1.1 200 "))
        let film = try first.ask("/videos/film/film.m3u8")
        #expect(film.hasPrefix("HTTP/1.1 200 ") || film.lowercased().contains("retry-after: 1"), "\(film)")
        others = []
        let late = try #require(SocketClient(port: port))
        #expect(try late.ask("/videos/film/film.m3u8").hasPrefix("HTTP/1.1 200 "))
        #expect(server.stop().status == 0)
    }
}
#endif
