/// Appends big-endian fields to an array.
struct FieldWriter {
    /// The fields so far.
    private(set) var bytes: [UInt8] = []

    init() {}

    /// Makes room for bytes that are about to be written.
    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// Appends a field.
    mutating func write(_ value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends bytes as they are.
    mutating func write(_ content: [UInt8]) {
        bytes += content
    }

    /// Appends zeros, as reserved fields have them.
    mutating func writeZeros(_ count: Int) {
        bytes += repeatElement(0, count: count)
    }

    /// Appends a string and the zero that ends it.
    mutating func writeString(_ text: String) {
        bytes += text.utf8
        bytes.append(0)
    }

    /// Replaces a field of four bytes that was written before its value was known.
    mutating func overwrite(_ value: UInt32, at offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - index * 8)) }
    }
}
