import HLSKit

extension MediaPlaylist {
    /// Makes segments of the parts behind the last segment of a stream that has ended: no whole segment will come of them
    /// (draft-pantos-hls-rfc8216bis 6.2.2).
    mutating func adoptFinalParts() {
        guard isEnded, !pendingParts.isEmpty else { return }
        let last = segments.last
        let keys = last.map { last in Self.keys(last.keys, of: last.mediaSequence &+ 1) } ?? []
        var final: [MediaSegment] = []
        for part in pendingParts {
            let range = part.resolvedByteRange
            // Ranges of one resource that follow one another are one segment.
            if let previous = final.last, previous.uri == part.uri, !previous.isGap, !part.isGap,
                let before = previous.byteRange, let end = before.end, let range, range.start == end,
                case (let length, false) = before.length.addingReportingOverflow(range.length)
            {
                final[final.count - 1].byteRange = ByteRange(length: length, start: before.start)
                final[final.count - 1].duration = previous.duration + part.duration
            } else {
                final.append(
                    MediaSegment(
                        uri: part.uri,
                        duration: part.duration,
                        byteRange: range,
                        keys: keys,
                        map: last?.map,
                        isGap: part.isGap
                    )
                )
            }
        }
        pendingParts = []
        for segment in final { segments.append(segment) }
    }

    /// The keys with the initialization vector of the segment that all parts belong to: alone, each would count as the
    /// next segment (draft-pantos-hls-rfc8216bis 5.2).
    private static func keys(_ keys: [EncryptionKey], of sequence: Int) -> [EncryptionKey] {
        keys.map { key in
            guard key.method == .aes128, key.initializationVector == nil else { return key }
            var key = key
            let number = UInt64(bitPattern: Int64(sequence))
            let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
            key.initializationVector = HexadecimalSequence([UInt8](repeating: 0, count: 8) + bytes)
            return key
        }
    }
}
