import NIOCore
import Testing

@testable import W2GServe

@Suite("Where a request comes from")
struct ClientAddressTests {
    @Test(
        "is the socket's other end, or the last address that trusted proxies do not vouch for themselves",
        arguments: [
            ("192.0.2.1", [], "192.0.2.1"), ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),
            ("127.0.0.1", [], "127.0.0.1"), ("127.0.0.1", ["198.51.100.7"], "198.51.100.7"),
            ("::1", ["2001:db8::7"], "2001:db8::7"), ("127.0.0.1", ["6.6.6.6, 198.51.100.7"], "198.51.100.7"),
            ("127.0.0.1", ["198.51.100.7, 10.1.2.3"], "198.51.100.7"),
            ("127.0.0.1", ["198.51.100.7", " 10.1.2.3 , 10.9.9.9"], "198.51.100.7"),
            ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"), ("10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
            ("fd00::5", ["198.51.100.7"], "198.51.100.7"), ("fe00::5", ["198.51.100.7"], "fe00::5"),
            ("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", ["nonsense, 10.0.0.2"], "10.0.0.2"), ("10.0.0.1", ["x"], "10.0.0.1"),
            ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] as [(String, [String], String)]
    )
    func address(peer: String, forwarded: [String], expected: String) throws {
        let trusted = try TrustedProxies(["10.0.0.0/8", "fd00::/8"])
        let socket = try SocketAddress(ipAddress: peer, port: 5)
        #expect(
            ClientAddress.text(peer: ClientAddress.Peer(socket), forwardedFor: forwarded, trusting: trusted) == expected
        )
    }

    @Test("is never what a header claims when nobody is trusted")
    func nobodyTrusted() throws {
        let socket = try SocketAddress(ipAddress: "127.0.0.1", port: 5)
        let nobody = TrustedProxies(includingLoopback: false)
        #expect(
            ClientAddress.text(peer: ClientAddress.Peer(socket), forwardedFor: ["6.6.6.6"], trusting: nobody)
                == "127.0.0.1"
        )
    }

    @Test(
        "names of proxies that are no address and no network are refused",
        arguments: ["", "x", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::/129", "10.0.0/8", "10.0.0.1/"]
    )
    func invalidNetworks(text: String) {
        #expect(throws: TrustedProxies.InvalidNetwork.self) { try TrustedProxies([text]) }
    }

    @Test("text from outside cannot make a second line in a log")
    func escaped() {
        #expect(LogText.escape("a\r\nb\u{1B}[31m\\\u{2028}é你") == "a\\u{d}\\u{a}b\\u{1b}[31m\\\\\\u{2028}é你")
        #expect(LogText.escape("abcdef", limit: 3) == "abc…")
    }
}
