import HLSKit

/// Streams that are announced as something else.
enum SampleTypes {
    /// The segments with other stream types in their program maps.
    static func replacing(_ types: [UInt8: UInt8], in segments: [[UInt8]]) -> [[UInt8]] {
        segments.map { segment in
            var bytes = segment
            for at in stride(from: 0, to: bytes.count, by: TransportPacket.byteCount) {
                // Behind the header and the pointer a program map begins with its table's number.
                guard bytes[at + 1] & 0x40 != 0, bytes[at + 3] & 0x20 == 0, bytes[at + 5] == 2 else { continue }
                replace(types, in: &bytes, section: at + 5)
            }
            return bytes
        }
    }

    private static func replace(_ types: [UInt8: UInt8], in bytes: inout [UInt8], section: Int) {
        func number(_ at: Int) -> Int { Int(bytes[at] & 0x0F) << 8 | Int(bytes[at + 1]) }
        let end = section + 3 + number(section + 1) - 4
        var at = section + 12 + number(section + 10)
        while at < end {
            bytes[at] = types[bytes[at]] ?? bytes[at]
            at += 5 + number(at + 3)
        }
        var sum = UInt32.max
        for byte in bytes[section..<end] {
            sum ^= UInt32(byte) << 24
            for _ in 0..<8 { sum = sum & 0x8000_0000 != 0 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
        }
        for place in 0..<4 { bytes[end + place] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * place)) }
    }
}
