/// Lays one PES packet into the packets of its PID.
///
/// This is the hot path of conversion: every byte of a film goes through it. It copies with unsafe pointers, since
/// checked access costs more than the copy itself; all offsets are computed from lengths that are known beforehand.
struct PacketWriter {
    let pid: UInt16
    /// The adaptation field of the first packet, empty when there is none.
    let adaptation: [UInt8]
    /// The PES header.
    let header: [UInt8]

    /// Fills the packets from an offset of `output` on, which must hold enough of them, filled with stuffing (0xFF).
    ///
    /// - Returns: The continuity counter of the next packet.
    func write(_ unit: Span<UInt8>, to output: inout [UInt8], at start: Int, counter: UInt8) -> UInt8 {
        unsafe output.withUnsafeMutableBytes { buffer in
            unsafe unit.withUnsafeBytes { source in
                unsafe fill(UnsafeMutableRawBufferPointer(rebasing: buffer[start...]), from: source, counter: counter)
            }
        }
    }

    private func fill(
        _ output: UnsafeMutableRawBufferPointer,
        from source: UnsafeRawBufferPointer,
        counter firstCounter: UInt8
    ) -> UInt8 {
        var counter = firstCounter
        var offset = 0
        var consumed = 0
        var isFirst = true
        while isFirst || consumed < source.count {
            let leading = isFirst ? header.count : 0
            let field = isFirst ? adaptation : []
            let left = leading + source.count - consumed
            let room = TransportPacket.byteCount - TransportPacket.headerLength - field.count
            // Stuffing belongs into the adaptation field; a field that is not there yet takes a byte for its length.
            let stuffing = max(0, room - left)

            let packet = TransportPacketHeader(
                pid: pid,
                startsUnit: isFirst,
                hasAdaptationField: !field.isEmpty || stuffing > 0,
                hasPayload: true,
                counter: counter
            )
            unsafe output.storeBytes(of: packet.word.bigEndian, toByteOffset: offset, as: UInt32.self)
            counter = (counter + 1) & 15

            var at = offset + TransportPacket.headerLength
            if !field.isEmpty {
                for byte in field {
                    unsafe output[at] = byte
                    at += 1
                }
                unsafe output[offset + 4] = field[0] + UInt8(stuffing)
                at += stuffing
            } else if stuffing > 0 {
                unsafe output[at] = UInt8(stuffing - 1)
                if stuffing > 1 { unsafe output[at + 1] = 0 }
                at += stuffing
            }
            if isFirst {
                for byte in header {
                    unsafe output[at] = byte
                    at += 1
                }
            }
            let length = offset + TransportPacket.byteCount - at
            unsafe UnsafeMutableRawBufferPointer(rebasing: output[at..<at + length])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[consumed..<consumed + length]))
            consumed += length
            offset += TransportPacket.byteCount
            isFirst = false
        }
        return counter
    }
}
