/// Checks what a live playlist may change from one reload to the next (6.2.1, 6.2.2).
struct ReloadRules {
    let previous: MediaPlaylist
    let playlist: MediaPlaylist
    let lines: TagLines
    var found: DiagnosticCollector

    mutating func check() {
        checkHeader()
        let (removed, overflowed) = playlist.mediaSequence.subtractingReportingOverflow(previous.mediaSequence)
        guard !overflowed, removed >= 0 else {
            return report(.mediaSequenceDecreased, .mediaSequence, "\(previous.mediaSequence)")
        }
        let common = max(0, previous.segments.count - removed)
        checkType(removed: removed, common: common)
        checkCommon(common, removed)
        checkWindow(removed)
        if previous.isEnded, playlist.segments.count > common { report(.grownAfterEnd, .endList, "") }
    }

    private mutating func report(_ rule: PlaylistRule, _ tag: PlaylistTag, _ subject: String, line: Int? = nil) {
        found.report(rule, line: line ?? max(1, lines.number(tag)), tag: tag, subject: subject)
    }

    private mutating func checkHeader() {
        if let target = previous.targetDuration, target != playlist.targetDuration {
            report(.targetDurationChanged, .targetDuration, "\(target)")
        }
        if playlist.kind != previous.kind {
            report(.playlistTypeChanged, .playlistType, previous.kind?.rawValue ?? "none")
        }
    }

    private mutating func checkType(removed: Int, common: Int) {
        guard let kind = previous.kind else { return }
        let isChanged = removed > 0 || (kind == .vod && playlist.segments.count != common)
        if isChanged { report(.changedAgainstType, .playlistType, kind.rawValue) }
    }

    /// What both have is the same, and only the start may be gone.
    private mutating func checkCommon(_ common: Int, _ removed: Int) {
        if common > playlist.segments.count {
            let uri = previous.segments[removed + playlist.segments.count].uri
            report(.segmentsTakenBack, .segment, uri, line: 1)
        }
        for index in 0..<min(common, playlist.segments.count) {
            let old = previous.segments[removed + index]
            let new = playlist.segments[index]
            if index == 0, old.discontinuitySequence != new.discontinuitySequence {
                report(.discontinuitySequenceChanged, .discontinuitySequence, "\(old.discontinuitySequence)")
            }
            // Dates, date ranges and parts may go; keys are compared where they are fetched from.
            let isSame =
                old.uri == new.uri && old.duration == new.duration && old.byteRange == new.byteRange
                && old.isDiscontinuity == new.isDiscontinuity && old.keys == new.keys && old.map == new.map
            if !isSame {
                // The others behind it are most likely shifted: one finding says enough.
                return report(.segmentChanged, .segment, new.uri, line: lines.number(.segment, index))
            }
        }
    }

    private mutating func checkWindow(_ removed: Int) {
        guard removed > 0, !playlist.isEnded, let target = playlist.targetDuration else { return }
        let left = playlist.segments.totalDuration
        if left.microseconds / 3 < Int64(clamping: target).multipliedReportingOverflow(by: 1_000_000).partialValue {
            report(.windowTooShort, .mediaSequence, "\(left.seconds)")
        }
    }
}
