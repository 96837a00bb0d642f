#if canImport(Glibc)
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server at its limit of descriptors")
struct DescriptorLimitTests {
    /// Opens a connection to this host; nil when that fails.
    private static func connect(port: UInt16) -> CInt? {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        if !isConnected { close(descriptor) }
        return isConnected ? descriptor : nil
    }

    /// Asks on a connection, and gives what comes first.
    private static func ask(_ path: String, on descriptor: CInt) -> String {
        let request = Array("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, CInt(MSG_NOSIGNAL)) == request.count else { return "" }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    /// The seconds that a process has used of a processor.
    private static func processorTime(of process: Int32) throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        // Behind the name in parentheses; user and system time are the 14th and 15th field of all (proc(5)).
        let fields = try #require(status.split(separator: ")").last).split(separator: " ").dropFirst(11).prefix(2)
        return Double(fields.compactMap { Int($0) }.reduce(0, +)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    @Test("answers those who are connected, and everybody again when others have gone")
    func exhausted() throws {
        let folder = try TestFolder()
        try FileManager.default.createDirectory(at: folder.file("film"), withIntermediateDirectories: false)
        try Data("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na.ts\n#EXT-X-ENDLIST\n".utf8)
            .write(to: folder.file("film/film.m3u8"))
        let server = try ServerRun(["launch", "."], in: folder.url, descriptors: 40)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        let first = try #require(Self.connect(port: port))
        defer { close(first) }
        #expect(Self.ask("/healthz", on: first).hasPrefix("HTTP/1.1 200 "))
        // More than it can take: the system keeps the others waiting at the door.
        let others = (0..<80).compactMap { _ in Self.connect(port: port) }
        #expect(others.count == 80)
        // It tells that nobody can come in any more, and does not spend the time with trying.
        try server.wait(for: "no further connection can be taken")
        let before = try Self.processorTime(of: server.processIdentifier)
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        let last = try #require(others.last)
        setsockopt(last, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        #expect(Self.ask("/healthz", on: last) == "")
        #expect(try Self.processorTime(of: server.processIdentifier) - before < 0.5)
        #expect(Self.ask("/healthz", on: first).hasPrefix("HTTP/1.1 200 "))
        let film = Self.ask("/videos/film/film.m3u8", on: first)
        #expect(
            film.hasPrefix("HTTP/1.1 200 ") || film.contains("Retry-After: 1") || film.contains("retry-after: 1"),
            "\(film)"
        )
        for descriptor in others { close(descriptor) }
        let late = try #require(Self.connect(port: port))
        defer { close(late) }
        #expect(Self.ask("/videos/film/film.m3u8", on: late).hasPrefix("HTTP/1.1 200 "))
        #expect(server.stop().status == 0)
    }
}
#endif
