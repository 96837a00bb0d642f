/// A track, and what the segment at hand has of it: gives samples their times.
struct TrackAssembler: Sendable {
    private(set) var track: CMAFTrack
    private var builder: SampleBuilder
    private(set) var samples: FragmentSamples
    /// Memory for the data of the next segment.
    private var spare: [UInt8] = []
    /// How much later than told units are decoded, so that the first one is decoded when it is presented.
    private var decodeDelay: MediaTime?
    /// The decoding time of the last sample, in ticks of the track.
    private var lastTime: Int64 = 0
    /// The duration that was told of the last sample, in ticks of the track.
    private var lastDuration: Int64?
    /// Where the segment before ended, in ticks of the track.
    private var end: Int64?
    /// Samples of one channel in a unit, for sound whose sampling rate is the timescale.
    private let unitSamples: Int64?
    /// Ticks that a time may be off for having been rounded by who states it; what is further away is a gap.
    private let tolerance: Int64

    init(_ track: CMAFTrack) {
        self.track = track
        builder = SampleBuilder(track)
        samples = FragmentSamples(trackID: track.id)
        let format = track.entry.audioFormat
        unitSamples = format.flatMap { $0.sampleRate == Int(track.timescale) ? Int64($0.samplesPerUnit) : nil }
        // Matroska states times in milliseconds; frames of audio follow one another all the same.
        let roundings = unitSamples == nil ? MediaTime.ticksPerSecond : 1_000
        tolerance = Int64(track.timescale) / roundings + 1
    }

    /// Whether units had parameter sets that the sample entry lacks, which were left out.
    var hasUnknownParameterSets: Bool { builder.hasLostParameterSets }

    /// Changes what the samples are, between two segments; the timeline goes on.
    mutating func setEntry(_ entry: SampleEntry) {
        var next = track
        next.entry = entry
        var assembler = TrackAssembler(next)
        assembler.decodeDelay = decodeDelay
        assembler.end = end
        self = assembler
    }

    /// Adds an access unit to the segment at hand.
    mutating func add(
        _ unit: Span<UInt8>,
        pts: MediaTime,
        dts: MediaTime,
        duration: MediaTime?,
        isRandomAccess: Bool
    ) throws(CMAFError) {
        let start = samples.data.count
        guard builder.append(unit, to: &samples.data) else { throw .invalidUnit(track.id) }
        let byteCount = samples.data.count - start
        do throws(CMAFError) {
            try place(byteCount: byteCount, pts: pts, dts: dts, duration: duration, isRandomAccess: isRandomAccess)
        } catch {
            // No sample has these bytes.
            samples.data.removeLast(byteCount)
            throw error
        }
    }

    /// Adds a sample whose bytes are in the data already.
    mutating func place(
        byteCount: Int,
        pts: MediaTime,
        dts: MediaTime,
        duration: MediaTime?,
        isRandomAccess: Bool
    ) throws(CMAFError) {
        let delay = decodeDelay ?? (pts > dts ? pts - dts : .zero)
        decodeDelay = delay
        var time = ticks(dts + delay)
        if let last = samples.samples.indices.last {
            let usual = lastTime + (unitSamples ?? 1)
            if unitSamples != nil, abs(time - usual) <= tolerance { time = usual }
            time = min(max(time, lastTime + 1), lastTime + Int64(UInt32.max))
            samples.samples[last].duration = UInt32(time - lastTime)
        } else {
            // What rounding makes of a time must not part a segment from the one before.
            if let end, abs(time - end) <= tolerance || time < end { time = end }
            guard time >= 0 else { throw .negativeTime(track.id) }
            samples.decodeTime = UInt64(time)
        }
        samples.samples.append(
            FragmentSamples.Sample(
                byteCount: UInt32(clamping: byteCount),
                // What would be presented before the presentation begins is presented at its start.
                compositionOffset: unitSamples == nil ? Int32(clamping: max(0, ticks(pts)) - time) : 0,
                isSync: isRandomAccess
            )
        )
        lastTime = time
        lastDuration = duration.map(ticks)
    }

    /// Ends the segment at hand; nil when nothing was added to it.
    ///
    /// - Parameter next: The decoding time of the unit that comes next, where it is known.
    mutating func finish(next: MediaTime?) -> FragmentSamples? {
        guard let last = samples.samples.indices.last else { return nil }
        let before = last > 0 ? Int64(samples.samples[last - 1].duration) : nil
        var duration = unitSamples ?? lastDuration ?? before ?? 1
        if let next {
            let told = ticks(next + (decodeDelay ?? .zero)) - lastTime
            if unitSamples == nil || abs(told - duration) > tolerance { duration = told }
        }
        return finish(last, duration)
    }

    /// Ends the segment at hand where the next one begins, by the playlist; nil when nothing was added to it.
    ///
    /// - Parameter time: The presentation time of the next segment's first unit; what does not lie behind the last sample, or is
    ///   further away than any pause, is not believed.
    mutating func finish(endingAt time: MediaTime?) -> FragmentSamples? {
        guard let time, let last = samples.samples.indices.last else { return finish(next: nil) }
        let duration = ticks(time) - lastTime
        guard duration > 0, duration < Int64(track.timescale) * Self.greatestPause else { return finish(next: nil) }
        return finish(last, duration)
    }

    /// In seconds.
    private static let greatestPause: Int64 = 60

    private mutating func finish(_ last: Int, _ duration: Int64) -> FragmentSamples? {
        let duration = max(1, min(duration, Int64(UInt32.max)))
        samples.samples[last].duration = UInt32(duration)
        end = lastTime + duration
        var finished = FragmentSamples(trackID: track.id)
        swap(&finished.data, &spare)
        swap(&finished, &samples)
        return finished
    }

    /// Takes memory for the data of a later segment.
    mutating func reuse(_ memory: inout [UInt8]) {
        // By exchange: emptying an array to which there is a second reference allocates it anew.
        swap(&spare, &memory)
        spare.removeAll(keepingCapacity: true)
    }

    /// The ticks of the track nearest to a time.
    private func ticks(_ time: MediaTime) -> Int64 {
        time.ticks(timescale: track.timescale)
    }
}

extension MediaTime {
    /// The number of ticks of another clock nearest to the time, clamped to 60 bits.
    func ticks(timescale: UInt32) -> Int64 {
        let scale = Int64(timescale)
        guard scale != Self.ticksPerSecond else { return max(-1 << 60, min(1 << 60, ticks)) }
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: Self.ticksPerSecond)
        let (whole, overflows) = seconds.multipliedReportingOverflow(by: scale)
        guard !overflows, abs(whole) < 1 << 60 else { return ticks < 0 ? -1 << 60 : 1 << 60 }
        let half = Self.ticksPerSecond / 2
        return whole + (rest * scale + (rest < 0 ? -half : half)) / Self.ticksPerSecond
    }
}
