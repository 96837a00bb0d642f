/// The key that a client masks the payload of a frame with (RFC 6455 5.3), turned to the byte that comes next.
struct WebSocketMask {
    /// The key's four bytes in the order of memory, repeated; the byte for the next payload byte first.
    private var key: UInt64

    /// Makes the mask from the key's four bytes, the first one in the highest bits.
    init(bigEndian key: UInt32) {
        let inMemory = UInt64(key.byteSwapped)
        self.key = inMemory << 32 | inMemory
    }

    /// Unmasks `source` into `target` and turns the key behind the bytes done.
    ///
    /// - Parameters:
    ///   - source: The masked bytes.
    ///   - target: Room for as many bytes.
    mutating func unmask(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) {
        let count = min(source.count, target.count)
        var index = 0
        while count - index >= 8 {
            let word = UInt64(littleEndian: source.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            target.storeBytes(of: (word ^ key).littleEndian, toByteOffset: index, as: UInt64.self)
            index += 8
        }
        var rest = key
        let done = index
        while index < count {
            target[index] = source[index] ^ UInt8(truncatingIfNeeded: rest)
            rest >>= 8
            index += 1
        }
        let turn = UInt64((count - done) % 4 * 8)
        if turn > 0 { key = key >> turn | key << (64 - turn) }
    }
}
