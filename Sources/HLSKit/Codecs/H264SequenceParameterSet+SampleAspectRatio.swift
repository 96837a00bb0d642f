extension H264SequenceParameterSet {
    /// A sequence parameter set with another sample aspect ratio; everything else stays bit for bit (E.1.1).
    ///
    /// - Parameters:
    ///   - nalUnit: The bytes of a NAL unit of type 7.
    ///   - ratio: The ratio to write; both sides must be between 1 and 65,535.
    /// - Returns: The bytes of the new NAL unit; nil when the unit cannot be read, or the ratio cannot be written.
    package static func replacingSampleAspectRatio(in nalUnit: [UInt8], with ratio: SampleAspectRatio) -> [UInt8]? {
        guard let header = nalUnit.first, let old = H264SequenceParameterSet(nalUnit: nalUnit),
            let width = UInt16(exactly: ratio.width), let height = UInt16(exactly: ratio.height), width > 0, height > 0
        else { return nil }
        let payload = rawByteSequencePayload(of: Array(nalUnit.dropFirst()))
        guard let end = stopBit(of: payload) else { return nil }
        var reader = BitReader(payload)
        var bits = BitString()
        do {
            try bits.append(old.usabilityPosition, of: &reader)
            let hasUsability = try reader.readFlag()
            if hasUsability { _ = try reader.readSampleAspectRatio() }
            bits.append(0b11, count: 2)  // vui_parameters_present_flag, aspect_ratio_info_present_flag
            bits.append(255, count: 8)  // Extended_SAR
            bits.append(UInt32(width), count: 16)
            bits.append(UInt32(height), count: 16)
            // A VUI of nothing else has eight flags more, of which none is set.
            if !hasUsability { bits.append(0, count: 8) }
            guard reader.position <= end else { return nil }
            try bits.append(end - reader.position, of: &reader)
        } catch {
            return nil
        }
        bits.append(1, count: 1)  // rbsp_stop_one_bit
        let unit = [header] + emulationPrevented(bits.bytes)
        guard H264SequenceParameterSet(nalUnit: unit)?.sampleAspectRatio == ratio else { return nil }
        return unit
    }

    /// The position of the last bit that is set.
    private static func stopBit(of payload: [UInt8]) -> Int? {
        guard let last = payload.lastIndex(where: { $0 != 0 }) else { return nil }
        return last * 8 + 7 - payload[last].trailingZeroBitCount
    }

    /// Puts emulation prevention bytes into a payload (7.3.1).
    private static func emulationPrevented(_ payload: [UInt8]) -> [UInt8] {
        var unit: [UInt8] = []
        var zeros = 0
        for byte in payload {
            if zeros >= 2, byte <= 3 {
                unit.append(3)
                zeros = 0
            }
            zeros = byte == 0 ? zeros + 1 : 0
            unit.append(byte)
        }
        return unit
    }

    /// Bits that become bytes, the most significant bit first.
    private struct BitString {
        private(set) var bytes: [UInt8] = []
        private var count = 0

        mutating func append(_ value: UInt32, count bitCount: Int) {
            for shift in (0..<bitCount).reversed() {
                if count % 8 == 0 { bytes.append(0) }
                bytes[bytes.count - 1] |= UInt8(value >> UInt32(shift) & 1) << UInt8(7 - count % 8)
                count += 1
            }
        }

        /// Copies bits.
        mutating func append(_ bitCount: Int, of reader: inout BitReader) throws(BitReader.EndOfData) {
            for _ in 0..<bitCount { append(try reader.read(1), count: 1) }
        }
    }
}
