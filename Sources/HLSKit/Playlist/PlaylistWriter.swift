/// Writes playlists as text (RFC 8216 4.1: UTF-8, lines end with a line feed).
public enum PlaylistWriter {
    /// The last line of a playlist that will not grow.
    public static let endLine = "#EXT-X-ENDLIST\n"

    /// The whole text of a playlist.
    public static func text(_ playlist: MediaPlaylist) -> String {
        header(playlist) + playlist.segments.map(lines).joined() + (playlist.isEnded ? endLine : "")
    }

    /// The lines in front of the first segment.
    public static func header(_ playlist: MediaPlaylist) -> String {
        var lines = ["#EXTM3U", "#EXT-X-VERSION:\(playlist.version)"]
        lines.append("#EXT-X-TARGETDURATION:\(playlist.targetDuration)")
        lines.append("#EXT-X-MEDIA-SEQUENCE:0")
        if let kind = playlist.kind { lines.append("#EXT-X-PLAYLIST-TYPE:\(kind.rawValue)") }
        if playlist.hasIndependentSegments { lines.append("#EXT-X-INDEPENDENT-SEGMENTS") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The lines of one segment, to be appended to a playlist that grows.
    public static func lines(_ segment: MediaSegment) -> String {
        "#EXTINF:\(decimal(segment.duration)),\n\(segment.uri)\n"
    }

    private static func decimal(_ duration: MediaDuration) -> String {
        let (whole, fraction) = duration.microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(fraction)
        return "\(whole).\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    }
}
