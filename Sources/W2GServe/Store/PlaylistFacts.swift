import NIOCore

/// What a server has to know of a playlist's text.
struct PlaylistFacts: Equatable, Sendable {
    /// Whether it names segments, not other playlists (RFC 8216bis 4.4.3, 4.4.6).
    let isMedia: Bool
    /// Whether it will not change any more (EXT-X-ENDLIST, RFC 8216bis 4.4.3.4).
    let isEnded: Bool

    /// Reads the tags that matter; a text that is no playlist is not ended.
    init(_ text: ByteBufferView) {
        var isMedia = false
        var isEnded = false
        for line in text.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) where line.first == UInt8(ascii: "#") {
            if line.starts(with: "#EXTINF:".utf8) || line.starts(with: "#EXT-X-TARGETDURATION:".utf8) { isMedia = true }
            if line.starts(with: "#EXT-X-ENDLIST".utf8) { isEnded = true }
        }
        self.isMedia = isMedia
        self.isEnded = isMedia && isEnded
    }
}
