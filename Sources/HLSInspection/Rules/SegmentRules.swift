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
            guard depth != .iFrames else {
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
            let file = plans[index].file
            let hasTables = segments[index].tables != .late || !analysis.tracks.isEmpty
            found.add(
                .iFrameMissing,
                segment: index,
                line: plans[index].lines.uri,
                !hasTables
                    ? "no tables tell what is in the segment of \(file): set EXT-X-MAP, or let \(file) begin with them"
                    : pictures.isEmpty
                        ? "there is no picture in the segment of \(file): let the range begin with an I-frame"
                        : "the picture in the segment of \(file) is no random access point: "
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
                    + "the picture: correct the times of one if that is not meant"
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
        if let jump, jump.magnitude > Self.greatestTolerance, jump < 0 || !isPictureHeld(over: index, reference) {
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
        let expected = before.nextDecodingTime ?? before.lastDecodingTime + reference.unitDuration
        let step = after.firstDecodingTime - expected
        let seconds = (reference.id.container.wraps ? step.wrapped : step).seconds
        // A picture may stay: what is no longer than a segment's longest interval is none of the join's doing.
        if seconds > 0, let greatest = reference.intervals.greatest, seconds <= greatest.seconds { return 0 }
        return seconds
    }

    /// Whether the last picture of the segment before stays until the first one of a segment.
    ///
    /// Where containers do not tell how long pictures last, the playlist does, or sound that runs on.
    private func isPictureHeld(over index: Int, _ reference: TrackFacts) -> Bool {
        guard reference.isVideo, reference.id.container.wraps,
            let before = segments[index - 1].track(reference.id), let after = segments[index].track(reference.id)
        else { return false }
        if let declared = plans[index - 1].duration,
            (declared - (after.start - before.start).seconds).magnitude <= Self.greatestTolerance
        {
            return true
        }
        return segments[index].tracks.contains { sound in
            guard analysis.track(sound.id)?.isAudio == true,
                let expected = segments[index - 1].track(sound.id)?.nextDecodingTime,
                (sound.firstDecodingTime - expected).seconds.magnitude <= Self.greatestTolerance
            else { return false }
            let tolerance = MediaTime(seconds: Self.greatestTolerance)
            return after.start >= sound.start - tolerance && after.start <= sound.end + tolerance
        }
    }

    // MARK: Durations

    /// Compares a segment's duration with the playlist's.
    ///
    /// - Returns: How much longer the playlist's is; nil when nothing can be compared.
    private mutating func checkDuration(of index: Int, _ reference: TrackFacts) -> Double? {
        guard let declared = plans[index].duration, let range = duration(of: index, reference)?.range else {
            return nil
        }
        let nearest = min(max(declared, range.lowerBound), range.upperBound)
        let difference = declared - nearest
        let tolerance = min(Self.greatestTolerance, max(Self.leastTolerance, 2 * reference.unitDuration.seconds))
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

    /// How long a segment lasts.
    struct Length {
        /// The durations in seconds that can be meant.
        var range: ClosedRange<Double>
        /// The duration in seconds as it is measured.
        var measured: Double
    }

    /// How long a segment lasts: up to the first picture of the next one, or to the end of its picture or of the longest
    /// stream.
    func duration(of index: Int, _ reference: TrackFacts) -> Length? {
        guard let track = segments[index].track(reference.id) else { return nil }
        let start = timedTracks(of: index).map(\.start).min() ?? track.start
        let next = index + 1
        if next < segments.count, continues(next), let following = segments[next].track(reference.id),
            following.start > track.start
        {
            // Pictures that lead a random access point are shown in front of it: any of these may be meant.
            let shown = (following.start - track.start).seconds
            let pointed = (following.firstTime - track.firstTime).seconds
            let decoded = (following.firstDecodingTime - track.firstDecodingTime).seconds
            // What begins a presentation before its picture does belongs to the first segment.
            let early = segments[index].startsAnew ? max(0, (track.start - start).seconds) : 0
            let range = min(shown, decoded, pointed)...max(shown, decoded, pointed) + early
            return Length(range: range, measured: min(shown, decoded) + (early > Self.leastTolerance ? early : 0))
        }
        // How long the last picture stays nothing tells.
        if depth == .iFrames { return nil }
        let own = (end(of: track) - track.start).seconds
        let longest = timedTracks(of: index).map { (end(of: $0) - start).seconds }.max() ?? own
        let range = min(own, (end(of: track) - track.firstTime).seconds)...max(own, longest)
        // Frames of sound do not end where pictures do.
        let isLonger = range.upperBound - own > max(Self.leastTolerance, 2 * reference.unitDuration.seconds)
        return Length(range: range, measured: isLonger ? range.upperBound : own)
    }

    /// The streams of a segment whose times tell how long it lasts.
    private func timedTracks(of index: Int) -> [SegmentTrack] {
        segments[index].tracks.filter { track in
            analysis.track(track.id).map { $0.isVideo || $0.isAudio } ?? false
        }
    }

    /// Where a stream of a segment ends: its units tell it, or else the mean time from one to the next.
    private func end(of track: SegmentTrack) -> MediaTime {
        max(track.latestEnd ?? track.end + (analysis.track(track.id)?.unitDuration ?? .zero), track.end)
    }

    /// How long all segments last that were looked into.
    var measuredDuration: Double? {
        let durations = segments.indices.compactMap { index in
            segments[index].isRead ? timed(index).flatMap { duration(of: index, $0)?.measured } : nil
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
