extension Span<UInt8> {
    /// The bytes of a range as an array.
    func array(_ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        bytes.append(extracting(range))
        return bytes
    }
}
