import HLSKit

/// Finds out which codecs files have, for streams whose playlist does not tell.
enum CodecProbe {
    private static let sectionBytes = 1 << 20
    private static let segmentBytes = 4 << 20

    /// The codec strings (RFC 6381) of a rendition; empty when they cannot be told.
    ///
    /// - Parameters:
    ///   - section: The path of its first initialization section.
    ///   - segment: The path of its first segment.
    static func codecs(section: String?, segment: String?) -> [String] {
        if let section {
            guard let bytes = FileSystem.contents(section, limit: sectionBytes) else { return [] }
            return unique(MP4File(bytes).movie?.tracks.compactMap { $0.sampleEntries.first?.codecString } ?? [])
        }
        guard let segment, segment.hasSuffix(".ts") else { return [] }
        var demuxer = TransportStreamDemuxer()
        var codecs: [String] = []
        func note(_ output: TransportStreamOutput) {
            if case .event(let event) = output, case .format(let format) = event.kind {
                codecs.append(format.codecString)
            }
        }
        var count = 0
        _ = FileSystem.read(segment) { chunk in
            demuxer.push(Array(chunk), note)
            count += chunk.count
            return count < segmentBytes
        }
        demuxer.finish(note)
        return unique(codecs)
    }

    private static func unique(_ codecs: [String]) -> [String] {
        codecs.reduce(into: []) { if !$1.isEmpty, !$0.contains($1) { $0.append($1) } }
    }
}
