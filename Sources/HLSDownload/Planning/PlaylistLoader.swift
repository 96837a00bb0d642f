import HLSKit

/// Fetches playlists and reads them.
struct PlaylistLoader: Sendable {
    let fetcher: any ResourceFetcher
    let limits: DownloadLimits

    /// Fetches a playlist.
    ///
    /// - Parameter variables: Those of the multivariant playlist.
    /// - Throws: ``DownloadError``: `notUsable` when what is there is no playlist.
    func load(_ url: String, variables: [String: String] = [:]) async throws(DownloadError) -> Playlist {
        let (bytes, response) = try await fetcher.data(
            ResourceRequest(url: url, kind: .playlist),
            limit: limits.playlistBytes
        )
        let text = bytes.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        guard text.starts(with: "#EXTM3U".utf8) else { throw Self.refusal(of: bytes, url) }
        let configuration = PlaylistReader.Configuration(
            url: response.url,
            importedVariables: variables,
            maximumDiagnostics: 0
        )
        return PlaylistReader(configuration: configuration).read(bytes.count == text.count ? bytes : Array(text))
            .playlist
    }

    private static func refusal(of bytes: [UInt8], _ url: String) -> DownloadError {
        if bytes.isEmpty { return DownloadError(.notUsable, "'\(url)' is empty: give the URL of an HLS playlist") }
        let kind = ContentKind(Array(bytes.prefix(ContentKind.prefixBytes)))
        return DownloadError(
            .notUsable,
            "'\(url)' is \(kind.description) and no HLS playlist: give the URL of an .m3u8 playlist"
        )
    }
}
