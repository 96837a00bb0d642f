/// Writes playlists as text (draft-pantos-hls-rfc8216bis 4.1), whole or piece by piece.
public enum PlaylistWriter {
    /// The last line of a playlist that will not grow.
    public static let endLine = "#EXT-X-ENDLIST\n"

    /// The whole text of a playlist.
    public static func text(_ playlist: MediaPlaylist) -> String { playlist.text }

    /// The lines in front of the first segment.
    public static func header(_ playlist: MediaPlaylist) -> String {
        String(decoding: playlist.header, as: UTF8.self)
    }

    /// The lines of one segment on its own, to be appended to a playlist that grows.
    ///
    /// The keys and the map are written with it; ``MediaSegments/write(_:to:)`` writes them only where they change.
    public static func lines(_ segment: MediaSegment) -> String {
        var text: [UInt8] = []
        let writer = SegmentLines(usesCRLF: false)
        let declarations = writer.keysAndMap(of: segment, after: nil, in: MediaSegments())
        writer.append(segment, after: nil, declaring: declarations, to: &text)
        return String(decoding: text, as: UTF8.self)
    }
}

extension MediaPlaylist {
    /// The text of the playlist: what was read, but for what was changed.
    public var bytes: [UInt8] {
        var text: [UInt8] = []
        write(to: &text)
        return text
    }

    /// The text of the playlist as a string; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends the text of the playlist.
    public func write(to text: inout [UInt8]) {
        text.reserveCapacity(text.count + header.count + trailer.count + segments.textLength)
        text.append(contentsOf: header)
        segments.write(0..<segments.count, to: &text)
        writeTrailer(to: &text)
    }

    /// Appends what the playlist has from a segment on: the lines of these segments, and what is behind the last.
    public func writeTail(from index: Int, to text: inout [UInt8]) {
        segments.write(min(max(0, index), segments.count)..<segments.count, to: &text)
        writeTrailer(to: &text)
    }

    private func writeTrailer(to text: inout [UInt8]) {
        guard !trailer.isEmpty else { return }
        text.endLine(usesCRLF: usesCRLF)
        text.append(contentsOf: trailer)
    }
}
