/// Fetches keys.
enum KeyRing {
    /// What is known of a key before it is fetched.
    struct Wanted: Sendable {
        var byteCount: Int
        /// The URL of the playlist that names it.
        var playlist: String
    }

    /// Fetches keys, each once.
    ///
    /// - Parameters:
    ///   - wanted: The keys by their URLs.
    ///   - copies: Renditions that may have a key at another place.
    static func fetch(
        _ wanted: [String: Wanted],
        from fetcher: any ResourceFetcher,
        workers: Int,
        copies: [RenditionCopies] = []
    ) async -> [String: Result<[UInt8], DownloadError>] {
        let urls = wanted.sorted { $0.key < $1.key }.map { (url: $0.key, key: $0.value) }
        let retries = copies.isEmpty ? nil : RenditionCopies.retries
        let results = await concurrently(urls, limit: workers) { wanted -> Result<[UInt8], DownloadError> in
            do throws(DownloadError) {
                return .success(try await key(wanted.url, wanted.key, from: fetcher, retries: retries))
            } catch {
                for copies in copies {
                    for url in await copies.keys(for: wanted.url) {
                        if let bytes = try? await key(url, wanted.key, from: fetcher) { return .success(bytes) }
                    }
                }
                return .failure(error)
            }
        }
        var keys: [String: Result<[UInt8], DownloadError>] = [:]
        for (wanted, result) in zip(urls, results) { keys[wanted.url] = result }
        return keys
    }

    private static func key(
        _ url: String,
        _ wanted: Wanted,
        from fetcher: any ResourceFetcher,
        retries: Int? = nil
    ) async throws(DownloadError) -> [UInt8] {
        let name = ResourceURL.short(url)
        let bytes: [UInt8]
        if DataURL.isOne(url) {
            guard let data = DataURL.bytes(of: url) else {
                throw DownloadError(.notUsable, "the key '\(name)' cannot be read")
            }
            bytes = data
        } else {
            var request = ResourceRequest(url: url, kind: .key)
            request.playlist = wanted.playlist
            request.retries = retries
            bytes = try await fetcher.data(request, limit: 1 << 16).bytes
        }
        guard let key = KeyText.key(bytes, byteCount: wanted.byteCount) else {
            throw DownloadError(
                .notUsable,
                "the key '\(name)' has \(bytes.count) bytes instead of \(wanted.byteCount)"
            )
        }
        return key
    }
}
