/// The rules of one `#EXT-X-MEDIA` (4.4.6.1).
extension MultivariantRules {
    mutating func check(_ rendition: Rendition, line: Int) {
        checkStableID(rendition.stableRenditionID, line, .media)
        checkInstreamID(of: rendition, line)
        checkLanguage(rendition.language, line, .media)
        checkLanguage(rendition.associatedLanguage, line, .media)
        if let channels = rendition.channels, !Self.isChannels(channels) {
            found.report(.malformedChannels, line: line, tag: .media, subject: channels)
        }
        if rendition.type == .closedCaptions, rendition.uri != nil {
            found.report(.captionsWithURI, line: line, tag: .media)
        }
        if rendition.type == .subtitles, rendition.uri == nil {
            found.report(.subtitlesWithoutURI, line: line, tag: .media)
        }
        if rendition.type != .subtitles, rendition.attributes.contains("FORCED") {
            found.report(.forcedNotSubtitles, line: line, tag: .media)
        }
        if rendition.type != .audio {
            for name in ["BIT-DEPTH", "SAMPLE-RATE", "CHANNELS"] where rendition.attributes.contains(name) {
                found.report(.audioAttributeElsewhere, line: line, tag: .media, subject: name)
            }
        } else if rendition.channels == nil {
            found.report(.audioWithoutChannels, line: line, tag: .media, subject: rendition.name)
        }
        if rendition.isDefault, rendition.attributes["AUTOSELECT"] == false {
            found.report(.defaultNotAutoselect, line: line, tag: .media)
        }
    }

    mutating func checkLanguage(_ language: String?, _ line: Int, _ tag: PlaylistTag) {
        guard let language, !Self.isLanguageTag(language) else { return }
        found.report(.malformedLanguage, line: line, tag: tag, subject: language)
    }

    /// Whether a text has the form of a language tag: letters, then subtags of at most eight (RFC 5646 2.1).
    private static func isLanguageTag(_ text: String) -> Bool {
        let subtags = text.utf8.split(separator: 0x2D, omittingEmptySubsequences: false)
        return subtags.enumerated().allSatisfy { index, subtag in
            (1...8).contains(subtag.count)
                && subtag.allSatisfy { (0x61...0x7A).contains($0 | 0x20) || index > 0 && (0x30...0x39).contains($0) }
        }
    }

    /// A count, then lists of identifiers of how sound is coded and how it is used.
    private static func isChannels(_ text: String) -> Bool {
        let parameters = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !parameters[0].isEmpty, parameters[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return false
        }
        let lists = parameters.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        guard lists.allSatisfy({ $0.allSatisfy(isIdentifier) }) else { return false }
        return lists.dropFirst().joined().allSatisfy { usage in
            !usage.hasPrefix("DOF-") || usage == "DOF-3" || usage == "DOF-6"
        }
    }

    private mutating func checkInstreamID(of rendition: Rendition, _ line: Int) {
        guard let id = rendition.instreamID else {
            if rendition.type == .closedCaptions { found.report(.captionsWithoutInstreamID, line: line, tag: .media) }
            return
        }
        let isGood =
            rendition.type == .closedCaptions
            ? Self.isCaptionChannel(id)
            : id.utf8.allSatisfy { $0 == 0x2E || PlaylistVariables.isNameCharacter($0) && $0 != 0x2D && $0 != 0x5F }
        if !isGood { found.report(.malformedInstreamID, line: line, tag: .media, subject: id) }
    }

    private static func isCaptionChannel(_ id: String) -> Bool {
        if id.hasPrefix("CC"), let number = Int(id.dropFirst(2)) { return (1...4).contains(number) }
        if id.hasPrefix("SERVICE"), let number = Int(id.dropFirst(7)) { return (1...63).contains(number) }
        return false
    }
}

/// The rules of identifiers and words that tags of a multivariant playlist share.
extension MultivariantRules {
    mutating func checkStableID(_ id: String?, _ line: Int, _ tag: PlaylistTag) {
        guard let id else { return }
        let isGood = !id.isEmpty && id.utf8.allSatisfy { Self.isIDCharacter($0) || [0x2B, 0x2F, 0x3D].contains($0) }
        if !isGood { found.report(.malformedStableID, line: line, tag: tag, subject: id) }
    }

    mutating func checkPathway(_ id: String?, _ line: Int, _ tag: PlaylistTag) {
        guard let id, id.isEmpty || !id.utf8.allSatisfy(Self.isIDCharacter) else { return }
        found.report(.malformedPathwayID, line: line, tag: tag, subject: id)
    }

    private static func isIDCharacter(_ byte: UInt8) -> Bool {
        PlaylistVariables.isNameCharacter(byte) || byte == 0x2E
    }

    /// One URI has one stable ID, or none, wherever it stands (4.4.6.1, 4.4.6.2).
    mutating func checkStableIDs() {
        let variants = playlist.variants.map { ($0.uri, $0.stableVariantID) }
        checkStableIDs(variants, .streamInformation)
        let renditions = playlist.renditions.map { ($0.uri ?? "", $0.stableRenditionID) }
        checkStableIDs(renditions, .media)
    }

    private mutating func checkStableIDs(_ entries: [(uri: String, id: String?)], _ tag: PlaylistTag) {
        var known: [String: String?] = [:]
        for (index, entry) in entries.enumerated() where !entry.uri.isEmpty {
            if let other = known[entry.uri], other != entry.id {
                found.report(.stableIDsDiffer, line: lines.number(tag, index), tag: tag, subject: entry.uri)
            }
            known[entry.uri] = .some(entry.id)
        }
    }

    /// Entries between commas, each with specifiers between slashes, one of a kind at most (4.4.6.2).
    mutating func checkVideoLayout(_ layout: String?, _ line: Int, _ tag: PlaylistTag) {
        guard let layout else { return }
        var isKnown = true
        var isNeedless = true
        for entry in layout.split(separator: ",", omittingEmptySubsequences: false) {
            var kinds: Set<Substring> = []
            for specifier in entry.split(separator: "/", omittingEmptySubsequences: false) {
                isKnown = isKnown && Self.videoSpecifiers.contains(String(specifier))
                isKnown = isKnown && kinds.insert(specifier.prefix { $0 != "-" }).inserted
                isNeedless = isNeedless && ["CH-MONO", "PROJ-RECT"].contains(specifier)
            }
        }
        if !isKnown {
            found.report(.malformedVideoLayout, line: line, tag: tag, subject: layout)
        } else if isNeedless {
            found.report(.needlessVideoLayout, line: line, tag: tag, subject: layout)
        }
    }

    // `PROJ-AIV` is Apple's own.
    private static let videoSpecifiers: Set<String> = [
        "CH-STEREO", "CH-MONO", "PROJ-RECT", "PROJ-EQUI", "PROJ-HEQU", "PROJ-PRIM", "PROJ-AIV",
    ]
}

extension Rendition {
    /// What clients select by; it tells the renditions of a group apart (4.4.6.1.1).
    var role: [String] {
        ["LANGUAGE", "ASSOC-LANGUAGE", "CHARACTERISTICS"].map { attributes.rawValue($0) ?? "" } + ["\(isForced)"]
    }

    /// What renditions of one name share in all groups: all but where they are and how they are encoded (4.4.6.1.1).
    var comparedAttributes: [String] {
        role + ["\(isDefault)", "\(isAutoselect)"]
    }
}
