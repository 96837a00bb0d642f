import HLSKit
import NIOCore

/// Fetches playlists and reads them.
struct PlaylistLoader: Sendable {
    let fetcher: any ResourceFetcher
    let limits: DownloadLimits
    /// What relative names of the root playlist are resolved against; nil for its URL.
    var rootBase: String?
    /// The text of the root playlist, which is not fetched then.
    var rootText: [UInt8]?

    /// A playlist of either kind.
    enum Loaded: Sendable {
        case media(LongPlaylist)
        case multivariant(MultivariantPlaylist)
    }

    /// What the URI of a rendition may name.
    enum LoadedRendition: Sendable {
        case playlist(Loaded)
        /// A WebVTT file instead of a playlist of such files, at this URL.
        case webVTT(url: String)
    }

    /// Fetches a playlist.
    ///
    /// - Parameters:
    ///   - variables: Those of the multivariant playlist.
    ///   - parent: The URL of the playlist that names this one.
    ///   - retries: The most retries; nil for those that are configured.
    /// - Throws: ``DownloadError``: `notUsable` when what is there is no playlist.
    func load(
        _ url: String,
        variables: [String: String] = [:],
        parent: String? = nil,
        retries: Int? = nil
    ) async throws(DownloadError) -> Loaded {
        try Self.playlist(try await loadRendition(url, variables: variables, parent: parent, retries: retries), url)
    }

    private static func playlist(_ loaded: LoadedRendition, _ url: String) throws(DownloadError) -> Loaded {
        switch loaded {
        case .playlist(let playlist): return playlist
        case .webVTT: throw refusal(of: Array("WEBVTT\n".utf8), url)
        }
    }

    /// Fetches the playlist of a rendition, or what stands in its place.
    ///
    /// - Throws: ``DownloadError``: `notUsable` when what is there is neither.
    func loadRendition(
        _ url: String,
        variables: [String: String] = [:],
        parent: String? = nil,
        retries: Int? = nil
    ) async throws(DownloadError) -> LoadedRendition {
        var sink = SpoolSink(limit: limits.playlistBytes, url: url)
        var request = ResourceRequest(url: url, kind: .playlist)
        request.retries = retries
        request.playlist = parent
        let response = try await fetcher.fetch(request, into: &sink)
        return try read(sink, url, base: response.url, variables: variables)
    }

    /// Fetches the playlist that the others are named by, if its text is not known.
    func loadRoot(_ url: String) async throws(DownloadError) -> Loaded {
        guard rootBase != nil || rootText != nil else { return try await load(url) }
        var sink = SpoolSink(limit: limits.playlistBytes, url: url)
        if let rootText {
            try await sink.write(ByteBuffer(bytes: rootText))
            try await sink.finish()
        } else {
            _ = try await fetcher.fetch(ResourceRequest(url: url, kind: .playlist), into: &sink)
        }
        return try Self.playlist(try read(sink, url, base: rootBase ?? url, variables: [:]), url)
    }

    private func read(
        _ sink: SpoolSink,
        _ url: String,
        base: String,
        variables: [String: String]
    ) throws(DownloadError) -> LoadedRendition {
        let configuration = PlaylistReader.Configuration(
            url: base,
            importedVariables: variables,
            maximumDiagnostics: 0
        )
        guard sink.text.joined.starts(with: "#EXTM3U".utf8) else {
            if ContentKind(Array(sink.beginning.prefix(ContentKind.prefixBytes))) == .webVTT {
                return .webVTT(url: base)
            }
            throw Self.refusal(of: sink.beginning, url)
        }
        if let playlist = LongPlaylist(sink.text, configuration) { return .playlist(.media(playlist)) }
        guard !sink.text.hasFailed else { throw LongPlaylist.unreadable(base) }
        let result = PlaylistReader(configuration: configuration).read(Array(sink.text.joined))
        guard let playlist = result.playlist.multivariant else { throw Self.refusal(of: sink.beginning, url) }
        return .playlist(.multivariant(playlist))
    }

    private static func refusal(of bytes: [UInt8], _ url: String) -> DownloadError {
        let url = ResourceURL.short(url)
        let text = String(decoding: bytes, as: UTF8.self)
        for (mark, format) in [("<MPD", "MPEG-DASH"), ("<SmoothStreamingMedia", "Smooth Streaming")]
        where text.contains(mark) {
            return DownloadError(.notUsable, .otherFormat(url, format))
        }
        if bytes.isEmpty { return DownloadError(.notUsable, "'\(url)' is empty: give the URL of an HLS playlist") }
        let kind = ContentKind(Array(bytes.prefix(ContentKind.prefixBytes)))
        return DownloadError(
            .notUsable,
            "'\(url)' is \(kind.description) and no HLS playlist: give the URL of an .m3u8 playlist"
        )
    }
}

/// Keeps what comes in a spool.
private struct SpoolSink: ResourceSink {
    private static let pieceBytes = 1 << 14

    let limit: Int
    let url: String
    /// The text behind spaces and byte order marks.
    private(set) var text = Spool()
    private var decoder: PlaylistText
    private var byteCount = 0
    /// The first bytes, whatever they are.
    private(set) var beginning: [UInt8] = []

    init(limit: Int, url: String) {
        (self.limit, self.url) = (limit, url)
        decoder = PlaylistText(limit: limit)
    }

    mutating func write(_ buffer: ByteBuffer) async throws(DownloadError) {
        guard buffer.readableBytes <= limit - byteCount else {
            throw DownloadError(.limitReached, "'\(WebAddress.displayed(url))' is longer than \(limit) bytes")
        }
        byteCount += buffer.readableBytes
        beginning += buffer.readableBytesView.prefix(ContentKind.prefixBytes - beginning.count)
        append(decoder.push(Array(buffer.readableBytesView)))
    }

    private mutating func append(_ decoded: [UInt8]) {
        var rest = decoded[...]
        if text.count == 0 { rest = rest.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF } }
        while !rest.isEmpty {
            _ = text.append(rest.prefix(Self.pieceBytes), at: text.count)
            rest = rest.dropFirst(Self.pieceBytes)
        }
    }

    mutating func restart() async throws(DownloadError) {
        (text, byteCount, beginning) = (Spool(), 0, [])
        decoder = PlaylistText(limit: limit)
    }

    mutating func finish() async throws(DownloadError) {
        append(decoder.finish())
    }
}
