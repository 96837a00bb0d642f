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
        checkDates(range, line, &found)
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
            if let interstitial = range.interstitial { check(interstitial, line, &found) }
            if range.attributes.contains("SCTE35-IN"), range.duration == nil, range.endDate == nil {
                found.report(.spliceWithoutEnd, line: line, tag: .dateRange, subject: range.id)
            }
            if let preload = range.preload { check(preload, range, line, &found) }
        }
        checkOverlaps(&found)
    }

    private func checkDates(_ range: DateRange, _ line: Int, _ found: inout DiagnosticCollector) {
        for name in ["START-DATE", "END-DATE"] {
            guard let value = range.attributes.rawValue(name) else { continue }
            let bytes = Array(value.utf8)
            let content = bytes.span.unquoted
            guard let (_, isComplete) = MediaDate.read(bytes.span, content) else { continue }
            let subject = bytes.span.string(content)
            if !isComplete { found.report(.dateWithoutZone, line: line, tag: .dateRange, subject: subject) }
            if !MediaDate.hasFraction(bytes.span, content) {
                found.report(.dateWithoutMilliseconds, line: line, tag: .dateRange, subject: subject)
            }
        }
    }

    private func check(_ interstitial: Interstitial, _ line: Int, _ found: inout DiagnosticCollector) {
        if (interstitial.assetURI == nil) == (interstitial.assetListURI == nil) {
            found.report(.interstitialAsset, line: line, tag: .dateRange)
        }
        if let uri = interstitial.assetURI, PlaylistURL.isRelative(uri) {
            found.report(.assetNotAbsolute, line: line, tag: .dateRange)
        }
        if let label = interstitial.skipControlLabelID, !label.utf8.allSatisfy(Self.isLabelCharacter) {
            found.report(.malformedLabelID, line: line, tag: .dateRange, subject: label)
        }
    }

    private static func isLabelCharacter(_ byte: UInt8) -> Bool {
        PlaylistVariables.isNameCharacter(byte) && !(0x30...0x39).contains(byte)
    }

    private func check(_ preload: PreloadDateRange, _ range: DateRange, _ line: Int, _ found: inout DiagnosticCollector)
    {
        if preload.uri == nil || preload.targetID == nil || preload.targetClass == nil {
            found.report(.preloadTarget, line: line, tag: .dateRange)
        }
        if range.duration == nil && range.endDate == nil || range.cue != nil || range.endsOnNext {
            found.report(.preloadRange, line: line, tag: .dateRange)
        }
        if let target = preload.targetID, let place = places[target],
            merged[place].range.rangeClass != preload.targetClass
        {
            found.report(.preloadClassDiffers, line: line, tag: .dateRange, subject: target)
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
