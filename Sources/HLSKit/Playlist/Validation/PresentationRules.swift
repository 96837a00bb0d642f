/// Checks a multivariant playlist and its media playlists against each other (6.2.4).
struct PresentationRules {
    let playlist: MultivariantPlaylist
    let members: [PlaylistValidator.Member]
    let lines: TagLines
    var found: DiagnosticCollector

    mutating func check() {
        checkMembersAreThere()
        checkAlignment()
        checkSessionKeys()
        checkRenditionReports()
        checkConsistency()
        for (index, variant) in playlist.variants.enumerated() {
            let line = lines.number(.streamInformation, index)
            let parts = parts(of: variant)
            checkBandwidth(variant.bandwidth, variant.averageBandwidth, of: parts, line, .streamInformation)
            // Subtitles are declared with the variant, and need not be in its segments.
            let declared = variant.codecs?.entries.filter { variant.subtitles == nil || !Self.isSubtitleCodec($0) }
            checkCodecs(declared, of: parts, line)
            checkSubtitles(of: variant, line)
        }
        for (index, variant) in playlist.iFrameVariants.enumerated() {
            guard let member = member(variant.uri) else { continue }
            let line = lines.number(.iFrameStreamInformation, index)
            checkBandwidth(variant.bandwidth, variant.averageBandwidth, of: [member], line, .iFrameStreamInformation)
            if !member.playlist.isIFramesOnly {
                found.report(.iFramesExpected, line: line, tag: .iFrameStreamInformation, subject: variant.uri)
            }
        }
    }

    /// The media playlists that play together: that of the variant and the defaults of its groups.
    func parts(of variant: Variant) -> [PlaylistValidator.Member] {
        var parts = [member(variant.uri)].compactMap { $0 }
        for (type, group) in [(MediaType.audio, variant.audio), (.video, variant.video)] {
            guard let group else { continue }
            let renditions = playlist.renditions(type, group: group)
            if let uri = (renditions.first(where: \.isDefault) ?? renditions.first)?.uri, uri != variant.uri,
                let member = member(uri)
            {
                parts.append(member)
            }
        }
        return parts
    }

    /// IMSC subtitles are told of in CODECS (4.4.6.2).
    private mutating func checkSubtitles(of variant: Variant, _ line: Int) {
        guard let group = variant.subtitles, let declared = variant.codecs?.entries,
            !declared.contains(where: { $0.hasPrefix("stpp") })
        else { return }
        let uris = playlist.renditions(.subtitles, group: group).compactMap(\.uri)
        let codecs = uris.compactMap { member($0)?.codecs }.joined()
        guard let codec = codecs.first(where: { $0.hasPrefix("stpp") }) else { return }
        found.report(.codecNotDeclared, line: line, tag: .streamInformation, subject: codec)
    }

    private static func isSubtitleCodec(_ codec: String) -> Bool {
        codec.hasPrefix("wvtt") || codec.hasPrefix("stpp")
    }

    func member(_ uri: String) -> PlaylistValidator.Member? {
        members.first { $0.uri == uri }
    }

    private mutating func checkMembersAreThere() {
        let uris =
            playlist.variants.map(\.uri) + playlist.iFrameVariants.map(\.uri)
            + playlist.renditions.compactMap(\.uri)
        var seen: Set<String> = []
        for uri in uris where seen.insert(uri).inserted && member(uri) == nil {
            found.report(.missingMediaPlaylist, line: 0, subject: uri, uri: uri)
        }
    }

    /// Subtitles and I-frames that do not change may be cut in their own way.
    func isExempt(_ member: PlaylistValidator.Member) -> Bool {
        let isSubtitles = playlist.renditions.contains { $0.type == .subtitles && $0.uri == member.uri }
        return (isSubtitles || member.playlist.isIFramesOnly) && member.playlist.kind == .vod
    }

    private mutating func checkAlignment() {
        guard let first = members.first(where: { !isExempt($0) }) else { return }
        for member in members where member.uri != first.uri {
            let uri = member.uri
            if member.playlist.kind != first.playlist.kind {
                found.report(.playlistTypesDiffer, line: 0, subject: uri, uri: uri)
            }
            if isExempt(member) { continue }
            if member.playlist.targetDuration != first.playlist.targetDuration {
                found.report(.targetDurationsDiffer, line: 0, subject: uri, uri: uri)
            }
            if !hasSameDiscontinuities(member.playlist, first.playlist) {
                found.report(.discontinuitiesDiffer, line: 0, subject: uri, uri: uri)
            }
            if !hasSameDates(member.playlist, first.playlist) {
                found.report(.datesDiffer, line: 0, subject: uri, uri: uri)
            }
            let difference = member.playlist.segments.totalDuration - first.playlist.segments.totalDuration
            if member.playlist.isEnded, first.playlist.isEnded, difference.seconds.magnitude > tolerance(first.playlist)
            {
                found.report(.durationsDiffer, line: 0, subject: uri, uri: uri)
            }
        }
    }

    private func tolerance(_ playlist: MediaPlaylist) -> Double { Double(playlist.targetDuration ?? 0) }

    /// Every discontinuity sequence number that both have starts at the same time, give or take a target duration.
    private func hasSameDiscontinuities(_ one: MediaPlaylist, _ other: MediaPlaylist) -> Bool {
        guard one.isEnded, other.isEnded else { return true }
        let left = discontinuities(one)
        let right = discontinuities(other)
        guard left.count == right.count else { return false }
        return zip(left, right).allSatisfy { left, right in
            left.number == right.number && (left.start - right.start).seconds.magnitude <= tolerance(other)
        }
    }

    private func discontinuities(_ playlist: MediaPlaylist) -> [(number: Int, start: MediaDuration)] {
        playlist.segments.records.indices.compactMap { index in
            guard playlist.segments.records[index].flags.contains(.discontinuity) else { return nil }
            let placement = playlist.segments.placement(of: index)
            return (placement.discontinuitySequence, placement.startTime)
        }
    }

    private func hasSameDates(_ one: MediaPlaylist, _ other: MediaPlaylist) -> Bool {
        guard !one.segments.isEmpty, !other.segments.isEmpty else { return true }
        let left = one.segments.placement(of: 0).date
        let right = other.segments.placement(of: 0).date
        guard let left, let right else { return left == nil && right == nil }
        // Live windows need not start together.
        guard one.isEnded, other.isEnded else { return true }
        return (left - right).seconds.magnitude <= tolerance(other)
    }
}

extension PresentationRules {
    private mutating func checkBandwidth(
        _ peak: Int,
        _ average: Int?,
        of members: [PlaylistValidator.Member],
        _ line: Int,
        _ tag: PlaylistTag
    ) {
        var measuredPeak = 0.0
        var measuredAverage = 0.0
        for member in members {
            guard let rates = BitRates(member) else { return }
            measuredPeak += rates.peak
            measuredAverage += rates.average
        }
        guard measuredPeak > 0 else { return }
        let needed = Self.whole(measuredPeak)
        if measuredPeak > Double(peak) {
            found.report(.bandwidthTooLow, line: line, tag: tag, subject: needed)
        } else if measuredPeak * 1.1 < Double(peak), members.count == 1 {
            found.report(.bandwidthTooHigh, line: line, tag: tag, subject: needed)
        }
        if let average, measuredAverage > Double(average) * 1.01 {
            found.report(
                .averageBandwidthTooLow,
                line: line,
                tag: tag,
                subject: Self.whole(measuredAverage)
            )
        }
    }

    /// A bit rate for people; hostile sizes can make one that no integer holds.
    static func whole(_ rate: Double) -> String {
        Int(exactly: rate.rounded(.up)).map { "\($0)" } ?? "\(rate)"
    }

    private mutating func checkCodecs(_ declared: [String]?, of members: [PlaylistValidator.Member], _ line: Int) {
        guard let declared else { return }
        var present: [String] = []
        for member in members {
            guard let codecs = member.codecs else { return }
            present += codecs
        }
        guard !present.isEmpty else { return }
        for codec in present where !declared.contains(codec) {
            found.report(.codecNotDeclared, line: line, tag: .streamInformation, subject: codec)
        }
        for codec in declared where !present.contains(codec) {
            found.report(.codecNotPresent, line: line, tag: .streamInformation, subject: codec)
        }
    }
}
