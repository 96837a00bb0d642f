/// A descriptor of a table: a tag, and bytes whose meaning it tells (ISO/IEC 13818-1 2.6).
public struct Descriptor: Sendable, Hashable {
    /// The kind of the descriptor.
    public var tag: UInt8
    /// The bytes behind its length, at most 255.
    public var bytes: [UInt8]

    /// Creates a descriptor.
    public init(tag: UInt8, bytes: [UInt8]) {
        self.tag = tag
        self.bytes = bytes
    }

    /// A registration with a format identifier of four characters (2.6.8).
    static func registration(_ identifier: String) -> Descriptor {
        Descriptor(tag: registrationTag, bytes: Array(identifier.utf8))
    }

    static let registrationTag: UInt8 = 0x05

    func write(to output: inout [UInt8]) {
        output.append(tag)
        output.append(UInt8(truncatingIfNeeded: bytes.count))
        output += bytes
    }

    /// Reads descriptors until the bytes end; one that is cut off is left out.
    static func read(_ bytes: Span<UInt8>) -> [Descriptor] {
        var descriptors: [Descriptor] = []
        var at = 0
        while at + 2 <= bytes.count {
            let end = at + 2 + Int(bytes[at + 1])
            guard end <= bytes.count else { break }
            descriptors.append(Descriptor(tag: bytes[at], bytes: bytes.array(at + 2..<end)))
            at = end
        }
        return descriptors
    }
}
