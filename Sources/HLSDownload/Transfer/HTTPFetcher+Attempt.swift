import AsyncHTTPClient
import HLSKit
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One try: a request, the redirects behind it, and the body.
extension HTTPFetcher {
    /// How a try ended before its time.
    enum AttemptError: Error {
        /// It may be tried again.
        case failed(TransferFailure)
        /// It may not.
        case fatal(DownloadError)

        static func failed(_ reason: TransferFailure.Reason, _ url: String, retryAfter: Duration? = nil) -> Self {
            .failed(TransferFailure(reason: reason, url: url, retryAfter: retryAfter))
        }

        /// What a sink says of the bytes.
        static func sink(_ error: DownloadError, _ url: String) -> Self {
            error.code == .notUsable ? .failed(.rejected(error), url) : .fatal(error)
        }
    }

    /// What a status and a `Location` mean.
    private enum Verdict {
        case body
        case redirect(String)
        case failure(TransferFailure, HostThrottle.Outcome)
    }

    /// - Returns: What came, when the resource is whole; nil when more has to be asked for.
    func attempt<Sink: ResourceSink>(
        _ request: ResourceRequest,
        _ state: inout TransferState,
        _ sink: inout Sink
    ) async throws(AttemptError) -> ResourceResponse? {
        if state.mustStartAgain {
            state.startAgain()
            do throws(DownloadError) { try await sink.restart() } catch { throw .fatal(error) }
        }
        let ask = state.ask()
        var url = request.url
        for _ in 0...max(0, configuration.maximumRedirects) {
            guard let address = WebAddress(url) else {
                throw url == request.url
                    ? .failed(.badAddress("only http:// and https:// are"), url)
                    : .failed(.badRedirect(url), request.url)
            }
            guard let ticket = await gates.enter(address.origin) else { throw .fatal(.stopped) }
            var outcome = HostThrottle.Outcome.failed
            defer { gates.leave(ticket, outcome) }
            let response = try await execute(request, address, ask, url)
            switch judge(response, url) {
            case .redirect(let target):
                await drain(response)
                outcome = .answered
                url = target
            case .failure(let failure, let result):
                await drain(response)
                outcome = result
                throw .failed(failure)
            case .body:
                let isWhole = try await take(response, url, &state, &sink)
                outcome = .answered
                guard isWhole else { return nil }
                return ResourceResponse(
                    url: url,
                    contentType: response.headers.first(name: "Content-Type"),
                    byteCount: state.received
                )
            }
        }
        throw .failed(.tooManyRedirects(configuration.maximumRedirects), request.url)
    }

    private func execute(
        _ request: ResourceRequest,
        _ address: WebAddress,
        _ ask: TransferState.Ask,
        _ url: String
    ) async throws(AttemptError) -> HTTPClientResponse {
        let now = Int(Date().timeIntervalSince1970)
        var message = HTTPClientRequest(url: address.requestURL)
        message.headers = headers.fields(
            for: address,
            isCompressible: request.kind == .playlist && !request.refusesCompression,
            ask: ask,
            isRoot: request.url == root,
            cookies: cookies.withLockedValue { $0.field(for: address, now: now) }
        )
        let client: HTTPClient
        do throws(DownloadError) {
            let usesHTTP2 = versions.withLockedValue { $0.needsHTTP2.contains(address.origin) }
            client = try clients.client(for: &message, to: address, usesHTTP2: usesHTTP2)
        } catch {
            throw .fatal(error)
        }
        do {
            let response = try await client.execute(message, deadline: .distantFuture)
            versions.withLockedValue { $0.accept(address.origin) }
            let set = response.headers["Set-Cookie"]
            if !set.isEmpty { cookies.withLockedValue { $0.keep(set, from: address, now: now) } }
            return response
        } catch {
            throw attemptError(error, url, isConnecting: true)
        }
    }

    private func attemptError(_ error: any Error, _ url: String, isConnecting: Bool = false) -> AttemptError {
        if Task.isCancelled { return .fatal(.stopped) }
        guard let reason = TransferFailure.Reason(error, decompressionLimit: configuration.maximumDecompressedBytes)
        else { return .fatal(.stopped) }
        guard isConnecting, let origin = WebAddress(url)?.origin, let proxy = clients.proxy(for: origin) else {
            return .failed(reason, url)
        }
        return .failed(reason.connecting(to: proxy), url)
    }

    private func judge(_ response: HTTPClientResponse, _ url: String) -> Verdict {
        let status = Int(response.status.code)
        let location = response.headers.first(name: "Location")
        switch status {
        case 301, 302, 303, 307, 308:
            if let location, !location.isEmpty { return .redirect(PlaylistURL.resolve(location, against: url)) }
        case 200, 203...206, 416: return .body
        default: break
        }
        let after = response.headers.first(name: "Retry-After").flatMap {
            RetryAfter.duration($0, now: Int(Date().timeIntervalSince1970))
        }
        let outcome: HostThrottle.Outcome =
            status == 429 || status == 503
            ? .overloaded(
                isRateLimited: status == 429,
                retryAfter: after.map { min($0, configuration.maximumRetryAfter) }
            )
            : status < 500 ? .answered : .failed
        let reason = TransferFailure.Reason.status(status, response.status.reasonPhrase)
        return .failure(TransferFailure(reason: reason, url: url, retryAfter: after), outcome)
    }

    /// Reads the short body of an answer that is of no use, so that its connection can be used again.
    private func drain(_ response: HTTPClientResponse) async {
        guard let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }), length <= 16_384 else {
            return
        }
        // Whatever happens to it, the answer is known.
        _ = try? await response.body.collect(upTo: 16_384)
    }

    // MARK: Body

    private func take<Sink: ResourceSink>(
        _ response: HTTPClientResponse,
        _ url: String,
        _ state: inout TransferState,
        _ sink: inout Sink
    ) async throws(AttemptError) -> Bool {
        let action: TransferState.Action
        do throws(TransferFailure.Reason) {
            action = try state.receive(try Self.answer(response))
        } catch {
            throw .failed(error, url)
        }
        if action == .startAgain {
            do throws(DownloadError) { try await sink.restart() } catch { throw .fatal(error) }
        }
        sink.begin(url: url, byteCount: state.expected)
        try await deliver(response, url, &state, &sink)
        do throws(TransferFailure.Reason) {
            guard try state.finish() else { return false }
        } catch {
            throw .failed(error, url)
        }
        do throws(DownloadError) { try await sink.finish() } catch { throw .sink(error, url) }
        return true
    }

    private func deliver<Sink: ResourceSink>(
        _ response: HTTPClientResponse,
        _ url: String,
        _ state: inout TransferState,
        _ sink: inout Sink
    ) async throws(AttemptError) {
        var stall = StallDetector(window: configuration.stallTimeout, minimumSpeed: configuration.minimumSpeed)
        var body = response.body.makeAsyncIterator()
        while !state.isRestUseless {
            let before = ContinuousClock.now
            let next: ByteBuffer?
            do { next = try await body.next() } catch { throw attemptError(error, url) }
            guard var bytes = next else { return }
            let now = ContinuousClock.now
            if stall.isTooSlow(bytes: bytes.readableBytes, waited: now - before) { throw .failed(.stalled, url) }
            let total = bytes.readableBytes
            do throws(TransferFailure.Reason) {
                let range = try state.take(total)
                bytes.moveReaderIndex(forwardBy: range.lowerBound)
                bytes.moveWriterIndex(to: bytes.readerIndex + range.count)
            } catch {
                throw .failed(error, url)
            }
            if bytes.readableBytes > 0 {
                do throws(DownloadError) { try await sink.write(bytes) } catch { throw .sink(error, url) }
            }
            try await pay(for: total, now)
        }
    }

    /// Waits as the limit of the rate wants it.
    private func pay(for bytes: Int, _ now: ContinuousClock.Instant) async throws(AttemptError) {
        guard let limiter else { return }
        let wait = limiter.withLockedValue { $0.count(bytes, now: now - start) }
        do throws(DownloadError) { try await Self.sleep(wait) } catch { throw .fatal(error) }
    }

    private static func answer(_ response: HTTPClientResponse) throws(TransferFailure.Reason) -> TransferState.Answer {
        let headers = response.headers
        var answer = TransferState.Answer(status: Int(response.status.code))
        answer.contentLength = headers.first(name: "Content-Length").flatMap { Int($0) }
        answer.contentRange = headers.first(name: "Content-Range")
        answer.acceptsRanges = headers.first(name: "Accept-Ranges")
        answer.entityTag = headers.first(name: "ETag")
        answer.lastModified = headers.first(name: "Last-Modified")
        answer.date = headers.first(name: "Date")
        switch headers.first(name: "Content-Encoding")?.lowercased() {
        case nil, "", "identity": break
        case let encoding? where encoding == "gzip" || encoding == "deflate": answer.contentEncoding = encoding
        case let encoding?: throw .badEncoding(encoding)
        }
        return answer
    }
}
