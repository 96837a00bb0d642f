/// Checks the rules of Apple's HLS Authoring Specification for Apple Devices that playlists show.
struct AuthoringRules {
    let diagnostics: DiagnosticCollector

    func check(_ playlist: MediaPlaylist, into found: inout DiagnosticCollector) {
        let lines = TagLines(playlist.bytes)
        if !playlist.hasIndependentSegments, !playlist.isIFramesOnly {
            found.report(.appleIndependentSegments, line: 1, tag: .independentSegments)
        }
        if let target = playlist.targetDuration, target != 6, !playlist.isIFramesOnly {
            found.report(.appleTargetDuration, line: lines.number(.targetDuration), subject: "\(target)")
        }
        let count = playlist.segments.count
        if count > 2, !playlist.isIFramesOnly {
            let average = playlist.segments.totalDuration.seconds / Double(count)
            if average < 4 || average > 8 {
                found.report(.appleSegmentDuration, line: lines.number(.segment), subject: "\(average)")
            }
        }
        if playlist.isEnded {
            if playlist.kind == nil { found.report(.applePlaylistType, line: lines.number(.endList)) }
        } else {
            if lines.number(.programDateTime) == 0 {
                found.report(.appleLiveDates, line: 1, tag: .programDateTime)
            }
            if count < 6, playlist.skip == nil { found.report(.appleLiveLength, line: 1) }
        }
    }

    func check(_ playlist: MultivariantPlaylist, _ lines: TagLines, into found: inout DiagnosticCollector) {
        if !playlist.hasIndependentSegments {
            found.report(.appleIndependentSegments, line: 1, tag: .independentSegments)
        }
        let hasRange = playlist.variants.contains { $0.videoRange != nil }
        var hasVideo = false
        for (index, variant) in playlist.variants.enumerated() {
            let line = lines.number(.streamInformation, index)
            let video = Self.videoCodec(of: variant)
            if variant.codecs == nil { found.report(.appleCodecs, line: line, tag: .streamInformation) }
            if let average = variant.averageBandwidth {
                if variant.bandwidth / 2 > average { found.report(.applePeakToAverage, line: line) }
            } else {
                found.report(.appleAverageBandwidth, line: line, tag: .streamInformation)
            }
            guard video != nil || variant.resolution != nil else { continue }
            hasVideo = true
            if variant.resolution == nil { found.report(.appleResolution, line: line) }
            if variant.frameRate == nil { found.report(.appleFrameRate, line: line) }
            if hasRange, variant.videoRange == nil { found.report(.appleVideoRange, line: line) }
            if let video, Self.exceedsLevel(video) {
                found.report(.appleVideoProfile, line: line, subject: video)
            }
        }
        if hasVideo { checkLadder(playlist, lines, into: &found) }
        for (index, rendition) in playlist.renditions.enumerated() {
            let line = lines.number(.media, index)
            if rendition.type == .audio, rendition.channels == nil { found.report(.appleChannels, line: line) }
            if rendition.type == .audio || rendition.type == .subtitles, rendition.language == nil {
                found.report(.appleLanguage, line: line)
            }
        }
    }

    private func checkLadder(
        _ playlist: MultivariantPlaylist,
        _ lines: TagLines,
        into found: inout DiagnosticCollector
    ) {
        if playlist.iFrameVariants.isEmpty { found.report(.appleIFrames, line: 1) }
        let rates = playlist.variants.map { $0.averageBandwidth ?? $0.bandwidth }
        if let lowest = rates.min(), lowest > 192_000 { found.report(.appleLowestBandwidth, line: 1) }
        // Variants of another codec or range have a ladder of their own.
        let ladders = Dictionary(grouping: playlist.variants.enumerated()) { entry in
            [
                Self.videoCodec(of: entry.element)?.prefix(4).description ?? "",
                entry.element.videoRange?.rawValue ?? "SDR", entry.element.audio ?? "",
                entry.element.pathwayID ?? ".",
            ]
        }
        for ladder in ladders.values {
            let ordered = ladder.sorted { rates[$0.offset] < rates[$1.offset] }
            for (lower, higher) in zip(ordered, ordered.dropFirst()) where rates[lower.offset] > 0 {
                let step = Double(rates[higher.offset]) / Double(rates[lower.offset])
                if step < 1.4 || step > 2.1 {
                    found.report(.appleLadder, line: lines.number(.streamInformation, higher.offset))
                }
            }
        }
    }

    private static func videoCodec(of variant: Variant) -> String? {
        variant.codecs?.entries.first { codec in
            ["avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "av01"].contains(codec.prefix(4))
        }
    }

    /// Whether an H.264 level, the last two digits of `avc1.PPCCLL`, is above 5.2.
    private static func exceedsLevel(_ codec: String) -> Bool {
        guard codec.hasPrefix("avc"), codec.utf8.count == 11, let level = Int(codec.suffix(2), radix: 16) else {
            return false
        }
        return level > 52
    }
}
