import HLSKit

/// Checks what was found in the segments of a rendition against its playlist.
struct SegmentRules {
    let plans: [SegmentPlan]
    let playlist: MediaPlaylist?
    let hasIndependentSegments: Bool
    let analysis: TransportAnalysis
    private(set) var found = MediaFindings()
    /// The segments whose timestamps jump though no tag says so.
    private(set) var jumps: Set<Int> = []

    init(plans: [SegmentPlan], playlist: MediaPlaylist?, hasIndependentSegments: Bool, analysis: TransportAnalysis) {
        self.plans = plans
        self.playlist = playlist
        self.hasIndependentSegments = hasIndependentSegments
        self.analysis = analysis
    }

    private var segments: [SegmentFacts] { analysis.segments }

    /// What is further off than two frames, and at least this, is told.
    private static let leastTolerance = 0.05
    /// What is further off is an error.
    private static let greatestTolerance = 0.5
    /// The furthest that sound and picture may begin apart without a word.
    private static let greatestOffset = 0.25

    mutating func check() {
        guard let reference = analysis.reference else { return }
        for index in segments.indices where segments[index].isRead {
            checkStart(of: index, reference)
            checkJoin(at: index, reference)
            checkOffset(of: index, reference)
        }
        var drift = 0.0
        var driftIsTold = false
        for index in segments.indices where segments[index].isRead {
            guard let difference = checkDuration(of: index, reference) else {
                drift = 0
                continue
            }
            // A single one that is far off is told already.
            guard difference.magnitude <= Self.greatestTolerance else { continue }
            drift += difference
            if drift.magnitude > Self.greatestTolerance, !driftIsTold {
                driftIsTold = true
                found.add(
                    .durationDrift,
                    segment: index,
                    line: plans[index].lines.duration,
                    "up to here the durations of the segments add up to \(Words.seconds(drift.magnitude)) "
                        + "\(drift > 0 ? "more" : "less") than they last: carry the rounding error over"
                )
            }
        }
    }

    // MARK: Starts

    private mutating func checkStart(of index: Int, _ reference: TrackFacts) {
        let facts = segments[index]
        if facts.tables == .late {
            found.add(
                .tablesNotFirst,
                segment: index,
                position: facts.position,
                "no tables stand in front of the media: begin each segment with a PAT and a PMT"
            )
        }
        guard reference.codec.isVideo else { return }
        guard let track = facts.track(reference.pid) else {
            // Sound alone may go on where no picture changes.
            if !facts.tracks.isEmpty {
                found.add(
                    .missingTrack,
                    segment: index,
                    pid: reference.pid,
                    "the segment has no picture: cut where there is one"
                )
            }
            return
        }
        guard !track.beginsWithRandomAccess else { return }
        if hasIndependentSegments {
            found.add(
                .segmentNotIndependent,
                segment: index,
                position: track.offset,
                pid: track.pid,
                "the first picture is no random access point, though EXT-X-INDEPENDENT-SEGMENTS says so: "
                    + "cut in front of key frames, or take the tag out"
            )
        } else if track.randomAccessCount == 0, playlist != nil {
            found.add(
                .noRandomAccess,
                segment: index,
                position: track.offset,
                pid: track.pid,
                "no picture is a random access point: players cannot start or seek here, encode with more key frames"
            )
        }
    }

    /// Sound and picture begin together, and nothing tells where they differ.
    private mutating func checkOffset(of index: Int, _ reference: TrackFacts) {
        let facts = segments[index]
        guard facts.startsAnew, reference.codec.isVideo, let video = facts.track(reference.pid) else { return }
        for track in facts.tracks where track.pid != reference.pid {
            guard analysis.track(track.pid)?.codec.isAudio == true else { continue }
            let offset = track.start - video.start
            guard offset.seconds.magnitude > Self.greatestOffset else { continue }
            found.add(
                .startOffset,
                segment: index,
                position: track.offset,
                pid: track.pid,
                "the sound begins \(Words.seconds(offset.seconds.magnitude)) \(offset > .zero ? "after" : "before") "
                    + "the picture: begin both together, or correct the times of one"
            )
        }
    }

    // MARK: Joins

    /// Where a segment follows another one, timestamps run on if and only if no tag says otherwise.
    private mutating func checkJoin(at index: Int, _ reference: TrackFacts) {
        guard index > 0, segments[index - 1].isRead else { return }
        let isTagged = plans[index].isDiscontinuity
        let jump = jump(at: index, reference)
        let facts = segments[index]
        if isTagged {
            guard let jump, !facts.changesTracks, !facts.changesFormat,
                jump.magnitude <= 2 * reference.unitDuration.seconds + 0.02
            else { return }
            found.add(
                .needlessDiscontinuity,
                segment: index,
                line: plans[index].lines.discontinuity,
                "timestamps and formats run on over EXT-X-DISCONTINUITY: take it out if nothing else changes"
            )
            return
        }
        let advice = "set EXT-X-DISCONTINUITY in front of the segment"
        if let jump, jump.magnitude > Self.greatestTolerance {
            jumps.insert(index)
            found.add(
                .timestampsDoNotRunOn,
                segment: index,
                position: facts.track(reference.pid)?.offset,
                pid: reference.pid,
                "timestamps jump by \(Words.seconds(jump)) from the segment before: let them run on, or \(advice)"
            )
        }
        if facts.changesTracks {
            found.add(.tracksChange, segment: index, position: facts.position, "other streams begin: \(advice)")
        }
        if facts.changesFormat {
            found.add(.formatChange, segment: index, position: facts.position, "another format begins: \(advice)")
        }
    }

    /// How far in seconds the first unit of a segment is from where the one before ended, on a clock of 33 bits.
    private func jump(at index: Int, _ reference: TrackFacts) -> Double? {
        guard let before = segments[index - 1].track(reference.pid), let after = segments[index].track(reference.pid)
        else { return nil }
        let step = after.firstDecodingTime - before.lastDecodingTime - reference.unitDuration
        let wrapped = (step.ticks &+ 1 << 32) & 0x1_FFFF_FFFF &- 1 << 32
        let seconds = MediaTime(ticks: wrapped).seconds
        // A picture may stay: what is no longer than a segment's longest interval is none of the join's doing.
        if seconds > 0, let greatest = reference.intervals.greatest, seconds <= greatest.seconds { return 0 }
        return seconds
    }

    // MARK: Durations

    /// Compares a segment's duration with the playlist's.
    ///
    /// - Returns: How much longer the playlist's is; nil when nothing can be compared.
    private mutating func checkDuration(of index: Int, _ reference: TrackFacts) -> Double? {
        guard let declared = plans[index].duration, let range = duration(of: index, reference) else { return nil }
        let nearest = min(max(declared, range.lowerBound), range.upperBound)
        let difference = declared - nearest
        let tolerance = max(Self.leastTolerance, 2 * reference.unitDuration.seconds)
        if difference.magnitude > tolerance {
            let isError = difference.magnitude > Self.greatestTolerance
            found.add(
                isError ? .durationDiffers : .durationInexact,
                segment: index,
                line: plans[index].lines.duration,
                "EXTINF says \(Words.seconds(declared)), the media lasts \(Words.seconds(nearest)): write the true duration"
            )
        }
        if let target = playlist?.targetDuration, MediaDuration(seconds: range.lowerBound).roundedSeconds > target {
            found.add(
                .longerThanTarget,
                segment: index,
                line: plans[index].lines.duration,
                "the media lasts \(Words.seconds(range.lowerBound)), more than EXT-X-TARGETDURATION of \(target) s: "
                    + "cut shorter segments, or raise it"
            )
        }
        return difference
    }

    /// How long a segment lasts: up to the start of the next one, or to the end of its picture or of its longest stream.
    func duration(of index: Int, _ reference: TrackFacts) -> ClosedRange<Double>? {
        guard let track = segments[index].track(reference.pid) else { return nil }
        let next = index + 1
        if next < segments.count, segments[next].isRead, !segments[next].startsAnew, !jumps.contains(next),
            let following = segments[next].track(reference.pid), following.start > track.start
        {
            let seconds = (following.start - track.start).seconds
            return seconds...seconds
        }
        let own = (track.end + reference.unitDuration - track.start).seconds
        let start = segments[index].tracks.map(\.start).min() ?? track.start
        var longest = own
        for other in segments[index].tracks {
            let duration = analysis.track(other.pid)?.unitDuration ?? .zero
            longest = max(longest, (other.end + duration - start).seconds)
        }
        return own...max(own, longest)
    }

    /// How long all segments last that were looked into.
    var measuredDuration: Double? {
        guard let reference = analysis.reference else { return nil }
        let durations = segments.indices.compactMap {
            segments[$0].isRead ? duration(of: $0, reference)?.lowerBound : nil
        }
        return durations.isEmpty ? nil : durations.reduce(0, +)
    }
}
