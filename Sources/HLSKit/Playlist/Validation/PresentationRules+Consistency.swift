extension PresentationRules {
    /// Checks what has to be the same in all playlists, or in one place only (4.4.2, 6.2.4).
    mutating func checkConsistency() {
        var ranges: [String: [String: String]]?
        var order: [String]?
        checkStart()
        checkHoldBack()
        for member in members {
            checkRepeated(in: member)
            checkBitrates(of: member)
            if let first = members.first,
                Self.values(member.playlist.serverControl) != Self.values(first.playlist.serverControl)
            {
                found.report(.serverControlsDiffer, line: 0, tag: .serverControl, subject: member.uri, uri: member.uri)
            }
            // Live playlists were not loaded at the same moment.
            let own = member.playlist.isEnded ? Self.ranges(of: member.playlist) : [:]
            guard !own.isEmpty else { continue }
            if let ranges, ranges != own {
                found.report(.dateRangesDiffer, line: 0, tag: .dateRange, subject: member.uri, uri: member.uri)
            }
            ranges = ranges ?? own
            let ownOrder = Self.interstitials(of: member.playlist)
            if let order, order != ownOrder, Set(order) == Set(ownOrder) {
                let uri = member.uri
                found.report(.interstitialOrderDiffers, line: 0, tag: .dateRange, subject: uri, uri: uri)
            }
            order = order ?? ownOrder
        }
    }

    /// Where to start lies within every playlist (4.4.2.2).
    private mutating func checkStart() {
        guard let offset = playlist.start?.timeOffset.microseconds else { return }
        let isBeyond = members.contains { member in
            let total = member.playlist.segments.totalDuration.microseconds
            return member.playlist.isEnded && offset.magnitude > total.magnitude
        }
        if isBeyond { found.report(.startBeyondEnd, line: lines.number(.start), tag: .start) }
    }

    /// The distance from the end suits the longest parts of all renditions (4.4.3.8).
    private mutating func checkHoldBack() {
        let targets = members.compactMap(\.playlist.partInformation?.partTarget.microseconds)
        guard let longest = targets.max() else { return }
        for member in members {
            guard let own = member.playlist.partInformation?.partTarget.microseconds, own < longest,
                let holdBack = member.playlist.serverControl?.partHoldBack?.microseconds,
                holdBack / 3 >= own, holdBack / 3 < longest
            else { continue }
            found.report(.partHoldBackLow, line: 0, tag: .serverControl, uri: member.uri)
        }
    }

    private mutating func checkRepeated(in member: PlaylistValidator.Member) {
        let repeated: [(PlaylistTag, Bool)] = [
            (.independentSegments, playlist.hasIndependentSegments && member.playlist.hasIndependentSegments),
            (.start, playlist.start != nil && member.playlist.start != nil),
        ]
        for (tag, isRepeated) in repeated where isRepeated {
            found.report(.tagInBoth, line: 0, tag: tag, subject: "#\(tag.name)", uri: member.uri)
        }
        if let start = member.playlist.start, let common = playlist.start,
            start.timeOffset != common.timeOffset || start.isPrecise != common.isPrecise
        {
            let subject = "#\(PlaylistTag.start.name)"
            found.report(.tagValuesDiffer, line: 0, tag: .start, subject: subject, uri: member.uri)
        }
    }

    /// The bit rate that a playlist gives is that of each segment, give or take a tenth (4.4.4.8).
    private mutating func checkBitrates(of member: PlaylistValidator.Member) {
        let records = member.playlist.segments.records
        guard let sizes = member.segmentSizes, sizes.count == records.count else { return }
        for (record, size) in zip(records, sizes) {
            // It does not speak of segments with a byte range.
            guard record.bitrate > 0, record.duration > 0, record.range == nil else { continue }
            let rate = Double(size) * 8_000 / Double(record.duration)
            guard Double(record.bitrate) < rate * 0.9 || Double(record.bitrate) > rate * 1.1 else { continue }
            let subject = Int(exactly: rate.rounded()).map { "\($0)" } ?? "\(rate)"
            // One is enough: the others are most likely the same.
            return found.report(.bitrateDiffers, line: 0, tag: .bitrate, subject: subject, uri: member.uri)
        }
    }

    private static func values(_ tag: (some AttributeTag)?) -> [String: String] {
        guard let attributes = tag?.attributes else { return [:] }
        let pairs = attributes.names.map { ($0, attributes.rawValue($0) ?? "") }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The interstitials by date; those of one date in the order of their tags.
    private static func interstitials(of playlist: MediaPlaylist) -> [String] {
        let interstitials = playlist.mergedDateRanges.enumerated().filter { $0.element.interstitial != nil }
        return interstitials.sorted { left, right in
            guard let first = left.element.startDate, let second = right.element.startDate, first != second else {
                return left.offset < right.offset
            }
            return first < second
        }.map(\.element.id)
    }

    private static func ranges(of playlist: MediaPlaylist) -> [String: [String: String]] {
        Dictionary(playlist.mergedDateRanges.map { ($0.id, values($0)) }) { first, _ in first }
    }
}
