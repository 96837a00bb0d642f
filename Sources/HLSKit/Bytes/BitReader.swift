/// Reads big-endian bit fields and Exp-Golomb codes from bytes (ISO/IEC 14496-10 7.2 and 9.1).
struct BitReader {
    /// The data ended before the field did.
    struct EndOfData: Error {}

    let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var bitsLeft: Int {
        bytes.count * 8 - position
    }

    /// Reads an unsigned field of 0 to 32 bits, the most significant bit first.
    mutating func read(_ count: Int) throws(EndOfData) -> UInt32 {
        guard count <= bitsLeft else { throw EndOfData() }
        var value: UInt32 = 0
        for _ in 0..<count {
            let bit = bytes[position >> 3] >> UInt8(7 - position & 7) & 1
            value = value << 1 | UInt32(bit)
            position += 1
        }
        return value
    }

    /// Reads a field that fits a byte.
    mutating func readByte(_ count: Int = 8) throws(EndOfData) -> UInt8 {
        UInt8(truncatingIfNeeded: try read(count))
    }

    mutating func readFlag() throws(EndOfData) -> Bool {
        try read(1) == 1
    }

    mutating func skip(_ count: Int) throws(EndOfData) {
        guard count <= bitsLeft else { throw EndOfData() }
        position += count
    }

    /// Reads `ue(v)`; a code of more than 32 leading zeros counts as the end of usable data.
    mutating func readUnsignedExpGolomb() throws(EndOfData) -> UInt32 {
        var zeros = 0
        while try !readFlag() {
            zeros += 1
            guard zeros < 32 else { throw EndOfData() }
        }
        return try read(zeros) &+ (UInt32(1) << UInt32(zeros)) &- 1
    }

    /// Reads `se(v)`.
    mutating func readSignedExpGolomb() throws(EndOfData) -> Int32 {
        let code = try readUnsignedExpGolomb()
        let magnitude = Int32(truncatingIfNeeded: (UInt64(code) + 1) / 2)
        return code & 1 == 1 ? magnitude : 0 &- magnitude
    }
}
