/// The rules of parts, date ranges and time from one reload to the next (4.4.5.1, 6.2.1).
extension ReloadRules {
    /// A part stays what it is until it goes.
    mutating func checkParts(_ common: Int, _ removed: Int) {
        var pairs: [([PartialSegment], [PartialSegment])] = []
        for index in 0..<max(0, min(common, playlist.segments.count)) {
            let hasParts = previous.segments.records[removed + index].flags.contains(.parts)
            guard hasParts, playlist.segments.records[index].flags.contains(.parts) else { continue }
            pairs.append((previous.segments[removed + index].parts, playlist.segments[index].parts))
        }
        if common >= 0, common < playlist.segments.count {
            pairs.append((previous.pendingParts, playlist.segments[common].parts))
        } else if common == playlist.segments.count {
            pairs.append((previous.pendingParts, playlist.pendingParts))
        }
        for (old, new) in pairs {
            for (old, new) in zip(old, new) where old != new {
                return report(.partChanged, .part, new.uri)
            }
        }
    }

    /// A playlist that is not at its end grows in time.
    mutating func checkCadence(isGrown: Bool) {
        guard let elapsed = elapsed?.microseconds, !previous.isEnded, !playlist.isEnded, !isGrown else { return }
        let seconds = "\(MediaDuration(microseconds: elapsed).seconds)"
        if let target = playlist.targetDuration, elapsed / 3 > Int64(clamping: target).multipliedClamped(by: 500_000) {
            report(.segmentTooLate, .targetDuration, seconds)
        }
        if let target = playlist.partInformation?.partTarget.microseconds, elapsed > target,
            playlist.pendingParts.count <= previous.pendingParts.count
        {
            report(.partTooLate, .partInformation, seconds)
        }
    }

    mutating func checkDateRanges() {
        let old = previous.mergedDateRanges
        let new = playlist.mergedDateRanges
        let places = Dictionary(new.map { ($0.id, $0) }) { first, _ in first }
        for range in old {
            if let now = places[range.id] {
                let isKept = range.attributes.names.allSatisfy { name in
                    now.attributes.rawValue(name) == range.attributes.rawValue(name)
                }
                if !isKept { report(.dateRangeChanged, .dateRange, range.id) }
            } else if isInWindow(range) {
                report(.dateRangeRemoved, .dateRange, range.id)
            }
        }
        checkBetween(old, new)
    }

    /// Whether a date of the range is one of a segment.
    private func isInWindow(_ range: DateRange) -> Bool {
        guard let start = range.startDate, let last = playlist.segments.indices.last else { return false }
        guard let first = playlist.segments.placement(of: 0).date,
            let lastDate = playlist.segments.placement(of: last).date
        else { return false }
        let end = lastDate.microsecondsSince1970 &+ playlist.segments.records[last].duration
        let rangeEnd = range.resolvedEndDate ?? start
        return start.microsecondsSince1970 < end
            && rangeEnd.microsecondsSince1970 >= first.microsecondsSince1970
    }

    /// What ended a range with END-ON-NEXT stays what ends it.
    private mutating func checkBetween(_ old: [DateRange], _ new: [DateRange]) {
        let known = Set(old.map(\.id))
        for open in old where open.endsOnNext {
            let sameClass = old.filter { $0.rangeClass == open.rangeClass }.compactMap(\.startDate)
            guard let start = open.startDate, let next = sameClass.filter({ $0 > start }).min() else { continue }
            let between = new.first { range in
                guard !known.contains(range.id), range.rangeClass == open.rangeClass, let date = range.startDate
                else { return false }
                return date > start && date < next
            }
            if let between { report(.dateRangeBetween, .dateRange, between.id) }
        }
    }
}

extension Int64 {
    /// The product, held at the greatest number when it is greater.
    fileprivate func multipliedClamped(by factor: Int64) -> Int64 {
        let (product, overflowed) = multipliedReportingOverflow(by: factor)
        return overflowed ? .max : product
    }
}
