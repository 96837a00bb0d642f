import HLSDownload
import HLSInspection
import HLSKit
import NIOConcurrencyHelpers
import NIOCore

/// Reads what an inspection wants to see: from web servers, and local files when a local playlist names them.
struct NetworkResourceLoader: ResourceLoader {
    private struct State {
        var finalURLs: [String: String] = [:]
        var byteCounts: [String: Int] = [:]
        var hosts: [String: Host] = [:]
    }

    /// What is known of a host.
    private struct Host {
        var hasAnswered = false
        /// How many resources in a row could not be had.
        var failures = 0
        /// The failure after which it is not asked any more.
        var lastFailure: String?
    }

    /// A host that fails so often in a row is not asked any more; one that never answered after the first time.
    private static let patience = 3

    private let fetcher: HTTPFetcher
    /// The loader of local files; nil when the stream came from elsewhere.
    private let files: FileResourceLoader?
    private let state = NIOLockedValueBox(State())

    init(fetcher: HTTPFetcher, readsFiles: Bool) {
        self.fetcher = fetcher
        files = readsFiles ? FileResourceLoader() : nil
    }

    func load(
        _ url: String,
        range: ByteRange?,
        _ body: (Span<UInt8>) -> Bool
    ) async throws(InspectionError) {
        if Self.isFile(url) {
            guard let files else {
                throw InspectionError(
                    .notUsable,
                    "'\(url)' is a file of this machine, which a stream of the network cannot name"
                )
            }
            return try await files.load(url, range: range, body)
        }
        let url = PercentCoding.url(url)
        let host = Self.host(of: url)
        if let failure = state.withLockedValue({ $0.hosts[host]?.lastFailure }) {
            throw InspectionError(.unreachable, failure)
        }
        var request = ResourceRequest(url: url, kind: Self.kind(of: url, range), range: range)
        request.mayEndEarly = true
        do throws(DownloadError) {
            try await fetch(request, host, body)
        } catch {
            throw translated(error, host)
        }
    }

    func byteCount(of url: String) async -> Int? {
        if let files, Self.isFile(url) { return await files.byteCount(of: url) }
        return state.withLockedValue { $0.byteCounts[url] }
    }

    func finalURL(of url: String) -> String { state.withLockedValue { $0.finalURLs[url] ?? url } }

    private func fetch(
        _ request: ResourceRequest,
        _ host: String,
        _ body: (Span<UInt8>) -> Bool
    ) async throws(DownloadError) {
        // It is called by this task alone, and no longer than this function runs.
        nonisolated(unsafe) let body = body
        let (head, failure) = await withoutActuallyEscaping(body) { body -> (CallingSink.Head?, DownloadError?) in
            var sink = CallingSink(body: body)
            do throws(DownloadError) {
                _ = try await fetcher.fetch(request, into: &sink)
                return (sink.head, nil)
            } catch {
                return (sink.head, sink.hasEnough ? nil : error)
            }
        }
        if let failure { throw failure }
        guard let head else { return }
        state.withLockedValue { state in
            state.hosts[host, default: Host()].hasAnswered = true
            state.hosts[host, default: Host()].failures = 0
            if head.url != request.url { state.finalURLs[request.url] = head.url }
            if request.range == nil { state.byteCounts[head.url] = head.byteCount }
        }
    }

    /// The scheme, host and port of a URL.
    private static func host(of url: String) -> String {
        let parts = url.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).map { String(Substring($0)).lowercased() }.joined(separator: "/")
    }

    private static func isFile(_ url: String) -> Bool { url.lowercased().hasPrefix("file:") }

    /// Playlists may come compressed; of other things the bytes are wanted as they are.
    private static func kind(of url: String, _ range: ByteRange?) -> ResourceRequest.Kind {
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return range == nil && (path.hasSuffix(".m3u8") || path.hasSuffix(".m3u")) ? .playlist : .segment
    }

    private func translated(_ error: DownloadError, _ host: String) -> InspectionError {
        let message = error.description
        switch error.code {
        case .notFound: return InspectionError(.notFound, message)
        case .unreachable:
            // A server that refuses one thing of many answers.
            if let status = error.status, status < 500 {
                let isFirst = state.withLockedValue { $0.hosts.isEmpty }
                return InspectionError(isFirst ? .unreachable : .notUsable, message)
            }
            state.withLockedValue { state in
                var known = state.hosts[host] ?? Host()
                known.hasAnswered = known.hasAnswered || error.status != nil
                known.failures += 1
                if !known.hasAnswered || known.failures >= Self.patience {
                    known.lastFailure = message + ": nothing more was asked of this host"
                }
                state.hosts[host] = known
            }
            return InspectionError(.unreachable, message)
        case .inputOutput: return InspectionError(.inputOutput, message)
        case .cancelled: return InspectionError(.cancelled, "the inspection was cancelled")
        default: return InspectionError(.notUsable, message)
        }
    }
}

/// Hands bytes to a function until it has enough.
private struct CallingSink: ResourceSink {
    /// What is known when the bytes begin to come.
    struct Head: Sendable {
        var url: String
        var byteCount: Int?
    }

    let body: (Span<UInt8>) -> Bool
    private(set) var head: Head?
    private(set) var hasEnough = false
    private var given = 0
    /// Bytes that come again after a new start.
    private var known = 0

    init(body: @escaping (Span<UInt8>) -> Bool) {
        self.body = body
    }

    mutating func begin(url: String, byteCount: Int?) { head = Head(url: url, byteCount: byteCount) }

    mutating func write(_ bytes: ByteBuffer) async throws(DownloadError) {
        var bytes = bytes
        let repeated = min(known, bytes.readableBytes)
        bytes.moveReaderIndex(forwardBy: repeated)
        known -= repeated
        guard bytes.readableBytes > 0 else { return }
        given += bytes.readableBytes
        guard body(bytes.readableBytesUInt8Span) else {
            hasEnough = true
            throw DownloadError(.cancelled, "enough was read")
        }
    }

    mutating func restart() async throws(DownloadError) { known = given }

    mutating func finish() async throws(DownloadError) {}
}
