/// The header of a PES packet with its timestamps (ISO/IEC 13818-1 2.4.3.6).
struct PESHeader {
    var streamID: UInt8
    /// Written as 33 bits: times wrap every 26.5 hours.
    var pts: MediaTime
    /// Written only when it differs from the PTS.
    var dts: MediaTime
    /// The bytes behind the header.
    var payloadLength: Int
    /// Video may leave its length open; it is then written as 0.
    var allowsUnboundedLength: Bool

    /// The most bytes that `PES_packet_length` can tell.
    static let greatestLength = 0xFFFF

    private var hasDTS: Bool { dts != pts }

    var byteCount: Int {
        hasDTS ? 19 : 14
    }

    /// What `PES_packet_length` says: the bytes behind that field, or 0 for video that is too long to say.
    var packetLength: Int? {
        let length = byteCount - 6 + payloadLength
        if length <= Self.greatestLength { return length }
        return allowsUnboundedLength ? 0 : nil
    }

    func write(to output: inout [UInt8]) {
        let length = packetLength ?? 0
        output += [0, 0, 1, streamID, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
        // '10', not scrambled, no priority, aligned: an access unit begins right behind the header.
        output.append(0x84)
        output.append(hasDTS ? 0xC0 : 0x80)
        output.append(hasDTS ? 10 : 5)
        Self.append(timestamp: pts, marker: hasDTS ? 3 : 2, to: &output)
        if hasDTS { Self.append(timestamp: dts, marker: 1, to: &output) }
    }

    private static func append(timestamp: MediaTime, marker: UInt8, to output: inout [UInt8]) {
        let ticks = UInt64(bitPattern: timestamp.ticks)
        output.append(marker << 4 | UInt8(truncatingIfNeeded: ticks >> 29) & 0x0E | 1)
        output.append(UInt8(truncatingIfNeeded: ticks >> 22))
        output.append(UInt8(truncatingIfNeeded: ticks >> 14) | 1)
        output.append(UInt8(truncatingIfNeeded: ticks >> 7))
        output.append(UInt8(truncatingIfNeeded: ticks << 1) | 1)
    }
}
