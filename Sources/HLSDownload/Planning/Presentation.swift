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
        /// The URLs of playlists of the same content at other places.
        var copies: [String] = []
    }

    /// The URL of the playlist, after redirects.
    var source: String
    var tracks: [Track]
    /// What the multivariant playlist says of the tracks; nil when the folder has one media playlist only.
    var outline: Outline?
    /// What went otherwise than it should.
    var warnings: [DownloadWarning] = []

    /// The parts of the multivariant playlist that the result has too, with the tracks that they stand for.
    struct Outline: Sendable {
        var playlist: MultivariantPlaylist
        var variants: [(variant: Variant, track: Int)] = []
        /// Without a track the variant itself carries the rendition.
        var renditions: [(rendition: Rendition, track: Int?)] = []
        var iFrames: [(variant: IFrameVariant, track: Int)] = []

        /// Removes the renditions of tracks that cannot be had; variants do not name groups that are empty then.
        mutating func removeRenditions(of tracks: Set<Int>) {
            func place(_ track: Int) -> Int { track - tracks.count { $0 < track } }
            renditions.removeAll { $0.track.map(tracks.contains) ?? false }
            for index in renditions.indices { renditions[index].track = renditions[index].track.map(place) }
            for index in iFrames.indices { iFrames[index].track = place(iFrames[index].track) }
            for index in variants.indices {
                variants[index].track = place(variants[index].track)
                guard let group = variants[index].variant.subtitles else { continue }
                let isEmpty = !renditions.contains { $0.rendition.type == .subtitles && $0.rendition.groupID == group }
                if isEmpty { variants[index].variant.subtitles = nil }
            }
        }
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
