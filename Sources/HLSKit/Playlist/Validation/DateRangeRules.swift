/// Checks the date ranges of a playlist, one by one and together (4.4.5.1, appendices D and F).
struct DateRangeRules {
    private var merged: [(range: DateRange, line: Int)] = []
    private var places: [String: Int] = [:]

    /// Takes in a tag and checks what it says by itself.
    mutating func add(_ range: DateRange, line: Int, _ found: inout DiagnosticCollector) {
        for duration in [range.duration, range.plannedDuration] {
            if let duration, duration < .zero {
                found.report(.dateRangeNegative, line: line, tag: .dateRange, subject: range.id)
            }
        }
        if let cues = range.cue?.entries, cues.contains("PRE"), cues.contains("POST") {
            found.report(.conflictingCue, line: line, tag: .dateRange)
        }
        guard let place = places[range.id] else {
            places[range.id] = merged.count
            merged.append((range, line))
            if range.startDate == nil {
                found.report(.dateRangeWithoutStart, line: line, tag: .dateRange, subject: range.id)
            }
            return
        }
        let earlier = merged[place].range
        let conflicts = range.attributes.names.contains { name in
            guard let old = earlier.attributes.rawValue(name) else { return false }
            return old != range.attributes.rawValue(name)
        }
        if conflicts { found.report(.dateRangeConflict, line: line, tag: .dateRange, subject: range.id) }
        merged[place].range = earlier.continued(by: range)
    }

    /// Checks what the tags of each ID say together.
    func check(hasDate: Bool, _ found: inout DiagnosticCollector) {
        guard let first = merged.first else { return }
        if !hasDate { found.report(.dateRangeWithoutDate, line: first.line, tag: .dateRange) }
        for (range, line) in merged {
            checkEnd(range, line, &found)
            if range.rangeClass == Interstitial.rangeClass, let interstitial = range.interstitial,
                (interstitial.assetURI == nil) == (interstitial.assetListURI == nil)
            {
                found.report(.interstitialAsset, line: line, tag: .dateRange)
            }
            if let preload = range.preload { check(preload, range, line, &found) }
        }
        checkOverlaps(&found)
    }

    private func check(_ preload: PreloadDateRange, _ range: DateRange, _ line: Int, _ found: inout DiagnosticCollector)
    {
        if preload.uri == nil || preload.targetID == nil || preload.targetClass == nil {
            found.report(.preloadTarget, line: line, tag: .dateRange)
        }
        if range.duration == nil && range.endDate == nil || range.cue != nil || range.endsOnNext {
            found.report(.preloadRange, line: line, tag: .dateRange)
        }
    }

    private func checkEnd(_ range: DateRange, _ line: Int, _ found: inout DiagnosticCollector) {
        if let start = range.startDate, let end = range.endDate {
            if end < start { found.report(.dateRangeEndsEarly, line: line, tag: .dateRange, subject: range.id) }
            if let duration = range.duration, ((end - start) - duration).microseconds.magnitude > 1_000 {
                found.report(.dateRangeLengthDiffers, line: line, tag: .dateRange, subject: range.id)
            }
        }
        if range.endsOnNext, range.rangeClass == nil || range.duration != nil || range.endDate != nil {
            found.report(.dateRangeOpenEnd, line: line, tag: .dateRange, subject: range.id)
        }
    }

    private func checkOverlaps(_ found: inout DiagnosticCollector) {
        // Only a class of which some range ends with the next forbids it.
        let open = Set(merged.filter(\.range.endsOnNext).compactMap(\.range.rangeClass))
        let inOpen = merged.filter { entry in entry.range.rangeClass.map(open.contains) ?? false }
        let classes = Dictionary(grouping: inOpen) { $0.range.rangeClass }
        for ranges in classes.values {
            let ordered = ranges.compactMap { entry in
                entry.range.startDate.map { (start: $0, end: entry.range.resolvedEndDate, entry: entry) }
            }.sorted { $0.start < $1.start }
            for (earlier, later) in zip(ordered, ordered.dropFirst()) {
                if let end = earlier.end, end > later.start {
                    let entry = later.entry
                    found.report(.dateRangesOverlap, line: entry.line, tag: .dateRange, subject: entry.range.id)
                }
            }
        }
    }
}
