import HLSKit

/// What the segments of a folder of CMAF have, and which rules of CMAF they break.
struct CMAFReader {
    /// The samples of a track in a segment.
    struct Part {
        var segment: Int
        var track: MP4Track
        var fragment: TrackFragment
        /// The bytes of the samples.
        var samples: [[UInt8]]
    }

    private(set) var parts: [Part] = []
    /// Rules that are broken (ISO/IEC 23000-19 7).
    private(set) var problems: [String] = []

    init(_ folder: HLSFolder) {
        for (number, segment) in folder.segments.enumerated() {
            let initialization = folder.initializations[number]
            let bytes = initialization + segment
            var reader = MP4StreamReader()
            var movie: MP4Movie?
            reader.push(bytes.span) { output in
                switch output {
                case .fileBrands(let brands):
                    if !brands.compatible.contains("cmfc") { problems.append("init section of \(number): no cmfc") }
                case .segmentBrands(let brands):
                    if !brands.compatible.contains("cmfs") { problems.append("segment \(number): no cmfs") }
                case .movie(let found): movie = found
                case .fragment(let fragment): add(fragment, of: number, movie, bytes)
                case .problem(let problem): problems.append("segment \(number): \(problem)")
                default: break
                }
            }
            reader.finish { if case .problem(let problem) = $0 { problems.append("segment \(number): \(problem)") } }
        }
        checkTimes(discontinuities: Set(folder.discontinuities))
    }

    private mutating func add(_ fragment: MovieFragment, of segment: Int, _ movie: MP4Movie?, _ bytes: [UInt8]) {
        for part in fragment.tracks {
            guard let track = movie?.tracks.first(where: { $0.id == part.trackID }) else {
                problems.append("segment \(segment): track \(part.trackID) is not in the init section")
                continue
            }
            if !track.edits.isEmpty { problems.append("track \(track.id) has an edit list") }
            if part.startsWithSync != true {
                problems.append("segment \(segment): track \(track.id) begins without sync")
            }
            if part.samples.contains(where: { $0.compositionTime < 0 }) {
                problems.append("segment \(segment): track \(track.id) has a negative time")
            }
            let samples = part.samples.map { Array(bytes[$0.byteRange]) }
            parts.append(Part(segment: segment, track: track, fragment: part, samples: samples))
        }
    }

    /// `tfdt` is the sum of all durations before it, exactly.
    private mutating func checkTimes(discontinuities: Set<Int>) {
        var ends: [UInt32: Int64] = [:]
        for part in parts {
            if let end = ends[part.track.id], end != part.fragment.startTime, !discontinuities.contains(part.segment) {
                problems.append(
                    "segment \(part.segment): track \(part.track.id) is at \(part.fragment.startTime), not \(end)"
                )
            }
            ends[part.track.id] = part.fragment.endTime
        }
    }

    /// All samples of a kind of track, in decoding order: their times in seconds, and their bytes.
    func samples(ofVideo isVideo: Bool) -> [(dts: Double, pts: Double, bytes: [UInt8])] {
        parts.filter { ($0.track.kind == .video) == isVideo }.flatMap { part in
            zip(part.fragment.samples, part.samples).map { sample, bytes in
                let scale = Double(part.track.timescale)
                return (Double(sample.decodeTime) / scale, Double(sample.compositionTime) / scale, bytes)
            }
        }
    }

    /// When the first sample of a kind of track is presented, in seconds.
    func presentationStart(ofVideo isVideo: Bool) -> Double? { samples(ofVideo: isVideo).map(\.pts).min() }

    /// The codec strings of the tracks of a segment.
    func codecs(ofSegment number: Int) -> [String] {
        parts.filter { $0.segment == number }.compactMap { $0.track.sampleEntries.first?.codecString }
    }
}
