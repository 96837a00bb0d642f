import HLSKit

/// Turns the URL of a playlist into a plan: chooses variants and renditions, and fetches their playlists.
struct PresentationPlanner: Sendable {
    let loader: PlaylistLoader
    let choice: Choice

    /// What is wanted of a stream.
    struct Choice: Sendable {
        var variants: VariantChoice
        var audio: TrackChoice
        var subtitles: TrackChoice
        var includesIFrames: Bool
        var keepsEncryption: Bool
        var recordsLive: Bool
        var segments: SegmentFilter.Choice
        var encryption: EncryptionChoice
    }

    /// A media playlist that is wanted.
    private struct Wanted: Sendable {
        var url: String
        var rendition: DownloadPlan.Rendition
        /// The same content at other places.
        var copies: [String]
    }

    /// What came of a media playlist that is wanted.
    private struct Loaded: Sendable {
        var playlist: PlaylistLoader.LoadedRendition
        /// Where it was loaded from.
        var url: String
        /// Why the places in front of it do not have it; nil for the first.
        var failure: DownloadError?
    }

    /// - Throws: ``DownloadError``.
    func presentation(of url: String) async throws(DownloadError) -> Presentation {
        func isLocal(_ url: String) -> Bool { url.lowercased().hasPrefix("file:") }
        // What a server sends names no files of this machine, whatever it is made relative to.
        let mayNameFiles = loader.rootText != nil || isLocal(url)
        let urls = ResourceURL(allowsFiles: mayNameFiles && isLocal(loader.rootBase ?? url))
        switch try await loader.loadRoot(url) {
        case .media(let playlist):
            if loader.rootText != nil, choice.recordsLive, !playlist.outline.isEnded {
                throw DownloadError(.invalidOption, .recordingOfText)
            }
            let source = loader.rootBase == nil ? playlist.outline.url ?? url : url
            let rendition = Self.rendition(.variant, "", source)
            let encryption = try choice.encryption.settled(for: [playlist])
            let track = try track(playlist, rendition, urls, choice.segments, encryption)
            return Presentation(source: source, tracks: [track])
        case .multivariant(let playlist):
            let source = loader.rootBase == nil ? playlist.url ?? url : url
            return try await presentation(of: playlist, source, urls)
        }
    }

    private func presentation(
        of playlist: MultivariantPlaylist,
        _ source: String,
        _ urls: ResourceURL
    ) async throws(DownloadError) -> Presentation {
        let selection = try Selection(playlist, choice)
        var (outline, wanted) = try self.outline(playlist, selection, urls)
        guard wanted.count <= loader.limits.renditions else {
            throw DownloadError(
                .limitReached,
                "more than \(loader.limits.renditions) renditions are chosen: choose fewer"
            )
        }
        var warnings: [DownloadWarning] = []
        let (playlists, lost) = try await playlists(&wanted, of: playlist, &warnings)
        outline.removeRenditions(of: lost)
        // One playlist alone needs no other above it.
        let isAlone = wanted.count == 1
        if isAlone { wanted[0].rendition.folder = "" } else { Self.nameFolders(&wanted) }
        let encryption = try choice.encryption.settled(for: playlists)
        var tracks: [Presentation.Track] = []
        var total = 0
        var segments = choice.segments
        for (wanted, media) in zip(wanted, playlists) {
            var rendition = wanted.rendition
            rendition.url = media.outline.url ?? wanted.url
            var track = try track(media, rendition, urls, segments, encryption)
            track.copies = wanted.copies
            // The others have to cover what the first one has.
            if tracks.isEmpty {
                segments.range = track.planner.filter.covered(segments.range)
                segments.advertisements = track.planner.filter.advertisements
                // Without markers of the first one nothing is left out of the others, so that they stay in step.
                if !choice.recordsLive { segments.skipsAdvertisements = track.planner.filter.hasMarkers }
            }
            if playlist.hasIndependentSegments { track.playlist.hasIndependentSegments = true }
            if track.playlist.start == nil, !choice.segments.movesTimes { track.playlist.start = playlist.start }
            total += track.planner.rendition.segments.count
            guard total <= loader.limits.segments else {
                throw DownloadError(
                    .limitReached,
                    "the chosen renditions have more than \(loader.limits.segments) segments"
                )
            }
            tracks.append(track)
        }
        outline.playlist.url = source
        if choice.segments.movesTimes { outline.playlist.start = nil }
        return Presentation(source: source, tracks: tracks, outline: isAlone ? nil : outline, warnings: warnings)
    }

    private func track(
        _ playlist: LongPlaylist,
        _ rendition: DownloadPlan.Rendition,
        _ urls: ResourceURL,
        _ segments: SegmentFilter.Choice,
        _ encryption: EncryptionChoice
    ) throws(DownloadError) -> Presentation.Track {
        let isRecorded = choice.recordsLive && !playlist.outline.isEnded
        guard playlist.hasSegments || isRecorded else {
            throw DownloadError(.notUsable, "the playlist '\(ResourceURL.short(rendition.url))' has no segments")
        }
        guard !playlist.outline.isIFramesOnly || rendition.kind == .iFrames || rendition.folder.isEmpty else {
            throw DownloadError(.notUsable, "the playlist '\(ResourceURL.short(rendition.url))' has I-frames only")
        }
        var segments = segments
        if isRecorded { segments.limit = nil }
        var planner = RenditionPlanner(
            rendition,
            urls: urls,
            base: playlist.outline.url,
            keepsEncryption: choice.keepsEncryption,
            encryption: encryption,
            filter: SegmentFilter(segments),
            limits: loader.limits
        )
        if segments.skipsAdvertisements { try survey(playlist, &planner) }
        var restart = try planner.plan(playlist)
        if playlist.outline.isEnded, !playlist.outline.pendingParts.isEmpty {
            var whole = try playlist.whole()
            let count = whole.segments.count
            whole.adoptFinalParts()
            restart = try planner.add(whole.segments.dropFirst(count)) ?? restart
        }
        if planner.rendition.segments.isEmpty, playlist.hasSegments, !isRecorded {
            throw DownloadError(.invalidOption, planner.filter.emptiness)
        }
        var outline = playlist.outline
        if choice.segments.movesTimes { outline.start = nil }
        guard choice.recordsLive else {
            return Presentation.Track(playlist: outline, planner: planner, restart: restart)
        }
        // What the folder has already is looked for among its segments.
        var whole = try playlist.whole()
        whole.adoptFinalParts()
        if segments.limit != nil {
            whole.segments.removeSubrange(min(planner.filter.countWithinLimit, whole.segments.count)...)
        }
        return Presentation.Track(playlist: whole, planner: planner, restart: restart)
    }

    /// Collects the markers of a whole playlist: what a date range or a cue means may depend on what comes behind it.
    private func survey(_ playlist: LongPlaylist, _ planner: inout RenditionPlanner) throws(DownloadError) {
        var dateRanges = playlist.outline.trailingDateRanges
        var markers = playlist.outline.headerOtherLines.compactMap(AdMarker.init)
        try playlist.forEachList { segments throws(DownloadError) in
            for segment in segments {
                dateRanges += segment.dateRanges
                markers += segment.otherLines.compactMap(AdMarker.init)
            }
        }
        planner.survey(dateRanges, markers, isEnded: playlist.outline.isEnded)
    }

    // MARK: Choosing

    /// Lists what is wanted, each media playlist once.
    private func outline(
        _ playlist: MultivariantPlaylist,
        _ selection: Selection,
        _ urls: ResourceURL
    ) throws(DownloadError) -> (Presentation.Outline, [Wanted]) {
        var outline = Presentation.Outline(playlist: playlist)
        var wanted: [Wanted] = []
        var indices: [String: Int] = [:]
        func track(
            _ uri: String,
            _ rendition: DownloadPlan.Rendition,
            copies: [String] = []
        ) throws(DownloadError) -> Int {
            let url = try urls.resolved(uri, against: playlist.url)
            if let index = indices[url] { return index }
            indices[url] = wanted.count
            var places: [String] = []
            for copy in copies {
                // What cannot be fetched is not a copy.
                guard let place = try? urls.resolved(copy, against: playlist.url) else { continue }
                if place != url, !places.contains(place) { places.append(place) }
            }
            wanted.append(Wanted(url: url, rendition: rendition, copies: places))
            return wanted.count - 1
        }
        for variant in selection.variants {
            var rendition = Self.rendition(.variant, Self.folder(of: variant), variant.uri)
            rendition.bandwidth = variant.bandwidth
            rendition.resolution = variant.resolution.map { "\($0.width)x\($0.height)" }
            rendition.codecs = variant.codecs?.entries.joined(separator: ",")
            let copies = RedundantVariants.copies(of: variant, in: playlist).map(\.uri)
            outline.variants.append((variant, try track(variant.uri, rendition, copies: copies)))
        }
        for tag in selection.renditions {
            guard let uri = tag.uri else {
                outline.renditions.append((tag, nil))
                continue
            }
            let kind: DownloadPlan.Rendition.Kind =
                tag.type == .subtitles ? .subtitles : tag.type == .video ? .video : .audio
            let folder = FileNames.folder([kind.rawValue, tag.language ?? tag.name])
            var rendition = Self.rendition(kind, folder, uri)
            rendition.name = tag.name
            rendition.language = tag.language
            let copies = RedundantVariants.copies(of: tag, beside: selection.variants, in: playlist)
            outline.renditions.append((tag, try track(uri, rendition, copies: copies)))
        }
        for variant in selection.iFrames {
            var rendition = Self.rendition(
                .iFrames,
                FileNames.folder(["iframes", variant.resolution.map { "\($0.height)p" }]),
                variant.uri
            )
            rendition.bandwidth = variant.bandwidth
            rendition.resolution = variant.resolution.map { "\($0.width)x\($0.height)" }
            rendition.codecs = variant.codecs?.entries.joined(separator: ",")
            outline.iFrames.append((variant, try track(variant.uri, rendition)))
        }
        return (outline, wanted)
    }

    private static func rendition(
        _ kind: DownloadPlan.Rendition.Kind,
        _ folder: String,
        _ url: String
    ) -> DownloadPlan.Rendition {
        DownloadPlan.Rendition(
            kind: kind,
            folder: folder,
            url: url,
            duration: 0,
            keys: [],
            initializations: [],
            segments: []
        )
    }

    private static func folder(of variant: Variant) -> String {
        if let resolution = variant.resolution { return FileNames.folder(["\(resolution.height)p"]) }
        return FileNames.folder(["\(variant.bandwidth / 1_000)k"])
    }

    /// Gives renditions of one name numbers.
    private static func nameFolders(_ wanted: inout [Wanted]) {
        var taken: Set<String> = []
        for index in wanted.indices {
            let name = wanted[index].rendition.folder
            var candidate = name
            var number = 2
            while !taken.insert(candidate).inserted {
                candidate = name + "-\(number)"
                number += 1
            }
            wanted[index].rendition.folder = candidate
        }
    }

    // MARK: Fetching

    /// How often a place is asked again while there are others.
    private static let retriesBesideCopies = 2

    /// Fetches the media playlists that are wanted; those that are not there, and need not be, are taken out.
    ///
    /// - Returns: The playlists, and the places of those that were taken out.
    private func playlists(
        _ wanted: inout [Wanted],
        of parent: MultivariantPlaylist,
        _ warnings: inout [DownloadWarning]
    ) async throws(DownloadError) -> ([LongPlaylist], Set<Int>) {
        let planner = self
        let results = await concurrently(wanted, limit: 6) { wanted -> Result<Loaded, DownloadError> in
            await planner.load(wanted, of: parent)
        }
        var found: [PlaylistLoader.LoadedRendition] = []
        var lost: Set<Int> = []
        for (index, result) in results.enumerated() {
            switch result {
            case .success(let loaded):
                found.append(loaded.playlist)
                guard let failure = loaded.failure else { continue }
                warnings.append(.copyUsed(url: wanted[index].url, copy: loaded.url, reason: "\(failure)"))
                wanted[index].copies = wanted[index].copies.filter { $0 != loaded.url } + [wanted[index].url]
                wanted[index].url = loaded.url
            case .failure(let error):
                guard wanted[index].rendition.kind == .subtitles, needsNoSubtitles, error.isOfResource else {
                    throw error
                }
                warnings.append(.subtitlesLeftOut(name: wanted[index].rendition.name ?? "", reason: "\(error)"))
                lost.insert(index)
            }
        }
        wanted = wanted.indices.filter { !lost.contains($0) }.map { wanted[$0] }
        let duration = found.reduce(0) { max($0, Self.duration(of: $1)) }
        var playlists: [LongPlaylist] = []
        for (wanted, found) in zip(wanted, found) {
            playlists.append(try Self.media(found, of: wanted, lasting: duration, &warnings))
        }
        return (playlists, lost)
    }

    /// Whether subtitles were not named, so that the film is wanted without them too.
    private var needsNoSubtitles: Bool {
        switch choice.subtitles {
        case .automatic, .all: true
        case .none, .languages: false
        }
    }

    /// Loads a playlist from the first place that has it.
    private func load(_ wanted: Wanted, of parent: MultivariantPlaylist) async -> Result<Loaded, DownloadError> {
        var first: DownloadError?
        for (number, url) in ([wanted.url] + wanted.copies).enumerated() {
            let retries = number < wanted.copies.count ? Self.retriesBesideCopies : nil
            do throws(DownloadError) {
                let playlist = try await loader.loadRendition(
                    url,
                    variables: parent.variables.values,
                    parent: parent.url,
                    retries: retries
                )
                return .success(Loaded(playlist: playlist, url: url, failure: first))
            } catch {
                first = first ?? error
                guard error.isOfResource else { return .failure(error) }
            }
        }
        return .failure(first ?? DownloadError(.notFound, "'\(ResourceURL.short(wanted.url))' does not exist"))
    }

    private static func duration(of playlist: PlaylistLoader.LoadedRendition) -> Double {
        guard case .playlist(.media(let playlist)) = playlist else { return 0 }
        var duration = 0.0
        try? playlist.forEachList { duration += max(0, $0.totalDuration.seconds) }
        return duration
    }

    private static func media(
        _ found: PlaylistLoader.LoadedRendition,
        of wanted: Wanted,
        lasting duration: Double,
        _ warnings: inout [DownloadWarning]
    ) throws(DownloadError) -> LongPlaylist {
        switch found {
        case .playlist(.media(let playlist)): return playlist
        case .webVTT(let url) where wanted.rendition.kind == .subtitles:
            guard let playlist = LongPlaylist(file: url, lasting: max(duration, 1)) else {
                throw LongPlaylist.unreadable(url)
            }
            warnings.append(.subtitlesWithoutPlaylist(name: wanted.rendition.name ?? "", url: url))
            return playlist
        case .webVTT(let url):
            throw DownloadError(
                .notUsable,
                "'\(ResourceURL.short(url))' is WebVTT and no HLS playlist: give the URL of an .m3u8 playlist"
            )
        case .playlist(.multivariant):
            throw DownloadError(
                .notUsable,
                "'\(ResourceURL.short(wanted.url))' is a multivariant playlist within another: give its URL instead"
            )
        }
    }
}
