import HLSKit

/// Makes the playlists of the folder out of those of the stream.
struct FolderPlaylists {
    /// A rendition with the files that are there.
    struct Track {
        /// What the playlist says apart from its segments.
        var frame: MediaPlaylist
        var rendition: DownloadPlan.Rendition
        /// The file of each section; nil where there is none.
        var sections: [String?]
        /// What the file of each segment is; nil where there is none.
        var segments: [FileExtension?]

        /// The file of a segment; nil when there is none.
        func file(_ index: Int) -> String? {
            segments[index].map { FileNames.stem(rendition.segments[index].file) + "." + $0.rawValue }
        }
    }

    /// How many segments are written at once.
    private static let pieceSize = 512

    /// Writes the media playlist of a rendition piece by piece.
    ///
    /// - Parameters:
    ///   - count: The segments to list, from the first on.
    ///   - isEnded: Whether no more will come; else it is an event that grows.
    ///   - head: Unknown tags behind the first line.
    ///   - tail: Unknown tags behind the last segment.
    ///   - body: Called with each piece of the text.
    static func write(
        _ track: Track,
        count: Int,
        isEnded: Bool,
        head: [String],
        tail: [String],
        _ body: ([UInt8]) throws(DownloadError) -> Void
    ) throws(DownloadError) {
        let frame = frame(track, count: count, isEnded: isEnded)
        try body(text(Array(PlaylistWriter.header(frame).utf8), head: head))
        var segments = MediaSegments()
        for start in stride(from: 0, to: count, by: pieceSize) {
            // Behind the last one of the piece before, as what is in force need not be said again.
            segments = MediaSegments(segments.suffix(1))
            let known = segments.count
            for index in start..<min(count, start + pieceSize) {
                segments.append(segment(index, track))
            }
            var lines: [UInt8] = []
            segments.write(known..<segments.count, to: &lines)
            try body(lines)
        }
        var end: [UInt8] = []
        frame.writeTail(from: frame.segments.count, to: &end)
        try body(text(end, head: [], tail: tail))
    }

    /// The playlist with those segments alone that decide what version it needs.
    private static func frame(_ track: Track, count: Int, isEnded: Bool) -> MediaPlaylist {
        let source = track.frame
        let planned = track.rendition.segments
        let longest = (0..<count).reduce(1) {
            max($0, MediaDuration(seconds: planned.duration(at: $1)).roundedSeconds)
        }
        var deciding = Set((0..<count).prefix(1))
        if track.sections.contains(where: { $0 != nil }) {
            deciding.formUnion((0..<count).lazy.filter { planned[$0].initialization != nil }.prefix(1))
        }
        if !track.rendition.keys.isEmpty {
            deciding.formUnion((0..<count).lazy.filter { planned.protection(at: $0) != nil }.prefix(1))
        }
        return MediaPlaylist(
            targetDuration: longest,
            mediaSequence: source.mediaSequence,
            discontinuitySequence: source.discontinuitySequence,
            kind: isEnded ? .vod : .event,
            isIFramesOnly: source.isIFramesOnly,
            hasIndependentSegments: source.hasIndependentSegments,
            start: source.start?.mended(),
            segments: deciding.sorted().map { segment($0, track) },
            dateRanges: source.trailingDateRanges.map { $0.mended() },
            isEnded: isEnded
        )
    }

    private static func segment(_ index: Int, _ track: Track) -> MediaSegment {
        let planned = track.rendition.segments[index]
        let details = track.rendition.segments.details(at: index)
        let file = track.segments[index].map { FileNames.stem(planned.file) + "." + $0.rawValue }
        return MediaSegment(
            uri: FileNames.last(file ?? planned.file),
            duration: MediaDuration(seconds: planned.duration),
            title: details.title,
            keys: keys(planned.protection, track),
            map: planned.initialization.flatMap { track.sections[$0] }.map {
                MediaInitialization(uri: FileNames.last($0))
            },
            isDiscontinuity: planned.isDiscontinuity,
            isGap: file == nil,
            programDateTime: details.programDateTime,
            bitrate: details.bitrate,
            dateRanges: details.dateRanges.map { $0.mended() },
            otherLines: details.otherLines
        )
    }

    /// The text of a playlist with unknown tags of the stream put in: behind the first line, and in front of the end.
    static func text(_ playlist: [UInt8], head: [String], tail: [String] = []) -> [UInt8] {
        func lines(_ lines: [String]) -> [UInt8] { lines.flatMap { Array($0.utf8) + [0x0A] } }
        var text = playlist
        let end = Array("#EXT-X-ENDLIST\n".utf8)
        if !tail.isEmpty {
            text.insert(
                contentsOf: lines(tail),
                at: text.suffix(end.count) == end[...] ? text.count - end.count : text.count
            )
        }
        if !head.isEmpty, let first = text.firstIndex(of: 0x0A) { text.insert(contentsOf: lines(head), at: first + 1) }
        return text
    }

    private static func keys(_ protection: DownloadPlan.Protection?, _ track: Track) -> [EncryptionKey] {
        guard let protection, let file = track.rendition.keys[protection.key].file else { return [] }
        return [
            EncryptionKey(
                method: EncryptionMethod(rawValue: track.rendition.keys[protection.key].method),
                uri: FileNames.last(file),
                initializationVector: protection.vector.isEmpty
                    ? nil : HexadecimalSequence(Hexadecimal.bytes(protection.vector))
            )
        ]
    }

    // MARK: Multivariant

    /// The bit rates of a rendition in bits per second.
    struct Rates {
        var peak = 0
        var average = 0
    }

    /// The multivariant playlist of the folder.
    ///
    /// - Parameters:
    ///   - folders: The folder of each track.
    ///   - rates: The bit rates of each track, as its files have them.
    static func multivariant(_ outline: Presentation.Outline, folders: [String], rates: [Rates]) -> MultivariantPlaylist
    {
        func uri(_ track: Int) -> String { folders[track] + "/" + folders[track] + ".m3u8" }
        let renditions = outline.renditions.map { entry in
            var rendition = entry.rendition.mended()
            rendition.uri = entry.track.map(uri)
            return rendition
        }
        let variants = outline.variants.map { entry in
            var variant = entry.variant.mended()
            variant.uri = uri(entry.track)
            variant.pathwayID = nil
            var sum = rates[entry.track]
            for group in [variant.audio, variant.video, variant.subtitles] {
                let others = outline.renditions.filter { $0.rendition.groupID == group && $0.track != entry.track }
                    .compactMap { $0.track.map { rates[$0] } }
                sum.peak += others.map(\.peak).max() ?? 0
                sum.average += others.map(\.average).max() ?? 0
            }
            variant.bandwidth = max(1, sum.peak)
            variant.averageBandwidth = max(1, sum.average)
            return variant
        }
        let iFrames = outline.iFrames.map { entry in
            var variant = entry.variant.mended()
            variant.attributes["URI"] = uri(entry.track)
            variant.pathwayID = nil
            return variant
        }
        return MultivariantPlaylist(
            hasIndependentSegments: outline.playlist.hasIndependentSegments,
            start: outline.playlist.start?.mended(),
            sessionData: outline.playlist.sessionData.filter { $0.value != nil }.map { $0.mended() },
            renditions: renditions,
            variants: variants,
            iFrameVariants: iFrames
        )
    }

    /// The bit rates that the files of a rendition have (draft-pantos-hls-rfc8216bis 4.4.6.2).
    ///
    /// - Parameter byteCount: The size of a segment; nil where there is none.
    static func rates(_ segments: DownloadPlan.Segments, byteCount: (Int) -> Int?) -> Rates {
        let target = segments.indices.reduce(1.0) { max($0, segments.duration(at: $1).rounded()) }
        var rates = Rates()
        var (sum, seconds) = (0.0, 0.0)
        // The greatest rate of any run of segments that lasts half a target duration to one and a half.
        var run: [(bytes: Double, seconds: Double)] = []
        var (runBytes, runSeconds) = (0.0, 0.0)
        for index in segments.indices {
            let duration = segments.duration(at: index)
            guard let size = byteCount(index), duration > 0 else {
                (run, runBytes, runSeconds) = ([], 0, 0)
                continue
            }
            sum += Double(size)
            seconds += duration
            run.append((Double(size), duration))
            runBytes += Double(size)
            runSeconds += duration
            while runSeconds > target * 1.5, run.count > 1 {
                let first = run.removeFirst()
                runBytes -= first.bytes
                runSeconds -= first.seconds
            }
            var (tailBytes, tailSeconds) = (runBytes, runSeconds)
            for first in run {
                if tailSeconds >= target * 0.5, tailSeconds <= target * 1.5 {
                    rates.peak = max(rates.peak, Int((tailBytes * 8 / tailSeconds).rounded(.up)))
                }
                tailBytes -= first.bytes
                tailSeconds -= first.seconds
            }
        }
        if seconds > 0 { rates.average = Int((sum * 8 / seconds).rounded(.up)) }
        rates.peak = max(rates.peak, rates.average)
        return rates
    }
}
