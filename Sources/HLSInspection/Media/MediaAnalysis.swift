import HLSKit

/// Gathers what readers give out over the segments of a rendition: facts of each segment and stream, and findings.
///
/// What is kept grows with the number of segments, not with their bytes.
struct MediaAnalysis: Sendable {
    var segments: [SegmentFacts] = []
    private(set) var tracks: [TrackFacts] = []
    /// All findings, those about streams of which nothing came with them.
    var found: MediaFindings {
        absences.reduce(into: findings) { findings, absence in
            findings.add(
                absence.rule,
                segment: segment(at: absence.position),
                position: absence.position,
                track: absence.track,
                absence.message
            )
        }
    }
    private var findings = MediaFindings()
    /// What was found about streams of pictures of which none has come yet.
    private var absences: [(track: TrackID, rule: MediaRule, position: Int, message: String)] = []
    private var announced: [TrackDescription]?

    func track(_ id: TrackID) -> TrackFacts? {
        tracks.first { $0.id == id }
    }

    /// The stream whose times tell where segments begin: the first one of pictures, or else the first one of sound.
    var reference: TrackFacts? {
        tracks.first { $0.isVideo && $0.units > 0 } ?? tracks.first { $0.isAudio && $0.units > 0 }
            ?? tracks.first { $0.units > 0 }
    }

    /// The stream that tells where one segment begins.
    ///
    /// Behind a discontinuity it may be another one than in the segments before.
    func reference(of segment: Int) -> TrackFacts? {
        let own = segments[segment].tracks.compactMap { track($0.id) }
        guard let whole = reference else { return nil }
        if own.contains(where: { $0.id == whole.id }) { return whole }
        return own.first { $0.isVideo } ?? own.first { $0.isAudio } ?? own.first
    }

    /// Begins a segment at a place among the bytes of all segments.
    mutating func beginSegment(at position: Int, startsAnew: Bool) {
        var facts = SegmentFacts(position: position)
        facts.startsAnew = startsAnew
        facts.announcesVideo = !startsAnew && segments.last?.announcesVideo == true
        segments.append(facts)
        guard startsAnew else { return }
        for index in tracks.indices { tracks[index].startAnew() }
    }

    /// The segment in which a place lies.
    func segment(at position: Int) -> Int {
        // Nearly always it is the last one or the one before.
        var index = segments.count - 1
        while index > 0, segments[index].position > position { index -= 1 }
        return max(0, index)
    }

    // MARK: Streams

    /// Takes the streams that a program or a movie has.
    mutating func take(_ streams: [TrackDescription], segment: Int) {
        if let announced, announced != streams { segments[segment].changesTracks = true }
        announced = streams
        segments[segment].announcesVideo = streams.contains { $0.kind == .video }
        for stream in streams {
            if let index = tracks.firstIndex(where: { $0.id == stream.id }) {
                tracks[index].description = stream
            } else {
                tracks.append(TrackFacts(stream))
                report(stream, segment: segment)
            }
        }
    }

    /// Tells of pictures and sound that nobody looks into.
    private mutating func report(_ stream: TrackDescription, segment: Int) {
        guard let format = stream.unread, format.kind == .video || format.kind == .audio else { return }
        findings.add(
            .notInspected,
            segment: segment,
            track: stream.id,
            "the stream is \(format.name), which is not looked into and few players of HLS know: encode it as "
                + (format.kind == .video ? "H.264 or HEVC" : "AAC")
        )
    }

    mutating func take(_ format: StreamFormat, of id: TrackID, segment: Int) {
        guard let index = tracks.firstIndex(where: { $0.id == id }) else { return }
        if let old = tracks[index].format, !old.isSame(as: format) { segments[segment].changesFormat = true }
        tracks[index].format = format
    }

    mutating func add(
        _ rule: MediaRule,
        severity: Finding.Severity? = nil,
        section: String? = nil,
        position: Int,
        track: TrackID? = nil,
        _ message: @autoclosure () -> String
    ) {
        let segment = segment(at: position)
        findings.add(
            rule,
            severity: severity,
            section: section,
            segment: segment,
            position: position,
            track: track,
            message()
        )
    }

    // MARK: Units

    mutating func take(_ unit: MediaUnit) {
        guard let index = tracks.firstIndex(where: { $0.id == unit.track }) else { return }
        if !absences.isEmpty { absences.removeAll { $0.track == unit.track } }
        let segment = segment(at: unit.position)
        checkRun(of: tracks[index], to: unit, segment: segment)
        checkTimestamps(of: tracks[index], to: unit, segment: segment)
        tracks[index].add(unit)
        if let place = segments[segment].tracks.firstIndex(where: { $0.id == unit.track }) {
            segments[segment].tracks[place].add(unit)
        } else {
            var track = SegmentTrack(unit)
            track.add(unit)
            segments[segment].tracks.append(track)
        }
    }

    /// Takes that the frames of a stream are of another codec than the container says.
    mutating func takeOtherCodec(of id: TrackID) {
        guard let index = tracks.firstIndex(where: { $0.id == id }) else { return }
        tracks[index].isOtherCodec = true
    }

    /// Takes that nothing of a stream of pictures came for some time; a picture may stay for as long as it likes, so that this is a
    /// finding only where none ever comes.
    mutating func takeAbsence(of track: TrackID, _ rule: MediaRule, position: Int, _ message: String) {
        guard self.track(track)?.units == 0, !absences.contains(where: { $0.track == track }) else { return }
        absences.append((track, rule, position, message))
    }

    /// Counts a unit of pictures without timestamps.
    mutating func takeUntimedUnit(of id: TrackID) {
        guard let index = tracks.firstIndex(where: { $0.id == id }) else { return }
        tracks[index].addUntimed()
    }

    /// The longest time without a timestamp (ISO/IEC 13818-1 2.7.4).
    private static let greatestUntimed = MediaTime(ticks: 63_000)

    /// Finds pictures that go without timestamps for too long; a picture that stays needs none.
    private mutating func checkTimestamps(of track: TrackFacts, to unit: MediaUnit, segment: Int) {
        guard track.untimedUnits > 0, let last = track.last, unit.dts - last > Self.greatestUntimed else { return }
        findings.add(
            .timestampLate,
            segment: segment,
            position: unit.position,
            track: unit.track,
            "there was no timestamp for \(Words.seconds(unit.dts - last)): write one at least every 700 ms"
        )
    }

    /// Finds units that are missing or overlap.
    private mutating func checkRun(of track: TrackFacts, to unit: MediaUnit, segment: Int) {
        guard let expected = track.expected, let duration = unit.duration, !unit.isDamaged,
            track.isAudio || track.isVideo
        else { return }
        let gap = (track.isAudio && unit.track.container.wraps ? unit.pts : unit.dts) - expected
        // Less is the rounding of containers that count milliseconds.
        let tolerance = max(
            MediaTime(ticks: 450),
            min(MediaTime(ticks: 1_800), MediaTime(ticks: duration.ticks / 4 * 3))
        )
        let isGap = gap > tolerance
        guard isGap || gap < .zero - tolerance else { return }
        let rule: MediaRule
        let message: String
        switch (track.isAudio, isGap) {
        case (true, true):
            rule = .audioGap
            message = "the sound pauses for \(Words.seconds(gap)): fill it with silence, or set EXT-X-DISCONTINUITY"
        case (true, false):
            rule = .audioOverlap
            message =
                "frames of sound overlap by \(Words.seconds(.zero - gap)): give each the time at which the one before ends"
        case (false, true):
            rule = .pictureGap
            message =
                "no picture is there for \(Words.seconds(gap)): let each fragment begin where the one before ends"
        case (false, false):
            rule = .pictureOverlap
            message =
                "pictures overlap by \(Words.seconds(.zero - gap)): let each fragment begin where the one before ends"
        }
        findings.add(rule, segment: segment, position: unit.position, track: unit.track, message)
    }
}

extension StreamFormat {
    /// Whether a decoder goes on with the other format: frame rates and other wishes of the stream do not matter.
    fileprivate func isSame(as other: StreamFormat) -> Bool {
        switch (self, other) {
        case (.video(let left), .video(let right)):
            left.codecString == right.codecString && left.width == right.width && left.height == right.height
        case (.audio(let left), .audio(let right)):
            left.codecString == right.codecString && left.sampleRate == right.sampleRate
                && left.channels == right.channels
        default: false
        }
    }
}
