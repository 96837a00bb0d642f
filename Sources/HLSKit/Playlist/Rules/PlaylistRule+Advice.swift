extension PlaylistRule {
    /// What is wrong and what to do; `%` stands for what the finding is about.
    public var advice: String {
        switch self {
        case .missingHeader:
            "The first line is not #EXTM3U: make it the first line."
        case .byteOrderMark:
            "The file starts with a byte order mark: save it as UTF-8 without one."
        case .controlCharacter:
            "There is a control character: remove it."
        case .invalidUTF8:
            "There are bytes that are not UTF-8: save the file as UTF-8."
        case .strayWhitespace:
            "There are spaces around the line's text: remove them."
        case .mixedPlaylist:
            "% does not belong to this kind of playlist: move it to a playlist of its own."
        case .duplicateTag:
            "% stands more than once: keep one."
        case .malformedValue:
            "The value '%' is not what the tag takes: correct it."
        case .unexpectedValue:
            "% takes no value: end the line after its name."
        case .unsupportedVersion:
            "Version % is newer than 13, the newest that is known here."
        case .tooManyDiagnostics:
            "There are more findings than are kept: correct these first."
        case .malformedAttributeList:
            "The attribute list is broken at '%': write NAME=value, names in capitals, with commas and no spaces between."
        case .duplicateAttribute:
            "The attribute % stands twice: keep one."
        case .malformedAttribute:
            "The attribute % has a value of another form than the tag demands: correct it."
        case .unknownAttributeValue:
            "The attribute % has a value that is not defined: use a defined one."
        case .missingAttribute:
            "The attribute % is missing: add it."
        case .undefinedVariable:
            "The variable % is not defined above this line: define it with #EXT-X-DEFINE."
        case .duplicateVariable:
            "The variable % is defined twice: keep one."
        case .malformedDefinition:
            "A definition has exactly one of NAME with VALUE, IMPORT and QUERYPARAM: correct it."
        case .malformedVariableName:
            "The variable name '%' has other characters than letters, digits, - and _: rename it."
        case .unknownImport:
            "The multivariant playlist does not define %: define it there, or read the playlist with its variables."
        case .importInMultivariant:
            "IMPORT stands in a multivariant playlist: use it in media playlists only."
        case .missingQueryParameter:
            "The URL has no query parameter % with a value: add it, or read the playlist with its URL."
        case .missingTargetDuration:
            "There is no #EXT-X-TARGETDURATION: add one."
        case .segmentExceedsTarget:
            "The segment lasts % s, rounded more than the target duration: raise the target or cut shorter."
        case .sequenceAfterSegment:
            "% stands behind a segment or discontinuity: move it in front."
        case .versionTooLow:
            "%: raise #EXT-X-VERSION."
        case .holdBackTooSmall:
            "HOLD-BACK is below three target durations: raise it."
        case .partHoldBackMissing:
            "There are parts but no PART-HOLD-BACK: add it to #EXT-X-SERVER-CONTROL."
        case .partHoldBackTooSmall:
            "PART-HOLD-BACK is below twice the part target: raise it to three times."
        case .partHoldBackLow:
            "PART-HOLD-BACK is below three times the part target: raise it."
        case .canSkipUntilTooSmall:
            "CAN-SKIP-UNTIL is below six target durations: raise it."
        case .skipDateRangesAlone:
            "CAN-SKIP-DATERANGES needs CAN-SKIP-UNTIL: add it."
        case .startBeyondEnd:
            "TIME-OFFSET is beyond the playlist: choose one within it."
        case .vodWithoutEnd:
            "The type is VOD but #EXT-X-ENDLIST is missing: add it, or remove the type."
        case .missingDuration:
            "The segment has no #EXTINF: add one in front of its URI."
        case .missingComma:
            "#EXTINF has no comma behind the duration: add it."
        case .missingSegmentURI:
            "#EXTINF is not followed by a URI: add it, or remove the tag."
        case .unknownRangeStart:
            "The range has no offset and the previous segment is no range of the same resource: add @offset."
        case .rangeTooLarge:
            "The range ends beyond 2^63 bytes: correct it."
        case .keyWithoutURI:
            "METHOD is not NONE but URI is missing: add it."
        case .keyNoneWithAttributes:
            "METHOD is NONE but there are other attributes: remove them."
        case .wrongIVLength:
            "IV is not 128 bits: write 0x and 32 digits."
        case .tooManyKeys:
            "More than 32 keys apply at once: end some with METHOD=NONE."
        case .malformedKeyVersions:
            "KEYFORMATVERSIONS is not positive integers with / between: correct it."
        case .mapRangeWithoutStart:
            "BYTERANGE of #EXT-X-MAP has no offset: add @offset."
        case .partWithoutInformation:
            "There are parts but no #EXT-X-PART-INF: add it."
        case .partExceedsTarget:
            "The part lasts longer than PART-TARGET: raise the target or cut shorter."
        case .partTooShort:
            "A part that is not the last of its segment is shorter than 85% of PART-TARGET: cut longer."
        case .unknownPartStart:
            "The range has no offset and the part in front is no range of the same resource: add @offset."
        case .partsDoNotAddUp:
            "The parts last % s other than the segment: correct the durations."
        case .dateRangeWithoutDate:
            "There is a date range but no #EXT-X-PROGRAM-DATE-TIME: add one."
        case .dateRangeWithoutStart:
            "The first tag of the date range % has no START-DATE: add it."
        case .dateRangeConflict:
            "The date range % repeats an attribute with another value: make them equal."
        case .dateRangeNegative:
            "A duration of the date range % is negative: correct it."
        case .dateRangeEndsEarly:
            "The date range % ends before it starts: correct END-DATE."
        case .dateRangeLengthDiffers:
            "END-DATE of the date range % is not START-DATE plus DURATION: correct one."
        case .dateRangeOpenEnd:
            "END-ON-NEXT of the date range % needs CLASS, and neither DURATION nor END-DATE: correct it."
        case .dateRangesOverlap:
            "The date range % overlaps an earlier one of its class: move it."
        case .dateRangeAttribute:
            "The attribute % is not defined: start its name with X-."
        case .conflictingCue:
            "CUE has both PRE and POST: keep one."
        case .interstitialAsset:
            "An interstitial has exactly one of X-ASSET-URI and X-ASSET-LIST: correct it."
        case .preloadTarget:
            "A preload needs X-URI, X-TARGET-ID and X-TARGET-CLASS: add what is missing."
        case .duplicatePreloadHint:
            "There are two preload hints of type %: keep one."
        case .missingVariantURI:
            "#EXT-X-STREAM-INF is not followed by a URI: add it."
        case .uriWithoutVariant:
            "The URI has no #EXT-X-STREAM-INF in front: add one."
        case .noVariants:
            "There is no variant: add #EXT-X-STREAM-INF."
        case .missingCodecs:
            "CODECS is missing: add it, so that clients choose what they can play."
        case .averageExceedsPeak:
            "AVERAGE-BANDWIDTH is above BANDWIDTH: correct one."
        case .unknownGroup:
            "No #EXT-X-MEDIA of that type has the group %: add it, or correct the name."
        case .captionsNotConsistent:
            "CLOSED-CAPTIONS is NONE on some variants only: make it NONE on all."
        case .scoreNotOnAll:
            "SCORE is on some variants only: add it to all."
        case .malformedStableID:
            "The stable ID '%' has characters that it must not: use letters, digits and + / = . - _."
        case .captionsWithURI:
            "Closed captions have no URI: remove it."
        case .captionsWithoutInstreamID:
            "Closed captions need INSTREAM-ID: add it."
        case .malformedInstreamID:
            "INSTREAM-ID '%' is none: use CC1 to CC4 or SERVICE1 to SERVICE63, or letters, digits and . for other types."
        case .subtitlesWithoutURI:
            "Subtitles need a URI: add it."
        case .forcedNotSubtitles:
            "FORCED is for subtitles only: remove it."
        case .defaultNotAutoselect:
            "DEFAULT is YES but AUTOSELECT is NO: make it YES."
        case .duplicateRenditionName:
            "The group has two renditions of the name %: rename one."
        case .severalDefaults:
            "The group % has more than one default: keep one."
        case .groupsDiffer:
            "The group % has other renditions than the first of its type: make them the same."
        case .groupMembersDiffer:
            "The rendition % has other attributes than in the first group of its type: make them the same."
        case .autoselectNotDistinct:
            "The rendition % has the language, role and characteristics of another: let them differ."
        case .sessionDataValue:
            "Session data has exactly one of VALUE and URI: correct it."
        case .duplicateSessionData:
            "The session data % stands twice for one language: keep one."
        case .sessionKeyNone:
            "METHOD of a session key is NONE: remove the tag."
        case .duplicateSessionKey:
            "The session key stands twice: keep one."
        case .unknownPathway:
            "No variant has the pathway %: add one, or correct the name."
        case .missingMediaPlaylist:
            "The media playlist % was not given: nothing of it was checked."
        case .targetDurationsDiffer:
            "The target duration of % differs from the first playlist's: make them equal."
        case .playlistTypesDiffer:
            "#EXT-X-PLAYLIST-TYPE of % differs from the first playlist's: make them equal."
        case .discontinuitiesDiffer:
            "The discontinuities of % are not where the first playlist has them: align them."
        case .datesDiffer:
            "% has no dates or other dates than the first playlist: give all the same."
        case .durationsDiffer:
            "% is more than a target duration longer or shorter than the first playlist: make them end together."
        case .bandwidthTooLow:
            "Segments need % bits per second, more than BANDWIDTH: raise it."
        case .averageBandwidthTooLow:
            "Segments need % bits per second on average, more than AVERAGE-BANDWIDTH: raise it."
        case .bandwidthTooHigh:
            "BANDWIDTH is more than 10% above what segments need, % bits per second: lower it."
        case .codecNotDeclared:
            "The segments have the format %, which CODECS does not list: add it."
        case .codecNotPresent:
            "CODECS lists the format %, which the segments do not have: remove it."
        case .iFramesExpected:
            "The playlist % of I-frames has no #EXT-X-I-FRAMES-ONLY: add it."
        case .sessionKeyDiffers:
            "The session key % has another METHOD or format than the key of a media playlist: make them the same."
        case .sessionKeyMissing:
            "Several media playlists use the key %, which is no session key: add #EXT-X-SESSION-KEY."
        case .missingRenditionReport:
            "There is no #EXT-X-RENDITION-REPORT for %: add it, so that clients can switch without a delay."
        case .mediaSequenceDecreased:
            "The media sequence number went back from %: never lower it."
        case .discontinuitySequenceChanged:
            "The discontinuity sequence number of the first segment was % before: count each discontinuity removed."
        case .targetDurationChanged:
            "The target duration was % s before: keep it."
        case .playlistTypeChanged:
            "#EXT-X-PLAYLIST-TYPE was % before: keep it."
        case .changedAgainstType:
            "The playlist has changed although its type is %: only add segments to EVENT, and nothing to VOD."
        case .segmentChanged:
            "The segment % is another than before: publish a segment once and leave it."
        case .segmentsTakenBack:
            "The segment % is gone from the end: remove segments from the start only."
        case .windowTooShort:
            "Segments were removed although less than three target durations are left, % s: keep more."
        case .grownAfterEnd:
            "There are more segments although the playlist had ended: add #EXT-X-ENDLIST with the last one only."
        case .appleIndependentSegments:
            "#EXT-X-INDEPENDENT-SEGMENTS is missing: add it."
        case .appleTargetDuration:
            "The target duration is % s: use 6 s."
        case .appleSegmentDuration:
            "Segments last % s on average: cut them at about 6 s."
        case .appleLiveDates:
            "A live playlist has no #EXT-X-PROGRAM-DATE-TIME: add it."
        case .appleLiveLength:
            "A live playlist has fewer than 6 segments: keep more."
        case .applePlaylistType:
            "An ended playlist has no #EXT-X-PLAYLIST-TYPE: add VOD or EVENT."
        case .appleCodecs:
            "CODECS is missing: add it."
        case .appleResolution:
            "A variant with video has no RESOLUTION: add it."
        case .appleFrameRate:
            "A variant with video has no FRAME-RATE: add it."
        case .appleAverageBandwidth:
            "AVERAGE-BANDWIDTH is missing: add it."
        case .applePeakToAverage:
            "BANDWIDTH is more than twice AVERAGE-BANDWIDTH: even out the bit rate."
        case .appleVideoRange:
            "Some variants have VIDEO-RANGE and this one has not: add it."
        case .appleIFrames:
            "There is no #EXT-X-I-FRAME-STREAM-INF for the video: add one."
        case .appleLowestBandwidth:
            "No variant is at most 192,000 bits per second: add one."
        case .appleLadder:
            "The bit rate is not 1.5 to 2 times that of the next lower variant: space them so."
        case .appleLanguage:
            "A rendition has no LANGUAGE: add it."
        case .appleVideoProfile:
            "The level of % is above 5.2: lower it."
        case .versionTooHigh:
            "Version % is enough: lower #EXT-X-VERSION, so that older clients play it too."
        case .targetDurationZero:
            "The target duration is 0: give the duration of the longest segment, at least 1."
        case .startNearEnd:
            "TIME-OFFSET is less than three target durations from the end: choose an earlier one."
        case .skippedTooMuch:
            "The % s that are left are less than CAN-SKIP-UNTIL: skip only older segments."
        case .initializationVectorNotAllowed:
            "METHOD % has no IV: remove it."
        case .mapKeyWithoutIV:
            "The AES-128 key that applies to #EXT-X-MAP has no IV: add one."
        case .dateWithoutZone:
            "The date '%' has no time zone: add one, such as Z."
        case .ambiguousDate:
            "The date is % s before the end of the segment in front: let dates not overlap."
        case .discontinuityWithoutDate:
            "The playlist has dates but this segment behind a discontinuity has none: add #EXT-X-PROGRAM-DATE-TIME."
        case .bitrateDiffers:
            "#EXT-X-BITRATE is more than a tenth off the % kbit/s of the segment: correct it."
        case .tagBehindPart:
            "% stands behind a part of its segment: move it in front of the first part."
        case .partsInIFrames:
            "A playlist of I-frames has parts: remove them."
        case .partTooOld:
            "Parts are more than three target durations from the end: remove them."
        case .preloadRange:
            "A preload needs DURATION or END-DATE, and neither CUE nor END-ON-NEXT: correct it."
        case .hintAfterEnd:
            "There is a preload hint in a playlist that has ended: remove it."
        case .reportNotRelative:
            "URI of the rendition report is not relative: write it relative to this playlist."
        case .malformedVideoLayout:
            "REQ-VIDEO-LAYOUT '%' has an empty entry, an unknown specifier, or two of one kind: correct it."
        case .needlessVideoLayout:
            "REQ-VIDEO-LAYOUT '%' is what holds without it: remove it, so that older clients play the variant."
        case .malformedPathwayID:
            "The pathway ID '%' has characters that it must not: use letters, digits and . - _."
        case .stableIDsDiffer:
            "The URI % has two stable IDs: use one."
        case .audioAttributeElsewhere:
            "% is for audio only: remove it."
        case .audioWithoutChannels:
            "The audio rendition % has no CHANNELS: add it."
        case .tagInBoth:
            "% stands in the multivariant playlist too: keep that one."
        case .serverControlsDiffer:
            "#EXT-X-SERVER-CONTROL of % differs from the first playlist's: make them equal."
        case .dateRangesDiffer:
            "The date ranges of % differ from those of another playlist: make them equal."
        case .appleFrameRateTooHigh:
            "The frame rate is above 60: lower it."
        case .appleSampleEntry:
            "The format % keeps parameter sets in the samples: use avc1, hvc1 or dvh1."
        case .appleStandardRange:
            "There is no SDR variant: add one for devices that show nothing else."
        case .appleAspectRatio:
            "The aspect ratio differs from the first variant's: make them equal."
        case .appleStereo:
            "There is sound but no AAC: add stereo in AAC."
        case .appleAutoselect:
            "The rendition % is for accessibility or forced, but AUTOSELECT is not YES: make it so."
        case .appleDiscontinuitySequence:
            "A live playlist has discontinuities but no #EXT-X-DISCONTINUITY-SEQUENCE: add it."
        case .appleMap:
            "The segment % of fragmented MP4 has no #EXT-X-MAP: add one."
        case .appleVariants:
            "The video has one bit rate only: add variants."
        case .appleHighestResolution:
            "One variant only has the highest resolution: add another."
        case .appleSteeringPathway:
            "#EXT-X-CONTENT-STEERING has no PATHWAY-ID: add it."
        case .appleKeyMethod:
            "METHOD % cannot be used so on Apple devices: use SAMPLE-AES."
        case .appleKeyVector:
            "A FairPlay key has an IV: remove it."
        case .applePartHoldBack:
            "PART-HOLD-BACK is below three times the part target: raise it."
        case .appleDeltaUpdates:
            "A low-latency window of more than two minutes has no CAN-SKIP-UNTIL: offer delta updates."
        case .appleSkipDateRanges:
            "CAN-SKIP-DATERANGES is missing though there are date ranges: add it."
        }
    }
}
