/// Supervises the timestamps of one stream (ETSI TR 101 290 5.2.2, ISO/IEC 13818-1 2.7.4 and 2.7.5).
struct StreamTiming: Sendable {
    /// The DTS of the PES packet before.
    private var last: MediaTime?
    private var clockEpoch = 0
    private var clockJumps = 0

    /// The longest time without a PTS (2.7.4).
    private static let greatestInterval = MediaTime(ticks: 63_000)
    /// What is further is a jump, not a pause.
    static let greatestStep = MediaTime(ticks: 900_000)

    /// Looks at the timestamps of a PES packet.
    ///
    /// - Parameters:
    ///   - clock: The clock reference in front of the packet.
    ///   - clockEpoch: How often the program's clock has announced a discontinuity.
    ///   - clockJumps: How often it jumped without.
    mutating func check(
        pts: MediaTime,
        dts: MediaTime,
        clock: MediaTime?,
        clockEpoch: Int,
        clockJumps: Int
    ) -> [TransportStreamEvent.Kind] {
        var found: [TransportStreamEvent.Kind] = []
        if pts < dts { found.append(.presentationBeforeDecoding(by: dts - pts)) }
        // A jump of the clock itself is told with the clock.
        if let clock, dts < clock, clock - dts < Self.greatestStep {
            found.append(.dataAfterDecodingTime(by: clock - dts))
        }
        if let last, clockEpoch == self.clockEpoch {
            let step = dts - last
            // A picture may stay while the clock runs on.
            let isServed =
                clockJumps == self.clockJumps
                && clock.map { $0 > last && $0 <= dts && dts - $0 < Self.greatestStep } == true
            if step > Self.greatestStep && !isServed || step < .zero - Self.greatestStep {
                found.append(.timestampJump(from: last, to: dts))
            } else if step <= .zero {
                found.append(.decodingTimeNotRising(from: last, to: dts))
            } else if step > Self.greatestInterval {
                found.append(.timestampLate(interval: step))
            }
        }
        self.clockEpoch = clockEpoch
        self.clockJumps = clockJumps
        last = dts
        return found
    }

    /// Takes the next timestamps as they come.
    mutating func reset() {
        last = nil
    }
}
