extension FieldWriter {
    /// Appends a field of four characters.
    mutating func write(_ type: BoxType) {
        write(type.rawValue)
    }

    /// Appends a box whose content `body` writes; its size is set afterwards (ISO/IEC 14496-12 4.2).
    mutating func box(_ type: BoxType, _ body: (inout FieldWriter) -> Void = { _ in }) {
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
        _ body: (inout FieldWriter) -> Void = { _ in }
    ) {
        box(type) { writer in
            writer.write(UInt32(version) << 24 | flags & 0xFF_FFFF)
            body(&writer)
        }
    }
}
