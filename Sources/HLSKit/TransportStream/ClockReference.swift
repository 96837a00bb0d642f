/// A program clock reference (PCR): the time at which its packet is meant to arrive (ISO/IEC 13818-1 2.4.2.2).
public struct ClockReference: Sendable, Hashable {
    /// The part that counts at 90 kHz: 33 bits in the stream, unwrapped where a demuxer reports it.
    public var time: MediaTime
    /// What is left, in ticks of 27 MHz, 0 to 299.
    public var remainder: UInt16

    /// The bytes of a reference.
    static let byteCount = 6
    /// The ticks of the 27 MHz clock in a second.
    public static let ticksPerSecond: Int64 = 27_000_000

    init(time: MediaTime, remainder: UInt16 = 0) {
        self.time = time
        self.remainder = remainder
    }

    /// The whole reference in ticks of 27 MHz.
    public var ticks: Int64 {
        time.ticks &* 300 &+ Int64(remainder)
    }

    /// Reads the six bytes of a reference.
    init(_ bytes: Span<UInt8>) {
        var base: Int64 = 0
        for index in 0..<4 { base = base << 8 | Int64(bytes[index]) }
        time = MediaTime(ticks: base << 1 | Int64(bytes[4] >> 7))
        remainder = UInt16(bytes[4] & 1) << 8 | UInt16(bytes[5])
    }

    /// Appends the six bytes of the reference: 33 bits of 90 kHz, six reserved bits, the remainder.
    func write(to output: inout [UInt8]) {
        let ticks = UInt64(bitPattern: time.ticks)
        for shift in [25, 17, 9, 1] as [UInt64] { output.append(UInt8(truncatingIfNeeded: ticks >> shift)) }
        output.append(UInt8(truncatingIfNeeded: ticks << 7) | 0x7E | UInt8(truncatingIfNeeded: remainder >> 8 & 1))
        output.append(UInt8(truncatingIfNeeded: remainder))
    }
}
