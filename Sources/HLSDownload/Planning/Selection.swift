import HLSKit

/// What of a multivariant playlist is wanted.
struct Selection {
    var variants: [Variant]
    var renditions: [Rendition]
    var iFrames: [IFrameVariant]

    /// - Throws: ``DownloadError`` with the code `invalidOption` when something that was asked for is not there.
    init(_ playlist: MultivariantPlaylist, _ choice: PresentationPlanner.Choice) throws(DownloadError) {
        let all = Self.variantsOfOnePathway(playlist)
        guard !all.isEmpty else { throw DownloadError(.notUsable, "the multivariant playlist has no variants") }
        variants = []
        for index in try choice.variants.indices(in: all) { variants.append(all[index]) }
        renditions = []
        var seen: Set<Rendition> = []
        for variant in variants {
            for (type, group, tracks) in [
                (MediaType.audio, variant.audio, choice.audio),
                (.subtitles, variant.subtitles, choice.subtitles),
                (.video, variant.video, .automatic),
            ] {
                guard let group else { continue }
                for rendition in tracks.renditions(playlist.renditions(type, group: group)) {
                    if seen.insert(rendition).inserted { renditions.append(rendition) }
                }
            }
            guard case .group(let captions) = variant.closedCaptions else { continue }
            for rendition in playlist.renditions(.closedCaptions, group: captions) {
                if seen.insert(rendition).inserted { renditions.append(rendition) }
            }
        }
        iFrames = choice.includesIFrames ? playlist.iFrameVariants : []
        try checkLanguages(choice.audio, .audio, playlist)
        try checkLanguages(choice.subtitles, .subtitles, playlist)
        dropEmptyGroups()
    }

    /// The variants of the first content steering pathway: the others are the same at other places (4.4.6.6).
    static func variantsOfOnePathway(_ playlist: MultivariantPlaylist) -> [Variant] {
        var pathways: [String] = []
        for variant in playlist.variants where !pathways.contains(variant.pathwayID ?? ".") {
            pathways.append(variant.pathwayID ?? ".")
        }
        let first = playlist.contentSteering?.pathwayID.flatMap { pathways.contains($0) ? $0 : nil } ?? pathways.first
        return playlist.variants.filter { ($0.pathwayID ?? ".") == first }
    }

    private func checkLanguages(
        _ choice: TrackChoice,
        _ type: MediaType,
        _ playlist: MultivariantPlaylist
    ) throws(DownloadError) {
        guard case .languages = choice, !renditions.contains(where: { $0.type == type }) else { return }
        let there = playlist.renditions.filter { $0.type == type }.map { $0.language.map { "\($0)" } ?? $0.name }
        let list = Array(Set(there)).sorted().joined(separator: ", ")
        let what = type == .audio ? "sound" : "subtitles"
        throw DownloadError(
            .invalidOption,
            there.isEmpty
                ? "there are no \(what) renditions to choose '\(choice)' from"
                : "no \(what) is '\(choice)': there are \(list)"
        )
    }

    /// A variant must not name a group of which nothing was chosen.
    private mutating func dropEmptyGroups() {
        func isEmpty(_ type: MediaType, _ group: String?) -> Bool {
            guard let group else { return false }
            return !renditions.contains { $0.type == type && $0.groupID == group }
        }
        for index in variants.indices {
            if isEmpty(.audio, variants[index].audio) {
                variants[index].audio = nil
                CodecList.removeSound(from: &variants[index])
            }
            if isEmpty(.subtitles, variants[index].subtitles) { variants[index].subtitles = nil }
            if isEmpty(.video, variants[index].video) { variants[index].video = nil }
            if case .group(let captions) = variants[index].closedCaptions, isEmpty(.closedCaptions, captions) {
                variants[index].closedCaptions = nil
            }
        }
    }
}

/// The entries of `CODECS`.
private enum CodecList {
    private static let sound = ["mp4a", "ac-3", "ec-3", "ac-4", "opus", "flac", "alac", "mp3"]

    /// Takes the codecs of sound out of a variant that has lost its group of sound.
    static func removeSound(from variant: inout Variant) {
        guard let codecs = variant.codecs?.entries else { return }
        let rest = codecs.filter { codec in !sound.contains { codec.lowercased().hasPrefix($0) } }
        if !rest.isEmpty, rest.count < codecs.count { variant.codecs = QuotedList(rest) }
    }
}
