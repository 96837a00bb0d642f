/// The header of a PES packet with its timestamps (ISO/IEC 13818-1 2.4.3.6).
struct PESHeader: Equatable {
    var streamID: UInt8
    /// Written as 33 bits: times wrap every 26.5 hours.
    var pts: MediaTime?
    /// Written only when it differs from the PTS.
    var dts: MediaTime?
    /// The bytes behind the header; nil for video that leaves its length open.
    var payloadLength: Int?
    /// Whether an access unit begins right behind the header.
    var isAligned = true
    var isScrambled = false

    /// The most bytes that `PES_packet_length` can tell.
    static let greatestLength = 0xFFFF
    /// The bytes up to `PES_packet_length`.
    static let startLength = 6
    private static let fixedLength = 9
    private static let timestampLength = 5

    private var hasDTS: Bool { dts != nil && dts != pts }
    private var optionalLength: Int { (pts == nil ? 0 : Self.timestampLength) + (hasDTS ? Self.timestampLength : 0) }

    var byteCount: Int { Self.fixedLength + optionalLength }

    /// Makes the header of a packet.
    ///
    /// Video that is too long to say so leaves its length open.
    init(streamID: UInt8, pts: MediaTime?, dts: MediaTime?, payloadLength: Int?, allowsUnboundedLength: Bool = false) {
        self.streamID = streamID
        self.pts = pts
        self.dts = dts
        self.payloadLength = payloadLength
        if let payloadLength, allowsUnboundedLength,
            byteCount - Self.startLength + payloadLength > Self.greatestLength
        {
            self.payloadLength = nil
        }
    }

    func write(to output: inout [UInt8]) {
        let length = payloadLength.map { byteCount - Self.startLength + $0 } ?? 0
        output += [0, 0, 1, streamID, UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
        output.append(0x80 | (isScrambled ? 0x10 : 0) | (isAligned ? 0x04 : 0))
        output.append(pts == nil ? 0 : hasDTS ? 0xC0 : 0x80)
        output.append(UInt8(optionalLength))
        if let pts { Self.append(timestamp: pts, marker: hasDTS ? 3 : 2, to: &output) }
        if let dts, hasDTS { Self.append(timestamp: dts, marker: 1, to: &output) }
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

extension PESHeader {
    /// What the first bytes of a PES packet turned out to be.
    enum Reading {
        /// The header does not end within the bytes.
        case needsMore
        /// The bytes are no PES packet.
        case invalid
        /// A header of that many bytes.
        case header(PESHeader, byteCount: Int)
    }

    /// The kinds of PES packets that have neither flags nor timestamps (table 2-21): maps, padding, private_stream_2,
    /// ECM, EMM, directory, DSM-CC, H.222.1 type E.
    private static let bareStreamIDs: Set<UInt8> = [0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xFF, 0xF2, 0xF8]

    /// Reads the header that the bytes begin with; timestamps are the 33 bits that are written there.
    static func read(_ bytes: Span<UInt8>) -> Reading {
        let known = min(bytes.count, 3)
        for index in 0..<known where bytes[index] != (index == 2 ? 1 : 0) { return .invalid }
        guard bytes.count >= startLength else { return .needsMore }
        let length = Int(bytes[4]) << 8 | Int(bytes[5])
        var header = PESHeader(streamID: bytes[3], pts: nil, dts: nil, payloadLength: nil)
        if bareStreamIDs.contains(header.streamID) {
            header.payloadLength = length
            return .header(header, byteCount: startLength)
        }
        guard bytes.count >= fixedLength else { return .needsMore }
        guard bytes[6] & 0xC0 == 0x80 else { return .invalid }
        header.isScrambled = bytes[6] & 0x30 != 0
        header.isAligned = bytes[6] & 0x04 != 0
        let byteCount = fixedLength + Int(bytes[8])
        guard bytes.count >= byteCount else { return .needsMore }
        if length > 0 {
            guard length >= byteCount - startLength else { return .invalid }
            header.payloadLength = length - (byteCount - startLength)
        }
        let flags = bytes[7] & 0xC0
        if flags & 0x80 != 0, byteCount >= fixedLength + timestampLength {
            header.pts = timestamp(bytes.extracting(fixedLength..<byteCount))
            header.dts = header.pts
            if flags == 0xC0, byteCount >= fixedLength + 2 * timestampLength {
                header.dts = timestamp(bytes.extracting(fixedLength + timestampLength..<byteCount))
            }
        }
        return .header(header, byteCount: byteCount)
    }

    private static func timestamp(_ bytes: Span<UInt8>) -> MediaTime {
        let high = Int64(bytes[0] >> 1 & 7) << 30
        let middle = Int64(bytes[1]) << 22 | Int64(bytes[2] >> 1) << 15
        return MediaTime(ticks: high | middle | Int64(bytes[3]) << 7 | Int64(bytes[4] >> 1))
    }
}
