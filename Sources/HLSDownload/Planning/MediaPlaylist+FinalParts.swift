import HLSKit

extension MediaPlaylist {
    /// Makes segments of the parts behind the last segment of a stream that has ended: no whole segment will come of them
    /// (draft-pantos-hls-rfc8216bis 6.2.2).
    mutating func adoptFinalParts() {
        guard isEnded, !pendingParts.isEmpty else { return }
        let last = segments.last
        var final: [MediaSegment] = []
        for part in pendingParts {
            let range = part.resolvedByteRange
            // Ranges of one resource that follow one another are one segment.
            if let previous = final.last, previous.uri == part.uri, !previous.isGap, !part.isGap,
                let end = previous.byteRange?.end, let range, range.start == end
            {
                let whole = ByteRange(
                    length: range.length + (previous.byteRange?.length ?? 0),
                    start: previous.byteRange?.start
                )
                final[final.count - 1].byteRange = whole
                final[final.count - 1].duration = previous.duration + part.duration
            } else {
                final.append(
                    MediaSegment(
                        uri: part.uri,
                        duration: part.duration,
                        byteRange: range,
                        keys: last?.keys ?? [],
                        map: last?.map,
                        isGap: part.isGap
                    )
                )
            }
        }
        pendingParts = []
        for segment in final { segments.append(segment) }
    }
}
