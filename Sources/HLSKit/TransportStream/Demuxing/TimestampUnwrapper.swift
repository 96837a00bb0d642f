/// Continues the 33 bits of timestamps over any length (ISO/IEC 13818-1 2.4.3.7: they wrap after 26.5 hours).
///
/// Each timestamp is laid where it is nearest to the one before, of whatever stream of the program.
struct TimestampUnwrapper: Sendable {
    private var reference: MediaTime?

    /// The distance of two timestamps of 33 bits, the shorter way around.
    static func distance(from start: MediaTime, to end: MediaTime) -> MediaTime {
        // Shifting the 33 bits to the top makes the sign.
        MediaTime(ticks: ((end.ticks &- start.ticks) << 31) >> 31)
    }

    mutating func unwrap(_ timestamp: MediaTime) -> MediaTime {
        let time = reference.map { $0 + Self.distance(from: $0, to: timestamp) } ?? timestamp
        reference = time
        return time
    }
}
