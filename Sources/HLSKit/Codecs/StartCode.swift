/// Finds the start codes `00 00 01` that delimit NAL units and the parts of MPEG-2 video
/// (ISO/IEC 14496-10 annex B, ISO/IEC 13818-2 6.2.1).
enum StartCode {
    /// The bytes of a start code without leading zeros.
    static let byteCount = 3

    /// The place of the first start code at or behind an offset.
    static func first(in data: Span<UInt8>, from offset: Int) -> Int? {
        // A hot path: every byte of a film goes through it, so eight bytes are looked at together with raw loads.
        // All loads lie within the span: `index + 10 <= count` is checked before them.
        unsafe data.withUnsafeBytes { bytes in
            var index = max(0, offset)
            let count = bytes.count
            while index + 10 <= count {
                let here = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let next = unsafe bytes.loadUnaligned(fromByteOffset: index + 1, as: UInt64.self)
                // A zero byte in the union is two zero bytes in a row.
                let union = here | next
                if (union &- 0x0101_0101_0101_0101) & ~union & 0x8080_8080_8080_8080 != 0 {
                    for place in index..<index + 8 {
                        let isCode = unsafe bytes[place] == 0 && bytes[place + 1] == 0 && bytes[place + 2] == 1
                        if isCode { return place }
                    }
                }
                index += 8
            }
            while index + 3 <= count {
                let isCode = unsafe bytes[index] == 0 && bytes[index + 1] == 0 && bytes[index + 2] == 1
                if isCode { return index }
                index += 1
            }
            return nil
        }
    }
}
