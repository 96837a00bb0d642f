extension PresentationRules {
    /// A key of a media playlist: what a session key of the same URI has to share with it (4.4.6.5).
    private struct Format: Hashable {
        var method: EncryptionMethod
        var keyFormat: String
        var versions: String

        init(_ method: EncryptionMethod, _ keyFormat: String?, _ versions: String?) {
            self.method = method
            self.keyFormat = keyFormat ?? "identity"
            self.versions = versions ?? "1"
        }
    }

    mutating func checkSessionKeys() {
        let session = playlist.sessionKeys.map { playlist.resolve($0.uri ?? "") }
        var uses: [String: (formats: Set<Format>, members: Int)] = [:]
        var firstShared: String?
        for member in members {
            let url = url(of: member)
            var seen: Set<String> = []
            for key in Self.keys(of: member.playlist.segments) {
                guard let reference = key.uri else { continue }
                let uri = PlaylistURL.resolve(reference, against: url)
                uses[uri, default: ([], 0)].formats.insert(Format(key.method, key.keyFormat, key.keyFormatVersions))
                guard seen.insert(uri).inserted else { continue }
                uses[uri, default: ([], 0)].members += 1
                if firstShared == nil, uses[uri]?.members == 2, !session.contains(uri) { firstShared = reference }
            }
        }
        for (index, key) in playlist.sessionKeys.enumerated() {
            let format = Format(key.method, key.keyFormat, key.keyFormatVersions)
            if let formats = uses[session[index]]?.formats, formats != [format] {
                let line = lines.number(.sessionKey, index)
                found.report(.sessionKeyDiffers, line: line, tag: .sessionKey, subject: key.uri ?? "")
            }
        }
        // Keys that change while playing would give a finding each.
        if let firstShared { found.report(.sessionKeyMissing, line: 1, tag: .sessionKey, subject: firstShared) }
    }

    /// Every playlist of low latency tells how far each other one is (4.4.5.4).
    mutating func checkRenditionReports() {
        let live = members.filter { $0.playlist.partInformation != nil && !$0.playlist.isEnded }
        for member in live {
            let url = url(of: member)
            let reports = Set(member.playlist.renditionReports.map { PlaylistURL.resolve($0.uri, against: url) })
            for other in live where other.uri != member.uri && !reports.contains(playlist.resolve(other.uri)) {
                found.report(
                    .missingRenditionReport,
                    line: 0,
                    tag: .renditionReport,
                    subject: other.uri,
                    uri: member.uri
                )
            }
        }
    }

    private func url(of member: PlaylistValidator.Member) -> String {
        member.playlist.url ?? playlist.resolve(member.uri)
    }

    /// The keys that apply to any segment or map.
    private static func keys(of segments: MediaSegments) -> [EncryptionKey] {
        var sets: Set<UInt32> = []
        var keys: [EncryptionKey] = []
        for record in segments.records {
            for set in [record.keySet, segments.tables.maps[Int(record.map)].keySet] where sets.insert(set).inserted {
                keys += segments.keys(of: set)
            }
        }
        return keys
    }
}
