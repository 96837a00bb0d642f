import HLSKit

/// A media playlist of a folder, cut where timestamps or codec configurations may start anew: at `#EXT-X-DISCONTINUITY`
/// (draft-pantos-hls-rfc8216bis 4.4.4.3), at another `#EXT-X-MAP`, and at segments that are missing.
///
/// FFmpeg reads a playlist as one stream with one clock and one configuration; each section is an input of its own.
struct PlaylistSections {
    /// Segments that share a clock and an initialization section.
    struct Section {
        /// The sum of the durations in front of it.
        var start = MediaTime.zero
        /// The durations of the missing segments between it and the section in front.
        var gap = MediaTime.zero
        /// How much the sum of its durations may be off: durations in whole seconds are rounded.
        var rounding = MediaTime.zero
        /// Whether the clock of the section in front goes on: nothing marks a discontinuity.
        var continuesClock = false
        /// The playlist reduced to the section.
        var text: [UInt8] = []
    }

    /// The path of the playlist.
    let path: String
    private(set) var sections: [Section] = []
    /// The sum of all durations.
    private(set) var duration = MediaTime.zero

    /// Cuts a playlist.
    init(_ playlist: MediaPlaylist, path: String) {
        self.path = path
        var section = Section()
        var segments: [MediaSegment] = []
        var microseconds: Int64 = 0
        var (gap, isDiscontinuity) = (Int64(0), true)
        func close() {
            guard !segments.isEmpty else { return }
            section.rounding = Self.rounding(of: segments)
            segments[0].isDiscontinuity = false
            section.text =
                MediaPlaylist(
                    targetDuration: playlist.targetDuration ?? 1,
                    kind: .vod,
                    segments: segments,
                    isEnded: true
                ).bytes
            sections.append(section)
            segments = []
        }
        for segment in playlist.segments {
            let length = max(0, segment.duration.microseconds)
            isDiscontinuity = isDiscontinuity || segment.isDiscontinuity
            if segment.isGap {
                close()
                gap &+= length
            } else {
                if segment.isDiscontinuity || segments.last.map({ $0.map != segment.map }) ?? false { close() }
                if segments.isEmpty {
                    section = Section(
                        start: Self.time(microseconds),
                        gap: Self.time(gap),
                        continuesClock: !isDiscontinuity
                    )
                    (gap, isDiscontinuity) = (0, false)
                }
                segments.append(segment)
            }
            microseconds &+= length
        }
        close()
        duration = Self.time(microseconds)
    }

    private static func time(_ microseconds: Int64) -> MediaTime {
        MediaTime(ticks: microseconds / 100 &* 9 &+ microseconds % 100 * 9 / 100)
    }

    private static func rounding(of segments: [MediaSegment]) -> MediaTime {
        guard segments.allSatisfy({ $0.duration.microseconds % 1_000_000 == 0 }) else { return .zero }
        return MediaTime(ticks: Int64(segments.count) * MediaTime.ticksPerSecond)
    }
}

/// The playlists of a folder that become one file: the variant, and the audio rendition that it is played with.
struct SectionedPresentation {
    private(set) var main: PlaylistSections
    private(set) var audio: PlaylistSections?
    /// The renditions that have no place in the file.
    private(set) var omitted: [OmittedStream] = []

    /// Reads the playlist of a folder and those that it names.
    ///
    /// - Returns: Nil when they can be read as one stream: each has one section at most, or the main one has none.
    init?(path: String) {
        let path = FileSystem.realPath(path)
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "/"
        func sections(_ name: String) -> PlaylistSections? {
            let path = FileSystem.realPath(folder + name)
            guard path.hasPrefix(folder), let bytes = FileSystem.contents(path) else { return nil }
            return Playlist(bytes).media.map { PlaylistSections($0, path: path) }
        }
        guard let bytes = FileSystem.contents(path) else { return nil }
        switch Playlist(bytes) {
        case .media(let playlist): main = PlaylistSections(playlist, path: path)
        case .multivariant(let playlist):
            guard let variant = playlist.variants.max(by: { Self.rank($0) < Self.rank($1) }),
                let variantSections = sections(variant.uri)
            else { return nil }
            main = variantSections
            let group = playlist.renditions.filter { $0.type == .audio && $0.groupID == variant.audio }
            let chosen = group.first(where: \.isDefault) ?? group.first(where: \.isAutoselect) ?? group.first
            if let uri = chosen?.uri {
                guard let audioSections = sections(uri) else { return nil }
                if audioSections.path != main.path { audio = audioSections }
            }
            let subtitles = playlist.renditions.filter { $0.type == .subtitles && $0.groupID == variant.subtitles }
            omitted = (group.filter { $0 != chosen && $0.uri != nil } + subtitles).map {
                OmittedStream(kind: $0.type == .audio ? .audio : .subtitles, language: $0.language, title: $0.name)
            }
        }
        guard !main.sections.isEmpty, main.sections.count > 1 || audio?.sections.count ?? 0 > 1 else { return nil }
    }

    private static func rank(_ variant: Variant) -> (Int, Int) {
        (variant.resolution.map { $0.width &* $0.height } ?? 0, variant.bandwidth)
    }
}
