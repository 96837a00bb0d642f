import HLSKit

/// Reads segments of WebVTT (RFC 8216 3.5).
struct SubtitleSegmentReader: SegmentReader {
    static let track = TrackID(container: .webVTT, number: 0)

    private var origin = 0
    private var bytes: [UInt8] = []
    /// The header that stands in front of segments without one (`EXT-X-MAP`).
    private let header: WebVTTHeader?
    private let needsMap: Bool

    /// Subtitles of a day are shorter.
    private static let limit = 16 << 20

    /// - Parameters:
    ///   - header: What stands in the section that `EXT-X-MAP` names.
    ///   - needsMap: Whether cues have to be laid on the time of other renditions.
    init(header: WebVTTHeader?, needsMap: Bool) {
        self.header = header
        self.needsMap = needsMap
    }

    mutating func begin(at position: Int, startsAnew: Bool, into analysis: inout MediaAnalysis) {
        origin = position
        bytes = []
        analysis.take(
            [TrackDescription(id: Self.track, kind: .text, codec: "wvtt")],
            segment: analysis.segment(at: position)
        )
    }

    mutating func push(_ bytes: Span<UInt8>, into analysis: inout MediaAnalysis) {
        for index in 0..<min(bytes.count, Self.limit - self.bytes.count) { self.bytes.append(bytes[index]) }
    }

    mutating func end(into analysis: inout MediaAnalysis) {
        let text = WebVTTText(bytes)
        if !text.hasHeader, header == nil {
            analysis.add(
                .subtitleHeaderMissing,
                position: origin,
                "the segment does not begin with WEBVTT: write the header into each segment, or set EXT-X-MAP"
            )
        }
        let header = text.hasHeader ? text.header : header ?? text.header
        if header.isMapBroken {
            analysis.add(
                .timestampMapBroken,
                position: origin + (text.hasHeader ? header.mapOffset : 0),
                "X-TIMESTAMP-MAP cannot be read: write it as LOCAL:<cue time>,MPEGTS:<90 kHz time>"
            )
        } else if header.map == nil, needsMap {
            analysis.add(
                .timestampMapMissing,
                position: origin,
                "there is no X-TIMESTAMP-MAP, so that cues count from media time 0: write one into the header"
            )
        }
        if let offset = text.cueInHeader {
            analysis.add(
                .cueInHeader,
                position: origin + offset,
                "a cue follows the header without a blank line: players take it for a part of the header, write one"
            )
        }
        for offset in text.brokenCues {
            analysis.add(
                .cueBroken,
                position: origin + offset,
                "the times of a cue cannot be read: write hh:mm:ss.ttt --> hh:mm:ss.ttt"
            )
        }
        for cue in text.cues {
            if cue.end <= cue.start {
                analysis.add(
                    .cueBroken,
                    position: origin + cue.offset,
                    "a cue ends before it begins: write the later time behind the arrow"
                )
                continue
            }
            let start = header.mediaTime(of: cue.start)
            analysis.take(
                MediaUnit(
                    track: Self.track,
                    pts: start,
                    dts: start,
                    duration: cue.end - cue.start,
                    isRandomAccess: true,
                    position: origin + cue.offset
                )
            )
        }
        bytes = []
    }
}
