/// Checks the rules of Apple's HLS Authoring Specification for Apple Devices that a media playlist shows.
struct AuthoringRules {
    let playlist: MediaPlaylist
    let lines: TagLines
    var found: DiagnosticCollector

    mutating func check() {
        checkKeys()
        guard !playlist.isIFramesOnly else { return }
        if !playlist.hasIndependentSegments {
            found.report(.appleIndependentSegments, line: 1, tag: .independentSegments)
        }
        if let target = playlist.targetDuration, target != 6 {
            found.report(.appleTargetDuration, line: lines.number(.targetDuration), subject: "\(target)")
        }
        let count = playlist.segments.count
        if count > 2 {
            let average = playlist.segments.totalDuration.seconds / Double(count)
            if average < 4 || average > 8 {
                found.report(.appleSegmentDuration, line: lines.number(.segment), subject: "\(average)")
            }
        }
        checkMaps()
        checkLengths()
        if playlist.isEnded {
            if playlist.kind == nil { found.report(.applePlaylistType, line: lines.number(.endList)) }
        } else {
            checkLive()
        }
    }

    /// No segment is more than half a second longer than the target, whatever its duration rounds to.
    private mutating func checkLengths() {
        guard let target = playlist.targetDuration else { return }
        let (limit, overflowed) = Int64(clamping: target).multipliedReportingOverflow(by: 1_000_000)
        guard !overflowed, limit < .max - 500_000 else { return }
        for (index, record) in playlist.segments.records.enumerated() where record.duration > limit + 500_000 {
            let subject = "\(MediaDuration(microseconds: record.duration).seconds)"
            found.report(.appleSegmentTooLong, line: lines.number(.segment, index), subject: subject)
        }
    }

    private mutating func checkLive() {
        let total = playlist.segments.totalDuration
        // An event has all that there was.
        if total < 900, playlist.skip == nil, playlist.kind == nil {
            found.report(.appleLiveWindow, line: 1, subject: "\(total.seconds)")
        }
        if lines.number(.programDateTime) == 0 { found.report(.appleLiveDates, line: 1, tag: .programDateTime) }
        if playlist.segments.count < 6, playlist.skip == nil { found.report(.appleLiveLength, line: 1) }
        if lines.number(.discontinuity) > 0, lines.number(.discontinuitySequence) == 0 {
            found.report(.appleDiscontinuitySequence, line: lines.number(.discontinuity))
        }
        guard let target = playlist.partInformation?.partTarget else { return }
        if target.microseconds != 1_000_000 {
            found.report(.applePartTarget, line: lines.number(.partInformation), subject: "\(target.seconds)")
        }
        let control = playlist.serverControl
        let line = lines.number(.serverControl)
        if let holdBack = control?.partHoldBack, holdBack.microseconds / 3 < target.microseconds {
            found.report(.applePartHoldBack, line: line, tag: .serverControl)
        }
        if control?.canSkipUntil == nil {
            if playlist.segments.totalDuration > 120 { found.report(.appleDeltaUpdates, line: line) }
        } else if lines.number(.dateRange) > 0, control?.canSkipDateRanges != true {
            found.report(.appleSkipDateRanges, line: line)
        }
    }

    private mutating func checkMaps() {
        for (index, record) in playlist.segments.records.enumerated() where record.map == 0 {
            let uri = playlist.segments[index].uri
            let path = uri.utf8.prefix { $0 != 0x3F && $0 != 0x23 }
            let isFragmented = [".m4s", ".mp4", ".cmfv", ".cmfa"].contains { Substring(path).hasSuffix($0) }
            // The others are most likely the same, or text.
            if isFragmented { found.report(.appleMap, line: lines.number(.segment, index), subject: uri) }
            return
        }
    }

    private mutating func checkKeys() {
        var index = 0
        var scanner = PlaylistLineScanner()
        let bytes = playlist.bytes
        while let line = scanner.next(in: bytes.span) {
            guard line.content == .tag(.key) else { continue }
            let list = playlist.variables.substituted(AttributeList(bytes: bytes.span.array(line.value)))
            Self.check(EncryptionKey(attributes: list), line: lines.number(.key, index), &found)
            index += 1
        }
    }

    /// Checks a key of segments or of the session.
    static func check(_ key: some KeyTag, line: Int, _ found: inout DiagnosticCollector) {
        let isFairPlay = key.keyFormat == "com.apple.streamingkeydelivery"
        if key.method == .sampleAESCTR || (isFairPlay && key.method != .sampleAES && key.method != .none) {
            found.report(.appleKeyMethod, line: line, subject: key.method.rawValue)
        }
        if !isFairPlay, key.uri?.hasPrefix("skd:") == true {
            found.report(.appleKeyFormat, line: line, subject: key.uri ?? "")
        }
        if isFairPlay, key.attributes.contains("IV") { found.report(.appleKeyVector, line: line) }
    }
}
