/// Finds where packets begin (ISO/IEC 13818-1 annex G.1): 188, 192 or 204 bytes apart.
struct PacketFinder: Sendable {
    /// The distance of packets, nil when it is not known.
    private(set) var stride: Int?
    /// The distance that was found last, which is tried first.
    private var lastStride: Int?
    /// Bytes given up since synchronisation was lost.
    private(set) var skipped = 0

    /// The packets in a row that make a stream (ETSI TR 101 290 5.2.1: five).
    private static let neededPackets = 5
    /// The bytes that have to be there to find packets of any distance.
    static let window = 204 * (neededPackets - 1) + TransportPacket.byteCount

    /// What is at a place.
    enum Finding {
        case packet
        /// A packet whose first byte is wrong.
        case brokenPacket
        /// Packets begin so many bytes further on; so many bytes in front of them, all in all, belong to none.
        case found(stride: Int, advance: Int, skipped: Int)
        /// Nothing here.
        case skip(Int)
        /// More bytes are needed to tell.
        case needsMore
    }

    /// Tells what is at an offset.
    ///
    /// - Parameter isEnd: Whether no more bytes will come.
    mutating func find(in bytes: Span<UInt8>, at offset: Int, isEnd: Bool) -> Finding {
        guard let stride else { return search(bytes, from: offset, isEnd: isEnd) }
        guard offset + TransportPacket.byteCount <= bytes.count else { return .needsMore }
        if bytes[offset] == TransportPacket.syncByte { return .packet }
        // One wrong byte is an error of that packet; two in a row are no packets any more.
        guard offset + stride < bytes.count else {
            guard isEnd else { return .needsMore }
            self.stride = nil
            return .skip(0)
        }
        if bytes[offset + stride] == TransportPacket.syncByte { return .brokenPacket }
        self.stride = nil
        return .skip(0)
    }

    private mutating func search(_ bytes: Span<UInt8>, from offset: Int, isEnd: Bool) -> Finding {
        let last = isEnd ? bytes.count - TransportPacket.byteCount : bytes.count - Self.window
        guard last >= offset else { return .needsMore }
        for place in offset...last where bytes[place] == TransportPacket.syncByte {
            for stride in strides where isStream(bytes, at: place, stride: stride, isEnd: isEnd) {
                skipped += place - offset
                // The first packet of an M2TS has its timestamp in front.
                let garbage = stride == 192 ? max(0, skipped - 4) : skipped
                self.stride = stride
                lastStride = stride
                skipped = 0
                return .found(stride: stride, advance: place - offset, skipped: garbage)
            }
        }
        skipped += last + 1 - offset
        return .skip(last + 1 - offset)
    }

    private var strides: [Int] {
        lastStride.map { last in [last] + TransportPacket.strides.filter { $0 != last } } ?? TransportPacket.strides
    }

    private func isStream(_ bytes: Span<UInt8>, at offset: Int, stride: Int, isEnd: Bool) -> Bool {
        var place = offset
        for count in 0..<Self.neededPackets {
            if place >= bytes.count {
                // Short streams: nothing but packets to the end, and more than one or nothing else at all.
                return isEnd && (count > 1 || offset + stride == bytes.count || stride == 192 && offset == 4)
            }
            if bytes[place] != TransportPacket.syncByte { return false }
            place += stride
        }
        return true
    }

    /// Counts bytes that were given up.
    mutating func giveUp(_ count: Int) -> Int {
        defer { skipped = 0 }
        return skipped + count
    }
}
