/// Follows the clock references of one program (ISO/IEC 13818-1 2.4.2.2, ETSI TR 101 290 5.2.2).
struct ProgramClock: Sendable {
    private var unwrapper = TimestampUnwrapper()
    /// The last reference, unwrapped.
    private(set) var last: ClockReference?
    private var lastOffset = 0
    /// How often a discontinuity was announced.
    private(set) var epoch = 0
    /// How often it jumped though nothing was announced.
    private(set) var jumps = 0
    /// The DTS of the stream that carries the clock when the last reference came.
    private var firstServed: MediaTime?
    private var isReportedMissing = false

    /// The longest time between two references, 100 ms of 27 MHz (2.7.2).
    private static let greatestInterval: Int64 = 2_700_000
    /// What is further is a jump, not a pause: ten seconds.
    private static let greatestStep: Int64 = 270_000_000
    /// How far a reference may be from a constant bit rate: 500 ns, and the rounding of two references.
    private static let greatestInaccuracy: Int64 = 15

    /// The time of the last reference.
    var now: MediaTime? { last?.time }

    mutating func unwrap(_ timestamp: MediaTime) -> MediaTime {
        unwrapper.unwrap(timestamp)
    }

    /// Takes a reference.
    ///
    /// - Parameters:
    ///   - offset: Where its packet begins, in bytes.
    ///   - bitRate: The constant rate of the stream in bits a second, nil when it has none.
    mutating func advance(
        to reference: ClockReference,
        offset: Int,
        isDiscontinuity: Bool,
        bitRate: Int?
    ) -> [TransportStreamEvent.Kind] {
        let current = ClockReference(time: unwrapper.unwrap(reference.time), remainder: reference.remainder)
        defer {
            last = current
            lastOffset = offset
            firstServed = nil
            isReportedMissing = false
        }
        if isDiscontinuity { epoch &+= 1 }
        guard let last, !isDiscontinuity else { return [] }
        let step = current.ticks &- last.ticks
        if step < 0 || step > Self.greatestStep {
            jumps &+= 1
            return [.clockJump(by: MediaTime(ticks: step / 300))]
        }
        var found: [TransportStreamEvent.Kind] = []
        if step > Self.greatestInterval { found.append(.clockLate(interval: MediaTime(ticks: step / 300))) }
        if let bitRate, bitRate > 0, offset - lastOffset < 1 << 30 {
            let expected = Int64(
                Double(offset - lastOffset) * 8 * Double(ClockReference.ticksPerSecond) / Double(bitRate)
            )
            if abs(step - expected) > Self.greatestInaccuracy { found.append(.clockInaccuracy(ticks: step - expected)) }
        }
        return found
    }

    /// Tells whether the clock stands still while the stream that carries it goes on.
    mutating func isMissing(at dts: MediaTime) -> Bool {
        guard let first = firstServed else {
            firstServed = dts
            return false
        }
        // One interval is lawful, and the reference may stand at the end of it.
        guard dts - first > MediaTime(ticks: 2 * Self.greatestInterval / 300), !isReportedMissing else { return false }
        isReportedMissing = true
        return true
    }

    /// Takes the next reference as it comes.
    mutating func reset() {
        last = nil
        epoch &+= 1
        firstServed = nil
        isReportedMissing = false
    }
}

/// Notices that a PID does not come any more (ETSI TR 101 290 5.2.1, indicator 1.6).
struct StreamPresence: Sendable {
    private var packetCount = -1
    private var since: MediaTime?
    private var isReported = false

    /// The time after which a PID is missing; the standard leaves it to the user.
    private static let greatestAbsence = MediaTime(ticks: 450_000)

    /// Tells how long a stream has been away, once, when that is too long.
    mutating func absence(packetCount: Int, now: MediaTime) -> MediaTime? {
        guard packetCount == self.packetCount, let since, now > since else {
            self.packetCount = packetCount
            since = now
            isReported = false
            return nil
        }
        guard now - since > Self.greatestAbsence, !isReported else { return nil }
        isReported = true
        return now - since
    }

    mutating func reset() {
        since = nil
    }
}
