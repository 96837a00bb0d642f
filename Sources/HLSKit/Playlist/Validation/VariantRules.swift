/// The rules of one `#EXT-X-STREAM-INF` or `#EXT-X-I-FRAME-STREAM-INF` (4.4.6.2, 4.4.6.3).
extension MultivariantRules {
    /// Checks what both kinds of variants have.
    mutating func check<Tag: VariantTag>(_ variant: Tag, _ line: Int) {
        if let average = variant.averageBandwidth, average > variant.bandwidth {
            found.report(.averageExceedsPeak, line: line, tag: Tag.tag)
        }
        if variant.codecs == nil { found.report(.missingCodecs, line: line, tag: Tag.tag) }
        if let score = variant.score, score <= 0 { found.report(.scoreNotPositive, line: line, tag: Tag.tag) }
        checkStableID(variant.stableVariantID, line, Tag.tag)
        checkVideoLayout(variant.requiredVideoLayout, line, Tag.tag)
        checkPathway(variant.pathwayID, line, Tag.tag)
        for entry in variant.allowedCPC?.entries ?? [] where !Self.isContentProtection(entry) {
            found.report(.malformedAllowedCPC, line: line, tag: Tag.tag, subject: entry)
        }
        for entry in variant.supplementalCodecs?.entries ?? [] {
            checkSupplemental(entry, of: variant, line)
        }
    }

    mutating func checkFrameRate(_ variant: Variant, _ line: Int) {
        guard let raw = variant.attributes.rawValue("FRAME-RATE"), let point = raw.firstIndex(of: "."),
            raw[point...].utf8.count > 4
        else { return }
        found.report(.frameRateNotRounded, line: line, tag: .streamInformation, subject: raw)
    }

    /// A group needs its formats in CODECS (4.4.6.1.1); formats that are not known here may be of any kind.
    mutating func checkCodecs(of variant: Variant, _ line: Int) {
        guard let codecs = variant.codecs?.entries else { return }
        let kinds = codecs.map(CodecKind.init)
        guard !kinds.contains(.unknown) else { return }
        for (group, kind) in [(variant.audio, CodecKind.audio), (variant.video, .video)] {
            guard let group, !kinds.contains(kind) else { continue }
            found.report(.codecsLackGroup, line: line, tag: .streamInformation, subject: group)
        }
    }

    /// One field is a format, the others are brands; the base layer stands in CODECS.
    private mutating func checkSupplemental<Tag: VariantTag>(_ entry: String, of variant: Tag, _ line: Int) {
        let fields = entry.split(separator: "/", omittingEmptySubsequences: false)
        let format = fields[0]
        guard format.utf8.count >= 4, fields.dropFirst().allSatisfy({ $0.utf8.count == 4 }) else {
            return found.report(.malformedSupplementalCodecs, line: line, tag: Tag.tag, subject: entry)
        }
        let bases = Self.baseLayers[String(format.prefix(4))]
        let isDeclared = variant.codecs?.entries.contains { codec in
            bases?.contains(String(codec.prefix(4))) ?? true
        }
        if isDeclared != true {
            found.report(.supplementalWithoutBase, line: line, tag: Tag.tag, subject: String(format))
        }
    }

    private static let baseLayers: [String: [String]] = [
        "dvh1": ["hvc1", "hev1"], "dvhe": ["hvc1", "hev1"], "dav1": ["av01"], "dva1": ["avc1", "avc3"],
        "dvav": ["avc1", "avc3"],
    ]

    /// `KEYFORMAT:LABEL/LABEL`; a key format may have colons itself.
    private static func isContentProtection(_ entry: String) -> Bool {
        guard let colon = entry.lastIndex(of: ":"), colon > entry.startIndex else { return false }
        return entry[entry.index(after: colon)...].split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy(isIdentifier)
    }

    /// Whether a text has capital letters, digits and `-` only, and some.
    static func isIdentifier(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D }
    }
}

/// The rules of variants together.
extension MultivariantRules {
    /// All video of a group has the resolution of the variant, and I-frames have alternatives where video has.
    mutating func checkVideoGroups() {
        var resolutions: [String: Resolution] = [:]
        for (index, variant) in playlist.variants.enumerated() {
            guard let group = variant.video, let resolution = variant.resolution else { continue }
            if let other = resolutions[group], other != resolution {
                let line = lines.number(.streamInformation, index)
                found.report(.resolutionsOfGroupDiffer, line: line, tag: .streamInformation, subject: group)
            }
            resolutions[group] = resolution
        }
        if !playlist.iFrameVariants.isEmpty, playlist.renditions.contains(where: { $0.type == .video }),
            playlist.iFrameVariants.allSatisfy({ $0.video == nil })
        {
            found.report(
                .iFramesLackAlternatives,
                line: lines.number(.iFrameStreamInformation),
                tag: .iFrameStreamInformation
            )
        }
    }

    /// Every pathway has as many groups of each type as the first.
    mutating func checkPathways() {
        var order: [(pathway: String, line: Int)] = []
        var groups: [String: [Set<String>]] = [:]
        for (index, variant) in playlist.variants.enumerated() {
            let pathway = variant.pathwayID ?? "."
            if groups[pathway] == nil { order.append((pathway, lines.number(.streamInformation, index))) }
            // Changed in place: taken out and put back, each set would be copied for each variant.
            groups[pathway, default: [[], [], []]][0].formUnion(variant.audio.map { [$0] } ?? [])
            groups[pathway, default: [[], [], []]][1].formUnion(variant.video.map { [$0] } ?? [])
            groups[pathway, default: [[], [], []]][2].formUnion(variant.subtitles.map { [$0] } ?? [])
        }
        let first = order.first.flatMap { groups[$0.pathway] }
        for (pathway, line) in order.dropFirst() where groups[pathway]?.map(\.count) != first?.map(\.count) {
            found.report(.pathwayLacksGroups, line: line, tag: .streamInformation, subject: pathway)
        }
    }
}
