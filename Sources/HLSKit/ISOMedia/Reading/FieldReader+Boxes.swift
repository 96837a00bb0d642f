extension FieldReader {
    /// Reads a field of four characters.
    mutating func readType() throws(EndOfData) -> BoxType {
        BoxType(rawValue: try read(UInt32.self))
    }

    /// Reads the version and the 24 flags that a full box begins with (ISO/IEC 14496-12 4.2).
    mutating func readVersionAndFlags() throws(EndOfData) -> (version: UInt8, flags: UInt32) {
        let word = try read(UInt32.self)
        return (UInt8(truncatingIfNeeded: word >> 24), word & 0xFF_FFFF)
    }
}
