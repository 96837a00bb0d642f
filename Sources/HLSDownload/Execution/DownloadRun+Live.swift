import HLSKit

extension DownloadRun {
    /// The most lost segments that become gaps; a longer hole becomes a discontinuity.
    private static let greatestHole = 10_000
    /// How often the playlists of a recording are written.
    private static let playlistInterval = Duration.seconds(3)

    /// Prepares to record: what an earlier run recorded comes first.
    mutating func beginRecording(in folder: DownloadFolder) {
        for index in tracks.indices {
            let playlist = tracks[index].playlist
            tracks[index].reload = LiveReload(playlist, now: start)
            let earlier = FinishedFolder.playlist(FolderPlaylists.entryName(tracks[index].rendition.folder), in: folder)
            guard let earlier, !earlier.segments.isEmpty, !playlist.segments.isEmpty else { continue }
            resume(index, earlier, playlist)
        }
    }

    /// Whether an earlier run has recorded a stream, which may have ended meanwhile.
    func hasRecording(_ folder: DownloadFolder) -> Bool {
        guard !folder.journal.isFinished else { return false }
        return tracks.contains { track in
            let playlist = FinishedFolder.playlist(FolderPlaylists.entryName(track.rendition.folder), in: folder)
            return playlist.map { $0.kind == .event && !$0.isEnded } ?? false
        }
    }

    private mutating func resume(_ index: Int, _ earlier: MediaPlaylist, _ playlist: MediaPlaylist) {
        var planner = tracks[index].planner.emptied
        planner.adopt(earlier)
        tracks[index].planner = planner
        tracks[index].history = earlier
        tracks[index].history.url = playlist.url
        tracks[index].history.isEnded = false
        tracks[index].sections = []
        tracks[index].segments = []
        let next = earlier.mediaSequence &+ earlier.segments.count
        let shift = playlist.mediaSequence &- next
        if shift > 0 { lose(shift, index, playlist) }
        let first = min(max(0, 0 &- shift), playlist.segments.count)
        do throws(DownloadError) {
            try append(playlist, first..<playlist.segments.count, to: index)
        } catch {
            fatal = error
        }
    }

    /// Whether as much is recorded as was asked for.
    var isLongEnough: Bool {
        guard let duration = configuration.duration, tracks.contains(where: { $0.reload != nil }) else { return false }
        return tracks.allSatisfy { .seconds($0.history.segments.totalDuration.seconds) >= duration }
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
                guard case .media(var playlist) = try await loader.load(url, variables: variables) else {
                    throw DownloadError(.notUsable, "'\(ResourceURL.short(url))' is no media playlist any more")
                }
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
        let changes = playlist.changes(since: previous)
        tracks[index].playlist = playlist
        end(index, tracks[index].reload?.loaded(playlist, hasChanged: !changes.isEmpty, now: now))
        if stop.isSet { return }
        if changes.missedSegments > 0 { lose(changes.missedSegments, index, playlist) }
        let (sections, segments) = (tracks[index].sections.count, tracks[index].segments.count)
        try append(playlist, changes.newSegments, to: index, isAnotherStream: changes.isAnotherStream)
        let rendition = tracks[index].rendition
        let items = WorkOrder.items(rendition, track: index, from: segments) { _ in false }
        enqueue(newSections(of: index, from: sections) + items, &group)
    }

    private func end(_ index: Int, _ reason: String?) {
        guard let reason else { return }
        onEvent(.warning(.liveEnded(rendition: tracks[index].rendition.folder, reason: reason)))
    }

    /// Notes segments that came and went unseen.
    private mutating func lose(_ count: Int, _ index: Int, _ playlist: MediaPlaylist) {
        onEvent(.warning(.fellOut(rendition: tracks[index].rendition.folder, count: count)))
        guard count <= Self.greatestHole else { return }
        let duration = MediaDuration(seconds: Double(max(1, playlist.targetDuration ?? 1)))
        for _ in 0..<count {
            let sequence = tracks[index].history.mediaSequence &+ tracks[index].history.segments.count
            tracks[index].history.segments.append(MediaSegment(uri: "lost", duration: duration, isGap: true))
            tracks[index].planner.addLost(sequence: sequence, duration: duration.seconds)
        }
        tracks[index].grow()
    }

    private mutating func append(
        _ playlist: MediaPlaylist,
        _ range: Range<Int>,
        to index: Int,
        isAnotherStream: Bool = false
    ) throws(DownloadError) {
        guard !range.isEmpty else { return }
        try tracks[index].planner.add(playlist, range)
        for number in range {
            var segment = playlist.segments[number]
            if isAnotherStream, number == range.lowerBound { segment.isDiscontinuity = true }
            tracks[index].history.segments.append(segment)
        }
        tracks[index].grow()
        tracks[index].countGaps()
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
