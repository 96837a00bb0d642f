import HLSKit

extension PlaylistCase {
    /// Everything that was read, a line each; a case expects some of them.
    static func values(_ playlist: Playlist) -> [String] {
        switch playlist {
        case .media(let playlist): header(playlist) + segments(playlist) + metadata(playlist)
        case .multivariant(let playlist): values(playlist)
        }
    }

    private static func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "-" }
    private static func text(_ value: QuotedList?) -> String { value?.entries.joined(separator: ",") ?? "-" }
    private static func text(_ value: MediaDuration?) -> String { text(value?.seconds) }
    private static func text(_ value: ByteRange?) -> String {
        value.map { "\($0.length)@\(text($0.start))" } ?? "-"
    }
    private static func text(_ value: Resolution?) -> String { value.map { "\($0.width)x\($0.height)" } ?? "-" }
    private static func text(_ value: (some PlaylistToken)?) -> String { value?.rawValue ?? "-" }
    private static func text(_ value: HexadecimalSequence?) -> String { text(value?.bytes.last) }

    private static func header(_ playlist: MediaPlaylist) -> [String] {
        var values = [
            "version \(text(playlist.version))", "target \(text(playlist.targetDuration))",
            "sequence \(playlist.mediaSequence)", "type \(text(playlist.kind?.rawValue))",
            "part target \(text(playlist.partInformation?.partTarget))",
        ]
        if playlist.hasIndependentSegments { values.append("independent") }
        if playlist.isEnded { values.append("ended") }
        if playlist.isIFramesOnly { values.append("i-frames") }
        if let start = playlist.start {
            values.append("start \(start.timeOffset.seconds)\(start.isPrecise ? " precise" : "")")
        }
        if let control = playlist.serverControl {
            values.append(
                "control \(text(control.canSkipUntil)) \(control.canSkipDateRanges) \(text(control.holdBack)) "
                    + "\(text(control.partHoldBack)) \(control.canBlockReload)"
            )
        }
        if let skip = playlist.skip {
            values.append(
                "skip \(skip.count) \(skip.recentlyRemovedDateRanges?.entries.joined(separator: "|") ?? "-")"
            )
        }
        return values
    }

    private static func segments(_ playlist: MediaPlaylist) -> [String] {
        playlist.segments.flatMap { segment in
            var values = [
                "uri \(segment.uri)", "duration \(segment.duration.seconds)", "title \(segment.title)",
                "range \(text(segment.byteRange))", "keys \(segment.keys.count)", "date \(text(segment.date))",
                "discontinuity \(segment.discontinuitySequence)", "number \(segment.mediaSequence)",
                "bitrate \(text(segment.bitrate))", "other \(segment.otherLines.joined(separator: "|"))",
            ]
            if segment.isGap { values.append("gap") }
            if let map = segment.map { values.append("map \(map.uri) \(text(map.byteRange))") }
            values += segment.keys.map { "key \($0.method.rawValue) \(text($0.uri)) \(text($0.initializationVector))" }
            values += segment.parts.map {
                "part \($0.uri) \($0.duration.seconds) \($0.isIndependent) \(text($0.resolvedByteRange)) \($0.isGap)"
            }
            return values
        }
    }

    private static func metadata(_ playlist: MediaPlaylist) -> [String] {
        var values: [String] = []
        for range in playlist.mergedDateRanges {
            values.append(
                "range \(range.id) \(text(range.rangeClass)) \(text(range.cue)) \(text(range.duration)) "
                    + "\(text(range.plannedDuration))"
            )
            if let ad = range.interstitial {
                values.append(
                    "interstitial \(text(ad.assetURI)) \(text(ad.assetListURI)) \(text(ad.resumeOffset)) "
                        + "\(text(ad.playoutLimit)) \(text(ad.snap)) \(text(ad.restrictions)) \(ad.contentMayVary) "
                        + "\(text(ad.timelineOccupies)) \(text(ad.timelineStyle)) \(text(ad.skipControlOffset)) "
                        + "\(text(ad.skipControlDuration)) \(text(ad.skipControlLabelID))"
                )
            }
            if let preload = range.preload {
                values.append("preload \(text(preload.uri)) \(text(preload.targetID)) \(text(preload.targetClass))")
            }
        }
        values += playlist.pendingParts.map { "pending \($0.uri) \(text($0.resolvedByteRange))" }
        values += playlist.preloadHints.map {
            "hint \($0.type.rawValue) \($0.uri) \(text($0.byteRangeStart)) \(text($0.byteRangeLength))"
        }
        values += playlist.renditionReports.map {
            "report \($0.uri) \(text($0.lastMediaSequence)) \(text($0.lastPart))"
        }
        return values
    }

    private static func values(_ playlist: MultivariantPlaylist) -> [String] {
        var values: [String] = []
        for media in playlist.renditions {
            values.append(
                "rendition \(media.type.rawValue) \(media.groupID) \(media.name) \(text(media.uri)) "
                    + "\(text(media.language)) \(text(media.associatedLanguage)) \(text(media.stableRenditionID)) "
                    + "\(media.isDefault) \(media.isAutoselect) \(media.isForced) \(text(media.instreamID)) "
                    + "\(text(media.bitDepth)) \(text(media.sampleRate)) \(text(media.characteristics)) "
                    + "\(text(media.channels))"
            )
        }
        for variant in playlist.variants {
            let captions =
                switch variant.closedCaptions {
                case .group(let name)?: name
                case .absent?: "NONE"
                case nil: "-"
                }
            values.append(
                "variant \(variant.uri) \(variant.bandwidth) \(text(variant.averageBandwidth)) \(text(variant.score)) "
                    + "\(text(variant.codecs)) \(text(variant.supplementalCodecs)) \(text(variant.resolution)) "
                    + "\(text(variant.frameRate)) \(text(variant.hdcpLevel)) \(text(variant.allowedCPC)) "
                    + "\(text(variant.videoRange)) \(text(variant.requiredVideoLayout)) "
                    + "\(text(variant.stableVariantID)) \(text(variant.audio)) \(text(variant.video)) "
                    + "\(text(variant.subtitles)) \(captions) \(text(variant.pathwayID))"
            )
        }
        for variant in playlist.iFrameVariants {
            values.append(
                "i-frames \(variant.uri) \(variant.bandwidth) \(text(variant.averageBandwidth)) \(text(variant.score)) "
                    + "\(text(variant.codecs)) \(text(variant.supplementalCodecs)) \(text(variant.resolution)) "
                    + "\(text(variant.hdcpLevel)) \(text(variant.allowedCPC)) \(text(variant.videoRange)) "
                    + "\(text(variant.requiredVideoLayout)) \(text(variant.stableVariantID)) \(text(variant.video)) "
                    + "\(text(variant.pathwayID))"
            )
        }
        values += playlist.sessionData.map {
            "data \($0.dataID) \(text($0.value)) \(text($0.uri)) \(text($0.format)) \(text($0.language))"
        }
        values += playlist.sessionKeys.map {
            "session key \($0.method.rawValue) \(text($0.uri)) \(text($0.initializationVector)) \(text($0.keyFormat)) "
                + "\(text($0.keyFormatVersions))"
        }
        if let steering = playlist.contentSteering {
            values.append("steering \(steering.serverURI) \(text(steering.pathwayID))")
        }
        return values
    }
}
