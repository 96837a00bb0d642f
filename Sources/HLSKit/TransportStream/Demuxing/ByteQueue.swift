/// Bytes that go in at the end and out at the front, in one buffer that is used again.
///
/// This is where the payload of every packet is copied to, once. It copies with unsafe pointers, since a call and a
/// check for each packet cost more than the copy itself; room is made for all bytes before.
struct ByteQueue: Sendable {
    /// The buffer; only the bytes of ``range`` mean something.
    private(set) var storage: [UInt8] = []
    /// Where the bytes are in the buffer, the oldest first.
    private(set) var range = 0..<0

    var count: Int { range.count }
    var isEmpty: Bool { range.isEmpty }

    mutating func append(_ bytes: Span<UInt8>) {
        reserve(bytes.count)
        let end = range.upperBound
        unsafe storage.withUnsafeMutableBytes { buffer in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + source.count])
                    .copyMemory(from: source)
            }
        }
        range = range.lowerBound..<end + bytes.count
    }

    /// Appends the bodies of packets that have no adaptation field.
    ///
    /// - Parameters:
    ///   - packets: Memory that holds `count` packets from `offset` on, `stride` bytes apart.
    mutating func appendBodies(of packets: UnsafeRawBufferPointer, at offset: Int, stride: Int, count: Int) {
        guard count > 0, let source = packets.baseAddress else { return }
        precondition(offset >= 0 && offset + (count - 1) * stride + TransportPacket.byteCount <= packets.count)
        reserve(count * TransportPacket.bodyLength)
        let end = range.upperBound
        unsafe storage.withUnsafeMutableBytes { buffer in
            guard let target = buffer.baseAddress else { return }
            for index in 0..<count {
                unsafe (target + end + index * TransportPacket.bodyLength).copyMemory(
                    from: source + offset + index * stride + TransportPacket.headerLength,
                    byteCount: TransportPacket.bodyLength
                )
            }
        }
        range = range.lowerBound..<end + count * TransportPacket.bodyLength
    }

    mutating func removeFirst(_ count: Int) {
        range = min(range.upperBound, range.lowerBound + count)..<range.upperBound
        if range.isEmpty { range = 0..<0 }
    }

    mutating func removeAll() {
        range = 0..<0
    }

    /// Makes room behind the bytes, by moving them to the front or into a larger buffer.
    private mutating func reserve(_ count: Int) {
        guard range.upperBound + count > storage.count else { return }
        if range.lowerBound > 0 {
            let (start, length) = (range.lowerBound, range.count)
            unsafe storage.withUnsafeMutableBytes { buffer in
                unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<length])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + length]))
            }
            range = 0..<length
        }
        let needed = range.upperBound + count
        if needed > storage.count {
            let size = max(needed, storage.count * 2, 4_096)
            storage.reserveCapacity(size)
            storage += repeatElement(0, count: size - storage.count)
        }
    }
}
