/// Apple's rules of what media playlists have in common (HLS Authoring Specification, 1.26 to 1.29, 8.3, 8.22).
extension PresentationRules {
    mutating func checkAuthoring() {
        for (index, variant) in playlist.variants.enumerated() {
            checkRates(of: variant, line: lines.number(.streamInformation, index))
        }
        guard let first = members.first(where: { !isExempt($0) && !$0.playlist.isIFramesOnly }) else { return }
        for member in members where member.uri != first.uri && !isExempt(member) && !member.playlist.isIFramesOnly {
            compare(member, with: first)
        }
    }

    /// What is measured is at most a tenth off what is declared; while it is live, the peak may be a quarter above.
    private mutating func checkRates(of variant: Variant, line: Int) {
        let parts = parts(of: variant)
        var peak = 0.0
        var average = 0.0
        for part in parts {
            guard let rates = BitRates(part) else { return }
            peak += rates.peak
            average += rates.average
        }
        guard peak > 0 else { return }
        let isComplete = parts.allSatisfy(\.playlist.isEnded)
        let declared = Double(variant.bandwidth)
        if peak > declared * (isComplete ? 1.1 : 1.25) || isComplete && peak < declared * 0.9 {
            found.report(.applePeakDiffers, line: line, tag: .streamInformation, subject: Self.whole(peak))
        }
        guard let declared = variant.averageBandwidth.map(Double.init) else { return }
        if average > declared * 1.1 || isComplete && average < declared * 0.9 {
            found.report(.appleAverageDiffers, line: line, tag: .streamInformation, subject: Self.whole(average))
        }
    }

    private mutating func compare(_ member: PlaylistValidator.Member, with first: PlaylistValidator.Member) {
        guard member.playlist.isEnded, first.playlist.isEnded else { return }
        let (own, other) = (member.playlist.segments, first.playlist.segments)
        // Frames of sound and video do not end together; a tenth of a second is more than any frame lasts.
        let difference = own.totalDuration.microseconds &- other.totalDuration.microseconds
        if difference.magnitude > 100_000 {
            found.report(.appleContentDurations, line: 0, subject: member.uri, uri: member.uri)
        }
        var drift: Int64 = 0
        var isAligned = own.count == other.count
        for (left, right) in zip(own.records, other.records) {
            isAligned = isAligned && drift.magnitude <= 100_000
            drift &+= left.duration &- right.duration
        }
        if !isAligned { found.report(.appleBoundaries, line: 0, subject: member.uri, uri: member.uri) }
    }
}
