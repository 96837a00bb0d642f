#if canImport(Glibc)
import Foundation
import Glibc
import TestSupport
import Testing

@Suite("A server in the terminal")
struct ServerProcessTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// The IPv4 addresses by which others reach this machine, as the system itself lists them.
    private static func networkAddresses() -> [String] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: [String] = []
        var next = list
        while let device = next?.pointee {
            next = device.ifa_next
            guard let address = device.ifa_addr, address.pointee.sa_family == sa_family_t(AF_INET),
                device.ifa_flags & UInt32(IFF_LOOPBACK) == 0
            else { continue }
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            guard getnameinfo(address, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
                continue
            }
            addresses.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return addresses.filter { !$0.hasPrefix("169.254.") }
    }

    @Test("that listens at 0.0.0.0 tells the addresses of this machine's networks, and answers at them")
    func greeting() throws {
        let server = try ServerRun(["launch", "."], in: folder.url, host: "0.0.0.0")
        try server.wait(for: "Server started")
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        #expect(server.address == "http://localhost:\(port)")
        let addresses = Self.networkAddresses()
        for address in addresses {
            let client = try #require(SocketClient(host: address, port: port))
            #expect(try client.ask("/healthz").hasPrefix("HTTP/1.1 200 "))
        }
        let end = server.stop()
        for place in ["localhost"] + addresses {
            #expect(end.said.contains("w2g: video      http://\(place):\(port)/video/NAME/\n"), "\(end.said)")
            #expect(end.said.contains("w2g: websocket  ws://\(place):\(port)/ws/\n"))
            #expect(end.said.contains("w2g: page       http://\(place):\(port)/\n"))
        }
        #expect(end.said.contains("w2g: without TLS: "))
        #expect(!end.said.contains("//0.0.0.0") && !end.said.contains("//127."))
        #expect(end.status == 0)
    }

    @Test("reopens its log at SIGHUP, and loses no line")
    func hangUp() throws {
        let server = try ServerRun(["launch", ".", "--log-filepath", "log.txt"], in: folder.url)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        let client = try #require(SocketClient(port: port))
        func text(_ name: String) -> String {
            (try? Data(contentsOf: folder.file(name))).map { String(decoding: $0, as: UTF8.self) } ?? ""
        }
        func wait(_ isReached: () -> Bool) throws {
            let patience = ContinuousClock.now + .seconds(600)
            while !isReached() {
                try #require(ContinuousClock.now < patience)
                _ = try client.ask("/healthz")
            }
        }
        #expect(try client.ask("/videos/one.ts").hasPrefix("HTTP/1.1 404 "))
        try wait { text("log.txt").contains("GET /videos/one.ts 404 ") }
        try FileManager.default.moveItem(at: folder.file("log.txt"), to: folder.file("log.1"))
        server.signal(SIGHUP)
        try wait { FileManager.default.fileExists(atPath: folder.file("log.txt").path) }
        #expect(try client.ask("/videos/two.ts").hasPrefix("HTTP/1.1 404 "))
        let end = server.stop()
        #expect(end.status == 0)
        #expect(text("log.txt").contains("GET /videos/two.ts 404 ") && !text("log.txt").contains("one.ts"))
        #expect(text("log.1").contains("GET /videos/one.ts 404 ") && !text("log.1").contains("two.ts"))
    }

    @Test("stops at SIGINT, and at SIGHUP when it has no log to reopen", arguments: [SIGINT, SIGTERM, SIGHUP])
    func stop(signal: Int32) throws {
        let server = try ServerRun(["launch", "."], in: folder.url)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        let member = try #require(SocketClient(port: port))
        try member.join("/ws/1/")
        let end = server.stop(with: signal)
        #expect(end.status == 0, "\(end.said)")
        #expect(try member.closeCode() == 1001)
    }

    @Test("ends at once at the second signal, while the first one waits for who reads slowly")
    func secondSignal() throws {
        let film = folder.file("film")
        try FileManager.default.createDirectory(at: film, withIntermediateDirectories: false)
        try Data("#EXTM3U\n".utf8).write(to: film.appending(path: "film.m3u8"))
        let segment = film.appending(path: "stream_0.ts")
        try Data().write(to: segment)
        // More than buffers take, without a block on the disk.
        let file = try FileHandle(forWritingTo: segment)
        try file.truncate(atOffset: 1 << 30)
        try file.close()
        let server = try ServerRun(["launch", "."], in: folder.url)
        let port = try #require(server.address.split(separator: ":").last.flatMap { UInt16($0) })
        let client = try #require(SocketClient(port: port, receiveBuffer: 4_096))
        #expect(try client.ask("/videos/film/stream_0.ts").hasPrefix("HTTP/1.1 200 "))
        // Both come while it stands still, so that it finds them together.
        server.signal(SIGSTOP)
        server.signal(SIGINT)
        server.signal(SIGTERM)
        let end = server.stop(with: SIGCONT)
        #expect(end.status == 130, "\(end.said)")
    }
}
#endif
