#if canImport(Glibc)
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server at its limit of descriptors")
struct DescriptorLimitTests {
    /// The seconds that a process has used of a processor.
    private static func processorTime(of process: Int32) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // Behind the name in parentheses; user and system time are the 14th and 15th field of all (proc(5)).
        let fields = try #require(status.split(separator: ")").last).split(separator: " ").dropFirst(11).prefix(2)
        return Double(fields.compactMap { Int($0) }.reduce(0, +)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    @Test("answers those who are connected, and everybody again when others have gone", .timeLimit(.minutes(10)))
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
        // It tells that nobody can come in any more, and does not spend the time with trying.
        try server.wait(for: "no further connection can be taken")
        let before = try Self.processorTime(of: server.processIdentifier)
        #expect(throws: SocketClient.Failed.self) { _ = try others.last?.ask("/healthz", patience: 2) }
        #expect(try Self.processorTime(of: server.processIdentifier) - before < 0.5)
        #expect(try first.ask("/healthz").hasPrefix("HTTP/1.1 200 "))
        let film = try first.ask("/videos/film/film.m3u8")
        #expect(film.hasPrefix("HTTP/1.1 200 ") || film.lowercased().contains("retry-after: 1"), "\(film)")
        others = []
        let late = try #require(SocketClient(port: port))
        var response = try late.ask("/videos/film/film.m3u8")
        // It may come to its turn before the server has noticed all who left.
        while response.hasPrefix("HTTP/1.1 503 ") { response = try late.ask("/videos/film/film.m3u8") }
        #expect(response.hasPrefix("HTTP/1.1 200 "))
        #expect(server.stop().status == 0)
    }
}
#endif
