import HLSKit

/// Closes the jumps that the clock of a recorded transport stream makes, for all streams alike.
struct TimelineCorrection {
    private var offset = MediaTime.zero
    private var lastByStream: [Int: MediaTime] = [:]
    private var last: MediaTime?

    /// Streams are interleaved more closely than this; a greater step is a jump.
    private static let greatestStep = MediaTime(seconds: 10)

    /// What to add to the timestamps of a packet.
    mutating func offset(for dts: MediaTime, stream: Int) -> MediaTime {
        let corrected = dts + offset
        if let previous = lastByStream[stream] ?? last {
            let step = corrected - previous
            if step > Self.greatestStep || step < .zero - Self.greatestStep {
                // Continue one tick behind the latest time seen, whichever stream had it.
                let place = last ?? previous
                offset = offset + (place - corrected) + MediaTime(ticks: 1)
            }
        }
        let result = dts + offset
        lastByStream[stream] = result
        last = max(last ?? result, result)
        return offset
    }
}
