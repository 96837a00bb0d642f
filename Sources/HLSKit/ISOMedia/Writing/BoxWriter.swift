/// Appends boxes and their big-endian fields to an array (ISO/IEC 14496-12 4.2).
struct BoxWriter {
    /// The boxes so far.
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

    /// Appends a field of four characters.
    mutating func write(_ type: BoxType) {
        write(type.rawValue)
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

    /// Appends a box whose content `body` writes; its size is set afterwards.
    mutating func box(_ type: BoxType, _ body: (inout BoxWriter) -> Void = { _ in }) {
        let start = bytes.count
        write(UInt32(0))
        write(type)
        body(&self)
        overwrite(UInt32(truncatingIfNeeded: bytes.count - start), at: start)
    }

    /// Appends a box that begins with a version and 24 flags.
    mutating func fullBox(
        _ type: BoxType,
        version: UInt8 = 0,
        flags: UInt32 = 0,
        _ body: (inout BoxWriter) -> Void = { _ in }
    ) {
        box(type) { writer in
            writer.write(UInt32(version) << 24 | flags & 0xFF_FFFF)
            body(&writer)
        }
    }

    /// Replaces a field of four bytes that was written before its value was known.
    mutating func overwrite(_ value: UInt32, at offset: Int) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - index * 8)) }
    }
}
