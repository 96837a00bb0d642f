import HLSDownload
import HLSKit
import NIOCore
import Synchronization

/// Answers from memory, and remembers what was asked.
final class MemoryFetcher: ResourceFetcher {
    enum Answer: Sendable {
        case bytes([UInt8])
        /// The bytes, from another URL.
        case redirect(String, [UInt8])
        case failure(DownloadError)
        /// Never answers.
        case silence
    }

    private struct State {
        var answers: [String: Answer] = [:]
        var requests: [ResourceRequest] = []
        var override: (@Sendable (ResourceRequest, Int) -> Answer?)?
    }

    private let state = Mutex(State())
    /// Pieces of odd sizes find what depends on where bytes are cut.
    private let pieceBytes: Int

    init(_ files: [String: [UInt8]] = [:], pieceBytes: Int = 1_000) {
        self.pieceBytes = pieceBytes
        for (url, bytes) in files { self[url] = .bytes(bytes) }
    }

    subscript(url: String) -> Answer? {
        get { state.withLock { $0.answers[url] } }
        set { state.withLock { $0.answers[url] = newValue } }
    }

    func text(_ url: String, _ text: String) {
        self[url] = .bytes(Array(text.utf8))
    }

    /// Answers instead of what is stored; told how often the URL was asked for before.
    func answer(_ override: @escaping @Sendable (ResourceRequest, Int) -> Answer?) {
        state.withLock { $0.override = override }
    }

    var requests: [ResourceRequest] { state.withLock { $0.requests } }

    func count(_ url: String) -> Int { requests.count { $0.url == url } }

    func forgetRequests() { state.withLock { $0.requests = [] } }

    private func take(_ request: ResourceRequest) async throws(DownloadError) -> ([UInt8], String) {
        let (override, earlier, stored) = state.withLock { state in
            let earlier = state.requests.count { $0.url == request.url }
            state.requests.append(request)
            return (state.override, earlier, state.answers[request.url])
        }
        // Without the lock: it may look at the requests.
        let answer = override?(request, earlier) ?? stored
        switch answer {
        case .bytes(let bytes): return (bytes, request.url)
        case .redirect(let url, let bytes): return (bytes, url)
        case .failure(let error): throw error
        case .silence:
            while !Task.isCancelled { try? await Task.sleep(for: .seconds(60)) }
            throw DownloadError(.cancelled, "cancelled")
        case nil: throw DownloadError(.notFound, "'\(request.url)' does not exist")
        }
    }

    func data(
        _ request: ResourceRequest,
        limit: Int
    ) async throws(DownloadError) -> (bytes: [UInt8], response: ResourceResponse) {
        let (bytes, url) = try await take(request)
        guard bytes.count <= limit else { throw DownloadError(.limitReached, "too long") }
        return (bytes, ResourceResponse(url: url, byteCount: bytes.count))
    }

    func fetch<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse {
        var attempt = 0
        while true {
            do throws(DownloadError) {
                return try await send(request, into: &sink)
            } catch {
                attempt += 1
                guard error.code == .notUsable, attempt < 3 else { throw error }
                try await sink.restart()
            }
        }
    }

    private func send<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse {
        var (bytes, url) = try await take(request)
        if let range = request.range {
            guard let start = range.start, let end = range.end, end <= bytes.count else {
                throw DownloadError(.notUsable, "no such range")
            }
            bytes = Array(bytes[start..<end])
        }
        var rest = bytes[...]
        while !rest.isEmpty {
            if Task.isCancelled { throw DownloadError(.cancelled, "cancelled") }
            try await sink.write(ByteBuffer(bytes: rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
        }
        try await sink.finish()
        return ResourceResponse(url: url, byteCount: bytes.count)
    }
}
