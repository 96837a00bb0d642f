/// The audio frame that a segment ends within: it belongs to the segment that it begins in.
///
/// A segment that begins with the rest of a frame leaves it out, as its demuxer finds the first whole frame behind it.
struct CutFrame {
    /// The bytes that the segment has of the frame.
    let bytes: [UInt8]

    /// More than the longest frame of any codec, and the header behind it.
    private static let greatestLength = 1 << 15

    /// The whole frame; nil when the segment that follows does not complete it.
    ///
    /// - Parameters:
    ///   - next: The bytes of the segment that follows, or its first ones.
    ///   - pid: The PID of the stream.
    ///   - codec: What the stream is coded as.
    func completed(by next: Span<UInt8>, pid: UInt16, codec: ElementaryStream.Codec) -> [UInt8]? {
        guard !next.isEmpty, var splitter = codec.makeSplitter() else { return nil }
        var head = ElementaryStreamHead(pid: pid, greatestLength: Self.greatestLength)
        let isWhole = head.read(next)
        let joined = bytes + head.bytes
        // The splitter looks for the header behind the frame too.
        guard case .unit(let unit) = splitter.next(in: joined.span, isEnd: isWhole), unit.length > bytes.count else {
            return nil
        }
        return Array(joined[..<unit.length])
    }
}

/// The first bytes of an elementary stream, read from the packets of one PID without their tables.
struct ElementaryStreamHead {
    private let pid: UInt16
    private let greatestLength: Int
    private(set) var bytes: [UInt8] = []
    /// The header of a PES packet, until it is whole.
    private var header: [UInt8]?
    private var lastCounter: UInt8?

    init(pid: UInt16, greatestLength: Int) {
        self.pid = pid
        self.greatestLength = greatestLength
    }

    /// Reads a segment.
    ///
    /// - Returns: True when the stream ends with the segment, false when it is longer or broken.
    mutating func read(_ segment: Span<UInt8>) -> Bool {
        var finder = PacketFinder()
        var at = 0
        while at < segment.count {
            switch finder.find(in: segment, at: at, isEnd: true) {
            case .packet:
                let packet = segment.extracting(at..<at + TransportPacket.byteCount)
                guard bytes.count < greatestLength, take(packet) else { return false }
                at += finder.stride ?? TransportPacket.byteCount
            case .brokenPacket: return false
            case .found(_, let advance, _): at += advance
            case .skip(let count): at += count
            case .needsMore: return true
            }
        }
        return true
    }

    /// Takes a packet; false when the stream cannot be followed any more.
    private mutating func take(_ packet: Span<UInt8>) -> Bool {
        var word: UInt32 = 0
        for index in 0..<TransportPacket.headerLength { word = word << 8 | UInt32(packet[index]) }
        let packetHeader = TransportPacketHeader(word: word)
        guard packetHeader.pid == pid, packetHeader.hasPayload else { return true }
        guard !packetHeader.hasError, packetHeader.scrambling == 0 else { return false }
        if packetHeader.counter == lastCounter { return true }  // a packet that is sent twice
        if let lastCounter, packetHeader.counter != (lastCounter + 1) & 15 { return false }
        lastCounter = packetHeader.counter
        var start = TransportPacket.headerLength
        if packetHeader.hasAdaptationField {
            guard let field = AdaptationField(packet.extracting(start..<packet.count)) else { return false }
            start += field.byteCount
        }
        if packetHeader.startsUnit { header = [] }
        return append(packet.extracting(start..<packet.count))
    }

    private mutating func append(_ payload: Span<UInt8>) -> Bool {
        guard var header else {
            bytes.append(payload)
            return true
        }
        header.append(payload)
        switch PESHeader.read(header.span) {
        case .needsMore: self.header = header
        case .invalid: return false
        case .header(_, let byteCount):
            bytes += header[byteCount...]
            self.header = nil
        }
        return true
    }
}
