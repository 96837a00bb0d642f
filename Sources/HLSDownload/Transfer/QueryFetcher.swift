import NIOConcurrencyHelpers

/// Whether what a playlist names is requested with the query of the playlist's own URL.
public enum QueryInheritance: String, Sendable, Hashable, CaseIterable {
    /// From when a server of the playlist's host refuses a request without it (401, 403) and accepts one with it.
    case automatic
    /// Always, on any host.
    case always
    /// Never.
    case never
}

/// Requests what a playlist names with the query of the playlist's URL, where that is wanted or needed.
struct QueryFetcher: ResourceFetcher {
    private struct State {
        /// Whether a request was accepted with the query that was refused without it.
        var isNeeded = false
        /// The requests that were refused with it as well.
        var failures = 0
    }

    /// So many requests that are refused both ways show that the query is not what the server wants.
    private static let greatestFailures = 4

    private let remote: any ResourceFetcher
    private let inheritance: QueryInheritance
    private let root: String
    private let trustedHosts: [String]
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - root: The URL of the root playlist, whose query counts when that of the playlist has none.
    ///   - trustedHosts: Hosts that get the query automatically too.
    init(remote: any ResourceFetcher, inheritance: QueryInheritance, root: String, trustedHosts: [String]) {
        self.remote = remote
        self.inheritance = inheritance
        self.root = root
        self.trustedHosts = TransferConfiguration.normalized(trustedHosts)
    }

    package func data(
        _ request: ResourceRequest,
        limit: Int
    ) async throws(DownloadError) -> (bytes: [UInt8], response: ResourceResponse) {
        guard let extended = extended(request) else { return try await remote.data(request, limit: limit) }
        if isNeeded { return try await remote.data(extended, limit: limit) }
        do throws(DownloadError) {
            return try await remote.data(request, limit: limit)
        } catch {
            guard mayBeNeeded(error) else { throw error }
            return try await decide(error) { () async throws(DownloadError) in
                try await remote.data(extended, limit: limit)
            }
        }
    }

    package func fetch<Sink: ResourceSink>(
        _ request: ResourceRequest,
        into sink: inout Sink
    ) async throws(DownloadError) -> ResourceResponse {
        guard let extended = extended(request) else { return try await remote.fetch(request, into: &sink) }
        if isNeeded { return try await remote.fetch(extended, into: &sink) }
        do throws(DownloadError) {
            return try await remote.fetch(request, into: &sink)
        } catch {
            guard mayBeNeeded(error) else { throw error }
            try await sink.restart()
            let refusal = error
            do throws(DownloadError) {
                let response = try await remote.fetch(extended, into: &sink)
                state.withLockedValue { $0.isNeeded = true }
                return response
            } catch {
                throw failure(error, behind: refusal)
            }
        }
    }

    private func decide<Value>(
        _ refusal: DownloadError,
        _ body: () async throws(DownloadError) -> Value
    ) async throws(DownloadError) -> Value {
        do throws(DownloadError) {
            let value = try await body()
            state.withLockedValue { $0.isNeeded = true }
            return value
        } catch {
            throw failure(error, behind: refusal)
        }
    }

    private var isNeeded: Bool { inheritance == .always || state.withLockedValue { $0.isNeeded } }

    private func mayBeNeeded(_ error: DownloadError) -> Bool {
        [401, 403].contains(error.status) && state.withLockedValue { $0.failures < Self.greatestFailures }
    }

    private func failure(_ error: DownloadError, behind refusal: DownloadError) -> DownloadError {
        guard [401, 403].contains(error.status) else { return error }
        state.withLockedValue { $0.failures += 1 }
        return refusal
    }

    /// The request with the query of its playlist; nil when it has that already, or must not have it.
    private func extended(_ request: ResourceRequest) -> ResourceRequest? {
        guard inheritance != .never, let playlist = request.playlist else { return nil }
        // The query is a secret of whose address it stands in: a playlist elsewhere does not make it known there.
        let owner = Self.query(of: playlist) == nil ? root : playlist
        guard let query = Self.query(of: owner), let target = WebAddress(request.url),
            inheritance == .always || isTrusted(target.origin, by: owner)
        else { return nil }
        let url = Self.adding(query, to: request.url)
        guard url != request.url else { return nil }
        var extended = request
        extended.url = url
        return extended
    }

    /// Whether a host may get the query unasked: it may hold a token.
    private func isTrusted(_ target: WebAddress.Origin, by owner: String) -> Bool {
        guard let home = WebAddress(owner)?.origin, target.isSecure || !home.isSecure else { return false }
        return target.host == home.host
            || trustedHosts.contains { target.host == $0 || Cookie.isHost(target.host, below: $0) }
    }

    private static func query(of url: String) -> Substring? {
        guard let address = WebAddress(url), let mark = address.target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return nil
        }
        let query = Substring(address.target.utf8[address.target.utf8.index(after: mark)...])
        return query.isEmpty ? nil : query
    }

    /// A URL with those parameters of a query that it does not have itself.
    static func adding(_ query: Substring, to url: String) -> String {
        let bytes = url.utf8.prefix { $0 != UInt8(ascii: "#") }
        let url = String(Substring(bytes))
        let own = url.utf8.firstIndex(of: UInt8(ascii: "?")).map { url[url.utf8.index(after: $0)...] } ?? ""
        func name(_ parameter: Substring) -> Substring { parameter.prefix { $0 != "=" } }
        let names = Set(own.split(separator: "&").map(name))
        let added = query.split(separator: "&").filter {
            // Delivery directives are meant for one request of the playlist (draft-pantos-hls-rfc8216bis 6.2.5).
            !names.contains(name($0)) && !$0.hasPrefix("_HLS_")
        }
        guard !added.isEmpty else { return url }
        let isBare = !url.utf8.contains(UInt8(ascii: "?"))
        return url + (isBare ? "?" : own.isEmpty ? "" : "&") + added.joined(separator: "&")
    }
}
