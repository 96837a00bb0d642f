extension PlaylistRule {
    /// How grave it is to break a rule.
    public enum Severity: Int, Sendable, Hashable, Comparable, CaseIterable {
        /// Worth knowing; nothing is broken.
        case note
        /// A SHOULD is broken.
        case warning
        /// A MUST is broken.
        case error

        /// Orders severities from a note to an error.
        public static func < (left: Severity, right: Severity) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// How grave it is to break the rule.
    public var severity: Severity {
        switch self {
        case .unexpectedValue, .unknownAttributeValue, .partHoldBackLow, .startBeyondEnd, .vodWithoutEnd,
            .partsDoNotAddUp, .dateRangeAttribute, .noVariants, .missingCodecs, .scoreNotOnAll,
            .autoselectNotDistinct, .sessionKeyMissing, .bandwidthTooHigh,
            .codecNotPresent, .appleIndependentSegments, .appleTargetDuration, .appleSegmentDuration,
            .applePeakToAverage, .appleLowestBandwidth, .appleLadder,
            .duplicatePreloadHint,
            .versionTooHigh, .startNearEnd, .dateWithoutZone, .discontinuityWithoutDate, .partsInIFrames, .partTooOld,
            .needlessVideoLayout, .stableIDsDiffer, .audioWithoutChannels, .tagInBoth, .appleSampleEntry,
            .appleAspectRatio, .appleHighestResolution, .appleSteeringPathway, .appleKeyVector, .appleDeltaUpdates,
            .appleSkipDateRanges:
            .warning
        case .unsupportedVersion, .tooManyDiagnostics, .missingMediaPlaylist:
            .note
        default: .error
        }
    }

    /// Whether the rule is one of Apple's HLS Authoring Specification for Apple Devices.
    public var isAuthoringRule: Bool { rawValue.hasPrefix("apple-") }

    /// The section of draft-pantos-hls-rfc8216bis, or the items of Apple's authoring specification.
    ///
    /// Nil for a rule about all tags: a diagnostic of it names the section of its tag.
    public var section: String? {
        switch self {
        case .missingHeader:
            "4.4.1.1"
        case .byteOrderMark, .controlCharacter, .invalidUTF8, .strayWhitespace, .mixedPlaylist,
            .tooManyDiagnostics:
            "4.1"
        case .duplicateTag, .malformedValue, .unexpectedValue, .malformedAttribute, .unknownAttributeValue,
            .missingAttribute:
            nil
        case .unsupportedVersion:
            "4.4.1.2"
        case .malformedAttributeList, .duplicateAttribute:
            "4.2"
        case .undefinedVariable:
            "4.3"
        case .duplicateVariable, .malformedDefinition, .malformedVariableName, .unknownImport,
            .importInMultivariant, .missingQueryParameter:
            "4.4.2.3"
        case .missingTargetDuration, .segmentExceedsTarget:
            "4.4.3.1"
        case .sequenceAfterSegment:
            "4.4.3.2"
        case .versionTooLow:
            "8"
        case .holdBackTooSmall, .partHoldBackMissing, .partHoldBackTooSmall, .partHoldBackLow,
            .canSkipUntilTooSmall, .skipDateRangesAlone:
            "4.4.3.8"
        case .startBeyondEnd:
            "4.4.2.2"
        case .vodWithoutEnd:
            "4.4.3.5"
        case .missingDuration, .missingComma, .missingSegmentURI:
            "4.4.4.1"
        case .unknownRangeStart, .rangeTooLarge:
            "4.4.4.2"
        case .keyWithoutURI, .keyNoneWithAttributes, .wrongIVLength, .tooManyKeys, .malformedKeyVersions:
            "4.4.4.4"
        case .mapRangeWithoutStart:
            "4.4.4.5"
        case .partWithoutInformation:
            "4.4.3.7"
        case .partExceedsTarget, .partTooShort, .partsDoNotAddUp, .unknownPartStart:
            "4.4.4.9"
        case .dateRangeWithoutDate, .dateRangeWithoutStart, .dateRangeConflict, .dateRangeNegative,
            .dateRangeEndsEarly, .dateRangeLengthDiffers, .dateRangeOpenEnd, .dateRangesOverlap,
            .dateRangeAttribute, .conflictingCue:
            "4.4.5.1"
        case .interstitialAsset:
            "D.2"
        case .preloadTarget:
            "F"
        case .duplicatePreloadHint:
            "6.2.6"
        case .missingVariantURI, .uriWithoutVariant, .missingCodecs, .averageExceedsPeak, .unknownGroup,
            .captionsNotConsistent, .scoreNotOnAll, .bandwidthTooLow, .averageBandwidthTooLow,
            .bandwidthTooHigh, .codecNotDeclared, .codecNotPresent:
            "4.4.6.2"
        case .noVariants, .malformedStableID:
            "4.4.6"
        case .captionsWithURI, .captionsWithoutInstreamID, .malformedInstreamID, .subtitlesWithoutURI,
            .forcedNotSubtitles, .defaultNotAutoselect:
            "4.4.6.1"
        case .duplicateRenditionName, .severalDefaults, .groupsDiffer, .groupMembersDiffer, .autoselectNotDistinct:
            "4.4.6.1.1"
        case .sessionDataValue, .duplicateSessionData:
            "4.4.6.4"
        case .sessionKeyNone, .duplicateSessionKey, .sessionKeyDiffers, .sessionKeyMissing:
            "4.4.6.5"
        case .unknownPathway:
            "4.4.6.6"
        case .missingMediaPlaylist, .targetDurationsDiffer, .playlistTypesDiffer, .discontinuitiesDiffer,
            .datesDiffer, .durationsDiffer:
            "6.2.4"
        case .missingRenditionReport:
            "B.1"
        case .targetDurationChanged, .playlistTypeChanged, .segmentChanged:
            "6.2.1"
        case .mediaSequenceDecreased, .discontinuitySequenceChanged, .segmentsTakenBack, .windowTooShort:
            "6.2.2"
        case .changedAgainstType:
            "4.4.3.5"
        case .grownAfterEnd:
            "4.4.3.4"
        case .iFramesExpected:
            "4.4.6.3"
        case .versionTooHigh, .ambiguousDate, .discontinuityWithoutDate:
            "6.2.1"
        case .targetDurationZero:
            "4.4.3.1"
        case .startNearEnd:
            "4.4.2.2"
        case .skippedTooMuch:
            "6.2.5.1"
        case .initializationVectorNotAllowed:
            "4.4.4.4"
        case .mapKeyWithoutIV:
            "4.4.4.5"
        case .dateWithoutZone:
            "4.4.4.6"
        case .bitrateDiffers:
            "4.4.4.8"
        case .tagBehindPart, .partsInIFrames:
            "4.4.4.9"
        case .partTooOld:
            "6.2.2"
        case .preloadRange:
            "F"
        case .hintAfterEnd:
            "4.4.5.3"
        case .reportNotRelative:
            "4.4.5.4"
        case .malformedVideoLayout, .needlessVideoLayout:
            "4.4.6.2"
        case .malformedPathwayID:
            "4.4.6.6"
        case .stableIDsDiffer:
            "4.4.6"
        case .audioAttributeElsewhere, .audioWithoutChannels:
            "4.4.6.1"
        case .tagInBoth:
            "4.4.2"
        case .serverControlsDiffer, .dateRangesDiffer:
            "6.2.4"
        case .appleFrameRateTooHigh:
            "HLS Authoring Specification, 1.19"
        case .appleSampleEntry:
            "HLS Authoring Specification, 1.10"
        case .appleStandardRange:
            "HLS Authoring Specification, 1.24"
        case .appleAspectRatio:
            "HLS Authoring Specification, 1.33"
        case .appleStereo:
            "HLS Authoring Specification, 2.3"
        case .appleAutoselect:
            "HLS Authoring Specification, 2.13, 4.6, 5.11"
        case .appleDiscontinuitySequence:
            "HLS Authoring Specification, 8.17"
        case .appleMap:
            "HLS Authoring Specification, 8.20"
        case .appleVariants:
            "HLS Authoring Specification, 9.9"
        case .appleHighestResolution:
            "HLS Authoring Specification, 9.10"
        case .appleSteeringPathway:
            "HLS Authoring Specification, 9.18"
        case .appleKeyMethod:
            "HLS Authoring Specification, 13.2, 13.11"
        case .appleKeyVector:
            "HLS Authoring Specification, 13.4"
        case .applePartHoldBack:
            "HLS Authoring Specification, 14.3"
        case .appleDeltaUpdates:
            "HLS Authoring Specification, 14.4"
        case .appleSkipDateRanges:
            "HLS Authoring Specification, 14.5"
        case .appleIndependentSegments:
            "HLS Authoring Specification, 9.11, 9.12"
        case .appleTargetDuration:
            "HLS Authoring Specification, 7.5"
        case .appleSegmentDuration:
            "HLS Authoring Specification, 7.6"
        case .appleLiveDates:
            "HLS Authoring Specification, 8.4"
        case .appleLiveLength:
            "HLS Authoring Specification, 8.11"
        case .applePlaylistType:
            "HLS Authoring Specification, 8.6, 8.8"
        case .appleCodecs:
            "HLS Authoring Specification, 9.1, 9.3"
        case .appleResolution:
            "HLS Authoring Specification, 9.2, 9.4"
        case .appleFrameRate:
            "HLS Authoring Specification, 9.15"
        case .appleAverageBandwidth:
            "HLS Authoring Specification, 9.14"
        case .applePeakToAverage:
            "HLS Authoring Specification, 1.30"
        case .appleVideoRange:
            "HLS Authoring Specification, 9.16"
        case .appleIFrames:
            "HLS Authoring Specification, 6.1"
        case .appleLowestBandwidth:
            "HLS Authoring Specification, 9.21"
        case .appleLadder:
            "HLS Authoring Specification, 1.25"
        case .appleLanguage:
            "HLS Authoring Specification, 8.10"
        case .appleVideoProfile:
            "HLS Authoring Specification, 1.3b"
        }
    }
}
