import HLSKit

/// Closes the jumps that the clock of a recording makes, for all streams alike.
struct TimelineCorrection {
    private let greatestStep: MediaTime
    private let greatestStepBack: MediaTime
    /// What was added to the last timestamps.
    private(set) var offset = MediaTime.zero
    private var lastByStream: [Int: MediaTime] = [:]
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
        let corrected = dts + offset
        if let end, isJump(to: corrected, stream: stream, end: end) {
            // Continue where the latest packet ended.
            offset = offset + (end - corrected)
        }
        let result = dts + offset
        lastByStream[stream] = result
        end = max(end ?? result, result + duration)
        return offset
    }

    /// Decoding times never go back within a stream; streams are interleaved more closely than the greatest step.
    private func isJump(to time: MediaTime, stream: Int, end: MediaTime) -> Bool {
        let previous = lastByStream[stream]
        let step = time - (previous ?? end)
        return step > greatestStep || step < .zero - (previous == nil ? greatestStep : greatestStepBack)
    }
}
