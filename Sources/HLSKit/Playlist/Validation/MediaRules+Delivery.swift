/// Where a part is, to find it again.
struct PartPlace: Hashable {
    var uri: String
    var start: Int
}

/// The rules of how a media playlist is delivered: hold back, skipping and low latency (4.4.3.8, 6.2.5, appendix B.1).
extension MediaRules {
    /// Checks what a delta update leaves out, and what clients of low latency rely on.
    mutating func checkDelivery() {
        if let skip = playlist.skip {
            let control = playlist.serverControl
            let skipsDateRanges = skip.recentlyRemovedDateRanges != nil && control?.canSkipDateRanges != true
            let missing =
                control?.canSkipUntil == nil ? "CAN-SKIP-UNTIL" : skipsDateRanges ? "CAN-SKIP-DATERANGES" : nil
            if let missing { found.report(.skipNotOffered, line: lines[.skip] ?? 0, tag: .skip, subject: missing) }
        }
        guard hasParts, !playlist.isEnded else { return }
        if playlist.serverControl?.canBlockReload != true {
            let line = lines[.serverControl] ?? lines[.part] ?? 0
            found.report(.lowLatencyWithoutBlocking, line: line, tag: .serverControl)
        }
        if !hasDate { found.report(.lowLatencyWithoutDates, line: lines[.part] ?? 0, tag: .part) }
    }

    mutating func checkServerControl() {
        let line = lines[.serverControl] ?? lines[.partInformation] ?? 0
        let target = Int64(clamping: playlist.targetDuration ?? 0)
        let (limit, overflowed) = target.multipliedReportingOverflow(by: 1_000_000)
        let control = playlist.serverControl
        if let holdBack = control?.holdBack, !overflowed, holdBack.microseconds / 3 < limit {
            found.report(.holdBackTooSmall, line: line, tag: .serverControl)
        }
        if let skip = control?.canSkipUntil, !overflowed, skip.microseconds / 6 < limit {
            found.report(.canSkipUntilTooSmall, line: line, tag: .serverControl)
        }
        if let skip = control?.canSkipUntil, playlist.skip != nil {
            // A segment that lies across the boundary may go either way.
            let left = playlist.segments.totalDuration.microseconds
            if left &+ (overflowed ? 0 : limit) < skip.microseconds {
                let subject = "\(MediaDuration(microseconds: left).seconds)"
                found.report(.skippedTooMuch, line: lines[.skip] ?? 0, tag: .skip, subject: subject)
            }
        }
        if let control, control.canSkipDateRanges, control.canSkipUntil == nil {
            found.report(.skipDateRangesAlone, line: line, tag: .serverControl)
        }
        guard let part = playlist.partInformation?.partTarget.microseconds else { return }
        guard let holdBack = control?.partHoldBack?.microseconds else {
            return found.report(.partHoldBackMissing, line: line, tag: .serverControl)
        }
        if holdBack / 2 < part {
            found.report(.partHoldBackTooSmall, line: line, tag: .serverControl)
        } else if holdBack / 3 < part {
            found.report(.partHoldBackLow, line: line, tag: .serverControl)
        }
    }
}
