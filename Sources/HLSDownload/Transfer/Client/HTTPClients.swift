import AsyncHTTPClient
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTPCompression
import NIOSSL

/// The HTTP clients of a run: one for each way through the network, made when it is first needed.
final class HTTPClients: Sendable {
    /// A way through the network.
    private struct Way: Hashable {
        var proxy: ProxySettings.Proxy?
        /// Whether the proxy is asked for each address, instead of for a connection to its server.
        var isForwarding = false
        var usesHTTP2 = false
    }

    private struct State {
        var clients: [Way: HTTPClient] = [:]
        var isShutDown = false
    }

    private let configuration: HTTPClient.Configuration
    private let proxies: ProxySettings
    private let state = NIOLockedValueBox(State())

    /// - Throws: ``DownloadError`` with `invalidOption`.
    init(_ configuration: TransferConfiguration, proxies: ProxySettings) throws(DownloadError) {
        self.proxies = proxies
        self.configuration = try Self.client(configuration)
    }

    /// The client for a request, which is changed when a proxy wants it otherwise.
    ///
    /// - Parameter usesHTTP2: Whether the server accepts HTTP/2 only.
    /// - Throws: ``DownloadError`` with `invalidOption`.
    func client(
        for message: inout HTTPClientRequest,
        to address: WebAddress,
        usesHTTP2: Bool
    ) throws(DownloadError) -> HTTPClient {
        var way = Way(proxy: try proxies.proxy(for: address.origin), usesHTTP2: usesHTTP2)
        if let proxy = way.proxy, !proxy.isSOCKS, !address.origin.isSecure {
            way.isForwarding = true
            AbsoluteFormHandler.address(&message, to: address, through: proxy)
        }
        return client(way)
    }

    private func client(_ way: Way) -> HTTPClient {
        state.withLockedValue { state in
            if let client = state.clients[way] { return client }
            var configuration = configuration
            if way.usesHTTP2 { configuration.httpVersion = .automatic }
            if way.isForwarding {
                let setUp = configuration.http1_1ConnectionDebugInitializer
                configuration.http1_1ConnectionDebugInitializer = { channel in
                    let isSetUp = setUp?(channel) ?? channel.eventLoop.makeSucceededVoidFuture()
                    return isSetUp.flatMapThrowing { try AbsoluteFormHandler.add(to: channel) }
                }
            } else {
                configuration.proxy = way.proxy.map(Self.proxy)
            }
            let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
            state.clients[way] = client
            return client
        }
    }

    /// The proxy that requests to an origin go through.
    func proxy(for origin: WebAddress.Origin) -> ProxySettings.Proxy? {
        do throws(DownloadError) { return try proxies.proxy(for: origin) } catch { return nil }
    }

    /// Closes all connections; nothing may be asked for afterwards.
    func shutdown() async {
        let clients = state.withLockedValue { state in
            defer { state.clients = [:] }
            return Array(state.clients.values)
        }
        // What can go wrong is that connections are still in use; they are closed all the same.
        for client in clients { try? await client.shutdown() }
    }

    private static func client(
        _ configuration: TransferConfiguration
    ) throws(DownloadError) -> HTTPClient.Configuration {
        var encryption = TLSConfiguration.makeClientConfiguration()
        if configuration.allowsInvalidCertificates { encryption.certificateVerification = .none }
        if let file = configuration.certificateAuthoritiesFile {
            do {
                encryption.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
            } catch {
                throw DownloadError(
                    .invalidOption,
                    "the certificates in '\(file)' cannot be read: give a file in PEM",
                    cause: "\(error)"
                )
            }
        }
        var client = HTTPClient.Configuration(
            tlsConfiguration: encryption,
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(configuration.connectTimeout),
                read: TimeAmount(configuration.stallTimeout),
                write: TimeAmount(configuration.stallTimeout)
            ),
            connectionPool: .init(
                idleTimeout: .seconds(15),
                concurrentHTTP1ConnectionsPerHostSoftLimit: max(1, configuration.connectionsPerHost)
            ),
            decompression: .enabled(limit: .size(configuration.maximumDecompressedBytes))
        )
        // Failures are counted and told by the retries above it.
        client.connectionPool.retryConnectionEstablishment = false
        client.networkFrameworkWaitForConnectivity = false
        client.httpVersion = configuration.httpVersion == .http2 ? .automatic : .http1Only
        let sizes = readSizes(configuration)
        client.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: min(4_096, sizes),
                    initial: min(65_536, sizes),
                    maximum: sizes
                )
            )
        }
        return client
    }

    /// The most bytes of one read: large ones save hops between threads, small ones keep a rate even.
    private static func readSizes(_ configuration: TransferConfiguration) -> Int {
        guard let rate = configuration.limitRate else { return 1 << 18 }
        var size = 1 << 18
        while size > 512, size > rate / 8 { size /= 2 }
        return size
    }

    private static func proxy(_ proxy: ProxySettings.Proxy) -> HTTPClient.Configuration.Proxy {
        if proxy.isSOCKS { return .socksServer(host: proxy.host, port: proxy.port) }
        let credentials = proxy.credentials.map { credentials in
            let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            return HTTPClient.Authorization.basic(
                username: String(parts.first ?? ""),
                password: parts.count > 1 ? String(parts[1]) : ""
            )
        }
        return .server(host: proxy.host, port: proxy.port, authorization: credentials)
    }
}
