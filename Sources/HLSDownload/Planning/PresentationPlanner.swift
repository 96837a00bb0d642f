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
    }

    /// - Throws: ``DownloadError``.
    func presentation(of url: String) async throws(DownloadError) -> Presentation {
        let urls = ResourceURL(allowsFiles: (loader.rootBase ?? url).lowercased().hasPrefix("file:"))
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
        // One playlist alone needs no other above it.
        let isAlone = wanted.count == 1
        if isAlone { wanted[0].rendition.folder = "" } else { Self.nameFolders(&wanted) }
        let playlists = try await playlists(wanted, of: playlist)
        let encryption = try choice.encryption.settled(for: playlists)
        var tracks: [Presentation.Track] = []
        var total = 0
        var segments = choice.segments
        for (wanted, media) in zip(wanted, playlists) {
            var rendition = wanted.rendition
            rendition.url = media.outline.url ?? wanted.url
            var track = try track(media, rendition, urls, segments, encryption)
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
        return Presentation(source: source, tracks: tracks, outline: isAlone ? nil : outline)
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
        func track(_ uri: String, _ rendition: DownloadPlan.Rendition) throws(DownloadError) -> Int {
            let url = try urls.resolved(uri, against: playlist.url)
            if let index = indices[url] { return index }
            indices[url] = wanted.count
            wanted.append(Wanted(url: url, rendition: rendition))
            return wanted.count - 1
        }
        for variant in selection.variants {
            var rendition = Self.rendition(.variant, Self.folder(of: variant), variant.uri)
            rendition.bandwidth = variant.bandwidth
            rendition.resolution = variant.resolution.map { "\($0.width)x\($0.height)" }
            rendition.codecs = variant.codecs?.entries.joined(separator: ",")
            outline.variants.append((variant, try track(variant.uri, rendition)))
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
            outline.renditions.append((tag, try track(uri, rendition)))
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

    private func playlists(
        _ wanted: [Wanted],
        of parent: MultivariantPlaylist
    ) async throws(DownloadError) -> [LongPlaylist] {
        let loader = loader
        let results = await concurrently(wanted, limit: 6) { wanted -> Result<PlaylistLoader.Loaded, DownloadError> in
            do throws(DownloadError) {
                return .success(
                    try await loader.load(wanted.url, variables: parent.variables.values, parent: parent.url)
                )
            } catch {
                return .failure(error)
            }
        }
        var playlists: [LongPlaylist] = []
        for (wanted, result) in zip(wanted, results) {
            guard case .media(let playlist) = try result.get() else {
                throw DownloadError(
                    .notUsable,
                    "'\(ResourceURL.short(wanted.url))' is a multivariant playlist within another: give its URL instead"
                )
            }
            playlists.append(playlist)
        }
        return playlists
    }
}
