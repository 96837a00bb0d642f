/// Checks the rules of one media playlist that concern more than one line, in one pass over its text.
struct MediaRules {
    let playlist: MediaPlaylist
    var found: DiagnosticCollector
    private(set) var number = 0
    private var ranges = DateRangeRules()
    private var hints: Set<HintType> = []
    private var listedParts: Set<PartPlace> = []
    private var segmentMicros: Int64?
    private var partMicros: Int64 = 0
    private(set) var partCount = 0
    private(set) var gapCount = 0
    /// The line of a part that is too short unless it is the last of its segment.
    private var shortPart = 0
    private(set) var hasParts = false
    private var lastPart: PartialSegment?
    private(set) var hasDate = false
    private var hasExactDates = true
    /// The line of each tag: the first one, or the one that counts.
    private(set) var lines: [PlaylistTag: Int] = [:]
    private var segmentCount = 0
    private var checkedKeySets: Set<UInt32> = [0]
    private var clock = SegmentClock()
    private var keys = DeclaredKeys()

    init(_ playlist: MediaPlaylist, found: DiagnosticCollector) {
        self.playlist = playlist
        self.found = found
    }

    mutating func diagnostics(in bytes: [UInt8]) -> [PlaylistDiagnostic] {
        let text = bytes.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text) {
            number += 1
            switch line.content {
            case .uri: endSegment()
            case .tag(let tag):
                // Of a tag that stands more than once though it must not, the last one counts.
                if lines[tag] == nil || tag.isSingle { lines[tag] = number }
                check(tag, line, in: text)
            default: break
            }
        }
        checkWhole()
        ranges.check(hasDate: hasDate, &found)
        return found.diagnostics
    }

    private mutating func check(_ tag: PlaylistTag, _ line: PlaylistLine, in text: Span<UInt8>) {
        switch tag {
        case .segment: checkDuration(line, in: text)
        case .programDateTime: checkDate(line, in: text)
        case .discontinuity:
            shortPart = 0
            clock.isDiscontinuity = true
        case .part: checkPart(PartialSegment(attributes: attributes(line, in: text)))
        case .key:
            let key = EncryptionKey(attributes: attributes(line, in: text))
            keys.declare(key)
            KeyRules.check(key, line: number, &found)
        case .map:
            if keys.lackVector { found.report(.mapKeyWithoutIV, line: number, tag: .map) }
            let map = MediaInitialization(attributes: attributes(line, in: text))
            if let range = map.byteRange, range.start == nil {
                found.report(.mapRangeWithoutStart, line: number, tag: .map)
            }
        case .dateRange: ranges.add(DateRange(attributes: attributes(line, in: text)), line: number, &found)
        case .skip where lines[.segment] != nil:
            found.report(.skipAfterSegment, line: number, tag: .skip)
        case .preloadHint: checkHint(PreloadHint(attributes: attributes(line, in: text)))
        case .renditionReport:
            if !PlaylistURL.isRelative(RenditionReport(attributes: attributes(line, in: text)).uri) {
                found.report(.reportNotRelative, line: number, tag: .renditionReport)
            }
        default: break
        }
        if partCount > 0, [.discontinuity, .key, .map, .programDateTime].contains(tag) {
            found.report(.tagBehindPart, line: number, tag: .part, subject: "#\(tag.name)")
        }
    }

    private mutating func checkDate(_ line: PlaylistLine, in text: Span<UInt8>) {
        hasDate = true
        guard let (date, isComplete) = MediaDate.read(text, line.value) else { return }
        clock.date = date
        let subject = isComplete && !hasExactDates ? "" : text.string(line.value.prefix(64))
        if !isComplete { found.report(.dateWithoutZone, line: number, tag: .programDateTime, subject: subject) }
        // One is enough: the others are most likely the same.
        if hasExactDates, !MediaDate.hasFraction(text, line.value) {
            hasExactDates = false
            found.report(.dateWithoutMilliseconds, line: number, tag: .programDateTime, subject: subject)
        }
    }

    private mutating func checkHint(_ hint: PreloadHint) {
        if !hints.insert(hint.type).inserted {
            found.report(.duplicatePreloadHint, line: number, tag: .preloadHint, subject: hint.type.rawValue)
        }
        if playlist.isEnded { found.report(.hintAfterEnd, line: number, tag: .preloadHint) }
        if hint.type == .part, listedParts.contains(PartPlace(uri: hint.uri, start: hint.byteRangeStart ?? 0)) {
            found.report(.hintAlreadyListed, line: number, tag: .preloadHint, subject: hint.uri)
        }
    }

    private func attributes(_ line: PlaylistLine, in text: Span<UInt8>) -> AttributeList {
        let list = AttributeList(bytes: text.array(line.value))
        return playlist.variables.values.isEmpty ? list : playlist.variables.substituted(list)
    }

    private mutating func checkDuration(_ line: PlaylistLine, in text: Span<UInt8>) {
        let duration = MediaDuration(microseconds: Numbers.decimal(text, line.value).micros)
        segmentMicros = duration.microseconds
        if let target = playlist.targetDuration, duration.roundedSeconds > target {
            found.report(.segmentExceedsTarget, line: number, tag: .segment, subject: "\(duration.seconds)")
        }
    }

    private mutating func checkPart(_ part: PartialSegment) {
        let previous = lastPart
        hasParts = true
        partCount += 1
        lastPart = part
        lastPart?.implied.start = part.start(after: previous)
        if part.continuesAnother, lastPart?.implied.start == nil {
            found.report(.unknownPartStart, line: number, tag: .part)
        }
        if let start = part.byteRange == nil ? 0 : lastPart?.resolvedByteRange?.start {
            listedParts.insert(PartPlace(uri: part.uri, start: start))
        }
        if part.isGap { gapCount += 1 }
        partMicros &+= part.duration.microseconds
        if shortPart > 0, !part.isGap { found.report(.partTooShort, line: shortPart, tag: .part) }
        shortPart = 0
        guard let target = playlist.partInformation?.partTarget else { return }
        if part.duration > target { found.report(.partExceedsTarget, line: number, tag: .part) }
        // 85 hundredths, without a product that could overflow.
        let isShort = part.duration.microseconds < target.microseconds / 100 * 85
        if isShort, !part.isGap, !part.isIndependent { shortPart = number }
    }

    private mutating func endSegment() {
        if segmentCount < playlist.segments.count {
            let record = playlist.segments.records[segmentCount]
            if checkedKeySets.insert(record.keySet).inserted { checkKeysTogether(record.keySet) }
            checkGap(record)
            if playlist.isIFramesOnly { checkIFrame(record, at: segmentCount) }
        }
        segmentCount += 1
        if let segmentMicros, partCount > 0, (segmentMicros &- partMicros).magnitude > 100_000 {
            let difference = MediaDuration(microseconds: segmentMicros &- partMicros).seconds
            found.report(.partsDoNotAddUp, line: number, tag: .part, subject: "\(difference)")
        }
        if let overlap = clock.endSegment(segmentMicros ?? 0, hasParts: partCount > 0, line: number) {
            found.report(.ambiguousDate, line: number, tag: .programDateTime, subject: "\(overlap.seconds)")
        }
        segmentMicros = nil
        partMicros = 0
        partCount = 0
        gapCount = 0
        shortPart = 0
        lastPart = nil
    }

    private mutating func checkWhole() {
        if playlist.targetDuration == nil { found.report(.missingTargetDuration, line: 1, tag: .targetDuration) }
        if playlist.targetDuration == 0 {
            found.report(.targetDurationZero, line: lines[.targetDuration] ?? 0, tag: .targetDuration)
        }
        checkVersion()
        checkServerControl()
        checkDelivery()
        checkStart()
        if hasParts, playlist.partInformation == nil {
            found.report(.partWithoutInformation, line: lines[.part] ?? 0, tag: .part)
        }
        if hasParts, playlist.isIFramesOnly {
            found.report(.partsInIFrames, line: lines[.part] ?? 0, tag: .part)
        }
        if let line = clock.oldParts(pending: partMicros, beyond: threeTargets) {
            found.report(.partTooOld, line: line, tag: .part)
        }
        if hasDate {
            for line in clock.undatedDiscontinuities {
                found.report(.discontinuityWithoutDate, line: line, tag: .programDateTime)
            }
        }
        if playlist.kind == .vod, !playlist.isEnded {
            found.report(.vodWithoutEnd, line: lines[.playlistType] ?? 0, tag: .playlistType)
        }
    }

    /// Three target durations in microseconds.
    private var threeTargets: Int64 {
        let target = Int64(clamping: max(0, playlist.targetDuration ?? 0))
        let (limit, overflowed) = target.multipliedReportingOverflow(by: 3_000_000)
        return overflowed ? .max : limit
    }

    private mutating func checkStart() {
        guard let offset = playlist.start?.timeOffset.microseconds, playlist.skip == nil else { return }
        let total = playlist.segments.totalDuration.microseconds
        let line = lines[.start] ?? 0
        if offset.magnitude > total.magnitude {
            found.report(.startBeyondEnd, line: line, tag: .start)
        } else if !playlist.isEnded, (offset < 0 ? 0 &- offset : total &- offset) < threeTargets {
            found.report(.startNearEnd, line: line, tag: .start)
        }
    }

    private mutating func checkVersion() {
        found.checkVersion(
            playlist.version,
            minimum: playlist.minimumVersion,
            line: lines[.version] ?? 0
        )
    }
}
