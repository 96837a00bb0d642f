/// Apple's rules of renditions and of what variants are there (HLS Authoring Specification, 1.20 to 1.34, 2.5, 4, 6, 9, 13).
extension MultivariantAuthoringRules {
    mutating func checkRenditionGroups() {
        let hasVideo = playlist.variants.contains(where: Self.hasVideo)
        if hasVideo, !playlist.renditions.contains(where: { [.subtitles, .closedCaptions].contains($0.type) }) {
            found.report(.appleCaptions, line: 1)
        }
        var greatest: [[String]: Int] = [:]
        for (index, rendition) in playlist.renditions.enumerated() {
            let line = lines.number(.media, index)
            let characteristics = Set(rendition.characteristics?.entries ?? [])
            let key = [rendition.type.rawValue, rendition.groupID, rendition.language ?? ""]
            if characteristics.count < greatest[key] ?? 0 {
                found.report(.appleRenditionOrder, line: line, subject: rendition.name)
            }
            greatest[key] = max(characteristics.count, greatest[key] ?? 0)
            if rendition.type == .subtitles, characteristics.intersection(Self.forTheDeaf).count == 1 {
                found.report(.appleCaptionCharacteristics, line: line, subject: rendition.name)
            }
            guard rendition.type == .audio else { continue }
            if rendition.uri == nil, groupSizes[[MediaType.audio.rawValue, rendition.groupID]] ?? 0 > 1 {
                found.report(.appleAlternativeAudio, line: line, subject: rendition.name)
            }
            checkSpatialAudio(rendition, line)
        }
    }

    private static let forTheDeaf: Set<String> = [
        "public.accessibility.transcribes-spoken-dialog", "public.accessibility.describes-music-and-sound",
    ]

    /// Dolby Atmos, which CHANNELS tells as JOC, is carried in Dolby Digital Plus.
    private mutating func checkSpatialAudio(_ rendition: Rendition, _ line: Int) {
        let coding = rendition.channels?.split(separator: "/").dropFirst().first ?? ""
        guard coding.split(separator: ",").contains("JOC") else { return }
        if soundFormats[rendition.groupID] == false {
            found.report(.appleSpatialAudio, line: line, subject: rendition.name)
        }
    }

    /// Whether some variant of each audio group that tells its formats has Dolby Digital Plus.
    static func soundFormats(of variants: [Variant]) -> [String: Bool] {
        variants.reduce(into: [:]) { formats, variant in
            guard let group = variant.audio, let codecs = variant.codecs else { return }
            let isThere = codecs.entries.contains { $0.hasPrefix("ec-3") }
            formats[group] = isThere || formats[group] == true
        }
    }

    mutating func checkSpeedsAndSizes(_ videos: [EnumeratedSequence<[Variant]>.Element]) {
        let speeds = videos.filter { $0.element.videoRange != nil && $0.element.videoRange != .sdr }
            .compactMap(\.element.frameRate)
        if let slowest = speeds.min(), slowest > 30 { found.report(.appleHDRFrameRate, line: 1) }
        let large = videos.filter { $0.element.resolution.map { $0.width >= 3_840 } ?? false }.map(\.element.bandwidth)
        if let least = large.min(), least > 15_000_000 { found.report(.appleUHDBandwidth, line: 1) }
        checkDefault(videos)
    }

    /// Clients start with the first variant of those that play with the same sound.
    private mutating func checkDefault(_ videos: [EnumeratedSequence<[Variant]>.Element]) {
        guard let first = videos.first else { return }
        let format = Self.videoCodec(of: first.element)?.prefix(4)
        let ladder = videos.filter { video in
            let element = video.element
            return element.audio == first.element.audio && Self.videoCodec(of: element)?.prefix(4) == format
                && element.pathwayID == first.element.pathwayID
        }
        let distances = ladder.map { video in
            let rate = video.element.averageBandwidth ?? video.element.bandwidth
            return rate.subtractingReportingOverflow(2_000_000).partialValue.magnitude
        }
        if let own = distances.first, let least = distances.min(), own > least {
            found.report(.appleDefaultVariant, line: lines.number(.streamInformation, first.offset))
        }
    }

    mutating func checkTrickPlay(_ videos: [Variant]) {
        let variants = playlist.iFrameVariants
        guard let first = variants.first else { return }
        let line = lines.number(.iFrameStreamInformation)
        if variants.allSatisfy({ $0.bandwidth == first.bandwidth }), Set(videos.map(\.bandwidth)).count > 1 {
            found.report(.appleIFrameRates, line: line)
        }
        let codecs = variants.compactMap { $0.codecs?.entries }
        let isH264 = codecs.joined().contains { $0.hasPrefix("avc") }
        if codecs.count == variants.count, !isH264 { found.report(.appleIFrameH264, line: line) }
        if variants.allSatisfy({ $0.videoRange != nil && $0.videoRange != .sdr }) {
            found.report(.appleIFrameRange, line: line)
        }
    }

    mutating func checkAudioOnly() {
        for (index, variant) in playlist.variants.enumerated() where !Self.hasVideo(variant) && variant.codecs != nil {
            found.report(.appleAudioOnly, line: lines.number(.streamInformation, index))
        }
    }

    /// What is encrypted asks for protection of the output: from 720 lines on, and more above 1,080.
    mutating func checkProtection(of variant: Variant, _ line: Int) {
        guard !playlist.sessionKeys.isEmpty, let resolution = variant.resolution else { return }
        let isAbove = resolution.width > 1_920 || resolution.height > 1_080
        guard isAbove || resolution.width >= 1_280 || resolution.height >= 720 else { return }
        let isProtected = variant.hdcpLevel == .type1 || !isAbove && variant.hdcpLevel == .type0
        if !isProtected { found.report(.appleHDCPLevel, line: line, subject: isAbove ? "TYPE-1" : "TYPE-0") }
    }
}
