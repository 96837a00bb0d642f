import HLSKit

extension DownloadRun {
    /// How often the playlists of a recording are written.
    private static let playlistInterval = Duration.seconds(3)

    /// How many times in a row a playlist without dates, all of whose segments are recorded, counts as late.
    private static let greatestStaleReloads = 3

    /// Whether as much is recorded as was asked for.
    var isLongEnough: Bool {
        guard let duration = configuration.duration, tracks.contains(where: { $0.reload != nil }) else { return false }
        return tracks.allSatisfy { .seconds($0.rendition.duration) >= duration }
    }

    mutating func beginReload(_ index: Int, _ now: ContinuousClock.Instant, _ group: inout TaskGroup<Outcome>) {
        let playlist = tracks[index].playlist
        let base = tracks[index].rendition.url
        guard let url = tracks[index].reload?.begin(playlist, url: base, now: now) else {
            return
        }
        let loader = PlaylistLoader(fetcher: fetcher, limits: configuration.limits)
        let variables = playlist.variables.values
        // Directives are no part of the address that names are relative to.
        let places = [(url: url, base: base)] + tracks[index].places.map { (url: $0, base: $0) }
        group.addTask {
            var failure: DownloadError?
            for place in places {
                do throws(DownloadError) {
                    // The reload is the retry: what a player would see a moment later is not waited for here.
                    guard case .media(let loaded) = try await loader.load(place.url, variables: variables, retries: 1)
                    else {
                        throw DownloadError(.notUsable, "'\(ResourceURL.short(url))' is not a media playlist any more")
                    }
                    var playlist = try loaded.whole()
                    playlist.adoptFinalParts()
                    playlist.url = place.base
                    return .reload(index, .success(playlist))
                } catch {
                    failure = failure ?? error
                    guard error.isOfResource else { break }
                }
            }
            return .reload(
                index,
                .failure(failure ?? DownloadError(.notFound, "the playlist cannot be loaded from any address"))
            )
        }
    }

    mutating func reloaded(
        _ index: Int,
        _ result: Result<MediaPlaylist, DownloadError>,
        _ group: inout TaskGroup<Outcome>
    ) throws(DownloadError) {
        let now = clock.now
        let previous = tracks[index].playlist
        var playlist: MediaPlaylist
        switch result {
        case .failure(let error):
            guard error.code != .cancelled else { return }
            failedToReload(index, error, now)
            return
        case .success(let loaded): playlist = loaded
        }
        if let place = playlist.url, place != tracks[index].rendition.url {
            let reason = "the first place cannot be loaded"
            onEvent(.warning(.copyUsed(url: tracks[index].rendition.url, copy: place, reason: reason)))
            tracks[index].move(to: place)
        }
        if playlist.skip != nil {
            do throws(PlaylistError) {
                playlist = try previous.merging(playlist)
            } catch {
                tracks[index].reload?.needWhole(now: now)
                return
            }
        }
        if playlist.segments.isEmpty, !previous.segments.isEmpty, !playlist.isEnded {
            failedToReload(index, DownloadError(.notUsable, "the playlist has no segments"), now)
            return
        }
        let join = RecordingJoin(playlist, behind: previous)
        if join.isAnotherStream, isStale(playlist, index, previous) {
            end(index, tracks[index].reload?.loaded(previous, hasChanged: false, now: now))
            return
        }
        tracks[index].staleReloads = 0
        guard join.isAnotherStream, canMatch(playlist, index) else {
            return try take(playlist, index, join, &group)
        }
        tracks[index].unmatched = UnmatchedWindow(playlist: playlist, join: join)
    }

    /// Takes in a window whose place is known.
    mutating func take(
        _ playlist: MediaPlaylist,
        _ index: Int,
        _ join: RecordingJoin,
        _ group: inout TaskGroup<Outcome>
    ) throws(DownloadError) {
        let (previous, now) = (tracks[index].playlist, clock.now)
        let new = join.first..<playlist.segments.count
        end(index, tracks[index].reload?.loaded(playlist, hasChanged: !new.isEmpty, now: now))
        // One that a cache has kept for too long tells nothing.
        guard !new.isEmpty || playlist.isEnded || playlist.mediaSequence >= previous.mediaSequence else { return }
        tracks[index].playlist = playlist
        tracks[index].frame.trailingDateRanges = playlist.trailingDateRanges
        if stop.isSet { return }
        tracks[index].planner.note(playlist.dateRanges)
        let (sections, segments) = (tracks[index].sections.count, tracks[index].segments.count)
        try extend(index, playlist, new, isAnotherStream: join.isAnotherStream, isRenumbered: join.isRenumbered)
        let added = WorkOrder.Track(index, tracks[index].rendition.segments, from: segments)
        enqueue(WorkOrder(newSections(of: index, from: sections), [added]), &group)
    }

    /// Whether a playlist is of an edge that is late by more than a window: all of it is recorded.
    ///
    /// Without dates it counts as a stream that was started anew, with the same names, when it comes again and again.
    private mutating func isStale(_ playlist: MediaPlaylist, _ index: Int, _ previous: MediaPlaylist) -> Bool {
        guard let first = playlist.segments.first, playlist.mediaSequence < previous.mediaSequence else { return false }
        let recorded = tracks[index].rendition.segments
        let origin = tracks[index].nextSequence &- recorded.count
        let isKnown = playlist.segments.allSatisfy { segment in
            let place = segment.mediaSequence &- origin
            // Numbers from in front of a jump are those of segments that are recorded, or were left out.
            guard place >= tracks[index].restart?.index ?? 0, recorded.indices.contains(place) else {
                return place < recorded.count
            }
            return SourceIdentity.lastComponent(segment.uri) == SourceIdentity.lastComponent(recorded[place].url)
        }
        guard isKnown else { return false }
        if let date = first.date, let known = previous.segments.first?.date { return date < known }
        tracks[index].staleReloads += 1
        return tracks[index].staleReloads <= Self.greatestStaleReloads
    }

    private mutating func failedToReload(_ index: Int, _ error: DownloadError, _ now: ContinuousClock.Instant) {
        // What a recording that was stopped meanwhile would have become is of no interest.
        guard var reload = tracks[index].reload, !reload.isOver else { return }
        let failure = reload.failed(tracks[index].playlist, now: now)
        tracks[index].reload = reload
        switch failure {
        case .interrupted(let patience):
            onEvent(
                .warning(
                    .liveInterrupted(
                        rendition: tracks[index].rendition.folder,
                        reason: error.message,
                        patience: Int(patience.components.seconds)
                    )
                )
            )
        case .over: end(index, error.message)
        case .retrying: break
        }
    }

    private mutating func end(_ index: Int, _ reason: String?) {
        guard let reason else { return }
        interruption = interruption ?? reason
        onEvent(.warning(.liveEnded(rendition: tracks[index].rendition.folder, reason: reason)))
    }

    // MARK: Playlists of the recording

    /// Writes the playlists of what is recorded so far, so that it can be watched, and is not lost.
    mutating func writeEventPlaylists(_ folder: DownloadFolder) throws(DownloadError) {
        guard tracks.contains(where: { $0.reload != nil }), tracks.allSatisfy({ $0.settled > 0 }) else { return }
        let now = clock.now
        if let last = lastPlaylists, now - last < Self.playlistInterval { return }
        let isFirst = lastPlaylists == nil
        lastPlaylists = now
        try writePlaylists(folder, isEnded: false)
        if isFirst { onEvent(.playlistAvailable(playlistURL(folder))) }
    }
}
