import HLSKit

/// Closes the jumps that the clock of a recording makes, for all streams alike.
struct TimelineCorrection {
    private let greatestStep: MediaTime
    private let greatestStepBack: MediaTime
    /// What was added to the last timestamps.
    private(set) var offset = MediaTime.zero
    /// What was added in front of the latest jump, and the streams that have passed it.
    private var former: MediaTime?
    private var moved: Set<Int> = []
    private var lastByStream: [Int: MediaTime] = [:]
    /// Packets of one stream follow one another more closely than this.
    private static let greatestLateStep = MediaTime(seconds: 1)
    /// The end of the latest packet, whichever stream had it.
    private var end: MediaTime?

    /// Creates a correction.
    ///
    /// - Parameter allowsJumps: Whether the container is one whose clock may be set in the middle, as in transport streams.
    ///   In others only a step of more than a day is taken for damage.
    init(allowsJumps: Bool) {
        greatestStep = MediaTime(seconds: allowsJumps ? 10 : 86_400)
        greatestStepBack = MediaTime(seconds: allowsJumps ? 0.1 : 86_400)
    }

    /// What to add to the timestamps of a packet.
    mutating func offset(for dts: MediaTime, duration: MediaTime, stream: Int) -> MediaTime {
        if let former, isLate(dts, after: former, stream: stream) {
            note(dts + former, duration, stream)
            return former
        }
        let corrected = dts + offset
        if let end, isJump(to: corrected, stream: stream, end: end) {
            // Continue where the latest packet ended.
            former = offset
            moved = []
            offset = offset + (end - corrected)
        }
        moved.insert(stream)
        note(dts + offset, duration, stream)
        return offset
    }

    private mutating func note(_ time: MediaTime, _ duration: MediaTime, _ stream: Int) {
        lastByStream[stream] = time
        end = max(end ?? time, time + duration)
    }

    /// Whether a packet still has the clock from in front of the latest jump: streams do not pass it at the same place.
    private func isLate(_ dts: MediaTime, after former: MediaTime, stream: Int) -> Bool {
        guard !moved.contains(stream), let last = lastByStream[stream] else { return false }
        let step = dts + former - last
        let stepByNewClock = dts + offset - last
        return step > .zero - greatestStepBack && step < Self.greatestLateStep
            && (step < .zero ? .zero - step : step)
                < (stepByNewClock < .zero ? .zero - stepByNewClock : stepByNewClock)
    }

    /// Decoding times never go back within a stream; streams are interleaved more closely than the greatest step.
    private func isJump(to time: MediaTime, stream: Int, end: MediaTime) -> Bool {
        let previous = lastByStream[stream]
        let step = time - (previous ?? end)
        return step > greatestStep || step < .zero - (previous == nil ? greatestStep : greatestStepBack)
    }
}
