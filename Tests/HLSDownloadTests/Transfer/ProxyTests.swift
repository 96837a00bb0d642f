import NIOCore
import TestSupport
import Testing

@testable import HLSDownload

@Suite("Fetching through proxies")
struct ProxyTests {
    private let bytes = sampleBytes(50_000)

    private func fetch(_ url: String, _ configuration: TransferConfiguration) async throws -> [UInt8] {
        try await HTTPFetcher.withFetcher(configuration, root: url) { fetcher in
            try await fetcher.data(ResourceRequest(url: url, kind: .segment), limit: 1 << 20).bytes
        }
    }

    @Test("plain and encrypted requests go through an HTTP proxy that wants a password", arguments: [false, true])
    func http(isSecure: Bool) async throws {
        try await TestServer.run(tls: isSecure) { server in
            server.put("/a.ts", bytes)
            try await TestProxy.run(authorization: "Basic bWU6cHc=") { proxy in
                var configuration = TransferConfiguration.quick
                configuration.allowsInvalidCertificates = true
                configuration.proxy = "http://me:pw@127.0.0.1:\(proxy.port)"
                let received = try await fetch(server.url("/a.ts"), configuration)
                #expect(received == bytes)
                // Proxies often allow connections to port 443 alone.
                let request = isSecure ? "CONNECT 127.0.0.1:\(server.port)" : "GET " + server.url("/a.ts")
                #expect(proxy.requests == [request])
            }
        }
    }

    @Test("requests go through a SOCKS proxy, which resolves the names")
    func socks() async throws {
        try await TestServer.run { server in
            server.put("/a.ts", bytes)
            try await TestProxy.run { proxy in
                var configuration = TransferConfiguration.quick
                configuration.environment = ["all_proxy": "socks5h://127.0.0.1:\(proxy.port)"]
                let received = try await fetch(server.url("/a.ts", host: "localhost"), configuration)
                #expect(received == bytes)
                #expect(proxy.requests == ["SOCKS localhost:\(server.port)"])
            }
        }
    }

    @Test("hosts that are excepted are reached without the proxy")
    func exceptions() async throws {
        try await TestServer.run { server in
            server.put("/a.ts", bytes)
            try await TestProxy.run { proxy in
                var configuration = TransferConfiguration.quick
                configuration.environment = ["http_proxy": "127.0.0.1:\(proxy.port)", "no_proxy": "127.0.0.1"]
                let received = try await fetch(server.url("/a.ts"), configuration)
                #expect(received == bytes)
                #expect(proxy.requests.isEmpty)
            }
        }
    }

    @Test("a proxy that refuses is told as such, at once")
    func refusal() async throws {
        try await TestProxy.run(authorization: "Basic xyz") { proxy in
            var configuration = TransferConfiguration.quick
            configuration.proxy = "127.0.0.1:\(proxy.port)"
            let error = await #expect(throws: DownloadError.self) {
                _ = try await fetch("http://example.com/a", configuration)
            }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("proxy") == true)
        }
    }

    @Test("a proxy of the environment that cannot be used is told when it is needed")
    func unusable() async throws {
        try await TestServer.run { server in
            server.put("/a.ts", bytes)
            var configuration = TransferConfiguration.quick
            configuration.environment = ["https_proxy": "ftp://x"]
            let received = try await fetch(server.url("/a.ts"), configuration)
            #expect(received == bytes)
            let error = await #expect(throws: DownloadError.self) { _ = try await fetch("https://a/", configuration) }
            #expect(error?.code == .invalidOption)
            #expect(error?.message.contains("https_proxy") == true)
        }
    }
}
