import HLSKit

/// A track of a movie, as far as its samples need it.
struct SampleTrack {
    let id: TrackID
    let kind: MediaKind
    let track: MP4Track
    /// What presentation times are later than composition times: what the edit list makes of them.
    let shift: MediaTime

    init(_ track: MP4Track, of movie: MP4Movie) {
        id = TrackID(container: .fragmentedMP4, number: track.id)
        kind = MediaKind(track.kind)
        self.track = track
        shift = movie.presentationTime(of: 0, in: track)
    }

    /// How samples are looked into; nil where that tells nothing.
    fileprivate func walk(_ sample: MP4Sample) -> NALWalk? {
        let index = Int(sample.descriptionIndex) - 1
        guard track.sampleEntries.indices.contains(index) else { return nil }
        let entry = track.sampleEntries[index]
        guard entry.protection == nil, case .lengthPrefixed(let bytes)? = entry.framing else { return nil }
        return NALWalk(lengthBytes: bytes, isHEVC: entry.configurationType != "avcC", byteCount: sample.byteRange.count)
    }
}

/// Samples whose bytes have not come yet, in the order of the file.
struct SampleQueue {
    private struct Source {
        let track: SampleTrack
        var samples: any IteratorProtocol<MP4Sample>
        var next: MP4Sample
        /// What is known of the next sample's bytes so far.
        var walk: NALWalk?
        var hasBegun = false
    }

    private var sources: [Source] = []

    /// Fragments whose samples never come are given up.
    private static let greatestCount = 2_048

    /// Adds samples of a track.
    mutating func add(_ samples: some IteratorProtocol<MP4Sample>, of track: SampleTrack) {
        var samples: any IteratorProtocol<MP4Sample> =
            track.kind == .audio ? JoinedSamples(samples, timescale: track.track.timescale) : samples
        guard let first = samples.next() else { return }
        if sources.count >= Self.greatestCount { sources.removeFirst() }
        sources.append(Source(track: track, samples: samples, next: first))
    }

    /// Takes bytes of the file, and gives out the samples that end in them.
    ///
    /// - Parameters:
    ///   - base: The place of the first byte in the file.
    ///   - body: Called with each sample, and with what its bytes tell; nil when they were not seen, or tell nothing.
    mutating func push(
        _ bytes: Span<UInt8>,
        at base: Int,
        _ body: (SampleTrack, MP4Sample, NALWalk?) -> Void
    ) {
        let end = base + bytes.count
        while let index = sources.indices.min(by: { Self.place(sources[$0]) < Self.place(sources[$1]) }) {
            // Up to where the next one begins the same source is gone on with.
            var limit = Int.max
            for other in sources.indices where other != index { limit = min(limit, Self.place(sources[other])) }
            var isSame = true
            while isSame {
                let range = sources[index].next.byteRange
                // A sample without bytes goes along with those in front of it.
                if range.lowerBound >= end, !(range.isEmpty && range.lowerBound == end) { return }
                look(at: bytes, base, index)
                guard range.upperBound <= end else { return }
                body(sources[index].track, sources[index].next, sources[index].walk)
                guard advance(index) else { break }
                isSame = sources[index].next.byteRange.lowerBound <= limit
            }
        }
    }

    /// Looks at the bytes of a source's next sample that are there.
    private mutating func look(at bytes: Span<UInt8>, _ base: Int, _ index: Int) {
        let range = sources[index].next.byteRange
        if !sources[index].hasBegun {
            sources[index].hasBegun = true
            sources[index].walk = range.lowerBound >= base ? sources[index].track.walk(sources[index].next) : nil
        }
        let start = max(range.lowerBound, base)
        let stop = min(range.upperBound, base + bytes.count)
        if start < stop { sources[index].walk?.push(bytes.extracting(start - base..<stop - base)) }
    }

    private static func place(_ source: Source) -> Int {
        // What has begun is gone on with.
        source.hasBegun ? -1 : source.next.byteRange.lowerBound
    }

    /// Goes to the next sample of a source.
    ///
    /// - Returns: False when there is none, and the source is gone.
    private mutating func advance(_ index: Int) -> Bool {
        guard let next = sources[index].samples.next() else {
            sources.remove(at: index)
            return false
        }
        sources[index].next = next
        sources[index].walk = nil
        sources[index].hasBegun = false
        return true
    }
}

/// Samples of sound that are as short as one amplitude, joined to frames.
private struct JoinedSamples<Base: IteratorProtocol<MP4Sample>>: IteratorProtocol {
    private var base: Base
    private var upcoming: MP4Sample?
    /// Ticks of what is short.
    private let shortest: UInt32
    private let longest: UInt32

    init(_ base: Base, timescale: UInt32) {
        self.base = base
        // A fiftieth of a second, out of what is shorter than a thousandth.
        shortest = timescale / 1_000
        longest = timescale / 50
        upcoming = self.base.next()
    }

    mutating func next() -> MP4Sample? {
        guard var sample = upcoming else { return nil }
        upcoming = base.next()
        while sample.duration < longest, let following = upcoming, following.duration < shortest,
            following.byteRange.lowerBound == sample.byteRange.upperBound,
            following.descriptionIndex == sample.descriptionIndex, !following.byteRange.isEmpty
        {
            sample.duration += following.duration
            sample.byteRange = sample.byteRange.lowerBound..<following.byteRange.upperBound
            upcoming = base.next()
        }
        return sample
    }
}

extension MediaKind {
    init(_ kind: MP4Track.Kind) {
        self =
            switch kind {
            case .video: .video
            case .audio: .audio
            case .text: .text
            case .metadata, .other: .other
            }
    }
}
