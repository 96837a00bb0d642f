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
            var parts = [member(variant.uri)].compactMap { $0 }
            // The peak of a variant counts every rendition that may play with it; here its defaults.
            for (type, group) in [(MediaType.audio, variant.audio), (.video, variant.video)] {
                guard let group else { continue }
                let renditions = playlist.renditions(type, group: group)
                if let uri = (renditions.first(where: \.isDefault) ?? renditions.first)?.uri, uri != variant.uri,
                    let member = member(uri)
                {
                    parts.append(member)
                }
            }
            checkBandwidth(variant.bandwidth, variant.averageBandwidth, of: parts, line, .streamInformation)
            // Subtitles are declared with the variant, and need not be in its segments.
            let declared = variant.codecs?.entries.filter { variant.subtitles == nil || !Self.isSubtitleCodec($0) }
            checkCodecs(declared, of: parts, line)
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

    private static func isSubtitleCodec(_ codec: String) -> Bool {
        codec.hasPrefix("wvtt") || codec.hasPrefix("stpp")
    }

    private func member(_ uri: String) -> PlaylistValidator.Member? {
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
    private func isExempt(_ member: PlaylistValidator.Member) -> Bool {
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
    private static func whole(_ rate: Double) -> String {
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

/// The bit rates of a media playlist as the specification measures them (4.4.6.2): the peak is the greatest of any run
/// of segments that lasts half to one and a half target durations.
package struct BitRates {
    package private(set) var peak = 0.0
    package private(set) var average = 0.0

    /// Nil when the size of a segment is not known.
    package init?(_ member: PlaylistValidator.Member) {
        let segments = member.playlist.segments
        if let sizes = member.segmentSizes, sizes.count != segments.count { return nil }
        var bits: [Double] = []
        var seconds: [Double] = []
        for (index, record) in segments.records.enumerated() {
            let duration = Double(record.duration) / 1_000_000
            if let sizes = member.segmentSizes {
                bits.append(Double(sizes[index]) * 8)
            } else if let range = record.range {
                bits.append(Double(range.length) * 8)
            } else if record.bitrate > 0 {
                bits.append(Double(record.bitrate) * 1_000 * duration)
            } else {
                return nil
            }
            seconds.append(duration)
        }
        let total = seconds.reduce(0, +)
        guard total > 0 else { return nil }
        average = bits.reduce(0, +) / total
        let target = Double(member.playlist.targetDuration ?? 0)
        for start in bits.indices {
            var sum = 0.0
            var length = 0.0
            var end = start
            // A run of empty segments is as long as the playlist; more than 64 tell nothing new.
            while end < bits.count, end - start < 64, length + seconds[end] <= target * 1.5 {
                sum += bits[end]
                length += seconds[end]
                end += 1
                if length >= target * 0.5 { peak = max(peak, sum / length) }
            }
        }
        peak = max(peak, average)
    }
}
