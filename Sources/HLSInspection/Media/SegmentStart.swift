import HLSKit

/// What a segment begins with: transport packets or something else, and tables or not.
struct SegmentStart: Sendable {
    /// What bytes that are no transport stream look like.
    enum Content: Sendable, Hashable {
        case transportStream
        case fragmentedMP4
        case webPage
        case webVTT
        case playlist
        /// Sound without a container, as ADTS, MP3 or AC-3 with an ID3 tag in front.
        case packedAudio
        case image
        case text
        /// Text of two bytes a character.
        case wideText
        case gzip
        /// Sound of telephones, which HLS does not have.
        case amr
        case unknown

        /// What reads it; nil for what is no segment.
        var container: Container? {
            switch self {
            case .transportStream: .transportStream
            case .fragmentedMP4: .fragmentedMP4
            case .packedAudio: .packedAudio
            case .webVTT: .webVTT
            case .webPage, .playlist, .image, .text, .wideText, .gzip, .amr, .unknown: nil
            }
        }

        /// What to do with what looks like something else than it is; nil where that is not known.
        var advice: String? {
            switch self {
            case .wideText: "write it in UTF-8, playlists have no other encoding"
            case .gzip: "decompress it, or let the server say Content-Encoding: gzip"
            case .amr: "convert it, HLS has no such sound"
            default: nil
            }
        }

        /// The words for people.
        var description: String {
            switch self {
            case .transportStream: "a transport stream"
            case .fragmentedMP4: "MP4"
            case .webPage: "a web page"
            case .webVTT: "WebVTT"
            case .playlist: "a playlist"
            case .packedAudio: "packed audio"
            case .image: "an image"
            case .text: "text"
            case .wideText: "text in UTF-16"
            case .gzip: "compressed with gzip"
            case .amr: "AMR"
            case .unknown: "something else"
            }
        }
    }

    /// Whether tables stand in front of the media.
    enum Tables: Sendable, Hashable {
        case first
        case late
        /// The bytes ended before it could be told.
        case unknown
    }

    /// The bytes that are looked at.
    static let byteCount = 1 << 14

    let content: Content
    let tables: Tables
    /// How far packets are apart, in bytes.
    let stride: Int
    /// The byte at which the first packet begins.
    let firstPacket: Int

    /// - Parameters:
    ///   - bytes: The first bytes of a segment.
    ///   - expectsSubtitles: Whether text is taken for subtitles whose header is missing.
    init(_ bytes: [UInt8], expectsSubtitles: Bool = false) {
        let other = Self.content(of: bytes)
        // Boxes and text are told by their first bytes; the tables of boxes may have sync bytes by chance.
        let isCertain = [.fragmentedMP4, .webVTT, .webPage, .playlist].contains(other)
        if !isCertain, let (offset, stride) = Self.packets(in: bytes) {
            self.stride = stride
            firstPacket = offset
            content = .transportStream
            tables = Self.tables(in: bytes, from: offset, stride: stride)
            return
        }
        content = other == .text && expectsSubtitles ? .webVTT : other
        tables = .unknown
        stride = TransportPacket.byteCount
        firstPacket = 0
    }

    /// Finds packets: three sync bytes at one of the distances that packets have, or as many as there are.
    ///
    /// Garbage in front of packets does not hide them: a broken segment is still one.
    private static func packets(in bytes: [UInt8]) -> (offset: Int, stride: Int)? {
        for stride in [188, 192, 204] {
            for offset in 0..<min(bytes.count, 4 * stride) where bytes[offset] == TransportPacket.syncByte {
                var count = 1
                while count < 3, offset + count * stride < bytes.count {
                    guard bytes[offset + count * stride] == TransportPacket.syncByte else { break }
                    count += 1
                }
                let isWhole = offset + 188 <= bytes.count
                if count == 3 || isWhole && offset + count * stride >= bytes.count && offset % stride == 0 {
                    return (offset, stride)
                }
            }
        }
        return nil
    }

    private static func tables(in bytes: [UInt8], from start: Int, stride: Int) -> Tables {
        var mapPID: Int?
        var at = start
        while at + TransportPacket.byteCount <= bytes.count, bytes[at] == TransportPacket.syncByte {
            defer { at += stride }
            let pid = Int(bytes[at + 1] & 0x1F) << 8 | Int(bytes[at + 2])
            if pid == mapPID { return .first }
            if pid == 0 {
                mapPID = programMapPID(Array(bytes[at..<at + TransportPacket.byteCount]))
            } else if pid >= 0x20, pid != 0x1FFF, bytes[at + 3] & 0x10 != 0 {
                return .late
            }
        }
        return .unknown
    }

    /// The packets of the tables among the first bytes of a transport stream; empty when there are none.
    static func tablePackets(in bytes: [UInt8]) -> [UInt8] {
        guard let (start, stride) = packets(in: bytes) else { return [] }
        var mapPID: Int?
        var tables: [UInt8] = []
        for at in Swift.stride(from: start, through: bytes.count - stride, by: stride) {
            guard bytes[at] == TransportPacket.syncByte else { break }
            let pid = Int(bytes[at + 1] & 0x1F) << 8 | Int(bytes[at + 2])
            if pid == 0 { mapPID = programMapPID(Array(bytes[at..<at + TransportPacket.byteCount])) }
            if pid == 0 || pid == mapPID { tables += bytes[at..<at + stride] }
        }
        return mapPID == nil ? [] : tables
    }

    /// The PID of the first program's map in the packet of a program association table.
    private static func programMapPID(_ packet: [UInt8]) -> Int? {
        var at = 4
        if packet[3] & 0x20 != 0 { at += 1 + Int(packet[4]) }
        guard packet[1] & 0x40 != 0, at < packet.count else { return nil }
        // Behind the pointer and the eight bytes of the section's header come entries of four bytes.
        at += 1 + Int(packet[at]) + 8
        while at + 4 <= packet.count {
            if packet[at] != 0 || packet[at + 1] != 0 { return Int(packet[at + 2] & 0x1F) << 8 | Int(packet[at + 3]) }
            at += 4
        }
        return nil
    }

    /// Whether the bytes begin with characters of ASCII in UTF-16, behind a byte order mark or not.
    private static func isWideText(_ bytes: [UInt8]) -> Bool {
        let hasMark = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let characters = bytes.dropFirst(hasMark ? 2 : 0).prefix(8)
        guard characters.count == 8 else { return false }
        let isBig = characters.first == 0
        return characters.enumerated().allSatisfy { index, byte in
            (index % 2 == 0) == isBig ? byte == 0 : byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D
        }
    }

    private static func content(of bytes: [UInt8]) -> Content {
        let words = bytes.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        let lower = words.prefix(16).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        func begins(_ text: String) -> Bool { lower.starts(with: text.utf8) }
        let boxes = ["ftyp", "styp", "moof", "moov", "sidx", "emsg", "mdat", "free", "prft", "skip", "wide"]
        if bytes.count >= 8, boxes.contains(where: { bytes[4..<8].elementsEqual($0.utf8) }) { return .fragmentedMP4 }
        if begins("<!doctype html") || begins("<html") || begins("<head") || begins("<body") { return .webPage }
        if begins("webvtt") { return .webVTT }
        if begins("#extm3u") { return .playlist }
        if isWideText(bytes) { return .wideText }
        if bytes.starts(with: [0x49, 0x44, 0x33]) { return .packedAudio }
        if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xF0 == 0xF0 { return .packedAudio }
        if bytes.starts(with: [0x0B, 0x77]) { return .packedAudio }
        if bytes.starts(with: [0x1F, 0x8B, 0x08]) { return .gzip }
        if bytes.starts(with: "#!AMR".utf8) { return .amr }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) || bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return .image }
        let isText = bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText && !bytes.isEmpty ? .text : .unknown
    }
}
