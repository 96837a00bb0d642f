import HLSKit

/// A media playlist whose text is in a spool, and is read anew whenever its segments are wanted.
struct LongPlaylist: Sendable {
    private let text: Spool
    private let configuration: PlaylistReader.Configuration
    /// What it says apart from its segments.
    let outline: MediaPlaylist
    /// Whether there are segments.
    let hasSegments: Bool

    /// Looks through a text; nil when it is that of a multivariant playlist, or cannot be read.
    init?(_ text: Spool, _ configuration: PlaylistReader.Configuration) {
        var stream = MediaPlaylistStream(configuration: configuration)
        var hasSegments = false
        for index in 0..<text.count {
            stream.push(text[index]) { _ in hasSegments = true }
            if stream.isMultivariant { return nil }
        }
        outline = stream.finish { _ in hasSegments = true }
        guard !stream.isMultivariant, !text.hasFailed else { return nil }
        (self.text, self.configuration, self.hasSegments) = (text, configuration, hasSegments)
    }

    /// A playlist of one file that lasts as long as it is played with; nil when the temporary folder cannot hold it.
    init?(file url: String, lasting seconds: Double) {
        let playlist = MediaPlaylist(
            targetDuration: max(1, MediaDuration(seconds: seconds).roundedSeconds),
            kind: .vod,
            segments: [MediaSegment(uri: url, duration: MediaDuration(seconds: seconds))],
            isEnded: true
        )
        let text = Spool()
        guard text.append(playlist.bytes, at: 0) else { return nil }
        self.init(text, PlaylistReader.Configuration(url: url, maximumDiagnostics: 0))
    }

    /// Goes through the segments, some at a time.
    ///
    /// - Throws: What `body` throws; ``DownloadError`` with the code `inputOutput` when the text cannot be read again.
    func forEachList(_ body: (MediaSegments) throws(DownloadError) -> Void) throws(DownloadError) {
        var stream = MediaPlaylistStream(configuration: configuration, outline: outline)
        for index in 0..<text.count { try stream.push(text[index], body) }
        _ = try stream.finish(body)
        if text.hasFailed { throw Self.unreadable(configuration.url ?? "") }
    }

    /// The playlist with its segments.
    ///
    /// - Throws: ``DownloadError`` with the code `inputOutput` when the text cannot be read again.
    func whole() throws(DownloadError) -> MediaPlaylist {
        let bytes = Array(text.joined)
        if text.hasFailed { throw Self.unreadable(configuration.url ?? "") }
        return PlaylistReader(configuration: configuration).read(bytes).playlist.media ?? outline
    }

    static func unreadable(_ url: String) -> DownloadError {
        DownloadError(.inputOutput, "the text of '\(ResourceURL.short(url))' cannot be read from the temporary folder")
    }
}
