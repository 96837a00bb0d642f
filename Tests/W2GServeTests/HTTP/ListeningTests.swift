import Foundation
import NIOCore
import TestSupport
import Testing

@testable import W2GServe

@Suite("Where a server listens")
struct ListeningTests {
    @Test("all addresses are those of IPv6 and IPv4, or of IPv4 alone where there is no IPv6")
    func fallback() {
        #expect(LocalAddresses.address { _ in true } == "::")
        #expect(LocalAddresses.address { _ in false } == "0.0.0.0")
    }

    @Test("a client of IPv4 is served there too, and logged by its own address")
    func dual() async throws {
        try await ServedFolder.run { configuration, folder in
            configuration.host = LocalAddresses.everyAddress
            configuration.log = try LogOutput(path: folder.file("log").path(percentEncoded: false))
        } _: { served in
            let answer = try await served.ask("/healthz")
            #expect(status(answer.head) == 200)
            let log = try await served.log(with: " GET /healthz 200")
            #expect(log.contains(" 127.0.0.1 GET /healthz"))
        }
        let mapped = try SocketAddress(ipAddress: "::ffff:203.0.113.5", port: 1)
        #expect(
            ClientAddress.text(peer: .init(mapped), forwardedFor: [], trusting: TrustedProxies()) == "203.0.113.5"
        )
    }

    @Test("the addresses to type are those that others reach, with brackets where URLs need them")
    func addresses() throws {
        let own = try [
            "127.0.0.1", "10.0.0.7", "169.254.3.4", "::1", "fe80::1", "fd00::2", "2001:db8::5", "10.0.0.7",
        ].map { try SocketAddress(ipAddress: $0, port: 0) }
        #expect(
            LocalAddresses.reachable(at: "::", addresses: own)
                == ["localhost", "10.0.0.7", "[fd00::2]", "[2001:db8::5]"]
        )
        #expect(LocalAddresses.reachable(at: "0.0.0.0", addresses: own) == ["localhost", "10.0.0.7"])
        #expect(LocalAddresses.reachable(at: "fd00::2", addresses: own) == ["[fd00::2]"])
        #expect(LocalAddresses.reachable(at: "10.0.0.7", addresses: own) == ["10.0.0.7"])
    }

    @Test("a port that is taken is named with the address in brackets")
    func taken() {
        var configuration = W2GServer.Configuration(videosDirectory: "/")
        configuration.host = "::1"
        configuration.port = 4711
        let error = ServeError(listening: configuration, IOError(errnoCode: 98, reason: "bind"))
        #expect(error.message.hasPrefix("[::1]:4711 "))
    }
}
