/// The header in front of each Opus packet in a transport stream ("Opus in MPEG-TS", control header).
public struct OpusControlHeader: Sendable, Hashable {
    /// The bytes of the header.
    public var byteCount: Int
    /// The bytes of the packet behind it.
    public var packetLength: Int
    /// Samples at 48 kHz to leave out at the start.
    public var startTrim = 0
    /// Samples at 48 kHz to leave out at the end.
    public var endTrim = 0

    /// Reads the header that the bytes begin with.
    ///
    /// - Returns: Nil when there is none, or it does not end within the bytes.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count >= 3, bytes[0] == 0x7F, bytes[1] & 0xE0 == 0xE0 else { return nil }
        let flags = bytes[1]
        var at = 2
        packetLength = 0
        byteCount = 0
        var isOpen = true
        while isOpen {
            guard at < bytes.count, packetLength <= 1 << 16 else { return nil }
            packetLength += Int(bytes[at])
            isOpen = bytes[at] == 255
            at += 1
        }
        for (flag, path) in [(UInt8(0x10), \Self.startTrim), (0x08, \Self.endTrim)] where flags & flag != 0 {
            guard at + 2 <= bytes.count else { return nil }
            self[keyPath: path] = Int(bytes[at] & 0x1F) << 8 | Int(bytes[at + 1])
            at += 2
        }
        if flags & 0x04 != 0 {
            guard at < bytes.count else { return nil }
            at += 1 + Int(bytes[at])
        }
        byteCount = at
    }

    /// Appends a header without trims.
    public static func write(packetLength: Int, to output: inout [UInt8]) {
        output += [0x7F, 0xE0]
        output += repeatElement(255, count: max(0, packetLength) / 255)
        output.append(UInt8(max(0, packetLength) % 255))
    }
}

/// Reads the headers of Opus packets.
struct OpusReader: AudioFrameReader {
    /// A control header for the longest packets there are (7.7 kB), and the first two bytes of the packet.
    static let headerBytes = 64

    mutating func read(_ bytes: Span<UInt8>) -> AudioFrame? {
        guard let header = OpusControlHeader(bytes), header.packetLength > 0 else { return nil }
        guard header.byteCount < bytes.count else { return nil }
        let contents = bytes[header.byteCount]
        guard let samples = Self.samples(contents, bytes, at: header.byteCount + 1) else { return nil }
        let format = AudioFormat(
            codecString: "Opus",
            sampleRate: 48_000,
            channels: contents & 4 != 0 ? 2 : 1,
            samplesPerUnit: samples
        )
        // Samples that are left out take their time all the same.
        return AudioFrame(length: header.byteCount + header.packetLength, format: format)
    }

    /// The samples at 48 kHz of a packet, from its table of contents (RFC 6716 3.1).
    private static func samples(_ contents: UInt8, _ bytes: Span<UInt8>, at offset: Int) -> Int? {
        let configuration = Int(contents >> 3)
        let frame =
            switch configuration {
            case 0..<12: [480, 960, 1_920, 2_880][configuration & 3]
            case 12..<16: [480, 960][configuration & 1]
            default: [120, 240, 480, 960][configuration & 3]
            }
        switch contents & 3 {
        case 0: return frame
        case 1, 2: return frame * 2
        default: return offset < bytes.count ? frame * Int(bytes[offset] & 63) : nil
        }
    }
}
