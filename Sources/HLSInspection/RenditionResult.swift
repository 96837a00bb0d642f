import HLSKit

/// What reading one rendition gave.
struct RenditionResult {
    private(set) var rendition: InspectionReport.Rendition
    private(set) var findings: [Finding] = []
    let rules: SegmentRules
    /// What a file that was given alone is.
    private(set) var fileKind = InspectionReport.Kind.segment
    /// The bytes of each segment; nil when one of them is not known.
    let sizes: [Int]?

    init(
        rendition: InspectionReport.Rendition,
        playlist: MediaPlaylist?,
        hasIndependentSegments: Bool,
        reader: RenditionReader,
        playlistFile: String
    ) {
        self.rendition = rendition
        var rules = SegmentRules(
            plans: reader.plans,
            playlist: playlist,
            hasIndependentSegments: hasIndependentSegments,
            depth: reader.depth,
            analysis: reader.analysis
        )
        rules.check()
        self.rules = rules
        let known = reader.sizes.compactMap(\.self)
        sizes = known.count == reader.plans.count ? known : nil
        describe(reader, playlist)
        collect(reader, playlistFile: playlistFile)
    }

    // MARK: Description

    private mutating func describe(_ reader: RenditionReader, _ playlist: MediaPlaylist?) {
        rendition.segments = reader.plans.count
        rendition.bytes = reader.sizes.reduce(0) { $0 + ($1 ?? 0) }
        rendition.measuredDuration = Self.presentationDuration(reader) ?? rules.measuredDuration
        if let playlist {
            rendition.duration = playlist.segments.totalDuration.seconds
            rendition.targetDuration = playlist.targetDuration
            rendition.playlistType = playlist.kind?.rawValue
            rendition.isEnded = playlist.isEnded
            rendition.discontinuities = reader.plans.count(where: \.isDiscontinuity)
            let member = PlaylistValidator.Member(uri: "", playlist: playlist, segmentSizes: sizes)
            if let rates = BitRates(member) {
                rendition.averageBitrate = Self.whole(rates.average)
                rendition.peakBitrate = Self.whole(rates.peak)
            }
        } else if let duration = rendition.measuredDuration, duration > 0 {
            rendition.averageBitrate = Self.whole(Double(rendition.bytes) * 8 / duration)
        }
        describeKeys(reader.plans)
        describeTracks(reader.analysis)
        describeBoxes(reader)
    }

    /// How long an MP4 file without fragments is shown: what its edit lists make of it; nil for others.
    private static func presentationDuration(_ reader: RenditionReader) -> Double? {
        let isDamaged = reader.analysis.found.entries.contains { $0.rule == .samplesOutside || $0.rule == .brokenBox }
        guard !reader.hasPlaylist, !isDamaged, let boxes = reader.boxes, boxes.fragments == 0, let movie = boxes.movie,
            movie.tracks.contains(where: { !$0.edits.isEmpty })
        else { return nil }
        let durations = movie.tracks.filter { $0.kind == .video || $0.kind == .audio }.map { track in
            // An edit without a duration goes on to the end.
            guard !track.edits.isEmpty, track.edits.allSatisfy({ $0.duration > 0 }) else {
                return Double(track.samples.duration) / Double(track.timescale)
            }
            return track.edits.reduce(0) { $0 + Double($1.duration) / Double(movie.timescale) }
        }
        return durations.max().flatMap { $0 > 0 ? $0 : nil }
    }

    /// A bit rate in whole bits; hostile durations can make one that no integer holds.
    private static func whole(_ rate: Double) -> Int? {
        Int(exactly: rate.rounded(.up))
    }

    private mutating func describeKeys(_ plans: [SegmentPlan]) {
        for plan in plans {
            for key in plan.keys {
                let method = key.method.rawValue
                if let index = rendition.keys.firstIndex(where: { $0.method == method && $0.uri == key.uri }) {
                    rendition.keys[index].segments += 1
                } else {
                    rendition.keys.append(InspectionReport.Key(method: method, uri: key.uri, segments: 1))
                }
            }
        }
    }

    /// What only a file that was given alone tells.
    private mutating func describeBoxes(_ reader: RenditionReader) {
        guard !reader.hasPlaylist, let boxes = reader.boxes else { return }
        if let movie = boxes.movie {
            fileKind = boxes.fragments > 0 ? .fragmentedMP4 : movie.isFragmented ? .initializationSegment : .mp4
        }
        if fileKind == .mp4 { rendition.containers = [Container.mp4.rawValue] }
        rendition.boxes = InspectionReport.Boxes(
            brands: boxes.brands.map { [$0.major] + $0.compatible }?.map(\.description) ?? [],
            count: boxes.count,
            fragments: boxes.fragments,
            first: boxes.first.map {
                InspectionReport.Box(
                    type: $0.type.description,
                    offset: $0.byteRange.lowerBound,
                    size: $0.byteRange.count
                )
            }
        )
    }

    /// Describes a track whose codec tells nothing: what the container says of it.
    private mutating func describe(_ track: TrackDescription, units: Int, frameRate: Double?) {
        if let format = track.unread, track.kind == .other {
            rendition.other.append(
                InspectionReport.OtherStream(
                    pid: track.id.pid,
                    track: track.id.trackNumber,
                    kind: InspectionReport.OtherStream.Kind(format.kind),
                    format: format.name,
                    language: track.language
                )
            )
        }
        guard track.id.container != .transportStream else { return }
        switch track.kind {
        case .video:
            rendition.video.append(
                InspectionReport.Video(
                    track: track.id.trackNumber,
                    codec: track.codec,
                    width: track.width,
                    height: track.height,
                    frameRate: frameRate,
                    isInterlaced: false,
                    pictures: units
                )
            )
        case .audio:
            rendition.audio.append(
                InspectionReport.Audio(
                    track: track.id.trackNumber,
                    codec: track.codec,
                    sampleRate: track.sampleRate,
                    channels: track.channels > 0 ? track.channels : nil,
                    language: track.language
                )
            )
        case .text:
            rendition.text.append(
                InspectionReport.Text(
                    track: track.id.trackNumber,
                    codec: track.codec,
                    cues: units,
                    language: track.language
                )
            )
        case .other: break
        }
    }

    private mutating func describeTracks(_ analysis: MediaAnalysis) {
        for segment in analysis.segments {
            guard let container = segment.container?.rawValue, !rendition.containers.contains(container) else {
                continue
            }
            rendition.containers.append(container)
        }
        for track in analysis.tracks {
            let (pid, number) = (track.id.pid, track.id.trackNumber)
            switch (track.kind, track.format) {
            case (_, .video(let format)):
                rendition.video.append(
                    InspectionReport.Video(
                        pid: pid,
                        track: number,
                        codec: format.codecString,
                        width: format.width,
                        height: format.height,
                        frameRate: track.frameRate,
                        isInterlaced: format.isInterlaced,
                        pictures: track.units
                    )
                )
            case (_, .audio(let format)):
                rendition.audio.append(
                    InspectionReport.Audio(
                        pid: pid,
                        track: number,
                        codec: format.codecString,
                        sampleRate: format.outputSampleRate ?? format.sampleRate,
                        channels: format.channels,
                        language: track.language
                    )
                )
            case (_, nil): describe(track.description, units: track.units, frameRate: track.frameRate)
            }
        }
        guard let groups = analysis.reference?.groups, let least = groups.least, let greatest = groups.greatest else {
            return
        }
        rendition.groupsOfPictures = InspectionReport.GroupsOfPictures(
            count: groups.count,
            minimum: least.seconds,
            average: groups.sum.seconds / Double(groups.count),
            maximum: greatest.seconds
        )
    }

    // MARK: Findings

    /// Puts the findings of files, streams and rules together in the order of the segments.
    private mutating func collect(_ reader: RenditionReader, playlistFile: String) {
        var entries =
            reader.found.entries
            + reader.analysis.found.entries.filter { entry in
                !(rules.jumps.contains(entry.segment) && entry.rule.followsFromJump)
            }
        entries += rules.found.entries
        let ordered = entries.enumerated().sorted {
            ($0.element.segment, $0.element.position ?? 0, $0.offset)
                < ($1.element.segment, $1.element.position ?? 0, $1.offset)
        }
        for entry in ordered.map(\.element) {
            let facts = reader.analysis.segments[entry.segment]
            let isInPlaylist = entry.line.map { $0 > 0 } ?? false
            var offset =
                entry.file == nil ? entry.position.map { $0 - facts.position + facts.fileOffset } : entry.position
            if isInPlaylist { offset = nil }
            findings.append(
                Finding(
                    rule: entry.rule.rawValue,
                    severity: entry.severity,
                    file: isInPlaylist ? playlistFile : entry.file ?? reader.plans[entry.segment].file,
                    line: isInPlaylist ? entry.line : nil,
                    offset: offset.map { max(0, $0) },
                    pid: entry.track?.pid,
                    track: entry.track?.trackNumber,
                    section: entry.section,
                    message: entry.message,
                    count: entry.count
                )
            )
        }
        let leftOut = reader.found.leftOut + reader.analysis.found.leftOut + rules.found.leftOut
        if leftOut > 0 {
            findings.append(
                Finding(
                    .tooManyFindings,
                    file: playlistFile,
                    "\(leftOut) more findings are left out: correct these first"
                )
            )
        }
    }
}

extension InspectionReport.OtherStream.Kind {
    fileprivate init(_ kind: MediaKind) {
        self =
            switch kind {
            case .video: .video
            case .audio: .audio
            case .text: .text
            case .other: .other
            }
    }
}

extension TrackID {
    fileprivate var pid: Int? { container == .transportStream ? Int(number) : nil }
    fileprivate var trackNumber: Int? { container == .fragmentedMP4 ? Int(number) : nil }
}

extension Finding {
    init(
        _ rule: MediaRule,
        file: String,
        line: Int? = nil,
        offset: Int? = nil,
        count: Int = 1,
        _ message: String
    ) {
        self.init(
            rule: rule.rawValue,
            severity: rule.severity,
            file: file,
            line: line,
            offset: offset,
            section: rule.section,
            message: message,
            count: count
        )
    }

    /// A finding about a playlist.
    init(_ diagnostic: PlaylistDiagnostic, file: String) {
        let severity: Severity =
            switch diagnostic.severity {
            case .note: .hint
            case .warning: .warning
            case .error: .error
            }
        self.init(
            rule: diagnostic.rule.rawValue,
            severity: severity,
            file: file,
            line: diagnostic.line > 0 ? diagnostic.line : nil,
            column: diagnostic.column > 0 ? diagnostic.column : nil,
            section: diagnostic.section,
            message: diagnostic.message
        )
    }
}
