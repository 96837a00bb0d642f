/// Follows the structure of a file as its bytes come, to tell a whole one from one that is cut off or is something else.
struct ContentCheck: Sendable {
    private var packets = PacketWalk()
    private var boxes = BoxWalk()
    let kind: ContentKind

    init(kind: ContentKind) {
        self.kind = kind
    }

    mutating func push(_ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case .transportStream: packets.push(bytes)
        case .fragmentedMP4: boxes.push(bytes)
        default: break
        }
    }

    /// What is wrong with the file; nil when it is whole.
    var problem: String? {
        switch kind {
        case .transportStream: packets.problem
        case .fragmentedMP4: boxes.problem
        default: nil
        }
    }
}

/// Looks at the sync byte of each packet of a transport stream.
private struct PacketWalk: Sendable {
    private var position = 0
    private var packets = 0
    private var lost = 0

    mutating func push(_ bytes: UnsafeRawBufferPointer) {
        let size = TransportPackets.byteCount
        var at = (size - position % size) % size
        while at < bytes.count {
            packets &+= 1
            if bytes[at] != TransportPackets.syncByte { lost &+= 1 }
            at += size
        }
        position &+= bytes.count
    }

    var problem: String? {
        // A few damaged packets are part of what was sent; more mean that it is something else.
        if lost > packets / 10 { return "\(lost) of its \(packets) transport packets have no sync byte" }
        let rest = position % TransportPackets.byteCount
        return rest == 0 ? nil : "its last transport packet is cut off"
    }
}

/// Walks from box to box of an MP4 file (ISO/IEC 14496-12 4.2).
private struct BoxWalk: Sendable {
    private var header: [UInt8] = []
    /// The bytes of the box that are still to come; nil means all that there are.
    private var rest: UInt64? = 0
    private var isBroken = false

    mutating func push(_ bytes: UnsafeRawBufferPointer) {
        var at = 0
        while at < bytes.count, !isBroken {
            guard let left = rest else { return }
            if left > 0 {
                let count = min(left, UInt64(bytes.count - at))
                rest = left - count
                at += Int(count)
            } else {
                header.append(bytes[at])
                at += 1
                readHeader()
            }
        }
    }

    private mutating func readHeader() {
        func number(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 8 | UInt64(header[$1]) } }
        guard header.count >= 8 else { return }
        var (size, length) = (number(0..<4), UInt64(8))
        if size == 1 {
            guard header.count >= 16 else { return }
            (size, length) = (number(8..<16), 16)
        }
        header.removeAll(keepingCapacity: true)
        if size == 0 {
            rest = nil
        } else if size < length {
            isBroken = true
        } else {
            rest = size - length
        }
    }

    var problem: String? {
        if isBroken { return "a box of it has an impossible size" }
        if !header.isEmpty || (rest ?? 0) > 0 { return "its last box is cut off" }
        return nil
    }
}
