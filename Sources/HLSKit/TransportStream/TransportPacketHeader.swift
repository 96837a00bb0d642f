/// The four bytes that every packet begins with (ISO/IEC 13818-1 2.4.3.2).
struct TransportPacketHeader {
    /// The bytes as a big-endian number.
    var word: UInt32

    /// `transport_error_indicator`.
    var hasError: Bool { word & 0x0080_0000 != 0 }
    /// `payload_unit_start_indicator`.
    var startsUnit: Bool { word & Self.unitStart != 0 }
    var pid: UInt16 { UInt16(truncatingIfNeeded: word >> 8) & 0x1FFF }
    /// `transport_scrambling_control`, 0 when the payload is clear.
    var scrambling: UInt8 { UInt8(truncatingIfNeeded: word >> 6) & 3 }
    var hasAdaptationField: Bool { word & 0x20 != 0 }
    var hasPayload: Bool { word & Self.payload != 0 }
    var counter: UInt8 { UInt8(truncatingIfNeeded: word) & 15 }

    private static let unitStart: UInt32 = 0x0040_0000
    private static let payload: UInt32 = 0x10
    private static let adaptation: UInt32 = 0x20
    /// Everything except `transport_priority`.
    static let significantBits: UInt32 = 0xFFDF_FFFF

    init(word: UInt32) {
        self.word = word
    }

    init(pid: UInt16, startsUnit: Bool, hasAdaptationField: Bool, hasPayload: Bool, counter: UInt8) {
        word = UInt32(TransportPacket.syncByte) << 24 | UInt32(pid) << 8 | UInt32(counter & 15)
        if startsUnit { word |= Self.unitStart }
        if hasAdaptationField { word |= Self.adaptation }
        if hasPayload { word |= Self.payload }
    }

    func write(to output: inout [UInt8]) {
        for shift in stride(from: 24, through: 0, by: -8) { output.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}

/// What stands between the header and the payload (ISO/IEC 13818-1 2.4.3.4).
struct AdaptationField {
    /// The bytes of the field with its length.
    var byteCount: Int
    /// `discontinuity_indicator`.
    var announcesDiscontinuity = false
    /// `random_access_indicator`.
    var isRandomAccess = false
    var clock: ClockReference?

    /// Reads the field that the bytes behind the header begin with.
    ///
    /// - Returns: Nil when the field is longer than the packet.
    init?(_ bytes: Span<UInt8>) {
        guard let length = bytes.isEmpty ? nil : Int(bytes[0]), length < bytes.count else { return nil }
        byteCount = length + 1
        guard length > 0 else { return }
        let flags = bytes[1]
        announcesDiscontinuity = flags & 0x80 != 0
        isRandomAccess = flags & 0x40 != 0
        if flags & 0x10 != 0, length >= 1 + ClockReference.byteCount {
            clock = ClockReference(bytes.extracting(2..<2 + ClockReference.byteCount))
        }
    }
}
