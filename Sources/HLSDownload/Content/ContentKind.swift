/// What the bytes of a file look like.
enum ContentKind: Sendable, Equatable {
    case transportStream
    case fragmentedMP4
    case webVTT
    case aac
    case mp3
    case ac3
    case enhancedAC3
    case webPage
    case playlist
    case picture
    case text
    case unknown

    /// The extension of a file with such content; nil for what is no media.
    func fileExtension(isInitialization: Bool) -> String? {
        switch self {
        case .transportStream: "ts"
        case .fragmentedMP4: isInitialization ? "mp4" : "m4s"
        case .webVTT: "vtt"
        case .aac: "aac"
        case .mp3: "mp3"
        case .ac3: "ac3"
        case .enhancedAC3: "ec3"
        case .webPage, .playlist, .picture, .text, .unknown: nil
        }
    }

    /// The words for people.
    var description: String {
        switch self {
        case .transportStream: "a transport stream"
        case .fragmentedMP4: "MP4"
        case .webVTT: "WebVTT"
        case .aac, .mp3, .ac3, .enhancedAC3: "packed audio"
        case .webPage: "a web page"
        case .playlist: "a playlist"
        case .picture: "a picture"
        case .text: "text"
        case .unknown: "no media that is known"
        }
    }

    /// The bytes that are enough to tell.
    static let prefixBytes = 1_024

    /// - Parameter bytes: The first ``prefixBytes`` of a file, or all of it.
    init(_ bytes: [UInt8]) {
        if Boxes.type(in: bytes, at: 0).map(Boxes.types.contains) ?? false {
            self = .fragmentedMP4
        } else if TransportPackets.begin(in: bytes, at: 0) {
            self = .transportStream
        } else if let text = Self.kindOfText(bytes) {
            self = text
        } else if StreamPreamble.isPicture(bytes) {
            self = .picture
        } else {
            self = Self.kindOfSound(bytes)
        }
    }

    private static func kindOfText(_ bytes: [UInt8]) -> ContentKind? {
        let words = bytes.drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
        let lower = words.prefix(16).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        func begins(_ text: String) -> Bool { lower.starts(with: text.utf8) }
        if begins("webvtt") { return .webVTT }
        if begins("#extm3u") { return .playlist }
        if begins("<!doctype") || begins("<html") || begins("<head") || begins("<body") || begins("<?xml") {
            return .webPage
        }
        let isText =
            !bytes.isEmpty
            && bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        return isText ? .text : nil
    }

    private static func kindOfSound(_ bytes: [UInt8]) -> ContentKind {
        var rest = bytes[...]
        var hasTag = false
        while rest.count >= 10, rest.starts(with: "ID3".utf8) {
            hasTag = true
            let at = rest.startIndex
            let size = (6..<10).reduce(0) { $0 << 7 | Int(rest[at + $1] & 0x7F) }
            rest = rest.dropFirst(10 + size)
        }
        guard rest.count >= 2 else { return hasTag ? .aac : .unknown }
        let (first, second) = (rest[rest.startIndex], rest[rest.startIndex + 1])
        switch (first, second) {
        case (0xFF, _) where second & 0xF6 == 0xF0: return .aac
        case (0xFF, _) where second & 0xE0 == 0xE0 && second & 0x06 != 0: return .mp3
        case (0x0B, 0x77):
            let identification = rest.count > 5 ? rest[rest.startIndex + 5] >> 3 : 0
            return identification > 10 ? .enhancedAC3 : .ac3
        default: return hasTag ? .aac : .unknown
        }
    }
}

/// Finds the packets of a transport stream by their sync bytes (ISO/IEC 13818-1 2.4.3.2).
enum TransportPackets {
    static let byteCount = 188
    static let syncByte: UInt8 = 0x47

    /// Whether packets stand at an offset: five sync bytes at their distance, or as many as there are.
    static func begin(in bytes: [UInt8], at offset: Int) -> Bool {
        guard bytes.count - offset >= byteCount else { return false }
        var at = offset
        for _ in 0..<5 where at < bytes.count {
            guard bytes[at] == syncByte else { return false }
            at += byteCount
        }
        return true
    }
}

/// Finds the boxes of fragmented MP4 (ISO/IEC 14496-12 4.2, 8.16).
enum Boxes {
    static let types = Set(
        [
            "ftyp", "styp", "moof", "moov", "sidx", "emsg", "mdat", "free", "prft", "skip", "wide", "ssix", "uuid",
        ].map { Array($0.utf8) }
    )
    /// The boxes with which a Media Segment begins; its media data alone would be of no use.
    private static let segmentTypes = Set(["styp", "sidx", "emsg", "prft", "moof"].map { Array($0.utf8) })
    private static let sectionTypes = Set(["ftyp", "moov"].map { Array($0.utf8) })
    /// The first box within one that may be longer than what is there of it.
    private static let children = ["moof": "mfhd", "moov": "mvhd"].map { (Array($0.utf8), Array($1.utf8)) }

    static func type(in bytes: [UInt8], at offset: Int) -> [UInt8]? {
        guard bytes.count - offset >= 8 else { return nil }
        return Array(bytes[offset + 4..<offset + 8])
    }

    private static func size(in bytes: [UInt8], at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The offset at which the boxes of a segment or an initialization section begin; nil when there are none.
    ///
    /// - Parameter isEnd: Whether the bytes are all that there are.
    static func begin(in bytes: [UInt8], isSection: Bool, isEnd: Bool) -> Int? {
        let wanted = isSection ? sectionTypes : segmentTypes
        let letters = Set(wanted.compactMap(\.first))
        return (0..<max(0, min(bytes.count - 7, StreamPreamble.limit))).first { offset in
            guard letters.contains(bytes[offset + 4]), let type = type(in: bytes, at: offset), wanted.contains(type)
            else { return false }
            let size = size(in: bytes, at: offset)
            guard size >= 8 else { return false }
            let end = offset + size
            if let next = Self.type(in: bytes, at: end) { return types.contains(next) }
            if isEnd { return end == bytes.count }
            return children.contains { $0 == type && $1 == Self.type(in: bytes, at: offset + 8) }
        }
    }
}

/// Bytes in front of media: a picture, so that segments pass for pictures, noise, or what cannot be decrypted.
enum StreamPreamble {
    /// The most bytes in which the media have to begin.
    static let limit = 1 << 20

    private static let pictureMarks: [[UInt8]] = [
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), Array("BM".utf8),
    ]

    static func isPicture(_ bytes: [UInt8]) -> Bool {
        pictureMarks.contains { bytes.starts(with: $0) }
    }

    /// The offset at which a transport stream begins; nil when there is none.
    ///
    /// - Parameters:
    ///   - packets: The least number of packets that must follow: sync bytes by chance are too few.
    ///   - isPicture: Whether a picture stands in front, so that no packet before the offset can be part of the stream.
    static func end(in bytes: [UInt8], packets: Int, isPicture: Bool) -> Int? {
        let size = TransportPackets.byteCount
        let found = (0..<min(bytes.count, limit)).first {
            bytes[$0] == TransportPackets.syncByte && bytes.count - $0 >= packets * size
                && TransportPackets.begin(in: bytes, at: $0)
        }
        guard let found, !isPicture else { return found }
        // A damaged packet among the first five hides those in front of it, which may have the tables.
        return (1...4).map { found - $0 * size }.last { $0 >= 0 && bytes[$0] == TransportPackets.syncByte } ?? found
    }
}
