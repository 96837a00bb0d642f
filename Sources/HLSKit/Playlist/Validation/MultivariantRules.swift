/// Checks the rules of one multivariant playlist that concern more than one line.
struct MultivariantRules {
    let playlist: MultivariantPlaylist
    let lines: TagLines
    var found: DiagnosticCollector
    lazy var groupSizes = playlist.groupSizes

    mutating func check() {
        found.checkVersion(
            playlist.version,
            minimum: playlist.minimumVersion,
            line: lines.number(.version)
        )
        if playlist.variants.isEmpty { found.report(.noVariants, line: 1, tag: .streamInformation) }
        for (index, variant) in playlist.variants.enumerated() {
            check(variant, line: lines.number(.streamInformation, index))
        }
        for (index, variant) in playlist.iFrameVariants.enumerated() {
            let line = lines.number(.iFrameStreamInformation, index)
            check(variant, line)
            checkGroup(.video, variant.video, line, .iFrameStreamInformation)
            for name in ["FRAME-RATE", "AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"]
            where variant.attributes.contains(name) {
                found.report(.attributeNotForIFrames, line: line, tag: .iFrameStreamInformation, subject: name)
            }
        }
        for (index, rendition) in playlist.renditions.enumerated() {
            check(rendition, line: lines.number(.media, index))
        }
        checkGroups()
        checkVariantsTogether()
        checkVideoGroups()
        checkPathways()
        checkStableIDs()
        checkSession()
    }

    private mutating func check(_ variant: Variant, line: Int) {
        check(variant, line)
        checkFrameRate(variant, line)
        checkCodecs(of: variant, line)
        checkGroup(.audio, variant.audio, line, .streamInformation)
        checkGroup(.video, variant.video, line, .streamInformation)
        checkGroup(.subtitles, variant.subtitles, line, .streamInformation)
        if case .group(let group) = variant.closedCaptions {
            checkGroup(.closedCaptions, group, line, .streamInformation)
        }
    }

    private mutating func checkGroup(_ type: MediaType, _ group: String?, _ line: Int, _ tag: PlaylistTag) {
        guard let group, groupSizes[[type.rawValue, group]] == nil else { return }
        found.report(.unknownGroup, line: line, tag: tag, subject: group)
    }

    private mutating func checkGroups() {
        var groups: [[String]: [(rendition: Rendition, line: Int)]] = [:]
        var order: [[String]] = []
        for (index, rendition) in playlist.renditions.enumerated() {
            let key = [rendition.type.rawValue, rendition.groupID]
            if groups[key] == nil { order.append(key) }
            groups[key, default: []].append((rendition, lines.number(.media, index)))
        }
        var firstGroups: [String: [String: [String]]] = [:]
        for key in order {
            guard let members = groups[key], let last = members.last else { continue }
            checkGroup(members, named: key[1])
            let first = firstGroups[key[0]]
            if first == nil {
                let named = members.map { ($0.rendition.name, $0.rendition.comparedAttributes) }
                firstGroups[key[0]] = Dictionary(named) { first, _ in first }
            }
            // With steering, groups belong to pathways, which may name things in their own way.
            guard let first, playlist.contentSteering == nil else { continue }
            if Set(members.map(\.rendition.name)) != Set(first.keys) {
                found.report(.groupsDiffer, line: last.line, tag: .media, subject: key[1])
            }
            for (rendition, line) in members {
                if let other = first[rendition.name], other != rendition.comparedAttributes {
                    found.report(.groupMembersDiffer, line: line, tag: .media, subject: rendition.name)
                }
            }
        }
    }

    private mutating func checkGroup(_ members: [(rendition: Rendition, line: Int)], named group: String) {
        var names: Set<String> = []
        var roles: Set<[String]> = []
        var hasDefault = false
        for (rendition, line) in members {
            if !names.insert(rendition.name).inserted {
                found.report(.duplicateRenditionName, line: line, tag: .media, subject: rendition.name)
            }
            if rendition.isAutoselect, !roles.insert(rendition.role).inserted {
                found.report(.autoselectNotDistinct, line: line, tag: .media, subject: rendition.name)
            }
            guard rendition.isDefault else { continue }
            if hasDefault { found.report(.severalDefaults, line: line, tag: .media, subject: group) }
            hasDefault = true
        }
    }

    private mutating func checkVariantsTogether() {
        let variants = playlist.variants
        let line = lines.number(.streamInformation)
        let withoutCaptions = variants.count { $0.closedCaptions == .absent }
        if withoutCaptions > 0, withoutCaptions < variants.count {
            found.report(.captionsNotConsistent, line: line, tag: .streamInformation)
        }
        let scored = variants.count { $0.score != nil }
        if scored > 0, scored < variants.count {
            found.report(.scoreNotOnAll, line: line, tag: .streamInformation)
        }
        checkPathway(playlist.contentSteering?.pathwayID, lines.number(.contentSteering), .contentSteering)
        if let pathway = playlist.contentSteering?.pathwayID,
            !variants.contains(where: { ($0.pathwayID ?? ".") == pathway })
        {
            found.report(
                .unknownPathway,
                line: lines.number(.contentSteering),
                tag: .contentSteering,
                subject: pathway
            )
        }
    }

    private mutating func checkSession() {
        var data: Set<[String]> = []
        for (index, entry) in playlist.sessionData.enumerated() {
            let line = lines.number(.sessionData, index)
            if (entry.value == nil) == (entry.uri == nil) {
                found.report(.sessionDataValue, line: line, tag: .sessionData)
            }
            checkLanguage(entry.language, line, .sessionData)
            if !entry.dataID.contains(".") {
                found.report(.notReverseDNS, line: line, tag: .sessionData, subject: entry.dataID)
            }
            if !data.insert([entry.dataID, entry.language ?? ""]).inserted {
                found.report(.duplicateSessionData, line: line, tag: .sessionData, subject: entry.dataID)
            }
        }
        var keys: Set<SessionKey> = []
        for (index, key) in playlist.sessionKeys.enumerated() {
            let line = lines.number(.sessionKey, index)
            if key.method == .none {
                found.report(.sessionKeyNone, line: line, tag: .sessionKey)
            } else {
                KeyRules.check(key, line: line, &found)
            }
            if !keys.insert(key).inserted { found.report(.duplicateSessionKey, line: line, tag: .sessionKey) }
        }
    }
}
