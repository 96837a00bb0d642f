/// Checks the rules of one media playlist that concern more than one line, in one pass over its text.
struct MediaRules {
    private let playlist: MediaPlaylist
    private var found: DiagnosticCollector
    private var number = 0
    private var ranges = DateRangeRules()
    private var hints: Set<HintType> = []
    private var segmentMicros: Int64?
    private var partMicros: Int64 = 0
    private var partCount = 0
    /// The line of a part that is too short unless it is the last of its segment.
    private var shortPart = 0
    private var hasParts = false
    private var lastPart: PartialSegment?
    private var hasDate = false
    private var lines: [PlaylistTag: Int] = [:]

    init(_ playlist: MediaPlaylist, limit: Int) {
        self.playlist = playlist
        found = DiagnosticCollector(limit: limit)
    }

    mutating func diagnostics(in bytes: [UInt8]) -> [PlaylistDiagnostic] {
        let text = bytes.span
        var scanner = PlaylistLineScanner()
        while let line = scanner.next(in: text) {
            number += 1
            switch line.content {
            case .uri: endSegment()
            case .tag(let tag):
                if lines[tag] == nil { lines[tag] = number }
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
        case .programDateTime: hasDate = true
        case .discontinuity: shortPart = 0
        case .part: checkPart(PartialSegment(attributes: attributes(line, in: text)))
        case .key: KeyRules.check(EncryptionKey(attributes: attributes(line, in: text)), line: number, &found)
        case .map:
            let map = MediaInitialization(attributes: attributes(line, in: text))
            if let range = map.byteRange, range.start == nil {
                found.report(.mapRangeWithoutStart, line: number, tag: .map)
            }
        case .dateRange: ranges.add(DateRange(attributes: attributes(line, in: text)), line: number, &found)
        case .preloadHint:
            let hint = PreloadHint(attributes: attributes(line, in: text))
            if !hints.insert(hint.type).inserted {
                found.report(.duplicatePreloadHint, line: number, tag: .preloadHint, subject: hint.type.rawValue)
            }
        default: break
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
        partMicros &+= part.duration.microseconds
        if shortPart > 0 {
            found.report(.partTooShort, line: shortPart, tag: .part)
            shortPart = 0
        }
        guard let target = playlist.partInformation?.partTarget else { return }
        if part.duration > target { found.report(.partExceedsTarget, line: number, tag: .part) }
        // 85 hundredths, without a product that could overflow.
        if part.duration.microseconds < target.microseconds / 100 * 85, !part.isGap { shortPart = number }
    }

    private mutating func endSegment() {
        if let segmentMicros, partCount > 0, (segmentMicros &- partMicros).magnitude > 100_000 {
            let difference = MediaDuration(microseconds: segmentMicros &- partMicros).seconds
            found.report(.partsDoNotAddUp, line: number, tag: .part, subject: "\(difference)")
        }
        segmentMicros = nil
        partMicros = 0
        partCount = 0
        shortPart = 0
        lastPart = nil
    }

    private mutating func checkWhole() {
        if playlist.targetDuration == nil { found.report(.missingTargetDuration, line: 1, tag: .targetDuration) }
        checkVersion()
        checkServerControl()
        if hasParts, playlist.partInformation == nil {
            found.report(.partWithoutInformation, line: lines[.part] ?? 0, tag: .part)
        }
        if let start = playlist.start, playlist.skip == nil,
            start.timeOffset.microseconds.magnitude > playlist.segments.totalDuration.microseconds.magnitude
        {
            found.report(.startBeyondEnd, line: lines[.start] ?? 0, tag: .start)
        }
        if playlist.kind == .vod, !playlist.isEnded {
            found.report(.vodWithoutEnd, line: lines[.playlistType] ?? 0, tag: .playlistType)
        }
    }

    private mutating func checkVersion() {
        found.checkVersion(
            playlist.version,
            minimum: playlist.minimumVersion,
            line: lines[.version] ?? 0
        )
    }

    private mutating func checkServerControl() {
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

/// Checks one key, of segments or of the session (4.4.4.4).
enum KeyRules {
    static func check(_ key: EncryptionKey, line: Int, _ found: inout DiagnosticCollector) {
        if key.method == .none {
            if key.attributes.names.count > 1 { found.report(.keyNoneWithAttributes, line: line, tag: .key) }
            return
        }
        if key.uri == nil { found.report(.keyWithoutURI, line: line, tag: .key) }
        if let vector = key.initializationVector, vector.bytes.count != 16 {
            found.report(.wrongIVLength, line: line, tag: .key)
        }
        if let versions = key.keyFormatVersions {
            let numbers = versions.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
            if !numbers.allSatisfy({ Int(String(Substring($0))).map { $0 > 0 } ?? false }) {
                found.report(.malformedKeyVersions, line: line, tag: .key)
            }
        }
    }
}

extension DiagnosticCollector {
    /// Compares the version that a playlist declares with what it needs.
    mutating func checkVersion(_ declared: Int?, minimum: MinimumVersion, line: Int) {
        let declared = declared ?? 1
        for reason in minimum.reasons where reason.version > declared {
            let need = "\(reason.feature) needs version \(reason.version), not \(declared)"
            report(.versionTooLow, line: max(1, line), tag: .version, subject: need)
        }
    }
}
