import HLSKit
import NIOConcurrencyHelpers
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What happens between the lines of a transfer.
package enum TransferEvent: Sendable {
    /// A try failed, and the next one comes after a delay.
    case retry(url: String, reason: String, delay: Duration)
}

/// Fetches resources over HTTP until they are whole: retries, resumes and checks.
package struct HTTPFetcher: ResourceFetcher {
    let configuration: TransferConfiguration
    let root: String
    let clients: HTTPClients
    let gates: HostGates
    let headers: RequestHeaders
    let cookies: NIOLockedValueBox<CookieJar>
    let limiter: NIOLockedValueBox<RateLimiter>?
    let versions = NIOLockedValueBox(OriginVersions())
    let start = ContinuousClock.now
    private let onEvent: @Sendable (TransferEvent) -> Void

    private init(
        _ configuration: TransferConfiguration,
        root: String,
        onEvent: @escaping @Sendable (TransferEvent) -> Void
    ) throws(DownloadError) {
        self.configuration = configuration
        self.root = root
        self.onEvent = onEvent
        let environment = configuration.environment ?? ProcessInfo.processInfo.environment
        let proxies = try ProxySettings(proxy: configuration.proxy, environment: environment)
        clients = try HTTPClients(configuration, proxies: proxies)
        gates = HostGates(maximum: configuration.connectionsPerHost)
        headers = RequestHeaders(configuration, root: root)
        cookies = NIOLockedValueBox(try Self.cookies(configuration.cookiesFile))
        limiter = configuration.limitRate.map {
            NIOLockedValueBox(RateLimiter(bytesPerSecond: $0, now: .zero))
        }
    }

    /// Makes a fetcher, and closes its connections when `body` is done.
    ///
    /// - Parameters:
    ///   - root: The URL of the root playlist: its origin is the one that credentials belong to.
    ///   - onEvent: Called from any thread.
    /// - Throws: ``DownloadError`` with `invalidOption` or `inputOutput` before `body` is called; what `body` throws.
    package static func withFetcher<Result: Sendable>(
        _ configuration: TransferConfiguration,
        root: String,
        onEvent: @escaping @Sendable (TransferEvent) -> Void = { _ in },
        _ body: (HTTPFetcher) async throws -> Result
    ) async throws -> Result {
        let fetcher = try HTTPFetcher(configuration, root: root, onEvent: onEvent)
        do {
            let result = try await body(fetcher)
            await fetcher.clients.shutdown()
            return result
        } catch {
            await fetcher.clients.shutdown()
            throw error
        }
    }

    private static func cookies(_ file: String?) throws(DownloadError) -> CookieJar {
        guard let file else { return CookieJar() }
        guard let bytes = FileSystem.contents(file, limit: 16 << 20) else {
            throw DownloadError(
                .invalidOption,
                "the cookie file '\(file)' cannot be read: check its name and permissions"
            )
        }
        return try CookieJar(netscape: String(decoding: bytes, as: UTF8.self), file: file)
    }

    // MARK: Fetching

    package func data(
        _ request: ResourceRequest,
        limit: Int
    ) async throws(DownloadError) -> (bytes: [UInt8], response: ResourceResponse) {
        var sink = MemorySink(limit: limit, url: request.url)
        let response = try await fetch(request, into: &sink)
        return (sink.bytes, response)
    }

    package func fetch<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse {
        var request = request
        var state = TransferState(
            range: request.range,
            mayEndEarly: request.mayEndEarly,
            limits: .init(declared: configuration.maximumBytes, undeclared: configuration.maximumUndeclaredBytes)
        )
        var retry = RetryState(policy: policy(request))
        var generator = SystemRandomNumberGenerator()
        var attempts = 0
        // What was brought before a new start does not count again.
        var farthest = 0
        while true {
            attempts += 1
            do {
                if let response = try await attempt(request, &state, &sink) { return response }
            } catch {
                let failure: TransferFailure
                switch error {
                case .failed(let reason): failure = reason
                case .fatal(let error): throw error
                }
                if mayNeedHTTP2(failure) { continue }
                if case .decompression = failure.reason { request.refusesCompression = true }
                let decision = retry.decide(
                    after: .init(
                        retryLimit: failure.retryLimit,
                        retryAfter: failure.retryAfter,
                        isHarmless: failure.isHarmless
                    ),
                    progressed: state.received - farthest >= 65_536,
                    using: &generator
                )
                farthest = max(farthest, state.received)
                guard case .retry(let delay) = decision else { throw failure.error(attempts: attempts) }
                onEvent(.retry(url: WebAddress.displayed(failure.url), reason: failure.summary, delay: delay))
                if failure.mustStartAgain {
                    state.startAgain()
                    try await sink.restart()
                }
                try await Self.sleep(delay)
            }
        }
    }

    /// Whether a server that refuses HTTP/1.1 is to be asked with HTTP/2, which is tried once for each.
    private func mayNeedHTTP2(_ failure: TransferFailure) -> Bool {
        guard failure.mayBeOfVersion, let origin = WebAddress(failure.url)?.origin else { return false }
        return versions.withLockedValue { $0.fail(origin) }
    }

    private func policy(_ request: ResourceRequest) -> RetryState.Policy {
        let configured =
            switch request.kind {
            case .playlist: configuration.retries.playlist
            case .key: configuration.retries.key
            case .segment: configuration.retries.segment
            }
        return RetryState.Policy(
            budget: max(0, min(configured, request.retries ?? configured)),
            firstDelay: configuration.retryDelay,
            maximumDelay: configuration.maximumRetryDelay,
            maximumRetryAfter: configuration.maximumRetryAfter
        )
    }

    static func sleep(_ duration: Duration) async throws(DownloadError) {
        do {
            if duration > .zero { try await Task.sleep(for: duration) }
            try Task.checkCancellation()
        } catch {
            throw .stopped
        }
    }
}

/// The versions of HTTP that servers accept.
struct OriginVersions: Sendable {
    /// Those that have responded.
    private var known: Set<WebAddress.Origin> = []
    /// Those that did not accept HTTP/1.1.
    private(set) var needsHTTP2: Set<WebAddress.Origin> = []

    /// Notes that a server has responded.
    mutating func accept(_ origin: WebAddress.Origin) {
        known.insert(origin)
    }

    /// Notes that a request failed as one does of another version than a server accepts.
    ///
    /// - Returns: Whether it is tried with HTTP/2 from now on.
    mutating func fail(_ origin: WebAddress.Origin) -> Bool {
        guard origin.isSecure, !known.contains(origin) else { return false }
        return needsHTTP2.insert(origin).inserted
    }
}

extension DownloadError {
    /// The caller cancelled.
    static let stopped = DownloadError(.cancelled, "the download was cancelled")
}

/// Keeps a small resource in memory.
private struct MemorySink: ResourceSink {
    let limit: Int
    let url: String
    var bytes: [UInt8] = []

    mutating func begin(url: String, byteCount: Int?) {
        // What grows is in memory twice; what is promised and does not come costs no memory.
        if bytes.isEmpty, let byteCount { bytes.reserveCapacity(min(max(0, byteCount), limit)) }
    }

    mutating func write(_ buffer: ByteBuffer) async throws(DownloadError) {
        guard buffer.readableBytes <= limit - bytes.count else {
            throw DownloadError(.limitReached, "'\(WebAddress.displayed(url))' is longer than \(limit) bytes")
        }
        bytes.append(contentsOf: buffer.readableBytesView)
    }

    mutating func restart() async throws(DownloadError) { bytes.removeAll(keepingCapacity: true) }

    mutating func finish() async throws(DownloadError) {}
}
