import HLSKit

/// What URLs a playlist may name, in a form that can be asked for.
struct ResourceURL: Sendable {
    /// Whether the playlist is a local file itself, so that it may name others.
    var allowsFiles: Bool

    /// A URI of a playlist, made absolute and free of what no URL may have.
    ///
    /// - Throws: ``DownloadError`` with the code `notUsable` when such a URL is not fetched.
    func resolved(_ uri: String, against base: String?) throws(DownloadError) -> String {
        let url = Self.encoded(PlaylistURL.resolve(uri, against: base))
        let scheme = url.prefix { $0 != ":" }.lowercased()
        switch scheme {
        case "http", "https", "data": return url
        case "file" where allowsFiles: return url
        case "file":
            throw DownloadError(
                .notUsable,
                "the playlist names the local file '\(Self.short(url))': only playlists that are files themselves may"
            )
        case "skd": throw DownloadError(.protected, "the stream is protected by FairPlay: it cannot be downloaded")
        case _ where !url.utf8.contains(UInt8(ascii: ":")):
            throw DownloadError(.invalidOption, .relativeName(Self.short(url)))
        default:
            throw DownloadError(.notUsable, "the playlist names '\(Self.short(url))', which is no http or https URL")
        }
    }

    /// Percent-encodes bytes that no URL may have, and takes the fragment away.
    static func encoded(_ url: String) -> String {
        let bytes = url.utf8.prefix { $0 != 0x23 }
        return PercentCoding.url(String(Substring(bytes)))
    }

    /// The URL for a message.
    static func short(_ url: String) -> String {
        url.utf8.count > 200 ? url.prefix(200) + "..." : url
    }
}
