import HLSKit

/// What reading one rendition gave.
struct RenditionResult {
    private(set) var rendition: InspectionReport.Rendition
    private(set) var findings: [Finding] = []
    let rules: SegmentRules
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
        rendition.measuredDuration = rules.measuredDuration
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

    private mutating func describeTracks(_ analysis: TransportAnalysis) {
        if analysis.segments.contains(where: \.isRead) { rendition.container = "mpeg-ts" }
        for track in analysis.tracks {
            switch track.format {
            case .video(let format):
                rendition.video.append(
                    InspectionReport.Video(
                        pid: Int(track.pid),
                        codec: format.codecString,
                        width: format.width,
                        height: format.height,
                        frameRate: track.frameRate,
                        isInterlaced: format.isInterlaced,
                        pictures: track.units
                    )
                )
            case .audio(let format):
                rendition.audio.append(
                    InspectionReport.Audio(
                        pid: Int(track.pid),
                        codec: format.codecString,
                        sampleRate: format.sampleRate,
                        channels: format.channels,
                        language: track.language
                    )
                )
            case nil: break
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
            findings.append(
                Finding(
                    entry.rule,
                    file: isInPlaylist ? playlistFile : reader.plans[entry.segment].file,
                    line: isInPlaylist ? entry.line : nil,
                    offset: isInPlaylist ? nil : entry.position.map { $0 - facts.position + facts.fileOffset },
                    pid: entry.pid.map(Int.init),
                    count: entry.count,
                    entry.message
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

extension TrackFacts {
    /// Frames a second; nil when there are fewer than two pictures.
    var frameRate: Double? {
        guard intervals.count > 0, intervals.sum > .zero else { return nil }
        return (Double(intervals.count) / intervals.sum.seconds * 1_000).rounded() / 1_000
    }
}

extension Finding {
    init(
        _ rule: MediaRule,
        file: String,
        line: Int? = nil,
        offset: Int? = nil,
        pid: Int? = nil,
        count: Int = 1,
        _ message: String
    ) {
        self.init(
            rule: rule.rawValue,
            severity: rule.severity,
            file: file,
            line: line,
            offset: offset,
            pid: pid,
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
