/// A fast sum of 64 bits over bytes, to find files that a crash or a failing disk left damaged.
///
/// It is no guard against somebody who wants to deceive: who can change the folder's files can change its journal too.
struct Checksum: Sendable {
    private static let prime: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let blockBytes = 32

    private var lanes: SIMD4<UInt64> = [1, 2, 3, 4]
    private var pending: [UInt8] = []
    private var count: UInt64 = 0

    init() {}

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count &+= UInt64(bytes.count)
        var at = 0
        if !pending.isEmpty {
            at = min(Self.blockBytes - pending.count, bytes.count)
            pending.append(contentsOf: bytes[..<at])
            guard pending.count == Self.blockBytes else { return }
            let current = lanes
            lanes = pending.withUnsafeBytes { Self.mixed(current, $0, 0) }
            pending.removeAll(keepingCapacity: true)
        }
        var running = lanes
        while bytes.count - at >= Self.blockBytes {
            running = Self.mixed(running, bytes, at)
            at += Self.blockBytes
        }
        lanes = running
        if at < bytes.count { pending.append(contentsOf: bytes[at...]) }
    }

    mutating func update(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { update($0) }
    }

    /// The sum of all bytes so far.
    var value: UInt64 {
        var rest = pending
        rest += repeatElement(0, count: Self.blockBytes - rest.count)
        let current = lanes
        let lanes = rest.withUnsafeBytes { Self.mixed(current, $0, 0) }
        var sum = count
        for lane in 0..<4 {
            sum = (sum ^ lanes[lane]) &* Self.prime
            sum ^= sum >> 32
        }
        return sum
    }

    /// The sum of a text.
    static func of(_ text: String) -> UInt64 {
        var sum = Checksum()
        sum.update(Array(text.utf8))
        return sum.value
    }

    @inline(__always)
    private static func mixed(_ lanes: SIMD4<UInt64>, _ bytes: UnsafeRawBufferPointer, _ at: Int) -> SIMD4<UInt64> {
        let word = lanes ^ bytes.loadUnaligned(fromByteOffset: at, as: SIMD4<UInt64>.self)
        return (word &<< 29 | word &>> 35) &* SIMD4(repeating: prime)
    }
}
