import HLSKit

/// A track of a plan: its times in the input, and what becomes of it.
struct PlanningTrack {
    /// What becomes of a track.
    enum Treatment: Hashable {
        case copied
        /// Pictures get IDR pictures on a grid.
        case encodedVideo(interval: Double, frameDuration: MediaTime)
        /// Sound becomes frames of one length, which begin before the first sample by the encoder's run-up; in seconds.
        case encodedAudio(frame: Double, runUp: Double)
    }

    let timing: TrackTiming
    let treatment: Treatment
    /// Where the sound beside an encoded picture ends, until when the last picture is shown; nil when there is none.
    var soundEnd: MediaTime?

    /// The access units that the packager will get; empty when there are none.
    func units() -> any Sequence<UnitTiming> {
        switch treatment {
        case .copied:
            if case .listed(let units) = timing { return units }
            return frames(runUp: 0, step: steadyStep)
        case .encodedVideo(let interval, let frameDuration):
            return pictures(KeyframeGrid(interval: interval, frameDuration: frameDuration))
        case .encodedAudio(let frame, let runUp):
            return frames(runUp: runUp, step: frame)
        }
    }

    private var steadyStep: Double {
        if case .steady(_, _, _, let step) = timing { step.seconds } else { 0 }
    }

    /// The pictures that ``VideoTranscoder`` will encode.
    private func pictures(_ grid: KeyframeGrid) -> [UnitTiming] {
        var grid = grid
        guard let presentation = timing.presentation() else { return [] }
        var end = presentation.end
        var pictures: [KeyframeGrid.Picture] = []
        var latest: MediaTime?
        for time in presentation.times where latest.map({ time > $0 }) ?? true {
            pictures += grid.add(time)
            latest = time
        }
        if let end { pictures += grid.finish(at: end) }
        if let soundEnd, let pictureEnd = [end, latest].compactMap(\.self).max(),
            soundEnd - pictureEnd > VideoTranscoder.greatestSoundTail
        {
            pictures += grid.hold(until: soundEnd)
            end = soundEnd
        }
        var units = pictures.map { picture in
            UnitTiming(
                pts: picture.time,
                dts: picture.time,
                duration: grid.frameDuration,
                isRandomAccess: picture.isKeyframe
            )
        }
        if let last = pictures.last, let rest = end.map({ $0 - last.time }), rest > .zero,
            rest.ticks <= grid.frameDuration.ticks * VideoTranscoder.greatestLastDuration
        {
            units[units.count - 1].duration = rest
        }
        return units
    }

    /// Frames of one length from the start of the sound to its end.
    private func frames(runUp: Double, step: Double) -> any Sequence<UnitTiming> {
        let extent: (first: MediaTime, end: MediaTime)?
        switch timing {
        case .listed(let units):
            let times = units.compactMap(\.time)
            extent = times.min().map { ($0, units.compactMap(\.end).max() ?? times.max() ?? $0) }
        case .steady(let first, _, let end, _):
            extent = (first, end)
        }
        guard let (first, end) = extent, step > 0 else { return [] }
        let start = first - MediaTime(seconds: runUp)
        let length = MediaTime(seconds: step)
        // Each is counted from the start, so that rounding does not add up.
        return (0...).lazy.map { start + MediaTime(seconds: Double($0) * step) }.prefix { $0 < end }.map { time in
            UnitTiming(pts: time, dts: time, duration: min(length, end - time))
        }
    }
}
