/// A playlist of either kind (draft-pantos-hls-rfc8216bis 4).
public enum Playlist: Sendable, Hashable {
    /// The segments of one rendition.
    case media(MediaPlaylist)
    /// The renditions of a presentation.
    case multivariant(MultivariantPlaylist)

    /// Reads a playlist leniently; use ``PlaylistReader`` to learn what is wrong with it, or to be strict.
    public init(_ text: String, url: String? = nil) {
        self = PlaylistReader(configuration: .init(url: url, maximumDiagnostics: 0)).read(text).playlist
    }

    /// Reads a playlist leniently; use ``PlaylistReader`` to learn what is wrong with it, or to be strict.
    public init(_ bytes: [UInt8], url: String? = nil) {
        self = PlaylistReader(configuration: .init(url: url, maximumDiagnostics: 0)).read(bytes).playlist
    }

    /// The media playlist, nil when it is of the other kind.
    public var media: MediaPlaylist? {
        if case .media(let playlist) = self { playlist } else { nil }
    }

    /// The multivariant playlist, nil when it is of the other kind.
    public var multivariant: MultivariantPlaylist? {
        if case .multivariant(let playlist) = self { playlist } else { nil }
    }

    /// Where the playlist comes from: what URIs in it are relative to.
    public var url: String? {
        switch self {
        case .media(let playlist): playlist.url
        case .multivariant(let playlist): playlist.url
        }
    }

    /// The variables and their values.
    public var variables: PlaylistVariables {
        switch self {
        case .media(let playlist): playlist.variables
        case .multivariant(let playlist): playlist.variables
        }
    }

    /// The text of the playlist: what was read, but for what was changed.
    public var bytes: [UInt8] {
        switch self {
        case .media(let playlist): playlist.bytes
        case .multivariant(let playlist): playlist.bytes
        }
    }

    /// The text of the playlist as a string; bytes that are not UTF-8 become U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
