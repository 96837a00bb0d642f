import HLSKit
import TestSupport

/// What has to be true of segments of CMAF: what was written is read back equal.
///
/// The tests and the fuzz target share it.
enum CMAFProperties {
    /// Numbers that bytes choose; behind the last byte all are 0.
    private struct Choices {
        var bytes: ArraySlice<UInt8>

        mutating func next(_ limit: Int) -> Int {
            guard limit > 1 else { return 0 }
            let high = limit > 256 ? Int(bytes.popFirst() ?? 0) << 8 : 0
            return (high | Int(bytes.popFirst() ?? 0)) % limit
        }

        mutating func element<Element>(_ list: [Element]) -> Element { list[next(list.count)] }
    }

    /// A unit that was written, and what has to be read.
    private struct Expected {
        var sample: [UInt8]
        var pts: MediaTime
        var isSync: Bool
    }

    /// A track that units by chance are made for.
    private struct Source {
        var sample: CMAFCase
        var track: CMAFTrack
        var number = 0
        /// The decoding time of the next unit in ticks of `scale`, rounded to ticks of `grain` in a second.
        var time: Int64
        var step: Int64
        var scale: Int64
        var grain: Int64
        var reorders: Bool
        /// Where the segment before ended, in ticks of the track.
        var end: Int64?
        var expected: [Expected] = []

        func media(_ ticks: Int64) -> MediaTime {
            let grains = (ticks * grain * 2 + scale) / (scale * 2)
            return MediaTime(ticks: (grains * MediaTime.ticksPerSecond * 2 + grain) / (grain * 2))
        }
    }

    /// A sentence about the first property that does not hold; nil when all do.
    static func broken(by input: [UInt8]) -> String? {
        var choices = Choices(bytes: input[...])
        var sources: [Source] = []
        let kinds = [[CMAFCase.allVideo], [CMAFCase.allAudio], [CMAFCase.allVideo, CMAFCase.allAudio]]
        for (index, kind) in choices.element(kinds).enumerated() {
            sources.append(source(choices.element(kind), id: UInt32(index + 1), &choices))
        }
        do {
            var muxer = try CMAFMuxer(tracks: sources.map(\.track))
            let initialization = MP4File(muxer.initializationSection)
            if let problem = brokenInitialization(initialization, sources) { return problem }
            for number in 1...1 + choices.next(4) {
                if let problem = try brokenSegment(number, &muxer, initialization, &sources, &choices) {
                    return problem
                }
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    private static func source(_ sample: CMAFCase, id: UInt32, _ choices: inout Choices) -> Source {
        // The start of the presentation, up to ten seconds, in milliseconds.
        let start = Int64(choices.next(10_000))
        let timescale = sample.isVideo ? choices.element([nil, 24_000, 1_000, 12_800] as [UInt32?]) : nil
        let track = sample.track(id: id, timescale: timescale)
        let scale = sample.isVideo ? 90_000 : Int64(track.timescale)
        var step = sample.isVideo ? choices.element([3_600, 3_750, 3_754, 1_500] as [Int64]) : 1_024
        if case .audio(let format)? = sample.entry.format { step = Int64(format.samplesPerUnit) }
        // Times as they are, or as containers round them.
        let grain = choices.element([MediaTime.ticksPerSecond, 1_000])
        return Source(
            sample: sample,
            track: track,
            time: start * scale / 1_000,
            step: step,
            scale: scale,
            grain: grain,
            reorders: sample.isVideo && choices.next(2) == 1
        )
    }

    private static func brokenInitialization(_ file: MP4File, _ sources: [Source]) -> String? {
        if let problem = file.problems.first { return "init section: \(problem)" }
        guard file.kind == .initializationSegment, let tracks = file.movie?.tracks, tracks.count == sources.count else {
            return "not an init section of \(sources.count) tracks"
        }
        for (track, source) in zip(tracks, sources) {
            if track.sampleEntries != [source.track.entry] {
                return "\(source.sample): \(track.sampleEntries) instead of \(source.track.entry)"
            }
            guard track.id == source.track.id, track.timescale == source.track.timescale, track.language == "fra",
                track.edits.isEmpty, track.kind == (source.sample.isVideo ? .video : .audio)
            else { return "\(source.sample): another track" }
        }
        return nil
    }

    private static func brokenSegment(
        _ number: Int,
        _ muxer: inout CMAFMuxer,
        _ initialization: MP4File,
        _ sources: inout [Source],
        _ choices: inout Choices
    ) throws -> String? {
        var count = 0
        for index in sources.indices {
            sources[index].expected = []
            for place in 0..<choices.next(12) {
                try write(place, of: index, &sources[index], &muxer, &choices)
                count += 1
            }
        }
        let knowsNext = choices.next(2) == 1
        let next = knowsNext ? sources.map { $0.media($0.time) as MediaTime? } : []
        let bytes = try muxer.finishSegment(next: next)
        if muxer.pendingByteCount > 0 { return "bytes wait behind the end of a segment" }
        guard count > 0 else { return bytes.isEmpty ? nil : "a segment of nothing" }
        let file = MP4File(bytes, initialization: initialization.movie)
        if let problem = file.problems.first { return "segment: \(problem)" }
        guard file.fragments.count == 1, let fragment = file.fragments.first else { return "not one fragment" }
        for index in sources.indices {
            if let problem = brokenTrack(fragment, bytes, &sources[index]) {
                return "segment \(number), \(sources[index].sample): \(problem)"
            }
        }
        return nil
    }

    private static func write(
        _ place: Int,
        of index: Int,
        _ source: inout Source,
        _ muxer: inout CMAFMuxer,
        _ choices: inout Choices
    ) throws {
        let isKey = place == 0
        let length = 40 + choices.next(300)
        let dts = source.media(source.time)
        // In pairs: the second of two is shown before the first.
        let delay = source.reorders ? [1, 2, 0][place % 3] : 0
        let pts = source.media(source.time + Int64(delay) * source.step)
        let unit = source.sample.unit(source.number, isKey: isKey, length: length)
        try muxer.write(unit.span, track: index, pts: pts, dts: dts, isRandomAccess: isKey || !source.sample.isVideo)
        source.expected.append(
            Expected(
                sample: source.sample.sample(source.number, isKey: isKey, length: length),
                pts: pts,
                isSync: isKey || !source.sample.isVideo
            )
        )
        source.number += 1
        source.time += source.step
    }

    private static func brokenTrack(_ fragment: MovieFragment, _ bytes: [UInt8], _ source: inout Source) -> String? {
        guard !source.expected.isEmpty else {
            return fragment.track(source.track.id) == nil ? nil : "samples of no unit"
        }
        guard let track = fragment.track(source.track.id) else { return "no samples" }
        let samples = Array(track.samples)
        guard samples.count == source.expected.count else { return "\(samples.count) samples" }
        // A millisecond for audio, whose frames follow one another; a tick for video, which is exact.
        let scale = Double(source.track.timescale)
        let tolerance = source.sample.isVideo ? 0.51 / scale : 0.001 + 1 / scale
        var time = track.startTime
        for (sample, expected) in zip(samples, source.expected) {
            if Array(bytes[sample.byteRange]) != expected.sample { return "other bytes" }
            if sample.isSync != expected.isSync { return "another sync flag" }
            if sample.duration == 0 || sample.decodeTime != time { return "times that do not rise" }
            time += Int64(sample.duration)
            let error = abs(Double(sample.compositionTime) / scale - expected.pts.seconds)
            if error > tolerance { return "a time that is \(error) s off" }
        }
        if track.startTime < 0 { return "a negative time" }
        if let end = source.end, track.startTime < end { return "begins before the segment before it ends" }
        source.end = track.endTime
        return nil
    }
}
