import HLSKit

/// The times of one track: what is missing or impossible in its timestamps is replaced.
struct TrackTimeline {
    let isVideo: Bool
    /// The time from decoding to presentation of the first unit.
    private(set) var decodeDelay = MediaTime.zero
    /// Where the presentation of what was written ends: the end of the unit that is shown last.
    private(set) var end: MediaTime?
    private var latestPTS = MediaTime.zero

    private var lastDTS: MediaTime?
    private var lastStep = MediaTime.zero
    /// The first units, while none has a decoding time.
    private var held: [AccessUnit] = []

    /// More pictures than a decoder may hold back (ITU-T H.264 A.3.1), and so more than can lack a decoding time.
    private static let greatestHeldCount = 17

    init(isVideo: Bool) {
        self.isVideo = isVideo
    }

    /// Reads the timestamps of a unit and replaces what is missing or impossible.
    ///
    /// Matroska stores no decoding times, and FFmpeg cannot compute those of the first frames when they are reordered: these
    /// frames are returned later, with the first that has one.
    mutating func timed(_ payload: AccessUnit) -> [TimedUnit] {
        if isVideo, lastDTS == nil, payload.dts == nil, held.count < Self.greatestHeldCount {
            held.append(payload)
            return []
        }
        return release(before: payload.dts) + [unit(payload, statedDTS: payload.dts)]
    }

    /// The units that still wait for a decoding time, at the end of the track.
    mutating func flush() -> [TimedUnit] {
        release(before: nil)
    }

    /// Counts back from the first decoding time that is known.
    private mutating func release(before dts: MediaTime?) -> [TimedUnit] {
        let payloads = held
        held = []
        let times = payloads.compactMap(\.pts).sorted()
        let shortest = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        return payloads.enumerated().map { index, payload in
            let step = payload.duration ?? shortest ?? MediaTime(ticks: 1)
            let counted = dts.map { $0 - MediaTime(ticks: step.ticks * Int64(payloads.count - index)) }
            return unit(payload, statedDTS: counted)
        }
    }

    private mutating func unit(_ payload: AccessUnit, statedDTS: MediaTime?) -> TimedUnit {
        let step = payload.duration
        let statedPTS = payload.pts
        let following = lastDTS.map { $0 + (step ?? max(lastStep, MediaTime(ticks: 1))) }
        var dts = statedDTS ?? statedPTS.map { min($0, following ?? $0) } ?? following ?? .zero
        if let lastDTS, dts <= lastDTS { dts = lastDTS + MediaTime(ticks: 1) }
        let pts = max(statedPTS ?? dts, dts)
        if let lastDTS {
            lastStep = dts - lastDTS
        } else {
            decodeDelay = isVideo ? pts - dts : .zero
        }
        lastDTS = dts
        return TimedUnit(payload: payload, pts: pts, dts: isVideo ? dts : pts, duration: step ?? lastStep)
    }

    mutating func note(written unit: TimedUnit) {
        guard end == nil || unit.pts >= latestPTS else { return }
        latestPTS = unit.pts
        end = unit.pts + unit.duration
    }
}
