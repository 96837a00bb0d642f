import HLSKit

extension DownloadRun {
    /// What a task of the download has brought.
    enum Outcome: Sendable {
        /// What was written, with a warning when it came from another place than the first.
        case job(WorkItem, Result<([FileWriter.Written], DownloadWarning?), DownloadError>)
        case keys(WorkOrder, [String: Result<[UInt8], DownloadError>])
        case reload(Int, Result<MediaPlaylist, DownloadError>)
        /// The oldest segment of a window that could not be placed; nil when it did not come.
        case match(Int, ContentSum?)
        case tick
    }

    static let tickInterval = Duration.milliseconds(100)
    /// How long a segment waits for a key that is being fetched, before that is looked at again.
    private static let keyInterval = Duration.milliseconds(200)
    /// How long a recording that was asked to end waits for the segments that are on their way.
    private static let drainTime = Duration.seconds(10)

    /// Fetches what is not there, and what a live stream adds.
    mutating func fetchAll(into folder: DownloadFolder) async throws(DownloadError) {
        await withTaskGroup(of: Outcome.self) { group in
            enqueue(firstItems, &group)
            begin(&group, folder)
            group.addTask { await Self.tick() }
            var deadline: ContinuousClock.Instant?
            while !isDone, let outcome = await group.next() {
                do throws(DownloadError) {
                    try handle(outcome, &group, folder)
                } catch {
                    fatal = fatal ?? error
                }
                if Task.isCancelled, fatal == nil {
                    fatal = DownloadError(.cancelled, "the download was stopped: run it again to go on")
                }
                if fatal != nil { break }
                if stop.isSet || isLongEnough, deadline == nil {
                    for index in tracks.indices { tracks[index].reload?.stop() }
                    if stop.isSet { giveUp(schedule.stop()) }
                    deadline = clock.now + Self.drainTime
                }
                if let deadline, stop.isSet, clock.now > deadline { break }
                begin(&group, folder)
            }
            group.cancelAll()
        }
        if let fatal { throw fatal }
        tell()
    }

    private static func tick() async -> Outcome {
        try? await Task.sleep(for: tickInterval)
        return .tick
    }

    private var isDone: Bool {
        schedule.isIdle && waitingForKeys == 0
            && tracks.allSatisfy { ($0.reload?.isOver ?? true) && ($0.unmatched == nil || stop.isSet) }
    }

    // MARK: Beginning

    /// What is not there, sections first.
    private var firstItems: WorkOrder {
        WorkOrder(
            tracks.indices.flatMap { newSections(of: $0) },
            tracks.indices.map { WorkOrder.Track($0, tracks[$0].rendition.segments, files: tracks[$0].segments) }
        )
    }

    /// The sections of a rendition that are not there.
    func newSections(of index: Int, from start: Int = 0) -> [WorkItem] {
        let track = tracks[index]
        return track.sections.indices.dropFirst(start)
            .filter { track.sections[$0] == nil && !track.rendition.initializations[$0].url.isEmpty }
            .map { WorkItem(track: index, content: .section($0)) }
    }

    /// Schedules items, behind the keys that they need.
    mutating func enqueue(_ items: WorkOrder, _ group: inout TaskGroup<Outcome>) {
        var wanted: [String: KeyRing.Wanted] = [:]
        for item in items { wanted.merge(missingKeys(of: item)) { first, _ in first } }
        guard !wanted.isEmpty else { return schedule.add(items) }
        waitingForKeys += 1
        pendingKeys.formUnion(wanted.keys)
        let (fetcher, needed, workers) = (fetcher, wanted, configuration.workers)
        let copies = tracks.compactMap(\.copies)
        group.addTask { .keys(items, await KeyRing.fetch(needed, from: fetcher, workers: workers, copies: copies)) }
    }

    /// The keys of an item that are not there, by their URLs.
    private func missingKeys(of item: WorkItem) -> [String: KeyRing.Wanted] {
        let rendition = tracks[item.track].rendition
        var wanted: [String: KeyRing.Wanted] = [:]
        for protection in Self.protections(of: item, rendition) {
            let key = rendition.keys[protection.key]
            guard keys[key.url] == nil else { continue }
            wanted[key.url] = KeyRing.Wanted(
                byteCount: SegmentCipher(rawValue: key.method)?.keyBytes ?? 16,
                playlist: rendition.url
            )
        }
        return wanted
    }

    private static func protections(
        of item: WorkItem,
        _ rendition: DownloadPlan.Rendition
    ) -> [DownloadPlan.Protection] {
        switch item.content {
        case .section(let index): rendition.initializations[index].protection.map { [$0] } ?? []
        case .segments(let range): range.compactMap { rendition.segments.protection(at: $0) }
        }
    }

    /// Begins as much as may run at once.
    private mutating func begin(_ group: inout TaskGroup<Outcome>, _ folder: DownloadFolder) {
        while let item = schedule.next(now: clock.now) {
            guard hasKeys(item, &group) else { continue }
            let rendition = tracks[item.track].rendition
            let (request, files) = rendition.job(item.content, limits: configuration.limits)
            let treatments = files.compactMap { treatment(of: $0, rendition) }
            let job = Job(
                item: item,
                request: request,
                files: files,
                treatments: treatments,
                path: folder.path,
                counter: counter,
                copies: tracks[item.track].copies,
                limits: configuration.limits
            )
            let fetcher = fetcher
            group.addTask { await job.run(fetcher) }
        }
        let now = clock.now
        for index in tracks.indices where !stop.isSet { beginMatching(index, &group) }
        for index in tracks.indices {
            guard let reload = tracks[index].reload, reload.isDue(now), tracks[index].unmatched == nil, !stop.isSet
            else { continue }
            beginReload(index, now, &group)
        }
    }

    /// Whether the keys of an item are there; one without them is fetched later, or given up.
    private mutating func hasKeys(_ item: WorkItem, _ group: inout TaskGroup<Outcome>) -> Bool {
        let wanted = missingKeys(of: item).keys.sorted()
        guard !wanted.isEmpty else { return true }
        if let error = wanted.compactMap({ keyFailures[$0] }).first {
            // One key that does not come says nothing about the segments of another.
            if !postpone(item, error) {
                schedule.abandoned()
                do throws(DownloadError) { try giveUp(item, error) } catch { fatal = fatal ?? error }
            }
        } else if !pendingKeys.isDisjoint(with: wanted) {
            schedule.postpone(item, until: clock.now + Self.keyInterval)
        } else {
            schedule.abandoned()
            enqueue(WorkOrder([item]), &group)
        }
        return false
    }

    /// Puts off an item of a recording that is not on the server yet.
    ///
    /// - Returns: Whether it is fetched again.
    private mutating func postpone(_ item: WorkItem, _ error: DownloadError) -> Bool {
        guard let reload = tracks[item.track].reload, !stop.isSet,
            [.notFound, .unreachable, .notUsable].contains(error.code)
        else { return false }
        let now = clock.now
        var late = lateSegments[item] ?? LateSegment(targetDuration: tracks[item.track].playlist.targetDuration)
        guard let due = late.retry(isListed: isListed(item), isOver: reload.isOver, now: now) else {
            lateSegments[item] = nil
            return false
        }
        lateSegments[item] = late
        for key in missingKeys(of: item).keys { keyFailures[key] = nil }
        schedule.postpone(item, until: due)
        return true
    }

    /// Whether the playlist still lists an item: its window ends where the recording does.
    private func isListed(_ item: WorkItem) -> Bool {
        guard case .segments(let range) = item.content else { return true }
        let track = tracks[item.track]
        return range.upperBound > track.rendition.segments.count - track.playlist.segments.count
    }

    /// What is done with the encryption of a file; nil when its key is not there.
    private func treatment(of file: PlannedFile, _ rendition: DownloadPlan.Rendition) -> FileWriter.Treatment? {
        guard let protection = file.protection else { return .plain }
        guard !configuration.keepsEncryption else { return .keep }
        let key = rendition.keys[protection.key]
        guard let cipher = SegmentCipher(rawValue: key.method), let bytes = keys[key.url] else {
            return nil
        }
        return .decrypt(cipher, key: bytes)
    }

    // MARK: Ending

    private mutating func handle(
        _ outcome: Outcome,
        _ group: inout TaskGroup<Outcome>,
        _ folder: DownloadFolder
    ) throws(DownloadError) {
        switch outcome {
        case .job(let item, .success(let (written, copy))):
            schedule.succeeded()
            if let copy, copiedTracks.insert(item.track).inserted { onEvent(.warning(copy)) }
            lateSegments[item] = nil
            for file in written { try note(file, item.track, folder) }
        case .job(let item, .failure(let error)):
            if postpone(item, error) { return }
            // Some servers limit the connections, and refuse more of them with 403.
            if error.status == 403, schedule.refused(item, until: clock.now + Self.keyInterval) { return }
            // While a stream is live, its playlist tells whether more is to be had.
            if tracks[item.track].reload == nil { schedule.failed() } else { schedule.abandoned() }
            try giveUp(item, error)
        case .keys(let items, let results):
            waitingForKeys -= 1
            for (url, result) in results {
                pendingKeys.remove(url)
                switch result {
                case .success(let bytes): (keys[url], keyFailures[url]) = (bytes, nil)
                case .failure(let error):
                    guard error.isOfResource else { throw error }
                    keyFailures[url] = error
                }
            }
            if configuration.keepsEncryption { try writeKeys(folder) }
            schedule.add(items)
        case .reload(let index, let result):
            try reloaded(index, result, &group)
            try noteRestart(index, in: folder)
        case .match(let index, let oldest):
            try matched(index, oldest, folder, &group)
            try noteRestart(index, in: folder)
        case .tick:
            tell()
            try writeEventPlaylists(folder)
            group.addTask { await Self.tick() }
        }
    }

    private mutating func note(
        _ file: FileWriter.Written,
        _ track: Int,
        _ folder: DownloadFolder
    ) throws(DownloadError) {
        try folder.add(file.entry)
        tracks[track].note(file.role, file.entry.file)
        tracks[track].settle()
        for problem in file.oddities { onEvent(.warning(.odd(file: file.entry.file, problem: problem))) }
    }

    /// Notes what could not be fetched.
    ///
    /// - Throws: The error itself when it makes no sense to go on.
    private mutating func giveUp(_ item: WorkItem, _ error: DownloadError) throws(DownloadError) {
        guard error.isOfResource else { throw error }
        let rendition = tracks[item.track].rendition
        switch item.content {
        case .section(let index):
            missing.append(
                DownloadResult.Missing(
                    file: rendition.initializations[index].file,
                    url: rendition.initializations[index].url,
                    reason: "\(error)"
                )
            )
            sectionIsMissing = true
        case .segments(let range) where error.isEmptyResponse && isEmptyEnd(range, of: tracks[item.track]):
            tracks[item.track].leaveOutLast()
            onEvent(.warning(.emptyEnd(file: rendition.segments[range.lowerBound].file)))
        case .segments(let range):
            for index in range where tracks[item.track].segments[index] == nil {
                let segment = rendition.segments[index]
                missing.append(DownloadResult.Missing(file: segment.file, url: segment.url, reason: "\(error)"))
                tracks[item.track].givenUp.insert(index)
            }
            tracks[item.track].settle()
        }
    }

    /// Whether a segment without bytes is one that some servers list behind the last one of a film.
    private func isEmptyEnd(_ range: Range<Int>, of track: TrackState) -> Bool {
        range.count == 1 && range.upperBound == track.segments.count && range.lowerBound > 0
            && track.playlist.isEnded && track.reload == nil && !track.planner.filter.isBehindGap
    }

    /// Notes segments that were not there yet when the recording was stopped: they must not hide those behind them.
    private mutating func giveUp(_ items: [WorkItem]) {
        let error = DownloadError(.notFound, "it was not there yet when the recording was stopped")
        for item in items {
            do throws(DownloadError) { try giveUp(item, error) } catch { fatal = fatal ?? error }
        }
    }

    private func writeKeys(_ folder: DownloadFolder) throws(DownloadError) {
        for track in tracks {
            for key in track.rendition.keys {
                guard let file = key.file, let bytes = keys[key.url] else { continue }
                if let entry = folder.journal.entry(FileNames.stem(file)), entry.byteCount == bytes.count,
                    folder.isIntact(entry)
                {
                    continue
                }
                try folder.write(bytes, as: file)
            }
        }
    }

    // MARK: Telling

    mutating func tell() {
        let now = clock.now
        speedometer.add(counter.total, now: now)
        onEvent(
            .progress(
                DownloadProgress(
                    renditions: tracks.map {
                        DownloadProgress.Rendition(folder: $0.rendition.folder, segments: $0.present, total: $0.total)
                    },
                    bytes: counter.total,
                    retries: counter.retries,
                    retryReason: counter.retryReason,
                    elapsed: now - start,
                    speed: speedometer.speed,
                    isLive: tracks.contains { $0.reload.map { !$0.isOver } ?? false },
                    earlier: earlier
                )
            )
        )
    }
}
