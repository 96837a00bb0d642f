import HLSKit

/// A segment as its playlist has it, or a file that was given alone.
struct SegmentPlan: Sendable {
    /// Where it is: an absolute URL.
    var url: String
    /// Its name in findings.
    var file: String
    var range: ByteRange?
    /// Seconds; nil without a playlist.
    var duration: Double?
    var isDiscontinuity = false
    var isGap = false
    var keys: [EncryptionKey] = []
    /// The initialization vector of AES-128, of the tag or of the media sequence number.
    var vector: [UInt8] = []
    var mediaSequence = 0
    var map: InitializationPlan?
    var lines = SegmentTagLines()

    init(url: String, file: String) {
        self.url = url
        self.file = file
    }

    /// The segments of a playlist.
    static func segments(of playlist: MediaPlaylist, folder: String) -> [SegmentPlan] {
        let lines = SegmentTagLines.read(playlist.bytes)
        return playlist.segments.enumerated().map { index, segment in
            let url = PlaylistURL.resolve(segment.uri, against: playlist.url)
            var plan = SegmentPlan(url: url, file: LocalURL.name(of: url, in: folder))
            plan.range = segment.byteRange
            plan.duration = segment.duration.seconds
            plan.isDiscontinuity = segment.isDiscontinuity
            plan.isGap = segment.isGap
            plan.keys = segment.keys.filter { $0.method != .none }
            plan.mediaSequence = segment.mediaSequence
            if let key = plan.keys.first(where: { $0.method == .aes128 }) {
                plan.vector = segment.initializationVector(of: key)
            }
            if let map = segment.map {
                let url = PlaylistURL.resolve(map.uri, against: playlist.url)
                var section = InitializationPlan(url: url, file: LocalURL.name(of: url, in: folder))
                section.range = map.byteRange.map { ByteRange(length: $0.length, start: $0.start ?? 0) }
                section.keys = segment.mapKeys.filter { $0.method != .none }
                plan.map = section
            }
            if index < lines.count { plan.lines = lines[index] }
            return plan
        }
    }
}

/// The lines of a playlist on which the tags of a segment stand, counted from 1; 0 where there is none.
struct SegmentTagLines: Sendable {
    var uri = 0
    var duration = 0
    var discontinuity = 0
    /// The tags in force.
    var key = 0
    var map = 0

    static func read(_ bytes: [UInt8]) -> [SegmentTagLines] {
        var all: [SegmentTagLines] = []
        var scanner = PlaylistLineScanner()
        var lines = SegmentTagLines()
        var number = 0
        while let line = scanner.next(in: bytes.span) {
            number += 1
            switch line.content {
            case .tag(.segment): lines.duration = number
            case .tag(.discontinuity): lines.discontinuity = number
            case .tag(.key): lines.key = number
            case .tag(.map): lines.map = number
            case .uri:
                lines.uri = number
                all.append(lines)
                lines = SegmentTagLines(key: lines.key, map: lines.map)
            default: break
            }
        }
        return all
    }
}
