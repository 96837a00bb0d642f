import HLSKit
import NIOConcurrencyHelpers
import NIOCore
import TestSupport
import Testing

@testable import HLSDownload

/// Takes bytes into memory, and counts how often it starts again.
struct CollectingSink: ResourceSink {
    var bytes: [UInt8] = []
    var restarts = 0
    var isFinished = false
    /// Finds the bytes of the first tries to be wrong.
    var rejections = 0

    mutating func write(_ buffer: ByteBuffer) async throws(DownloadError) {
        bytes += Array(buffer.readableBytesView)
    }

    mutating func restart() async throws(DownloadError) {
        restarts += 1
        bytes = []
    }

    mutating func finish() async throws(DownloadError) {
        guard rejections == 0 else {
            rejections -= 1
            throw DownloadError(.notUsable, "these bytes are no segment")
        }
        isFinished = true
    }
}

/// Bytes that tell their place.
func sampleBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    return generator.bytes(count)
}

extension TransferConfiguration {
    /// Short waits between tries, and nothing from the environment; patience with a machine that is busy.
    static var quick: TransferConfiguration {
        var configuration = TransferConfiguration()
        configuration.environment = [:]
        configuration.retryDelay = .milliseconds(1)
        configuration.maximumRetryDelay = .milliseconds(5)
        configuration.connectTimeout = .seconds(300)
        configuration.stallTimeout = .seconds(300)
        return configuration
    }

    /// As ``quick``, and with little patience for servers that send nothing.
    ///
    /// A busy machine may keep a good server from answering in time: what is cut for that is always tried again.
    static var impatient: TransferConfiguration {
        var configuration = quick
        configuration.stallTimeout = .milliseconds(300)
        configuration.retries = .init(1_000_000)
        return configuration
    }
}

/// A server, and a fetcher for it that sees `/index.m3u8` on it as the root playlist.
struct Bench {
    let server: TestServer
    let fetcher: HTTPFetcher
    let events: NIOLockedValueBox<[TransferEvent]>

    static func run(
        _ configuration: TransferConfiguration = .quick,
        tls: Bool = false,
        userInfo: String = "",
        _ body: (Bench) async throws -> Void
    ) async throws {
        try await TestServer.run(tls: tls) { server in
            let events = NIOLockedValueBox<[TransferEvent]>([])
            try await HTTPFetcher.withFetcher(
                configuration,
                root: server.url("/index.m3u8", host: userInfo + "127.0.0.1"),
                onEvent: { event in events.withLockedValue { $0.append(event) } }
            ) { fetcher in
                try await body(Bench(server: server, fetcher: fetcher, events: events))
            }
        }
    }

    var retries: Int { events.withLockedValue { $0.count } }

    func segment(_ path: String = "/a.ts", _ range: ByteRange? = nil) async throws -> CollectingSink {
        var sink = CollectingSink()
        _ = try await fetcher.fetch(ResourceRequest(url: server.url(path), kind: .segment, range: range), into: &sink)
        return sink
    }

    /// Expects a segment to have these bytes.
    func expect(
        _ path: String = "/a.ts",
        _ range: ByteRange? = nil,
        equals bytes: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let sink = try await segment(path, range)
        #expect(sink.bytes == bytes, sourceLocation: sourceLocation)
    }

    /// The error that a segment fails with.
    func failure(_ path: String = "/a.ts", _ range: ByteRange? = nil) async -> DownloadError? {
        do {
            _ = try await segment(path, range)
            return nil
        } catch {
            return error as? DownloadError
        }
    }
}
