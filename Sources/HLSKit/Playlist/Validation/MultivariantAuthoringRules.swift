/// Checks the rules of Apple's HLS Authoring Specification for Apple Devices that a multivariant playlist shows.
struct MultivariantAuthoringRules {
    let playlist: MultivariantPlaylist
    let lines: TagLines
    var found: DiagnosticCollector
    lazy var groupSizes = playlist.groupSizes
    lazy var soundFormats = Self.soundFormats(of: playlist.variants)

    mutating func check() {
        if !playlist.hasIndependentSegments {
            found.report(.appleIndependentSegments, line: 1, tag: .independentSegments)
        }
        if playlist.contentSteering != nil, playlist.contentSteering?.pathwayID == nil {
            found.report(.appleSteeringPathway, line: lines.number(.contentSteering))
        }
        for (index, variant) in playlist.variants.enumerated() {
            check(variant, line: lines.number(.streamInformation, index))
        }
        for (index, variant) in playlist.iFrameVariants.enumerated() {
            let line = lines.number(.iFrameStreamInformation, index)
            if variant.codecs == nil { found.report(.appleCodecs, line: line) }
            if variant.resolution == nil { found.report(.appleResolution, line: line) }
        }
        for (index, rendition) in playlist.renditions.enumerated() {
            check(rendition, line: lines.number(.media, index))
        }
        for (index, key) in playlist.sessionKeys.enumerated() {
            let line = lines.number(.sessionKey, index)
            AuthoringRules.check(key, line: line, &found)
        }
        checkSound()
        checkRenditionGroups()
        let videos = playlist.variants.enumerated().filter { Self.hasVideo($0.element) }
        if !videos.isEmpty {
            checkVideos(videos)
            checkFormats(videos.map(\.element))
            checkSpeedsAndSizes(videos)
            checkTrickPlay(videos.map(\.element))
            checkAudioOnly()
        }
    }

    private mutating func check(_ variant: Variant, line: Int) {
        checkStreams(of: variant, line)
        if variant.codecs == nil { found.report(.appleCodecs, line: line, tag: .streamInformation) }
        if let average = variant.averageBandwidth {
            if variant.bandwidth / 2 > average { found.report(.applePeakToAverage, line: line) }
        } else {
            found.report(.appleAverageBandwidth, line: line, tag: .streamInformation)
        }
        guard Self.hasVideo(variant) else { return }
        if variant.resolution == nil { found.report(.appleResolution, line: line) }
        if let frameRate = variant.frameRate {
            if frameRate > 60 { found.report(.appleFrameRateTooHigh, line: line) }
        } else {
            found.report(.appleFrameRate, line: line)
        }
        checkProtection(of: variant, line)
    }

    private mutating func check(_ rendition: Rendition, line: Int) {
        if rendition.type != .video, rendition.language == nil { found.report(.appleLanguage, line: line) }
        let helps = rendition.characteristics?.entries.contains { characteristic in
            ["public.accessibility.describes-video", "public.accessibility.transcribes-spoken-dialog"]
                .contains(characteristic)
        }
        if helps == true || rendition.isForced, !rendition.isAutoselect {
            found.report(.appleAutoselect, line: line, subject: rendition.name)
        }
    }

    private mutating func checkVideos(_ videos: [EnumeratedSequence<[Variant]>.Element]) {
        if playlist.iFrameVariants.isEmpty { found.report(.appleIFrames, line: 1) }
        let bandwidths = videos.map(\.element.bandwidth)
        if let lowest = playlist.variants.map(\.bandwidth).min(), lowest > 192_000 {
            found.report(.appleLowestBandwidth, line: 1)
        }
        if Set(bandwidths).count < 2 { found.report(.appleVariants, line: 1) }
        let ranges = videos.map(\.element.videoRange)
        if ranges.contains(where: { $0 != nil && $0 != .sdr }) {
            if !ranges.contains(where: { $0 == nil || $0 == .sdr }) { found.report(.appleStandardRange, line: 1) }
            for video in videos where video.element.videoRange == nil {
                found.report(.appleVideoRange, line: lines.number(.streamInformation, video.offset))
            }
        }
        checkSizes(videos)
        checkLadder(videos)
    }

    private mutating func checkSizes(_ videos: [EnumeratedSequence<[Variant]>.Element]) {
        let sizes = videos.compactMap { video in
            video.element.resolution.map { (video.offset, Double($0.width), Double($0.height)) }
        }.filter { $0.1 > 0 && $0.2 > 0 }
        guard let first = sizes.first, let highest = sizes.map({ $0.1 * $0.2 }).max() else { return }
        for (offset, width, height) in sizes where abs(width / height - first.1 / first.2) > 0.02 * first.1 / first.2 {
            found.report(.appleAspectRatio, line: lines.number(.streamInformation, offset))
        }
        if highest >= 1_280 * 720, sizes.count(where: { $0.1 * $0.2 == highest }) < 2 {
            found.report(.appleHighestResolution, line: 1)
        }
    }

    private mutating func checkLadder(_ videos: [EnumeratedSequence<[Variant]>.Element]) {
        let rates = playlist.variants.map { $0.averageBandwidth ?? $0.bandwidth }
        // Variants of another codec, range, sound or pathway have a ladder of their own.
        let ladders = Dictionary(grouping: videos) { entry in
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
}
