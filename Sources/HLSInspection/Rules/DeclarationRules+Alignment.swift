import HLSKit

/// Whether renditions show the same at the same time (6.2.4), and are cut at the same places.
extension DeclarationRules {
    /// The furthest that matching renditions may be apart, in seconds.
    private static let greatestDifference = 0.1
    /// The furthest that a cue may be out of its segment, in seconds.
    private static let greatestCueDistance = 1.0

    func alignment() -> [Finding] {
        let comparable = members.filter { $0.playlist.isEnded && $0.isTimed }
        guard let first = comparable.first(where: { $0.entry.rendition.role == .variant }) else { return [] }
        var findings: [Finding] = []
        for member in comparable where member.entry.uri != first.entry.uri {
            findings += [times(of: member, first)].compactMap(\.self)
            if member.entry.rendition.role == .variant, member.video != nil, first.video != nil,
                let index = firstMisaligned(first, member)
            {
                findings.append(
                    Finding(
                        .segmentsNotAligned,
                        file: member.file,
                        line: member.media.rules.plans[index].lines.uri,
                        "this segment begins elsewhere than that of \(first.entry.uri): cut all variants at the same places"
                    )
                )
            }
        }
        for member in members where member.entry.rendition.role == .subtitles {
            findings += cues(of: member, first)
        }
        return findings
    }

    // MARK: Times

    /// Compares the timestamps of all segments with those of another rendition.
    private func times(of member: PresentationMember, _ first: PresentationMember) -> Finding? {
        guard let (index, difference) = firstDifference(first, member) else { return nil }
        let place = index == 0 ? "" : "from here on "
        return Finding(
            .timestampsDoNotMatch,
            file: member.file,
            line: member.media.rules.plans[index].lines.uri,
            "\(place)timestamps are \(Words.seconds(difference)) off those of \(first.entry.uri): "
                + "give matching content the same timestamps"
        )
    }

    /// The first segment whose timestamps are not those of another rendition, and by how much they are off.
    private func firstDifference(_ one: PresentationMember, _ other: PresentationMember) -> (Int, Double)? {
        let left = Timeline(one)
        let right = Timeline(other)
        let wraps = left.wraps || right.wraps
        if let start = left.start, let otherStart = right.start {
            let step = otherStart - start
            let difference = (wraps ? step.wrapped : step).seconds
            if difference.magnitude > Self.greatestDifference { return (0, difference) }
        }
        // Where durations are wrong, places in the playlists cannot be compared.
        guard left.isSound, right.isSound else { return nil }
        for (index, point) in right.points.enumerated() {
            guard let point, let match = left.point(at: point.place), match.period == point.period else { continue }
            // What is shown at the start of the segment has the time that it has in the other rendition.
            let step = (point.time - match.time) - MediaTime(seconds: point.place - match.place)
            let difference = (wraps ? step.wrapped : step).seconds
            if difference.magnitude > Self.greatestDifference { return (index, difference) }
        }
        return nil
    }

    private func firstMisaligned(_ one: PresentationMember, _ other: PresentationMember) -> Int? {
        let left = one.playlist.segments
        let right = other.playlist.segments
        for index in 0..<min(left.count, right.count) {
            let difference = right[index].startTime - left[index].startTime
            if difference.seconds.magnitude > Self.greatestDifference { return index }
        }
        return left.count == right.count ? nil : min(left.count, right.count) < right.count ? left.count : nil
    }

    // MARK: Cues

    /// Cues are shown while their segment is, by the clock of the variants.
    private func cues(of member: PresentationMember, _ first: PresentationMember) -> [Finding] {
        guard let origin = Timeline(first).start,
            member.playlist.isEnded, !member.playlist.segments.contains(where: \.isDiscontinuity),
            !member.media.findings.contains(where: { $0.rule.hasPrefix("timestamp-map") })
        else { return [] }
        var finding: Finding?
        for (index, facts) in member.media.rules.analysis.segments.enumerated() {
            guard let track = facts.track(SubtitleSegmentReader.track), let end = track.earliestEnd else { continue }
            let segment = member.playlist.segments[index]
            let from = segment.startTime.seconds - Self.greatestCueDistance
            let to = (segment.startTime + segment.duration).seconds + Self.greatestCueDistance
            let late = (track.end - origin).wrapped.seconds
            let early = (end - origin).wrapped.seconds
            guard late > to || early < from else { continue }
            finding?.count += 1
            if finding != nil { continue }
            let place = late > to ? late : early
            finding = Finding(
                .cueOutsideSegment,
                file: member.media.rules.plans[index].file,
                "a cue is shown at \(Words.seconds(place)), its segment from \(Words.seconds(from + 1)) to "
                    + "\(Words.seconds(to - 1)): correct X-TIMESTAMP-MAP, or put the cue into its segment"
            )
        }
        return [finding].compactMap(\.self)
    }
}

/// Where the segments of a rendition are in the playlist and on the clock of the media.
private struct Timeline {
    struct Point {
        /// Seconds from the start of the playlist.
        var place: Double
        var end: Double
        /// The discontinuities in front of it.
        var period: Int
        var time: MediaTime
    }

    /// Of each segment; nil for those that were not read.
    private(set) var points: [Point?] = []
    /// The earliest time of the first segment; nil when that was not read.
    private(set) var start: MediaTime?
    private(set) var wraps = false
    /// Whether what the playlist says of durations is true.
    let isSound: Bool

    /// What shifts places in the playlist or times in the media, and is told on its own.
    private static let disturbances: Set<String> = [
        MediaRule.durationDiffers.rawValue, MediaRule.durationDrift.rawValue, MediaRule.timestampsDoNotRunOn.rawValue,
        MediaRule.missingSegment.rawValue, MediaRule.missingTrack.rawValue,
    ]

    init(_ member: PresentationMember) {
        isSound = !member.media.findings.contains { Self.disturbances.contains($0.rule) }
        let analysis = member.media.rules.analysis
        for (index, facts) in analysis.segments.enumerated() {
            guard facts.isRead, let track = analysis.reference(of: index).flatMap({ facts.track($0.id) }),
                index < member.playlist.segments.count
            else {
                points.append(nil)
                continue
            }
            wraps = wraps || track.id.container.wraps
            if index == 0 { start = facts.tracks.map(\.start).min() }
            let segment = member.playlist.segments[index]
            let place = segment.startTime.seconds
            points.append(
                Point(
                    place: place,
                    end: place + segment.duration.seconds,
                    period: segment.discontinuitySequence,
                    time: track.start
                )
            )
        }
    }

    /// The segment that is shown at a place.
    func point(at place: Double) -> Point? {
        var low = 0
        var high = points.count
        while low < high {
            let middle = (low + high) / 2
            // Segments that were not read are passed over to the left.
            guard let known = points[..<(middle + 1)].last(where: { $0 != nil }) ?? nil else {
                low = middle + 1
                continue
            }
            if known.place <= place + 0.001 { low = middle + 1 } else { high = middle }
        }
        guard low > 0, let point = points[low - 1], place < point.end + 0.001 else { return nil }
        return point
    }
}

extension PresentationMember {
    /// Whether timestamps tell where its segments are.
    fileprivate var isTimed: Bool {
        entry.rendition.role != .subtitles && media.rules.analysis.reference.map { $0.isVideo || $0.isAudio } ?? false
    }
}
