import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One download from start to end: look at the folder, plan, check what is there, fetch, write the playlists.
struct DownloadRun {
    let configuration: HLSDownloader.Configuration
    /// The URL of the playlist.
    let source: String
    let directory: String
    let fetcher: any ResourceFetcher
    let counter: ByteCounter
    let stop: StopSignal
    let onEvent: @Sendable (DownloadEvent) -> Void

    let clock = ContinuousClock()
    let start = ContinuousClock.now
    var tracks: [TrackState] = []
    var outline: Presentation.Outline?
    var schedule: Schedule
    var keys: [String: [UInt8]] = [:]
    /// Why keys could not be fetched.
    var keyFailures: [String: DownloadError] = [:]
    /// The keys that are being fetched.
    var pendingKeys: Set<String> = []
    /// The attempts at segments of a recording that failed so far.
    var lateSegments: [WorkItem: LateSegment] = [:]
    /// The renditions that were warned of because another place was used.
    var copiedTracks: Set<Int> = []
    /// Why the recording ended without the end of its stream.
    var interruption: String?
    var speedometer: Speedometer
    /// The segments that were there before.
    var earlier = 0
    /// What ends the download.
    var fatal: DownloadError?
    var missing: [DownloadResult.Missing] = []
    var lastPlaylists: ContinuousClock.Instant?
    /// How many sets of items wait for keys.
    var waitingForKeys = 0
    var sectionIsMissing = false

    init(
        configuration: HLSDownloader.Configuration,
        source: String,
        directory: String,
        fetcher: any ResourceFetcher,
        counter: ByteCounter,
        stop: StopSignal,
        onEvent: @escaping @Sendable (DownloadEvent) -> Void
    ) {
        self.configuration = configuration
        self.source = source
        self.directory = directory
        self.fetcher = fetcher
        self.counter = counter
        self.stop = stop
        self.onEvent = onEvent
        schedule = Schedule(workers: configuration.workers)
        speedometer = Speedometer(start: start)
        if case .bytes(let key) = configuration.key?.source { keys[GivenKey.plannedURL] = key }
    }

    mutating func run() async throws(DownloadError) -> DownloadResult {
        var folder: DownloadFolder?
        if let status = FileSystem.status(directory) {
            guard status.isDirectory else {
                throw DownloadError(.cannotCreateOutput, "'\(directory)' is a file: give a folder to write to")
            }
            let taken = try DownloadFolder(directory, isForced: configuration.replacesOtherResults)
            if let result = try await finishedResult(in: taken) { return result }
            folder = taken
        }
        let presentation: Presentation
        do throws(DownloadError) {
            presentation = try await configuration.planner(fetcher).presentation(of: source)
        } catch {
            guard error.code == .notFound, let folder, let result = try endedRecording(in: folder, error) else {
                throw error
            }
            return result
        }
        let taken: DownloadFolder
        if let folder {
            taken = folder
        } else {
            taken = try DownloadFolder(directory, isForced: configuration.replacesOtherResults)
        }
        outline = presentation.outline
        tracks = presentation.tracks.map { TrackState($0) }
        onEvent(.plan(presentation.plan(playlistName: taken.playlistName)))
        for warning in presentation.warnings { onEvent(.warning(warning)) }
        let continues = configuration.recordsLive && hasRecording(taken)
        let isLive = configuration.recordsLive && presentation.isLive || continues
        if presentation.isLive, !isLive { onEvent(.warning(.stillGrowing)) }
        try begin(taken, isRecording: isLive, continues: continues)
        if configuration.skipsAdvertisements, !continues {
            for index in tracks.indices { try noteRestart(index, in: taken) }
        }
        if isLive { try beginRecording(in: taken, continues: continues) }
        findCopies(of: presentation)
        try await adoptFiles(in: taken)
        stop.beginRecording(isLive)
        try await fetchAll(into: taken)
        return try finish(taken)
    }

    /// Prepares for places that fail.
    private mutating func findCopies(of presentation: Presentation) {
        let variables = presentation.outline?.playlist.variables.values ?? [:]
        for index in tracks.indices where tracks[index].reload == nil && !tracks[index].places.isEmpty {
            tracks[index].copies = RenditionCopies(
                tracks[index].planner,
                places: tracks[index].places,
                parent: presentation.source,
                variables: variables,
                loader: PlaylistLoader(fetcher: fetcher, limits: configuration.limits)
            )
        }
    }

    // MARK: The folder

    /// The text of what was chosen, to tell a finished folder of something else.
    var selection: String {
        let choice = configuration
        var words = ["variant=\(choice.variants)", "audio=\(choice.audio)", "subtitles=\(choice.subtitles)"]
        if choice.includesIFrames { words.append("iframes") }
        if choice.keepsEncryption { words.append("encrypted") }
        // How long a recording becomes may be said anew each time: it grows at its end alone.
        if let duration = choice.duration, !choice.recordsLive { words.append("duration=\(duration)") }
        if choice.start > .zero { words.append("from=\(choice.start)") }
        if let end = choice.end { words.append("to=\(end)") }
        if choice.skipsAdvertisements { words.append("skip-ads") }
        if choice.key != nil { words.append("key") }
        if let vector = choice.initializationVector { words.append("iv=\(Hexadecimal.lowercaseText(vector))") }
        return words.joined(separator: " ")
    }

    /// What the journal calls the stream.
    private var sourceIdentity: String {
        configuration.playlistText.map(SourceIdentity.of(text:)) ?? SourceIdentity.of(source)
    }

    /// Whether the folder's journal is of the stream that is asked for.
    func isSameSource(_ journal: Journal) -> Bool {
        let own = sourceIdentity
        if journal.source == own { return true }
        return configuration.resumesFrom.map { SourceIdentity.of(LocalPath.url(of: $0)) == journal.source } ?? false
    }

    private func begin(_ folder: DownloadFolder, isRecording: Bool, continues: Bool) throws(DownloadError) {
        let journal = folder.journal
        if !journal.source.isEmpty, !isSameSource(journal) { try folder.discardAll() }
        try folder.begin(
            source: sourceIdentity,
            selection: selection,
            isRecording: isRecording,
            continues: continues
        )
        for track in tracks where !track.rendition.folder.isEmpty {
            try FileSystem.makeDirectories(folder.path + "/" + track.rendition.folder)
        }
    }

    /// The result of a finished folder whose files are all as they should be; nil when there is something to do.
    ///
    /// - Throws: ``DownloadError`` with the code `outputOccupied` when the folder is of something else.
    private mutating func finishedResult(in folder: DownloadFolder) async throws(DownloadError) -> DownloadResult? {
        let journal = folder.journal
        guard !journal.source.isEmpty, !configuration.replacesOtherResults else { return nil }
        guard isSameSource(journal) else {
            throw DownloadError(
                .outputOccupied,
                "'\(directory)' holds the download of '\(journal.source)': give another folder, --force to replace it, "
                    + "or --resume-from when it is the same stream at another address"
            )
        }
        guard journal.isFinished || journal.isRecording else { return nil }
        guard journal.selection == selection else {
            throw DownloadError(
                .outputOccupied,
                "'\(directory)' holds another selection of the stream (\(journal.selection)): "
                    + "give another folder, or --force to replace it"
            )
        }
        var isIntact = journal.isFinished
        if isIntact {
            var (known, intact) = (0, 0)
            let entries = journal.entries.lazy.map { entry in
                known += 1
                return (entry, ())
            }
            await Self.forEachIntact(entries, in: folder, workers: configuration.workers) { _, _ in intact += 1 }
            isIntact = intact == known && known == journal.fileCount
        }
        guard isIntact else {
            // What the stream has now would take the place of what it had then.
            guard journal.isRecording, !configuration.recordsLive else { return nil }
            throw DownloadError(
                .outputOccupied,
                "'\(directory)' holds a recording that "
                    + (journal.isFinished ? "is not as it was written" : "was interrupted")
                    + ": --live goes on with it, --force replaces it"
            )
        }
        if configuration.recordsLive, journal.isStopped, !FinishedFolder.lasts(configuration.duration, folder) {
            return nil
        }
        return FinishedFolder.result(of: folder)
    }

    // MARK: What is there

    /// Checks the files of the journal that are planned, and counts those that are whole.
    private mutating func adoptFiles(in folder: DownloadFolder) async throws(DownloadError) {
        let journal = folder.journal
        guard !journal.isEmpty else { return }
        for number in tracks.indices {
            let rendition = tracks[number].rendition
            let sections = rendition.initializations.enumerated().lazy.compactMap { index, section in
                let entry = journal.entry(FileNames.stem(section.file))
                return entry.flatMap { entry -> (Journal.Entry, PlannedFile.Role)? in
                    guard section.url.isEmpty || entry.identity == FileIdentity.of(section, rendition) else {
                        return nil
                    }
                    return (entry, .section(index))
                }
            }
            let segments = rendition.segments.enumerated().lazy.compactMap { index, segment in
                let entry = segment.isGap ? nil : journal.entry(FileNames.stem(segment.file))
                return entry.flatMap { entry -> (Journal.Entry, PlannedFile.Role)? in
                    guard segment.url.isEmpty || entry.identity == FileIdentity.of(segment, rendition) else {
                        return nil
                    }
                    return (entry, .segment(index))
                }
            }
            for candidates in [AnySequence(sections), AnySequence(segments)] {
                await Self.forEachIntact(candidates, in: folder, workers: configuration.workers) { entry, role in
                    tracks[number].note(role, entry.file)
                }
            }
        }
        for index in tracks.indices {
            // What an earlier recording lost will not come again.
            let segments = tracks[index].rendition.segments
            for number in segments.indices where segments[number].url.isEmpty && tracks[index].segments[number] == nil {
                tracks[index].givenUp.insert(number)
            }
            earlier += tracks[index].present
            tracks[index].settle()
        }
    }

    /// Looks for those of some entries whose files are as the journal says; several are read at once.
    ///
    /// So many entries at a time that what is kept of them does not grow with their number.
    private static func forEachIntact<Place: Sendable>(
        _ entries: some Sequence<(Journal.Entry, Place)>,
        in folder: DownloadFolder,
        workers: Int,
        _ body: (Journal.Entry, Place) -> Void
    ) async {
        var rest = entries.makeIterator()
        while true {
            var found: [(entry: Journal.Entry, place: Place)] = []
            while found.count < 1_024, let next = rest.next() { found.append(next) }
            guard !found.isEmpty else { return }
            let size = max(1, min(64, found.count / max(1, workers)))
            let batches = stride(from: 0, to: found.count, by: size).map {
                Array(found[$0..<min($0 + size, found.count)])
            }
            let intact = await concurrently(batches, limit: workers) { batch in
                Task.isCancelled ? [] : batch.filter { folder.isIntact($0.entry) }
            }
            for (entry, place) in intact.joined() { body(entry, place) }
        }
    }
}
