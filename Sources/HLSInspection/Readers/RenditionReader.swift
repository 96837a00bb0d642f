import HLSKit

/// Reads the segments of one rendition, one behind the other.
struct RenditionReader {
    /// What is read of segments.
    enum Depth {
        case nothing
        /// Each is one picture.
        case iFrames
        case all
    }

    let plans: [SegmentPlan]
    let loader: any ResourceLoader
    let depth: Depth
    /// Whether the segments are those of a playlist.
    let hasPlaylist: Bool
    let isSubtitles: Bool
    /// Where the playlist is, which keys are named relative to.
    let playlistURL: String?
    /// The tracks of a file that is going to be read, where they stand behind its media data.
    var movieAhead: MP4Movie?
    var analysis = MediaAnalysis()
    /// The findings about files; what is inside them is in the analysis.
    var found = MediaFindings()
    /// The bytes of each segment, nil for those that could not be read.
    private(set) var sizes: [Int?] = []
    var keys: KeyStore
    /// The section that the reader was made with.
    var section: InitializationPlan?
    var initialization = Initialization.none
    /// The transport stream whose tables are in front of its I-frames, though no tag says so.
    var tablesURL: String?
    /// What is known of the boxes of MP4.
    private(set) var boxes: FragmentSegmentReader.Boxes?
    /// Whether the segment before could not be decrypted.
    var isLocked = false
    /// The line of the last key whose vector was told to be wrong.
    var toldVectorLine: Int?
    private var reader: (any SegmentReader)?
    private var container: Container?
    /// The bytes of all segments so far.
    private var position = 0
    /// Whether the segment before was not looked into, so that nothing is known of where it ended.
    private var isInterrupted = false

    init(
        plans: [SegmentPlan],
        loader: any ResourceLoader,
        depth: Depth,
        hasPlaylist: Bool,
        isSubtitles: Bool,
        playlistURL: String?
    ) {
        self.playlistURL = playlistURL
        self.plans = plans
        self.loader = loader
        self.depth = depth
        self.hasPlaylist = hasPlaylist
        self.isSubtitles = isSubtitles
        keys = KeyStore(loader: loader)
    }

    /// Reads every segment.
    ///
    /// - Parameter progress: Called behind each chunk with the number of segments and bytes that are done.
    /// - Throws: When reading fails; what is wrong with a single segment is a finding.
    mutating func read(
        progress: (_ segments: Int, _ bytes: Int) -> Void
    ) async throws(InspectionError) {
        var bytes = 0
        for index in plans.indices {
            progress(index, bytes)
            let plan = plans[index]
            let startsAnew = plan.isDiscontinuity || isInterrupted || index == 0 || depth == .iFrames
            analysis.beginSegment(at: position, startsAnew: startsAnew)
            analysis.segments[index].fileOffset = plan.range?.start ?? 0
            isInterrupted = true
            guard depth != .nothing else {
                sizes.append(nil)
                continue
            }
            guard !plan.isGap else {
                sizes.append(0)
                continue
            }
            let before = bytes
            let size = try await readSegment(index) { progress(index, before + $0) }
            sizes.append(size)
            bytes += size ?? 0
            isInterrupted = !analysis.segments[index].isRead
        }
        reader?.finish(into: &analysis)
        keepBoxes()
        progress(plans.count, bytes)
    }

    /// Lets the next segment be read by a new reader.
    mutating func closeReader() {
        reader?.finish(into: &analysis)
        keepBoxes()
        reader = nil
        container = nil
    }

    private mutating func keepBoxes() {
        guard let reader = reader as? FragmentSegmentReader else { return }
        boxes = reader.boxes
    }

    // MARK: Segments

    /// Reads one segment.
    ///
    /// - Returns: The number of its bytes; nil when it could not be read.
    private mutating func readSegment(
        _ index: Int,
        progress: (_ bytes: Int) -> Void
    ) async throws(InspectionError) -> Int? {
        let plan = plans[index]
        let key = try await segmentKey(of: index)
        try await readInitialization(of: index)
        try await readTables(of: index)
        var feed = SegmentFeed(key: key, expectsSubtitles: isSubtitles || hasHeaderOfSubtitles)
        var failure: InspectionError?
        // The only owner changes in place.
        var readers = Readers(reader: reader, container: container)
        reader = nil
        var analysis = self.analysis
        self.analysis = MediaAnalysis()
        let maker = ReaderMaker(
            depth: depth,
            hasPlaylist: hasPlaylist,
            initialization: initialization,
            movieAhead: movieAhead
        )
        let begin = (position: position, startsAnew: analysis.segments[index].startsAnew, index: index)
        do throws(InspectionError) {
            try await loader.load(plan.url, range: plan.range) { chunk in
                feed.take(chunk) { readers.take($0, start: $1, begin, maker, &analysis) }
                progress(feed.count)
                return true
            }
        } catch {
            failure = error
        }
        if failure == nil { feed.finish { readers.take($0, start: $1, begin, maker, &analysis) } }
        readers.end(&analysis)
        analysis.segments[index].byteCount = feed.count
        position += feed.plainCount
        reader = readers.reader
        container = readers.container
        self.analysis = analysis
        if let failure {
            try report(failure, of: index)
            return nil
        }
        keepBoxes()
        report(feed, of: index)
        return feed.count
    }
}

/// What a reader of segments depends on.
private struct ReaderMaker {
    let depth: RenditionReader.Depth
    let hasPlaylist: Bool
    let initialization: Initialization
    let movieAhead: MP4Movie?

    /// What reads a segment that begins so; nil when it is nothing that is read.
    func reader(for start: SegmentStart) -> (any SegmentReader)? {
        switch start.content {
        case .transportStream:
            var reader = TransportSegmentReader(isIFrames: depth == .iFrames)
            if case .tables(let bytes) = initialization { reader.initialization = bytes }
            return reader
        case .fragmentedMP4:
            var movie = movieAhead
            var isInitialized = false
            if case .movie(let known) = initialization { (movie, isInitialized) = (known, true) }
            return FragmentSegmentReader(
                movie: movie,
                isInitialized: isInitialized,
                isIFrames: depth == .iFrames,
                isAlone: !hasPlaylist
            )
        case .packedAudio: return PackedAudioSegmentReader(needsTimestamp: hasPlaylist)
        case .webVTT:
            var header: WebVTTHeader?
            if case .subtitleHeader(let known) = initialization { header = known }
            return SubtitleSegmentReader(header: header, needsMap: hasPlaylist)
        case .webPage, .playlist, .image, .text, .wideText, .gzip, .amr, .unknown: return nil
        }
    }
}

/// The reader of one segment and, where that is of another kind, of the ones before it.
private struct Readers {
    var reader: (any SegmentReader)?
    var container: Container?
    private var isOpen = false

    init(reader: (any SegmentReader)?, container: Container?) {
        self.reader = reader
        self.container = container
    }

    /// Takes bytes of a segment; `start` comes with the first ones, and tells what it is.
    mutating func take(
        _ bytes: Span<UInt8>,
        start: SegmentStart?,
        _ begin: (position: Int, startsAnew: Bool, index: Int),
        _ maker: ReaderMaker,
        _ analysis: inout MediaAnalysis
    ) {
        if let start, let kind = start.content.container {
            if kind != container {
                let new = maker.reader(for: start)
                reader?.finish(into: &analysis)
                reader = new
                container = kind
            }
            isOpen = reader != nil
            if isOpen {
                analysis.segments[begin.index].container = kind
                analysis.segments[begin.index].tables = start.tables
                reader?.begin(at: begin.position, startsAnew: begin.startsAnew, into: &analysis)
            }
        }
        if isOpen { reader?.push(bytes, into: &analysis) }
    }

    mutating func end(_ analysis: inout MediaAnalysis) {
        if isOpen { reader?.end(into: &analysis) }
        isOpen = false
    }
}
