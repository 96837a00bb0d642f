import HLSKit

/// Checks what was found in the segments of a rendition against its playlist.
struct SegmentRules {
    let plans: [SegmentPlan]
    let playlist: MediaPlaylist?
    let hasIndependentSegments: Bool
    let depth: RenditionReader.Depth
    let analysis: MediaAnalysis
    private(set) var found = MediaFindings()
    /// The segments whose timestamps jump though no tag says so.
    private(set) var jumps: Set<Int> = []

    init(
        plans: [SegmentPlan],
        playlist: MediaPlaylist?,
        hasIndependentSegments: Bool,
        depth: RenditionReader.Depth,
        analysis: MediaAnalysis
    ) {
        self.plans = plans
        self.playlist = playlist
        self.hasIndependentSegments = hasIndependentSegments
        self.depth = depth
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
        for index in segments.indices where segments[index].isRead {
            guard depth == .all else {
                checkPicture(of: index)
                continue
            }
            checkStart(of: index)
            guard let reference = timed(index) else { continue }
            checkJoin(at: index, reference)
            checkOffset(of: index, reference)
        }
        checkDurations()
    }

    /// The stream of pictures or sound that tells the times of a segment; cues tell none.
    private func timed(_ index: Int) -> TrackFacts? {
        analysis.reference(of: index).flatMap { $0.isVideo || $0.isAudio ? $0 : nil }
    }

    /// Whether a segment goes on where the one before ended.
    private func continues(_ index: Int) -> Bool {
        guard segments[index].isRead, !jumps.contains(index) else { return false }
        return depth == .iFrames ? !plans[index].isDiscontinuity : !segments[index].startsAnew
    }

    private mutating func checkDurations() {
        var drift = 0.0
        var driftIsTold = false
        for index in segments.indices where segments[index].isRead {
            guard let reference = timed(index), let difference = checkDuration(of: index, reference) else {
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

    // MARK: I-frames

    /// Each segment of I-frames is one picture that needs no other.
    private mutating func checkPicture(of index: Int) {
        let pictures = segments[index].tracks.filter { analysis.track($0.id)?.isVideo == true }
        guard let picture = pictures.first, picture.beginsWithRandomAccess else {
            found.add(
                .iFrameMissing,
                segment: index,
                line: plans[index].lines.uri,
                pictures.isEmpty
                    ? "there is no picture in the segment of \(plans[index].file): let the range begin with an I-frame"
                    : "the picture in the segment of \(plans[index].file) is no random access point: "
                        + "let the range begin with an I-frame"
            )
            return
        }
        guard picture.units > 1 else { return }
        found.add(
            .iFrameRepeated,
            segment: index,
            line: plans[index].lines.uri,
            "the segment of \(plans[index].file) has \(picture.units) pictures: end the range behind the I-frame"
        )
    }

    // MARK: Starts

    private mutating func checkStart(of index: Int) {
        let facts = segments[index]
        if facts.tables == .late, plans[index].map == nil {
            found.add(
                .tablesNotFirst,
                segment: index,
                position: facts.position,
                "no tables stand in front of the media: begin each segment with a PAT and a PMT"
            )
        }
        guard let track = facts.tracks.first(where: { analysis.track($0.id)?.isVideo == true }) else {
            // Sound alone may go on where no picture changes.
            if facts.announcesVideo, !facts.tracks.isEmpty {
                found.add(.missingTrack, segment: index, "the segment has no picture: cut where there is one")
            }
            return
        }
        guard !track.beginsWithRandomAccess else { return }
        if hasIndependentSegments {
            found.add(
                .segmentNotIndependent,
                segment: index,
                position: track.position,
                track: track.id,
                "the first picture is no random access point, though EXT-X-INDEPENDENT-SEGMENTS says so: "
                    + "cut in front of key frames, or take the tag out"
            )
        } else if track.randomAccessCount == 0, playlist != nil {
            found.add(
                .noRandomAccess,
                segment: index,
                position: track.position,
                track: track.id,
                "no picture is a random access point: players cannot start or seek here, encode with more key frames"
            )
        }
    }

    /// Sound and picture begin together, and nothing tells where they differ.
    private mutating func checkOffset(of index: Int, _ reference: TrackFacts) {
        let facts = segments[index]
        guard facts.startsAnew, reference.isVideo, let video = facts.track(reference.id) else { return }
        for track in facts.tracks where track.id != reference.id {
            guard analysis.track(track.id)?.isAudio == true else { continue }
            let offset = track.start - video.start
            guard offset.seconds.magnitude > Self.greatestOffset else { continue }
            found.add(
                .startOffset,
                segment: index,
                position: track.position,
                track: track.id,
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
                position: facts.track(reference.id)?.position,
                track: reference.id,
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

    /// How far in seconds the first unit of a segment is from where the one before ended.
    private func jump(at index: Int, _ reference: TrackFacts) -> Double? {
        guard let before = segments[index - 1].track(reference.id), let after = segments[index].track(reference.id)
        else { return nil }
        let step = after.firstDecodingTime - before.lastDecodingTime - reference.unitDuration
        let seconds = (reference.id.container.wraps ? step.wrapped : step).seconds
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
        guard let track = segments[index].track(reference.id) else { return nil }
        let next = index + 1
        if next < segments.count, continues(next), let following = segments[next].track(reference.id),
            following.start > track.start
        {
            // Pictures that lead a random access point are shown in front of it: either place may be meant.
            let shown = (following.start - track.start).seconds
            let decoded = (following.firstDecodingTime - track.firstDecodingTime).seconds
            return min(shown, decoded)...max(shown, decoded)
        }
        // How long the last picture stays nothing tells.
        if depth == .iFrames { return nil }
        let own = (track.end + reference.unitDuration - track.start).seconds
        let start = segments[index].tracks.map(\.start).min() ?? track.start
        var longest = own
        for other in segments[index].tracks {
            let duration = analysis.track(other.id)?.unitDuration ?? .zero
            longest = max(longest, (other.end + duration - start).seconds)
        }
        return own...max(own, longest)
    }

    /// How long all segments last that were looked into.
    var measuredDuration: Double? {
        let durations = segments.indices.compactMap { index in
            segments[index].isRead ? timed(index).flatMap { duration(of: index, $0)?.lowerBound } : nil
        }
        return durations.isEmpty ? nil : durations.reduce(0, +)
    }
}

extension MediaTime {
    /// The nearest of the spans that a clock of 33 bits tells apart from no other.
    var wrapped: MediaTime {
        MediaTime(ticks: (ticks &+ 1 << 32) & 0x1_FFFF_FFFF &- 1 << 32)
    }
}
