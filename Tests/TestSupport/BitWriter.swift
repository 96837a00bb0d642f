/// Writes bit fields, as headers and parameter sets have them.
package struct BitWriter {
    package private(set) var bytes: [UInt8] = []
    private var bits = 0

    package init() {}

    package mutating func write(_ value: UInt32, _ count: Int) {
        for bit in stride(from: count - 1, through: 0, by: -1) {
            if bits % 8 == 0 { bytes.append(0) }
            bytes[bits / 8] |= UInt8(value >> UInt32(bit) & 1) << UInt8(7 - bits % 8)
            bits += 1
        }
    }

    /// Writes `ue(v)`.
    package mutating func writeGolomb(_ value: UInt32) {
        let length = 32 - (value + 1).leadingZeroBitCount
        write(0, length - 1)
        write(value + 1, length)
    }

    /// The bytes with the stop bit and emulation prevention, behind the header of a NAL unit.
    package func nalUnit(header: [UInt8], payload: [UInt8] = []) -> [UInt8] {
        var writer = self
        writer.write(1, 1)
        var result = header
        var zeros = 0
        for byte in writer.bytes + payload {
            if zeros >= 2, byte <= 3 {
                result.append(3)
                zeros = 0
            }
            result.append(byte)
            zeros = byte == 0 ? zeros + 1 : 0
        }
        return result
    }
}
