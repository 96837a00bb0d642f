import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DownloadRun {
    func playlistURL(_ folder: DownloadFolder) -> URL {
        URL(filePath: folder.path + "/" + folder.playlistName)
    }

    /// Writes the playlists, and says that everything is there.
    ///
    /// - Throws: ``DownloadError`` with the code `incomplete` when something is missing that must not be.
    mutating func finish(_ folder: DownloadFolder) throws(DownloadError) -> DownloadResult {
        try checkPlan()
        let isRecording = tracks.contains { $0.reload != nil }
        // They come as they fail; people look for them in playing order.
        missing.sort { ($0.file.utf8.count, $0.file) < ($1.file.utf8.count, $1.file) }
        let isAborted = schedule.isStopped && !stop.isSet
        // Without any key nothing could be fetched: that is the one thing to report.
        if keys.isEmpty, !tracks.contains(where: { $0.present > 0 }),
            let failure = keyFailures.min(by: { $0.key < $1.key })?.value
        {
            throw failure
        }
        if sectionIsMissing || isAborted || (!missing.isEmpty && !isRecording && configuration.missingSegments == .fail)
        {
            throw incomplete()
        }
        guard tracks.contains(where: { $0.present > 0 }) else {
            if missing.isEmpty { throw DownloadError(.notUsable, "the playlist has no segment that is there") }
            throw incomplete()
        }
        for file in missing { onEvent(.warning(.missing(file))) }
        tellOfTags()
        tellOfAdvertisements()
        try writePlaylists(folder, isEnded: true)
        try discardOthers(folder)
        try folder.finish(isStopped: hasMoreToCome)
        onEvent(.playlistAvailable(playlistURL(folder)))
        return result(folder)
    }

    /// Makes sure that nothing is concluded from a plan that could not be read.
    private func checkPlan() throws(DownloadError) {
        guard tracks.contains(where: \.rendition.segments.hasFailed) else { return }
        throw DownloadError(
            .inputOutput,
            "the plan cannot be read again from the temporary folder: run it again to go on"
        )
    }

    /// Whether the stream has, or will have, more than what is written.
    private var hasMoreToCome: Bool {
        tracks.contains { track in
            if !track.playlist.isEnded || (stop.isSet && track.settled < track.segments.count) { return true }
            guard configuration.recordsLive, let duration = configuration.duration else { return false }
            // It may have been cut off there.
            return .seconds(track.rendition.duration) >= duration
        }
    }

    private func incomplete() -> DownloadError {
        let untried = schedule.untried.reduce(0) { count, item in
            if case .segments(let range) = item.content { count + range.count } else { count + 1 }
        }
        let names = missing.prefix(20).map { "\($0.file): \($0.reason)" }.joined(separator: "; ")
        let more = missing.count > 20 ? "; and \(missing.count - 20) more" : ""
        let rest = untried > 0 ? "; \(untried) were not tried after so many failures" : ""
        return DownloadError(
            .incomplete,
            "\(missing.count) \(missing.count == 1 ? "file" : "files") could not be fetched: run it again to go on, or --missing gap to do without them",
            cause: names + more + rest
        )
    }

    /// Says which unknown tags are not in the playlists.
    private func tellOfTags() {
        let outer = UnknownTags.leftOut(outline?.playlist.otherLines ?? [])
        if !outer.isEmpty { onEvent(.warning(.tagsLeftOut(rendition: "", names: outer))) }
        for track in tracks {
            let outer = UnknownTags.leftOut(track.frame.headerOtherLines + track.playlist.trailingOtherLines)
            let names = track.planner.tagsLeftOut.union(outer)
            guard !names.isEmpty else { continue }
            onEvent(.warning(.tagsLeftOut(rendition: track.rendition.folder, names: names.sorted())))
        }
    }

    /// Reports what was left out of the first rendition.
    private func tellOfAdvertisements() {
        guard configuration.skipsAdvertisements, let filter = tracks.first?.planner.filter else { return }
        let duration = filter.advertisements.reduce(0) { $0 + (($1.end ?? $1.start) - $1.start).seconds }
        onEvent(.warning(.advertisementsLeftOut(count: filter.advertisementCount, duration: duration)))
    }

    /// The unknown tags that the folder's playlist has too.
    private func kept(_ lines: [String]) -> [String] {
        let kept = UnknownTags.kept(lines)
        return configuration.skipsAdvertisements ? kept.filter { !AdMarker.isOne($0) } : kept
    }

    // MARK: Playlists

    /// Writes the playlist of each rendition and the one above them.
    func writePlaylists(_ folder: DownloadFolder, isEnded: Bool) throws(DownloadError) {
        for track in tracks {
            let count = isEnded && !stop.isSet ? track.listed : min(track.settled, track.listed)
            let name = FolderPlaylists.entryName(outline == nil ? "" : track.rendition.folder)
            // What stands behind the last segment will stand in front of the next one when there are more.
            let isWhole = isEnded && track.playlist.isEnded && count == track.listed
            try folder.write(as: name, isNoted: isEnded) { body throws(DownloadError) in
                try FolderPlaylists.write(
                    track.folderTrack,
                    count: count,
                    isEnded: isEnded,
                    head: kept(track.frame.headerOtherLines),
                    tail: isWhole ? kept(track.playlist.trailingOtherLines) : [],
                    body
                )
                try checkPlan()
            }
        }
        guard var outline else { return }
        if isEnded { addCodecs(to: &outline, folder) }
        let rates = tracks.map { track in
            FolderPlaylists.rates(track.rendition.segments) { index in
                track.file(index).flatMap { folder.journal.entry(FileNames.stem($0))?.byteCount }
            }
        }
        try checkPlan()
        let playlist = FolderPlaylists.multivariant(outline, folders: tracks.map(\.rendition.folder), rates: rates)
        let text = FolderPlaylists.text(playlist.bytes, head: UnknownTags.kept(outline.playlist.otherLines))
        try folder.write(text, as: DownloadFolder.playlistEntry, isNoted: isEnded)
    }

    /// Tells the codecs of variants that the stream itself does not tell them of.
    private func addCodecs(to outline: inout Presentation.Outline, _ folder: DownloadFolder) {
        for index in outline.variants.indices where outline.variants[index].variant.codecs == nil {
            let variant = outline.variants[index].variant
            let others = outline.renditions.filter {
                [variant.audio, variant.video].contains($0.rendition.groupID)
            }
            var codecs: [String] = []
            for number in [outline.variants[index].track] + others.compactMap(\.track) {
                let track = tracks[number]
                let found = CodecProbe.codecs(
                    section: track.sections.first.flatMap(\.self).map(folder.path(of:)),
                    segment: track.segments.isEmpty ? nil : track.file(0).map(folder.path(of:))
                )
                codecs += found.filter { !codecs.contains($0) }
            }
            if !codecs.isEmpty { outline.variants[index].variant.codecs = QuotedList(codecs) }
        }
    }

    /// Removes files of an earlier run that are no part of the result.
    private func discardOthers(_ folder: DownloadFolder) throws(DownloadError) {
        var own: Set<String> = [DownloadFolder.playlistEntry]
        for track in tracks {
            own.formUnion(track.sections.compactMap(\.self))
            own.formUnion(track.rendition.keys.compactMap(\.file))
            own.insert(FolderPlaylists.entryName(track.rendition.folder))
        }
        // All are called by their place, but for those of an earlier recording, whose playlist may say anything.
        for track in tracks where track.reload != nil {
            for index in track.segments.indices {
                guard let file = track.file(index), FileNames.segmentNumber(file) != index else { continue }
                own.insert(file)
            }
        }
        try checkPlan()
        // From here on the plan is not asked: what cannot be read would look as if it were no part of the result.
        let places = Dictionary(tracks.enumerated().map { ($1.rendition.folder, $0) }) { first, _ in first }
        try folder.discard { entry in
            guard let number = FileNames.segmentNumber(entry.file),
                let track = places[FileNames.folder(of: entry.file)],
                number < tracks[track].segments.count, let type = tracks[track].segments[number],
                type == FileExtension(of: entry.file)
            else { return !own.contains(entry.file) }
            return false
        }
    }

    private func result(_ folder: DownloadFolder) -> DownloadResult {
        DownloadResult(
            folder: URL(filePath: folder.path, directoryHint: .isDirectory),
            playlist: playlistURL(folder),
            duration: MediaTime(seconds: tracks.map(\.rendition.duration).max() ?? 0),
            renditions: tracks.count,
            segments: tracks.reduce(0) { $0 + $1.present },
            fetchedSegments: tracks.reduce(0) { $0 + $1.present } - earlier,
            bytes: folder.journal.entries.reduce(0) { $0 + Int64($1.byteCount) },
            missing: missing,
            interruption: interruption
        )
    }
}

extension FolderPlaylists {
    /// What the journal calls the playlist of a rendition.
    static func entryName(_ folder: String) -> String {
        folder.isEmpty ? DownloadFolder.playlistEntry : folder + "/" + folder + ".m3u8"
    }
}

/// Looks at a folder that a download has finished.
enum FinishedFolder {
    private static let limit = 1 << 28

    /// A media playlist of the folder.
    static func playlist(_ entry: String, in folder: DownloadFolder) -> MediaPlaylist? {
        FileSystem.contents(folder.path(of: entry), limit: limit).flatMap { Playlist($0).media }
    }

    /// How much a media playlist of the folder has; nil when it is none.
    private static func extent(_ entry: String, in folder: DownloadFolder) -> (segments: Int, seconds: Double)? {
        var stream = MediaPlaylistStream(configuration: .init(maximumDiagnostics: 0))
        var (segments, duration, byteCount) = (0, MediaDuration.zero, 0)
        func count(_ list: MediaSegments) {
            segments += list.count
            duration = duration + list.totalDuration
        }
        let isRead = FileSystem.read(folder.path(of: entry)) { piece in
            byteCount += piece.count
            stream.push(piece, count)
            return byteCount <= limit && !stream.isMultivariant
        }
        _ = stream.finish(count)
        return isRead && byteCount <= limit && !stream.isMultivariant ? (segments, duration.seconds) : nil
    }

    /// What the journal calls the media playlists that stand in the folder, whether it knows them or not.
    static func playlists(of folder: DownloadFolder) -> [String] {
        let top = FileSystem.contents(folder.path(of: DownloadFolder.playlistEntry), limit: limit).map { Playlist($0) }
        switch top {
        case .media: return [DownloadFolder.playlistEntry]
        case .multivariant(let playlist):
            let uris =
                playlist.variants.map(\.uri) + playlist.renditions.compactMap(\.uri)
                + playlist.iFrameVariants.compactMap { $0.attributes["URI"] }
            return Set(uris.filter { FileNames.isOwn($0.utf8) && $0.hasSuffix(".m3u8") }).sorted()
        case nil: return []
        }
    }

    /// A playlist of an interrupted recording as one that is whole; files that are not as they should be are gaps.
    static func ended(_ playlist: MediaPlaylist, _ name: String, _ folder: DownloadFolder) -> MediaPlaylist {
        var playlist = playlist
        let place = name == DownloadFolder.playlistEntry ? "" : String(name.prefix { $0 != "/" })
        for index in playlist.segments.indices where !playlist.segments[index].isGap {
            let file = FileNames.join(place, FileNames.last(playlist.segments[index].uri))
            let isThere = folder.journal.entry(FileNames.stem(file)).map { $0.file == file && folder.isIntact($0) }
            if !(isThere ?? false) { playlist.segments[index].isGap = true }
        }
        playlist.kind = .vod
        playlist.isEnded = true
        return playlist
    }

    /// Whether each rendition lasts as long as is wanted; a recording without a wanted duration never does.
    static func lasts(_ duration: Duration?, _ folder: DownloadFolder) -> Bool {
        guard let duration else { return false }
        return folder.journal.entries.allSatisfy { entry in
            guard entry.file.hasSuffix(".m3u8"), let extent = extent(entry.file, in: folder) else { return true }
            return .seconds(extent.seconds) >= duration
        }
    }

    static func result(of folder: DownloadFolder) -> DownloadResult {
        var (duration, segments, renditions) = (0.0, 0, 0)
        for entry in folder.journal.entries where entry.file.hasSuffix(".m3u8") {
            guard let extent = extent(entry.file, in: folder) else { continue }
            renditions += 1
            duration = max(duration, extent.seconds)
            segments += extent.segments
        }
        return DownloadResult(
            folder: URL(filePath: folder.path, directoryHint: .isDirectory),
            playlist: URL(filePath: folder.path + "/" + folder.playlistName),
            duration: MediaTime(seconds: duration),
            renditions: renditions,
            segments: segments,
            fetchedSegments: 0,
            bytes: folder.journal.entries.reduce(0) { $0 + Int64($1.byteCount) },
            missing: []
        )
    }
}
