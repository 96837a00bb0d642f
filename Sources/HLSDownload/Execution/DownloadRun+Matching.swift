import HLSKit
import NIOCore

/// A window that could not be placed behind the recording yet.
struct UnmatchedWindow: Sendable {
    let playlist: MediaPlaylist
    /// Where it joins when its bytes are not those of the recording.
    let join: RecordingJoin
    /// Whether it is the first one of this run.
    var isFirst = false
    /// Whether its oldest segment is being fetched.
    var isMatching = false
}

/// Where a window goes on of which neither numbers, names nor dates are those of the recording: its bytes decide.
extension DownloadRun {
    /// How many segments of the recording, for each of the window, may be the window's oldest one.
    private static let windows = 2

    /// Whether the bytes of a window can show that it goes on behind what is recorded.
    ///
    /// Dates and the end of a recording without segments leave nothing open, and bytes that are decrypted depend on
    /// numbers.
    func canMatch(_ playlist: MediaPlaylist, _ index: Int) -> Bool {
        guard let oldest = playlist.segments.first, oldest.date == nil, !oldest.isGap else { return false }
        return oldest.keys.allSatisfy { $0.method != .aes128 } && !tracks[index].rendition.segments.isEmpty
    }

    /// Begins to fetch the oldest segment of a window that could not be placed.
    mutating func beginMatching(_ index: Int, _ group: inout TaskGroup<Outcome>) {
        guard let window = tracks[index].unmatched, !window.isMatching else { return }
        // What is still on its way may be the same.
        guard tracks[index].settled == tracks[index].segments.count else { return }
        tracks[index].unmatched?.isMatching = true
        var planner = tracks[index].planner.emptied
        let (fetcher, limits) = (fetcher, configuration.limits)
        group.addTask {
            do throws(DownloadError) {
                try planner.add(window.playlist.segments.prefix(1))
                guard planner.rendition.segments.count == 1 else { return .match(index, nil) }
                let request = planner.rendition.job(.segments(0..<1), limits: limits).0
                var sink = ContentSum(limit: limits.segmentBytes(lasting: planner.rendition.segments[0].duration))
                _ = try await fetcher.fetch(request, into: &sink)
                return .match(index, sink)
            } catch {
                return .match(index, nil)
            }
        }
    }

    /// Goes on with a window whose oldest segment has been looked at.
    mutating func matched(
        _ index: Int,
        _ oldest: ContentSum?,
        _ folder: DownloadFolder,
        _ group: inout TaskGroup<Outcome>
    ) throws(DownloadError) {
        guard let window = tracks[index].unmatched else { return }
        tracks[index].unmatched = nil
        let playlist = window.playlist
        let place = oldest.flatMap { self.place(of: $0, index, near: playlist.segments.count, folder.journal) }
        var join = window.join
        if let place {
            join = .renumbered(common: tracks[index].segments.count - place, window: playlist.segments.count)
        }
        if window.isFirst { tracks[index].planner.pass(playlist.segments.prefix(join.first)) }
        try take(playlist, index, join, &group)
    }

    /// The newest of the last recorded segments that has such bytes.
    private func place(of sum: ContentSum, _ index: Int, near count: Int, _ journal: Journal) -> Int? {
        let segments = tracks[index].rendition.segments
        return segments.indices.suffix(count.multipliedReportingOverflow(by: Self.windows).partialValue).last { place in
            guard !segments.isGap(at: place), let entry = journal.entry(FileNames.stem(segments[place].file)) else {
                return false
            }
            return entry.byteCount == sum.byteCount && entry.checksum == sum.checksum.value
        }
    }
}

/// The length and the sum of the bytes of one resource.
struct ContentSum: ResourceSink, Sendable {
    let limit: Int
    private(set) var byteCount = 0
    private(set) var checksum = Checksum()

    init(limit: Int) {
        self.limit = limit
    }

    mutating func write(_ bytes: ByteBuffer) async throws(DownloadError) {
        byteCount += bytes.readableBytes
        guard byteCount <= limit else {
            throw DownloadError(.limitReached, "a file is longer than \(limit >> 20) MB and does not end")
        }
        bytes.withUnsafeReadableBytes { checksum.update($0) }
    }

    mutating func restart() async throws(DownloadError) {
        self = ContentSum(limit: limit)
    }

    mutating func finish() async throws(DownloadError) {}
}
