/// An ID3 tag of version 2.3 or 2.4, as far as HLS uses it ("ID3 tag version 2.4.0 - Main Structure").
struct ID3Tag: Sendable {
    /// What stands at a place.
    enum Length: Sendable, Equatable {
        case none
        /// It may be a tag, of which too little is there.
        case partial
        /// A tag with so many bytes, header and footer included.
        case length(Int)
    }

    /// The time of the first sample behind the tag (RFC 8216 3.4); nil when the tag does not tell it.
    private(set) var transportStreamTimestamp: MediaTime?

    private static let headerBytes = 10
    private static let mark = Array("ID3".utf8)
    private static let owner = Array("com.apple.streaming.transportStreamTimestamp".utf8) + [0]

    static func length(in bytes: [UInt8], at offset: Int) -> Length {
        let count = bytes.count - offset
        for index in 0..<min(3, count) where bytes[offset + index] != mark[index] { return .none }
        guard count >= headerBytes else { return .partial }
        guard let size = synchsafe(bytes, at: offset + 6), bytes[offset + 3] < 0xFF else { return .none }
        let hasFooter = bytes[offset + 5] & 0x10 != 0
        return .length(headerBytes + size + (hasFooter ? headerBytes : 0))
    }

    /// Reads the frames of a tag.
    init(_ bytes: [UInt8]) {
        guard bytes.count >= Self.headerBytes else { return }
        let isOld = bytes[3] < 4
        var at = Self.headerBytes
        if bytes[5] & 0x40 != 0 {
            // An extended header counts itself in version 2.4 only.
            guard let size = Self.size(bytes, at: at, isOld: isOld) else { return }
            at += isOld ? size + 4 : max(4, size)
        }
        while at + 10 <= bytes.count, bytes[at] != 0 {
            guard let size = Self.size(bytes, at: at + 4, isOld: isOld), size <= bytes.count - at - 10 else { return }
            let content = at + 10..<at + 10 + size
            if bytes[at..<at + 4].elementsEqual("PRIV".utf8), bytes[content].starts(with: Self.owner),
                size >= Self.owner.count + 8
            {
                let value = bytes[content].dropFirst(Self.owner.count).prefix(8).reduce(UInt64(0)) {
                    $0 << 8 | UInt64($1)
                }
                transportStreamTimestamp = MediaTime(ticks: Int64(value & 0x1_FFFF_FFFF))
            }
            at = content.upperBound
        }
    }

    private static func size(_ bytes: [UInt8], at offset: Int, isOld: Bool) -> Int? {
        guard offset + 4 <= bytes.count else { return nil }
        if !isOld { return synchsafe(bytes, at: offset) }
        return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A number of 28 bits in four bytes whose highest bit is zero.
    private static func synchsafe(_ bytes: [UInt8], at offset: Int) -> Int? {
        guard offset + 4 <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[offset..<offset + 4] {
            guard byte < 0x80 else { return nil }
            value = value << 7 | Int(byte)
        }
        return value
    }
}
