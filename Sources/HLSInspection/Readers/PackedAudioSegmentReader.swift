import HLSKit

/// Reads packed audio segments (RFC 8216 3.4).
struct PackedAudioSegmentReader: SegmentReader {
    private static let track = TrackID(container: .packedAudio, number: 0)

    private var reader = PackedAudioReader()
    private var origin = 0
    /// The time of the segment's first sample on a clock that does not wrap.
    private var start: MediaTime?
    /// Where the segment before ended.
    private var end: MediaTime?
    private var hasFrames = false
    /// Files that stand alone, and those of an MP3 collection, need no time.
    let needsTimestamp: Bool

    init(needsTimestamp: Bool) {
        self.needsTimestamp = needsTimestamp
    }

    mutating func begin(at position: Int, startsAnew: Bool, into analysis: inout MediaAnalysis) {
        reader = PackedAudioReader()
        origin = position
        start = nil
        hasFrames = false
        if startsAnew { end = nil }
    }

    mutating func push(_ bytes: Span<UInt8>, into analysis: inout MediaAnalysis) {
        var reader = reader
        reader.push(bytes) { take($0, into: &analysis) }
        self.reader = reader
    }

    mutating func end(into analysis: inout MediaAnalysis) {
        var reader = reader
        reader.finish { take($0, into: &analysis) }
    }

    private mutating func take(_ output: PackedAudioOutput, into analysis: inout MediaAnalysis) {
        switch output {
        case .timestamp(let time, _):
            if !hasFrames { start = unwrapped(time) }
        case .format(let format):
            let segment = analysis.segment(at: origin)
            let description = TrackDescription(id: Self.track, kind: .audio, codec: format.codecString)
            analysis.take([description], segment: segment)
            analysis.take(.audio(format), of: Self.track, segment: segment)
        case .skipped(let offset, let count):
            analysis.add(
                .brokenUnit,
                position: origin + offset,
                "\(count) bytes are neither a frame nor an ID3 tag: write the segment again from an intact source"
            )
        case .frame(let frame):
            if !hasFrames, start == nil, needsTimestamp {
                analysis.add(
                    .audioTimestampMissing,
                    position: origin,
                    "no ID3 tag tells the time of the first sample: put one with a PRIV frame of "
                        + "com.apple.streaming.transportStreamTimestamp in front of the segment"
                )
            }
            hasFrames = true
            let first = start ?? end ?? .zero
            start = first
            end = first + frame.start + frame.duration
            analysis.take(
                MediaUnit(
                    track: Self.track,
                    pts: first + frame.start,
                    dts: first + frame.start,
                    duration: frame.duration,
                    isRandomAccess: true,
                    position: origin + frame.offset
                )
            )
        }
    }

    /// The time nearest to the end of the segment before.
    private func unwrapped(_ time: MediaTime) -> MediaTime {
        guard let end else { return time }
        return end + (time - end).wrapped
    }
}
