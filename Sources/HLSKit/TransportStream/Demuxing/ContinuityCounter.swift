/// Follows the continuity counter of one PID (ISO/IEC 13818-1 2.4.3.3).
struct ContinuityCounter: Sendable {
    /// What a packet's counter says.
    enum Verdict: Equatable {
        case inOrder
        /// The same counter again, which is allowed once.
        case repeated
        case outOfOrder(expected: UInt8)
    }

    /// The counter of the packet before, nil when none has to be followed.
    private(set) var last: UInt8?
    private var isRepeated = false

    /// The counter that the next packet with a payload has.
    var next: UInt8 { ((last ?? 15) &+ 1) & 15 }

    mutating func advance(to counter: UInt8, hasPayload: Bool, isDiscontinuity: Bool) -> Verdict {
        defer { last = counter }
        guard let last, !isDiscontinuity else {
            isRepeated = false
            return .inOrder
        }
        guard hasPayload else { return counter == last ? .inOrder : .outOfOrder(expected: last) }
        if counter == last, !isRepeated {
            isRepeated = true
            return .repeated
        }
        isRepeated = false
        return counter == next ? .inOrder : .outOfOrder(expected: next)
    }

    /// Counts packets on that were found to be in order.
    mutating func skip(_ count: Int) {
        guard count > 0 else { return }
        last = UInt8(truncatingIfNeeded: Int(last ?? 15) &+ count) & 15
        isRepeated = false
    }

    /// Takes the next packet as it comes.
    mutating func reset() {
        last = nil
        isRepeated = false
    }
}
