/// Puts sections together that come in the packets of one PID (ISO/IEC 13818-1 2.4.4).
struct SectionAssembler: Sendable {
    /// What came of it.
    enum Result: Equatable {
        /// A whole section, whose CRC is right if it has one.
        case section([UInt8])
        /// A whole section whose CRC is wrong.
        case checksumError
        /// A section that broke off.
        case incomplete
    }

    /// The bytes of a section that is not whole yet.
    private var partial: [UInt8] = []
    /// Whether a section goes on in the next packet, even if none of its bytes have come.
    private var isOpen = false

    private static let stuffing: UInt8 = 0xFF

    /// Takes the payload of a packet.
    mutating func append(_ payload: Span<UInt8>, startsUnit: Bool) -> [Result] {
        guard !payload.isEmpty else { return [] }
        var results: [Result] = []
        guard startsUnit else {
            if isOpen { take(payload, 0..<payload.count, &results) }
            return results
        }
        // The pointer tells where the first new section begins; the old one ends in front of it.
        let start = 1 + Int(payload[0])
        guard start <= payload.count else {
            reset()
            return [.incomplete]
        }
        if isOpen {
            take(payload, 1..<start, &results)
            if !partial.isEmpty { results.append(.incomplete) }
        }
        partial = []
        isOpen = true
        take(payload, start..<payload.count, &results)
        return results
    }

    /// Forgets a section that is not whole, as after lost packets.
    mutating func reset() {
        partial = []
        isOpen = false
    }

    private mutating func take(_ payload: Span<UInt8>, _ range: Range<Int>, _ results: inout [Result]) {
        partial += payload.array(range)
        var at = 0
        while partial.count - at >= Section.startLength, partial[at] != Self.stuffing {
            let length = Section.startLength + Int(partial.pair(at: at + 1) & 0xFFF)
            guard partial.count - at >= length else { break }
            let section = Array(partial[at..<at + length])
            // Sections with the indicator set end with a CRC; over both, the checksum is zero.
            let hasChecksum = section[1] & 0x80 != 0
            let isIntact = !hasChecksum || MPEGCRC32.checksum(section) == 0
            results.append(isIntact ? .section(section) : .checksumError)
            at += length
        }
        // Behind the last section there is nothing but stuffing.
        if at < partial.count, partial[at] == Self.stuffing {
            at = partial.count
            isOpen = false
        }
        partial.removeFirst(at)
    }
}
