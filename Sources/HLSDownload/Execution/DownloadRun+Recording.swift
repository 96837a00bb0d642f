import HLSKit

extension DownloadRun {
    // MARK: Going on with a recording

    /// Whether the folder holds what was recorded, or taken, of the stream before it came to its end.
    func hasRecording(_ folder: DownloadFolder) -> Bool {
        let journal = folder.journal
        return (journal.isRecording || journal.isStopped) && isSameSource(journal) && journal.selection == selection
    }

    /// Prepares to record: what an earlier run recorded comes first.
    mutating func beginRecording(in folder: DownloadFolder, continues: Bool) throws(DownloadError) {
        for index in tracks.indices {
            tracks[index].reload = LiveReload(
                tracks[index].playlist,
                now: start,
                patience: configuration.livePatience
            )
            guard continues else { continue }
            let name = FolderPlaylists.entryName(outline == nil ? "" : tracks[index].rendition.folder)
            let earlier = FinishedFolder.playlist(name, in: folder)
            guard let earlier, !earlier.segments.isEmpty else { continue }
            try resume(index, earlier, folder)
            try noteRestart(index, in: folder)
        }
    }

    /// The result of a recording whose stream is no more: ended where it was interrupted; nil when there is none.
    func endedRecording(
        in folder: DownloadFolder,
        _ error: DownloadError
    ) throws(DownloadError) -> DownloadResult? {
        guard configuration.recordsLive, hasRecording(folder) else { return nil }
        if !folder.journal.isFinished {
            let names = FinishedFolder.playlists(of: folder)
            guard !names.isEmpty else { return nil }
            try folder.begin(
                source: folder.journal.source,
                selection: folder.journal.selection,
                isRecording: true,
                continues: true
            )
            for name in names {
                guard let playlist = FinishedFolder.playlist(name, in: folder) else { continue }
                try folder.write(FinishedFolder.ended(playlist, name, folder).bytes, as: name)
            }
            try folder.discard { !folder.isIntact($0) }
            try folder.finish(isStopped: true)
        }
        onEvent(.warning(.liveEnded(rendition: "", reason: error.message)))
        var result = FinishedFolder.result(of: folder)
        result.interruption = error.message
        return result
    }

    /// Says in the journal where the numbers of a stream began anew, when it is not said yet.
    func noteRestart(_ index: Int, in folder: DownloadFolder) throws(DownloadError) {
        let name = tracks[index].rendition.folder
        guard let restart = tracks[index].restart, folder.journal.restarts[name] != restart else { return }
        try folder.note(restart, of: name)
    }

    private mutating func resume(
        _ index: Int,
        _ earlier: MediaPlaylist,
        _ folder: DownloadFolder
    ) throws(DownloadError) {
        let playlist = tracks[index].playlist
        let window = tracks[index].rendition
        var planner = tracks[index].planner.emptied
        planner.note(playlist.dateRanges)
        planner.adopt(earlier.segments, knowing: Self.recordedSections(of: window, folder.journal))
        var frame = earlier
        frame.segments.removeAll()
        frame.trailingDateRanges = playlist.trailingDateRanges
        tracks[index].goOn(with: frame, planner)
        var origin = Journal.Restart(index: 0, sequence: earlier.mediaSequence)
        if let restart = folder.journal.restarts[window.folder], (1...earlier.segments.count).contains(restart.index) {
            origin = restart
            tracks[index].restart = restart
        }
        let join = RecordingJoin(
            window: playlist.segments.count,
            from: playlist.mediaSequence,
            recorded: earlier.segments.count &- origin.index,
            from: origin.sequence
        ) { new, old in
            Self.isSame(
                (playlist.segments[new], Self.planned(playlist.segments[new], in: window), window),
                earlier.segments[origin.index + old],
                folder.journal,
                targetDuration: playlist.targetDuration
            )
        }
        // Numbers that were not in step before may be stuck.
        if join.isAnotherStream || tracks[index].restart != nil && !join.isSeen, canMatch(playlist, index) {
            tracks[index].unmatched = UnmatchedWindow(playlist: playlist, join: join, isFirst: true)
            return
        }
        tracks[index].planner.pass(playlist.segments.prefix(join.first))
        try extend(
            index,
            playlist,
            join.first..<playlist.segments.count,
            isAnotherStream: join.isAnotherStream
        )
    }

    /// What is planned of a segment of the window; nil when it is left out.
    private static func planned(
        _ segment: MediaSegment,
        in window: DownloadPlan.Rendition
    ) -> DownloadPlan.Segment? {
        window.segments.first { $0.sequence == segment.mediaSequence }
    }

    /// Whether a segment of the window is one of the recording; nil when nothing tells.
    private static func isSame(
        _ new: (tag: MediaSegment, planned: DownloadPlan.Segment?, rendition: DownloadPlan.Rendition),
        _ old: MediaSegment,
        _ journal: Journal,
        targetDuration: Int?
    ) -> Bool? {
        if let isSame = RecordingJoin.isSameTime(new.tag, old, targetDuration: targetDuration) { return isSame }
        let stem = FileNames.join(new.rendition.folder, FileNames.stem(FileNames.last(old.uri)))
        guard !old.isGap, let planned = new.planned, let entry = journal.entry(stem) else { return nil }
        return entry.identity == FileIdentity.of(planned, new.rendition)
    }

    /// The sections of a window that the folder has already, with the names of their files.
    private static func recordedSections(
        of window: DownloadPlan.Rendition,
        _ journal: Journal
    ) -> [DownloadPlan.Initialization] {
        let wanted = Set(window.initializations.map { FileIdentity.of($0, window) })
        let files = Dictionary(
            journal.entries.lazy.filter { wanted.contains($0.identity) }.map { ($0.identity, $0.file) },
            uniquingKeysWith: { max($0, $1) }
        )
        return window.initializations.compactMap { section in
            // The key of a protected one would have to be found first.
            guard section.protection == nil, let file = files[FileIdentity.of(section, window)] else { return nil }
            var section = section
            section.file = file
            return section
        }
    }

    // MARK: Growing

    /// Adds segments of the playlist to the recording, but for those that it has; what fell out between becomes gaps.
    mutating func extend(
        _ index: Int,
        _ playlist: MediaPlaylist,
        _ range: Range<Int>,
        isAnotherStream: Bool,
        isRenumbered: Bool = false
    ) throws(DownloadError) {
        if isRenumbered {
            tracks[index].restart = Journal.Restart(
                index: tracks[index].rendition.segments.count,
                sequence: max(0, playlist.mediaSequence &+ range.lowerBound)
            )
        }
        guard !range.isEmpty else { return }
        var (range, isAnotherStream, isBehindHole) = (range, isAnotherStream, false)
        if !isAnotherStream {
            let distance = (playlist.mediaSequence &+ range.lowerBound) &- tracks[index].nextSequence
            if distance < 0 {
                range = min(range.upperBound, range.lowerBound &- distance)..<range.upperBound
                guard !range.isEmpty else { return }
            } else if distance > 0 {
                isBehindHole = true
                isAnotherStream = !lose(distance, index, playlist)
            }
        }
        if isAnotherStream {
            tracks[index].restart = Journal.Restart(
                index: tracks[index].rendition.segments.count,
                sequence: max(0, playlist.mediaSequence &+ range.lowerBound)
            )
        }
        for number in range {
            var segment = playlist.segments[number]
            if number == range.lowerBound {
                if isAnotherStream { segment.isDiscontinuity = true }
                // Behind a hole, whose length is a guess, counting from the date in front of it would be wrong.
                if isAnotherStream || isBehindHole, segment.programDateTime == nil {
                    segment.programDateTime = segment.date
                }
            }
            tracks[index].note(try tracks[index].planner.add(CollectionOfOne(segment)))
        }
        tracks[index].grow()
    }

    /// Notes segments that came and went unseen.
    ///
    /// - Returns: Whether they became gaps; too many are a hole that the next segment begins anew behind.
    private mutating func lose(_ count: Int, _ index: Int, _ playlist: MediaPlaylist) -> Bool {
        onEvent(.warning(.fellOut(rendition: tracks[index].rendition.folder, count: count)))
        guard count <= RecordingJoin.greatestHole else { return false }
        let duration = MediaDuration(seconds: Double(max(1, playlist.targetDuration ?? 1)))
        for _ in 0..<count {
            let sequence = tracks[index].frame.mediaSequence &+ tracks[index].rendition.segments.count
            tracks[index].planner.addLost(sequence: sequence, duration: duration.seconds)
        }
        tracks[index].grow()
        return true
    }
}
