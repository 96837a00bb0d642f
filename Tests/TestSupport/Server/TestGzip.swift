/// Bytes in gzip's format (RFC 1952), made without a library.
package enum TestGzip {
    private static let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]

    /// Bytes that are wrapped, but not compressed.
    package static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var output = head
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            output.append(end == bytes.count ? 1 : 0)
            let count = UInt16(end - start)
            output += little(UInt32(count) | UInt32(~count) << 16)
            output += bytes[start..<end]
            start = end
        } while start < bytes.count
        return output + little(crc(bytes)) + little(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// A body that grows to about 158 times its length: one byte that is repeated for ever.
    package static func bomb(compressed count: Int) -> [UInt8] {
        var output = head
        var (bits, width) = (UInt64(0), 0)
        func put(_ value: UInt64, _ count: Int) {
            bits |= value << width
            width += count
            while width >= 8 {
                output.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
                width -= 8
            }
        }
        put(0b011, 3)  // The last block, with fixed codes.
        put(0b0000_1100, 8)  // A literal 0, its code 00110000 the other way around.
        while output.count < count {
            put(0b1010_0011, 8)  // 258 bytes more, the code 11000101,
            put(0, 5)  // from one byte before.
        }
        return output
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
