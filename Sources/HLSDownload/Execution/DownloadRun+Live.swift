import HLSKit

extension DownloadRun {
    /// How often the playlists of a recording are written.
    private static let playlistInterval = Duration.seconds(3)

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
        group.addTask {
            do throws(DownloadError) {
                guard case .media(let loaded) = try await loader.load(url, variables: variables) else {
                    throw DownloadError(.notUsable, "'\(ResourceURL.short(url))' is no media playlist any more")
                }
                var playlist = try loaded.whole()
                // Directives are no part of the address that names are relative to.
                playlist.url = base
                return .reload(index, .success(playlist))
            } catch {
                return .reload(index, .failure(error))
            }
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
            end(index, tracks[index].reload?.failed(error, previous, now: now))
            return
        case .success(let loaded): playlist = loaded
        }
        if playlist.skip != nil {
            do throws(PlaylistError) {
                playlist = try previous.merging(playlist)
            } catch {
                tracks[index].reload?.needWhole(now: now)
                return
            }
        }
        let join = RecordingJoin(playlist, behind: previous)
        let new = join.first..<playlist.segments.count
        end(index, tracks[index].reload?.loaded(playlist, hasChanged: !new.isEmpty, now: now))
        // One that a cache has kept for too long tells nothing.
        guard !new.isEmpty || playlist.isEnded || playlist.mediaSequence >= previous.mediaSequence else { return }
        tracks[index].playlist = playlist
        tracks[index].frame.trailingDateRanges = playlist.trailingDateRanges
        if stop.isSet { return }
        let (sections, segments) = (tracks[index].sections.count, tracks[index].segments.count)
        try extend(index, playlist, new, isAnotherStream: join.isAnotherStream)
        let added = WorkOrder.Track(index, tracks[index].rendition.segments, from: segments)
        enqueue(WorkOrder(newSections(of: index, from: sections), [added]), &group)
    }

    private func end(_ index: Int, _ reason: String?) {
        guard let reason else { return }
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
