import HLSKit

/// Finds variants that a multivariant playlist lists more than once, at several places, so that clients can fail over.
enum RedundantVariants {
    /// The other variants with the same content, in the order of the playlist.
    static func copies(of variant: Variant, in playlist: MultivariantPlaylist) -> [Variant] {
        playlist.variants.filter { $0.uri != variant.uri && isCopy($0, of: variant, in: playlist) }
    }

    /// The URIs of a rendition in the groups of the copies of the variants that are chosen.
    static func copies(
        of rendition: Rendition,
        beside variants: [Variant],
        in playlist: MultivariantPlaylist
    ) -> [String] {
        var uris: [String] = []
        for variant in variants where group(rendition.type, of: variant) == rendition.groupID {
            for copy in copies(of: variant, in: playlist) {
                guard let group = group(rendition.type, of: copy), group != rendition.groupID else { continue }
                uris += playlist.renditions(rendition.type, group: group)
                    .filter { Content($0) == Content(rendition) }.compactMap(\.uri)
            }
        }
        return uris
    }

    private static func isCopy(_ one: Variant, of other: Variant, in playlist: MultivariantPlaylist) -> Bool {
        guard one.bandwidth == other.bandwidth, one.averageBandwidth == other.averageBandwidth,
            one.resolution == other.resolution, one.codecs == other.codecs, one.frameRate == other.frameRate,
            one.videoRange == other.videoRange
        else { return false }
        return [MediaType.audio, .video, .subtitles].allSatisfy { type in
            let (group, otherGroup) = (group(type, of: one), group(type, of: other))
            return group == otherGroup || contents(type, group, playlist) == contents(type, otherGroup, playlist)
        }
    }

    private static func group(_ type: MediaType, of variant: Variant) -> String? {
        switch type {
        case .audio: variant.audio
        case .video: variant.video
        case .subtitles: variant.subtitles
        default: nil
        }
    }

    /// What a rendition is, wherever it is.
    private struct Content: Hashable {
        var name: String
        var language: String?
        var channels: String?

        init(_ rendition: Rendition) {
            (name, language, channels) = (rendition.name, rendition.language, rendition.channels)
        }
    }

    private static func contents(_ type: MediaType, _ group: String?, _ playlist: MultivariantPlaylist) -> Set<Content>
    {
        group.map { Set(playlist.renditions(type, group: $0).map { Content($0) }) } ?? []
    }
}
