import HLSKit
import NIOCore

/// A media playlist of transport streams as it is below `/fmp4/`: with fragments in the place of segments.
///
/// Where each segment lies on the timeline is known from the playlist alone.
struct FragmentedPlaylist: Sendable {
    /// The playlist on disk; its segments have the places that those of the derived one have.
    let source: MediaPlaylist
    /// Where it lies below the served folder.
    let path: MediaPath
    /// Of each segment the file on disk; nil for what stays as it is.
    let sources: [MediaPath?]

    /// Reads a playlist.
    ///
    /// - Throws: ``FragmentFailure/cannotTurn(_:)`` for what no fragments can be made of.
    init(_ source: MediaPlaylist, at path: MediaPath) throws(FragmentFailure) {
        self.source = source
        self.path = path
        let base = "/videos/" + path.names.map { PercentCoding.name($0) }.joined(separator: "/")
        sources = source.segments.map { segment in
            guard segment.map == nil, !segment.isGap, Self.stem(of: segment.uri) != nil else { return nil }
            return Self.path(of: PlaylistURL.resolve(segment.uri, against: base))
        }
        guard isTurned else { return }
        guard !source.isIFramesOnly else { throw .cannotTurn("it lists only I-frames of transport streams") }
        guard source.segments.allSatisfy({ $0.keys.allSatisfy { $0.method == .none } }) else {
            throw .cannotTurn("its segments are encrypted")
        }
    }

    /// Whether any segment is a transport stream.
    var isTurned: Bool { sources.contains { $0 != nil } }

    /// The file that an address of ours names; nil for one of somebody else's.
    private static func path(of url: String) -> MediaPath? {
        let path = RequestTarget(url).path
        guard url.hasPrefix("/videos/"), path.hasPrefix("/videos/") else { return nil }
        return RequestTarget.mediaPath(path.dropFirst(8))
    }

    /// A reference without its query and its ending; nil when that is not of transport streams.
    private static func stem(of uri: String) -> Substring? {
        let path = uri.prefix { $0 != "?" && $0 != "#" }
        return path.lowercased().hasSuffix(".ts") ? path.dropLast(3) : nil
    }

    // MARK: Times

    /// Where a segment lies on the timeline of the playlist.
    func position(of index: Int) -> SegmentTransmuxer.Position {
        let segment = source.segments[index]
        let start = Self.time(segment.startTime)
        let end = Self.time(segment.startTime + segment.duration)
        return SegmentTransmuxer.Position(
            number: index,
            start: start,
            duration: end - start,
            beginsTimeline: index == 0 || segment.isDiscontinuity
        )
    }

    private static func time(_ duration: MediaDuration) -> MediaTime {
        let (seconds, rest) = duration.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let ticks = seconds.multipliedReportingOverflow(by: MediaTime.ticksPerSecond)
        return MediaTime(ticks: ticks.overflow ? 0 : ticks.partialValue + (rest * 9 + 50) / 100)
    }

    /// The segment whose first bytes may complete the last frame of this one; nil where the timeline ends.
    func successor(of index: Int) -> Int? {
        let next = index + 1
        guard next < sources.count, sources[next] != nil, !source.segments[next].isDiscontinuity else { return nil }
        return next
    }

    /// Whether more segments may come behind the last one.
    var mayGrow: Bool { !source.isEnded }

    // MARK: Sections

    /// The first segments of the parts between discontinuities: each may need an init section of its own.
    var sectionStarts: [Int] {
        var starts: [Int] = []
        var isNew = true
        for index in sources.indices {
            if source.segments[index].isDiscontinuity { isNew = true }
            guard isNew, sources[index] != nil else { continue }
            starts.append(index)
            isNew = false
        }
        return starts
    }

    // MARK: Text

    /// The text of the derived playlist.
    ///
    /// - Parameters:
    ///   - versions: Of each segment the version of its file; nil where there is none yet.
    ///   - sections: Of each of ``sectionStarts`` the name of its init section; nil where it is not known yet.
    func text(versions: [String?], sections: [Int: String?]) -> String {
        var (segments, section): ([MediaSegment], (start: Int, name: String?)?) = ([], nil)
        segments.reserveCapacity(sources.count)
        for (index, segment) in source.segments.enumerated() {
            var segment = segment
            if let place = sources[index], let stem = Self.stem(of: segment.uri) {
                if let name = sections[index] {
                    let isSame = section.map { $0.name != nil && $0.name == name } ?? false
                    // One timeline: only another init section needs the tag.
                    if isSame { segment.isDiscontinuity = false } else { section = (index, name) }
                }
                segment.uri = stem + ".m4s" + query(version: versions[index], index, of: place)
                segment.byteRange = nil
                segment.parts = []
                if let section {
                    let uri = "init" + (section.name.map { "-" + $0 } ?? "") + ".mp4"
                    let version = versions[section.start]
                    segment.map = MediaInitialization(uri: uri + query(version: version, section.start, of: path))
                }
            }
            segments.append(segment)
        }
        var playlist = source
        var list = MediaSegments()
        list.append(contentsOf: segments)
        playlist.segments = list
        playlist.pendingParts = []
        playlist.preloadHints = []
        playlist.partInformation = nil
        playlist.declareMinimumVersion()
        return Playlist.media(playlist).text
    }

    /// What names a segment of the playlist, and its version, behind the path of something derived of it.
    private func query(version: String?, _ index: Int, of place: MediaPath) -> String {
        var query = version.map { "?v=\($0)&n=\(index)" } ?? "?n=\(index)"
        if place.parent?.namesake != path { query += "&p=" + PercentCoding.name(path.bytes) }
        return query
    }
}

/// Why there is nothing to serve below `/fmp4/`.
enum FragmentFailure: Error, Sendable {
    /// The source cannot be read.
    case store(StoreFailure)
    /// The source is being made, and did not come in time.
    case notYet
    /// The source cannot become fragmented MP4; the reason for people.
    case cannotTurn(String)
}
