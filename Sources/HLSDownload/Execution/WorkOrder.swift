/// What is to be fetched, in the order in which it is played; adjacent ranges are joined.
///
/// The items are made one by one, so that any number of them takes no memory.
struct WorkOrder: Sequence, IteratorProtocol, Sendable {
    /// The most bytes of one request for joined ranges.
    private static let joinedBytes = 4 << 20

    /// What comes in front of all segments.
    private var items: ArraySlice<WorkItem>
    private var tracks: [Track]

    /// - Parameters:
    ///   - items: What comes first, such as initialization sections.
    ///   - tracks: The segments of each rendition.
    init(_ items: [WorkItem] = [], _ tracks: [Track] = []) {
        (self.items, self.tracks) = (items[...], tracks)
    }

    var isEmpty: Bool { items.isEmpty && tracks.allSatisfy { $0.item == nil } }

    mutating func next() -> WorkItem? {
        if let item = items.popFirst() { return item }
        guard let next = tracks.indices.min(by: { tracks[$0].time < tracks[$1].time }), let item = tracks[next].item
        else {
            return nil
        }
        tracks[next].advance()
        return item
    }

    /// The segments of a rendition that are not there yet.
    struct Track: Sendable {
        private let number: Int
        private let segments: DownloadPlan.Segments
        private let files: [FileExtension?]
        /// What comes next; nil behind the last one.
        private(set) var item: WorkItem?
        /// When it is needed; infinite behind the last one.
        private(set) var time = 0.0
        private var position: Int

        /// - Parameters:
        ///   - number: The index of the rendition.
        ///   - start: The first segment to look at.
        ///   - files: The segments that are there, from the first one on; those behind are not.
        init(_ number: Int, _ segments: DownloadPlan.Segments, from start: Int = 0, files: [FileExtension?] = []) {
            (self.number, self.segments, self.files, position) = (number, segments, files, start)
            advance()
        }

        fileprivate mutating func advance() {
            if case .segments(let range) = item?.content { skip(to: range.upperBound) }
            while position < segments.count, !isWanted(position) { skip(to: position + 1) }
            guard position < segments.count else {
                (item, time) = (nil, .infinity)
                return
            }
            var end = position + 1
            var bytes = segments.range(at: position)?.length ?? 0
            while end < segments.count, isWanted(end), isAdjacent(end) {
                bytes += segments.range(at: end)?.length ?? 0
                if bytes > WorkOrder.joinedBytes { break }
                end += 1
            }
            item = WorkItem(track: number, content: .segments(position..<end))
        }

        private mutating func skip(to end: Int) {
            while position < end {
                time += segments.duration(at: position)
                position += 1
            }
        }

        private func isWanted(_ index: Int) -> Bool {
            !segments.isGap(at: index) && (index >= files.count || files[index] == nil)
        }

        /// Whether a segment lies directly behind the one in front of it.
        private func isAdjacent(_ index: Int) -> Bool {
            guard let range = segments.range(at: index - 1), let next = segments.range(at: index),
                range.start &+ range.length == next.start
            else { return false }
            return segments[index - 1].url == segments[index].url
        }
    }
}
