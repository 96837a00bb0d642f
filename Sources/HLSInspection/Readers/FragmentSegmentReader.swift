import HLSKit

/// Reads segments of fragmented MP4, and whole MP4 files.
struct FragmentSegmentReader: SegmentReader {
    /// What is known of the boxes of a file.
    struct Boxes: Sendable {
        /// The first boxes of the last file.
        var first: [MP4File.TopLevelBox] = []
        /// The number of all boxes.
        var count = 0
        var brands: MP4File.Brands?
        var fragments = 0
        var movie: MP4Movie?
    }

    /// What the init segment tells, or the file itself.
    private(set) var movie: MP4Movie?
    /// Whether the tracks are those of an init segment, which segments do not repeat.
    private let isInitialized: Bool
    private let isIFrames: Bool
    /// Whether the file was given alone, so that rules of HLS need not hold.
    private let isAlone: Bool
    private(set) var boxes = Boxes()
    private var reader = MP4StreamReader()
    private var queue = SampleQueue()
    private var tracks: [UInt32: SampleTrack] = [:]
    private var origin = 0
    private var byteCount = 0
    private var lastSequenceNumber: UInt32?
    private var isFirstFragment = true
    private var hasAnnounced = false

    private static let keptBoxes = 100

    /// - Parameter movie: The tracks of the init segment, or of the file that is going to be read.
    init(movie: MP4Movie?, isInitialized: Bool, isIFrames: Bool, isAlone: Bool) {
        self.isAlone = isAlone
        self.movie = movie
        self.isInitialized = isInitialized
        self.isIFrames = isIFrames
    }

    mutating func begin(at position: Int, startsAnew: Bool, into analysis: inout MediaAnalysis) {
        origin = position
        byteCount = 0
        reader = MP4StreamReader(initialization: movie)
        queue = SampleQueue()
        boxes.first = []
        boxes.movie = nil
        isFirstFragment = true
        if startsAnew { lastSequenceNumber = nil }
        if let movie, !hasAnnounced { announce(movie, into: &analysis) }
        if !isInitialized, let movie { queueSamples(of: movie) }
    }

    mutating func push(_ bytes: Span<UInt8>, into analysis: inout MediaAnalysis) {
        // The reader and what takes from it are two places of this value.
        var reader = reader
        self.reader = MP4StreamReader()
        reader.push(bytes) { take($0, into: &analysis) }
        self.reader = reader
        let origin = origin
        let isIFrames = isIFrames
        queue.push(bytes, at: byteCount) { track, sample, walk in
            Self.take(sample, of: track, walk, origin: origin, isIFrames: isIFrames, into: &analysis)
        }
        byteCount += bytes.count
    }

    mutating func end(into analysis: inout MediaAnalysis) {
        var reader = reader
        reader.finish { take($0, into: &analysis) }
    }

    // MARK: Boxes

    private mutating func take(_ output: MP4Output, into analysis: inout MediaAnalysis) {
        switch output {
        case .box(let box):
            boxes.count += 1
            if boxes.first.count < Self.keptBoxes { boxes.first.append(box) }
        case .fileBrands(let brands), .segmentBrands(let brands): boxes.brands = boxes.brands ?? brands
        case .movie(let movie):
            boxes.movie = movie
            // A file that is read with its movie in hand has its samples already.
            guard !isInitialized, self.movie == nil else { return }
            self.movie = movie
            announce(movie, into: &analysis)
            queueSamples(of: movie)
        case .fragment(let fragment): take(fragment, into: &analysis)
        case .problem(let problem): take(problem, into: &analysis)
        case .segmentIndex, .eventMessage, .producerTime: break
        }
    }

    private mutating func announce(_ movie: MP4Movie, into analysis: inout MediaAnalysis) {
        hasAnnounced = true
        tracks = [:]
        let segment = analysis.segment(at: origin)
        let all = movie.tracks.map { SampleTrack($0, of: movie) }
        for track in all { tracks[track.track.id] = track }
        analysis.take(
            all.map { track in
                let language = track.track.language
                let entry = track.track.sampleEntries.first
                return TrackDescription(
                    id: track.id,
                    kind: track.kind,
                    codec: entry?.codecString ?? "",
                    language: language == "und" ? nil : language,
                    unread: UnreadFormat(entry, kind: track.kind),
                    width: entry?.width ?? 0,
                    height: entry?.height ?? 0,
                    sampleRate: entry?.sampleRate ?? 0,
                    channels: entry?.channels ?? 0
                )
            },
            segment: segment
        )
        for track in all {
            if let format = track.track.sampleEntries.first?.format {
                analysis.take(format, of: track.id, segment: segment)
            }
        }
    }

    private mutating func queueSamples(of movie: MP4Movie) {
        for track in movie.tracks where track.samples.count > 0 {
            guard let known = tracks[track.id] else { continue }
            queue.add(track.samples.makeIterator(), of: known)
        }
    }

    private mutating func take(_ fragment: MovieFragment, into analysis: inout MediaAnalysis) {
        boxes.fragments += 1
        if isFirstFragment, let last = lastSequenceNumber, let number = fragment.sequenceNumber, number <= last {
            analysis.add(
                .sequenceNumberBack,
                position: origin + fragment.byteRange.lowerBound,
                "the number of the fragment is \(number), that of the segment before was \(last): "
                    + "let the numbers rise over all segments"
            )
        }
        isFirstFragment = false
        lastSequenceNumber = fragment.sequenceNumber
        for track in fragment.tracks {
            guard let known = tracks[track.trackID] else { continue }
            if isIFrames {
                queue.add(track.samples.prefix(1).makeIterator(), of: known)
            } else {
                queue.add(track.samples.makeIterator(), of: known)
            }
        }
    }

    private func take(_ problem: MP4Problem, into analysis: inout MediaAnalysis) {
        if isIFrames, problem.kind.isEndedEarly { return }
        // Times are compared below, in seconds.
        if case .decodeTimeGap = problem.kind { return }
        let (rule, advice) = MediaRule.finding(for: problem)
        analysis.add(
            rule,
            severity: isAlone && rule.isOfStreams ? .hint : problem.severity == .error ? .error : .warning,
            section: problem.rule,
            position: origin + problem.offset,
            "\(problem.boxes)\(problem.message): \(advice)"
        )
    }

    // MARK: Samples

    private static func take(
        _ sample: MP4Sample,
        of track: SampleTrack,
        _ walk: NALWalk?,
        origin: Int,
        isIFrames: Bool,
        into analysis: inout MediaAnalysis
    ) {
        let position = origin + sample.byteRange.lowerBound
        if let walk, walk.isWhole || !isIFrames { check(walk, sample, of: track, position, into: &analysis) }
        let start = track.track.mediaTime(sample.decodeTime)
        let end = track.track.mediaTime(sample.decodeTime &+ Int64(sample.duration))
        analysis.take(
            MediaUnit(
                track: track.id,
                pts: track.track.mediaTime(sample.compositionTime) + track.shift,
                dts: start + track.shift,
                duration: end - start,
                isRandomAccess: sample.isSync,
                position: position
            )
        )
    }

    /// Compares what a sample is with what its flags say.
    private static func check(
        _ walk: NALWalk,
        _ sample: MP4Sample,
        of track: SampleTrack,
        _ position: Int,
        into analysis: inout MediaAnalysis
    ) {
        if !walk.isWhole {
            analysis.add(
                .brokenSample,
                position: position,
                track: track.id,
                "the lengths of the NAL units do not fit the sample of \(sample.byteRange.count) bytes: "
                    + "write the segment again from an intact source"
            )
        } else if sample.isSync, walk.hasSlice, !walk.isRandomAccess, !walk.isRecoveryPoint {
            analysis.add(
                .syncFlagWrong,
                position: position,
                track: track.id,
                "a sample is marked as a sync sample, and its picture is no random access point: "
                    + "set sample_is_non_sync_sample"
            )
        } else if !sample.isSync, walk.isRandomAccess {
            analysis.add(
                .syncFlagMissing,
                position: position,
                track: track.id,
                "a picture is a random access point, and its sample is not marked as a sync sample: "
                    + "clear sample_is_non_sync_sample, players do not seek here"
            )
        }
    }
}

extension MP4Problem {
    /// The boxes around the place, as people write them.
    var boxes: String { path.isEmpty ? "" : path.map(\.description).joined(separator: "/") + ": " }
}

extension MP4Problem.Kind {
    /// Whether it is what a range that ends behind an I-frame looks like.
    fileprivate var isEndedEarly: Bool {
        switch self {
        case .truncatedBox, .dataOutside: true
        default: false
        }
    }
}
