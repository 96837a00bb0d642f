import HLSKit

/// A plan with the playlists that it was made of.
struct Presentation: Sendable {
    /// One media playlist, and what is planned of it.
    struct Track: Sendable {
        /// Has its segments only when it is to be recorded.
        var playlist: MediaPlaylist
        var planner: RenditionPlanner
        /// Where the numbers of a recording leave those of what is planned behind, since segments are left out.
        var restart: Journal.Restart?
    }

    /// The URL of the playlist, after redirects.
    var source: String
    var tracks: [Track]
    /// What the multivariant playlist says of the tracks; nil when the folder has one media playlist only.
    var outline: Outline?

    /// The parts of the multivariant playlist that the result has too, with the tracks that they stand for.
    struct Outline: Sendable {
        var playlist: MultivariantPlaylist
        var variants: [(variant: Variant, track: Int)] = []
        /// Without a track the variant itself carries the rendition.
        var renditions: [(rendition: Rendition, track: Int?)] = []
        var iFrames: [(variant: IFrameVariant, track: Int)] = []
    }

    var isLive: Bool { tracks.contains { !$0.playlist.isEnded } }

    func plan(playlistName: String) -> DownloadPlan {
        DownloadPlan(
            source: source,
            playlist: playlistName,
            isLive: isLive,
            renditions: tracks.map(\.planner.rendition)
        )
    }
}
