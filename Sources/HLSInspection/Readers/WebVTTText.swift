import HLSKit

/// The header of WebVTT, with the tie of its times to those of the media (RFC 8216 3.5).
struct WebVTTHeader: Sendable {
    struct Map: Sendable {
        /// A time of cues.
        var local: MediaTime
        /// The time of the media that it is.
        var media: MediaTime
    }

    var map: Map?
    /// Whether there is a tie that cannot be read.
    var isMapBroken = false
    /// The byte at which the tie stands.
    var mapOffset = 0

    /// The time of the media at a time of cues; without a tie they are the same.
    func mediaTime(of time: MediaTime) -> MediaTime {
        guard let map else { return time }
        return time - map.local + map.media
    }
}

/// The cues of a WebVTT file, by their times.
struct WebVTTText: Sendable {
    struct Cue: Sendable {
        var start: MediaTime
        var end: MediaTime
        /// The byte at which the times stand.
        var offset: Int
    }

    private(set) var hasHeader = false
    private(set) var header = WebVTTHeader()
    private(set) var cues: [Cue] = []
    /// The bytes at which times stand that cannot be read.
    private(set) var brokenCues: [Int] = []
    /// The byte at which times stand that no blank line parts from the header.
    private(set) var cueInHeader: Int?

    init(_ bytes: [UInt8]) {
        var at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var isFirst = true
        var isHeader = true
        // Times stand in the first two lines of a block: text may have arrows too.
        var lineOfBlock = 0
        while at < bytes.count {
            let end = bytes[at...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
            let line = bytes[at..<end]
            if isFirst {
                hasHeader = Self.isSignature(line)
                isHeader = hasHeader
            } else if line.isEmpty {
                isHeader = false
            } else if isHeader, line.firstRange(of: Array("-->".utf8)) != nil {
                // Here the header ends ("WebVTT: The Web Video Text Tracks Format" 6.1), though not for all players.
                cueInHeader = at
                isHeader = false
                lineOfBlock = 0
            } else if isHeader, line.starts(with: "X-TIMESTAMP-MAP".utf8) {
                readMap(line, at: at)
            }
            if line.isEmpty {
                lineOfBlock = 0
            } else {
                lineOfBlock += 1
                if lineOfBlock <= 2, !isHeader || !hasHeader { readTimes(line, at: at) }
            }
            isFirst = false
            at = end + 1
            if end + 1 < bytes.count, bytes[end] == 0x0D, bytes[end + 1] == 0x0A { at += 1 }
        }
    }

    private static func isSignature(_ line: ArraySlice<UInt8>) -> Bool {
        let next = line.dropFirst(6).first
        return line.starts(with: "WEBVTT".utf8) && (next == nil || next == 0x20 || next == 0x09)
    }

    private mutating func readMap(_ line: ArraySlice<UInt8>, at offset: Int) {
        header.mapOffset = offset
        var local: MediaTime?
        var media: MediaTime?
        for part in line.dropFirst("X-TIMESTAMP-MAP=".utf8.count).split(separator: 0x2C) {
            let text = part.filter { $0 != 0x20 && $0 != 0x09 }
            if text.starts(with: "LOCAL:".utf8) { local = Self.time(text.dropFirst(6)) }
            if text.starts(with: "MPEGTS:".utf8) {
                media = Int64(String(decoding: text.dropFirst(7), as: UTF8.self)).map { MediaTime(ticks: $0) }
            }
        }
        if let local, let media, media >= .zero {
            header.map = WebVTTHeader.Map(local: local, media: media)
        } else {
            header.isMapBroken = true
        }
    }

    private mutating func readTimes(_ line: ArraySlice<UInt8>, at offset: Int) {
        let words = line.split { $0 == 0x20 || $0 == 0x09 }
        guard let arrow = words.firstIndex(where: { $0.elementsEqual("-->".utf8) }) else { return }
        guard arrow == 1, words.count > 2, let start = Self.time(words[0]), let end = Self.time(words[2]) else {
            brokenCues.append(offset)
            return
        }
        cues.append(Cue(start: start, end: end, offset: offset))
    }

    /// `[hh:]mm:ss.ttt` ("WebVTT: The Web Video Text Tracks Format" 4.1).
    static func time(_ text: ArraySlice<UInt8>) -> MediaTime? {
        let parts = text.split(separator: 0x3A, omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let last = parts.last else { return nil }
        let seconds = last.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard seconds.count == 2, seconds[1].count == 3 else { return nil }
        let numbers = (parts.dropLast() + seconds).map(Self.number)
        var all: [Int64] = []
        for number in numbers {
            guard let number else { return nil }
            all.append(number)
        }
        let hours = all.count == 4 ? all.removeFirst() : 0
        guard all[0] < 60, all[1] < 60 else { return nil }
        return MediaTime(ticks: ((hours * 60 + all[0]) * 60 + all[1]) * 90_000 + all[2] * 90)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
