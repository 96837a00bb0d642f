/// Checks what a live playlist may change from one reload to the next (6.2.1, 6.2.2).
struct ReloadRules {
    let previous: MediaPlaylist
    let playlist: MediaPlaylist
    let lines: TagLines
    /// The time between the two versions, when it is known.
    var elapsed: MediaDuration?
    var found: DiagnosticCollector

    mutating func check() {
        checkHeader()
        checkDateRanges()
        let (removed, overflowed) = playlist.mediaSequence.subtractingReportingOverflow(previous.mediaSequence)
        guard !overflowed, removed >= 0 else {
            return report(.mediaSequenceDecreased, .mediaSequence, "\(previous.mediaSequence)")
        }
        let common = max(0, previous.segments.count - removed)
        checkType(removed: removed, common: common)
        checkCommon(common, removed)
        checkWindow(removed)
        checkParts(common, removed)
        checkCadence(isGrown: playlist.segments.count > common)
        if previous.isEnded, playlist.segments.count > common { report(.grownAfterEnd, .endList, "") }
        let hasDiscontinuities = previous.segments.records.contains { $0.flags.contains(.discontinuity) }
        if removed > 0, hasDiscontinuities, lines.number(.discontinuitySequence) == 0 {
            report(.discontinuitySequenceMissing, .discontinuitySequence, "")
        }
    }

    mutating func report(_ rule: PlaylistRule, _ tag: PlaylistTag, _ subject: String, line: Int? = nil) {
        found.report(rule, line: line ?? max(1, lines.number(tag)), tag: tag, subject: subject)
    }

    private mutating func checkHeader() {
        if let target = previous.targetDuration, target != playlist.targetDuration {
            report(.targetDurationChanged, .targetDuration, "\(target)")
        }
        if playlist.kind != previous.kind {
            report(.playlistTypeChanged, .playlistType, previous.kind?.rawValue ?? "none")
        }
        if previous.isEnded, !playlist.isEnded { report(.endRemoved, .endList, "") }
        let isKept: [(PlaylistTag, Bool)] = [
            (.iFramesOnly, playlist.isIFramesOnly == previous.isIFramesOnly),
            (.independentSegments, playlist.hasIndependentSegments == previous.hasIndependentSegments),
            (.start, playlist.start == previous.start),
            (.define, playlist.definitions == previous.definitions),
            (.serverControl, playlist.serverControl == previous.serverControl),
            (.partInformation, playlist.partInformation == previous.partInformation),
        ]
        for (tag, isKept) in isKept where !isKept { report(.tagChanged, tag, "#\(tag.name)") }
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
                && old.isGap == new.isGap && Self.isSame(old.programDateTime, new.programDateTime)
            if !isSame {
                // The others behind it are most likely shifted: one finding says enough.
                return report(.segmentChanged, .segment, new.uri, line: lines.number(.segment, index))
            }
        }
    }

    /// A date may go, or be added where it is known; it may not become another.
    private static func isSame(_ old: MediaDate?, _ new: MediaDate?) -> Bool {
        old == nil || new == nil || old?.microsecondsSince1970 == new?.microsecondsSince1970
    }

    private mutating func checkWindow(_ removed: Int) {
        guard removed > 0, !playlist.isEnded, let target = playlist.targetDuration else { return }
        let left = playlist.segments.totalDuration
        if left.microseconds / 3 < Int64(clamping: target).multipliedReportingOverflow(by: 1_000_000).partialValue {
            report(.windowTooShort, .mediaSequence, "\(left.seconds)")
        }
    }
}
