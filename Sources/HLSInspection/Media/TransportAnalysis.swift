import HLSKit

/// Gathers what a demuxer gives out over the segments of a rendition: facts of each segment and stream, and findings.
///
/// What is kept grows with the number of segments, not with their bytes.
struct TransportAnalysis: Sendable {
    var segments: [SegmentFacts] = []
    private(set) var tracks: [TrackFacts] = []
    private(set) var found = MediaFindings()
    private var program: [TransportStreamProgram.Stream]?

    func track(_ pid: UInt16) -> TrackFacts? {
        tracks.first { $0.pid == pid }
    }

    /// The stream whose times tell where segments begin: the first one of pictures, or else the first one of sound.
    var reference: TrackFacts? {
        tracks.first { $0.codec.isVideo && $0.units > 0 } ?? tracks.first { $0.codec.isAudio && $0.units > 0 }
    }

    /// Begins a segment at a place among the bytes that the demuxer is given.
    mutating func beginSegment(at position: Int, startsAnew: Bool) {
        var facts = SegmentFacts(position: position)
        facts.startsAnew = startsAnew
        segments.append(facts)
        guard startsAnew else { return }
        for index in tracks.indices { tracks[index].startAnew() }
    }

    mutating func take(_ output: TransportStreamOutput) {
        switch output {
        case .accessUnit(let unit): take(unit)
        case .event(let event): take(event)
        }
    }

    /// The segment in which a place lies.
    func segment(at position: Int) -> Int {
        // Nearly always it is the last one or the one before.
        var index = segments.count - 1
        while index > 0, segments[index].position > position { index -= 1 }
        return max(0, index)
    }

    // MARK: Events

    private mutating func take(_ event: TransportStreamEvent) {
        let segment = segment(at: event.offset)
        switch event.kind {
        case .program(let program):
            take(program, segment: segment)
        case .format(let format):
            guard let pid = event.pid, let index = tracks.firstIndex(where: { $0.pid == pid }) else { return }
            if let old = tracks[index].format, !old.isSame(as: format) { segments[segment].changesFormat = true }
            tracks[index].format = format
        default:
            guard let (rule, message) = MediaRule.finding(for: event) else { return }
            found.add(rule, segment: segment, position: event.offset, pid: event.pid, message)
        }
    }

    private mutating func take(_ program: TransportStreamProgram, segment: Int) {
        if let old = self.program, old != program.streams { segments[segment].changesTracks = true }
        self.program = program.streams
        for stream in program.streams {
            if let index = tracks.firstIndex(where: { $0.pid == stream.pid }) {
                tracks[index].codec = stream.codec
                tracks[index].language = stream.language
            } else {
                var track = TrackFacts(pid: stream.pid, codec: stream.codec)
                track.language = stream.language
                tracks.append(track)
            }
        }
    }

    // MARK: Units

    private mutating func take(_ unit: AccessUnit) {
        guard unit.codec.isVideo || unit.codec.isAudio, let pts = unit.pts, let dts = unit.dts,
            let index = tracks.firstIndex(where: { $0.pid == unit.pid })
        else { return }
        let segment = segment(at: unit.offset)
        if unit.codec == .h264, !unit.isDamaged, unit.delimiterCount != 1 {
            let rule: MediaRule = unit.delimiterCount == 0 ? .delimiterMissing : .delimiterRepeated
            let message =
                unit.delimiterCount == 0
                ? "a picture has no access unit delimiter: players stall there, write one in front of each picture"
                : "a picture has \(unit.delimiterCount) access unit delimiters: write exactly one"
            found.add(rule, segment: segment, position: unit.offset, pid: unit.pid, message)
        }
        if unit.codec.isAudio { checkRun(from: tracks[index].expected, to: unit, pts: pts, segment: segment) }
        tracks[index].add(unit, pts: pts, dts: dts)
        if let place = segments[segment].tracks.firstIndex(where: { $0.pid == unit.pid }) {
            segments[segment].tracks[place].add(unit, pts: pts, dts: dts)
        } else {
            var track = SegmentTrack(unit, pts: pts, dts: dts)
            track.add(unit, pts: pts, dts: dts)
            segments[segment].tracks.append(track)
        }
    }

    /// Finds frames of sound that are missing or overlap.
    private mutating func checkRun(from expected: MediaTime?, to unit: AccessUnit, pts: MediaTime, segment: Int) {
        guard let expected, let duration = unit.duration, !unit.isDamaged else { return }
        let gap = pts - expected
        // Less is the rounding of containers that count milliseconds.
        let tolerance = max(
            MediaTime(ticks: 450),
            min(MediaTime(ticks: 1_800), MediaTime(ticks: duration.ticks * 3 / 4))
        )
        if gap > tolerance {
            found.add(
                .audioGap,
                segment: segment,
                position: unit.offset,
                pid: unit.pid,
                "the sound pauses for \(Words.seconds(gap)): fill it with silence, or set EXT-X-DISCONTINUITY"
            )
        } else if gap < .zero - tolerance {
            found.add(
                .audioOverlap,
                segment: segment,
                position: unit.offset,
                pid: unit.pid,
                "frames of sound overlap by \(Words.seconds(.zero - gap)): give each the time at which the one before ends"
            )
        }
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
