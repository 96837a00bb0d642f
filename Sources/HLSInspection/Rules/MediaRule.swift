import HLSKit

/// A rule about media, or about media and playlist together.
///
/// The raw value names the rule and does not change.
enum MediaRule: String, Sendable, Hashable, CaseIterable {
    // Files
    case missingPlaylist = "missing-playlist"
    case missingSegment = "missing-segment"
    case unreadableSegment = "unreadable-segment"
    case emptySegment = "empty-segment"
    case rangeBeyondEnd = "range-beyond-end"
    case notAMediaSegment = "not-a-media-segment"
    case notInspected = "not-inspected"
    case initializationMissing = "initialization-missing"
    case initializationUnusable = "initialization-unusable"

    // Encryption
    case encryptedSegment = "encrypted-segment"
    case keyMissing = "key-missing"
    case keyLength = "key-length"
    case wrongKey = "wrong-key"
    case wrongVector = "wrong-iv"
    case badPadding = "bad-padding"
    case notEncrypted = "segment-not-encrypted"

    // Segments
    case tablesNotFirst = "tables-not-first"
    case segmentNotIndependent = "segment-not-independent"
    case noRandomAccess = "no-random-access"
    case durationDiffers = "duration-differs"
    case durationInexact = "duration-inexact"
    case durationDrift = "duration-drift"
    case longerThanTarget = "segment-longer-than-target"
    case timestampsDoNotRunOn = "timestamps-do-not-run-on"
    case tracksChange = "tracks-change"
    case formatChange = "format-change"
    case needlessDiscontinuity = "needless-discontinuity"
    case startOffset = "audio-video-offset"
    case missingTrack = "missing-track"
    case iFrameMissing = "i-frame-missing"
    case iFrameRepeated = "i-frame-repeated"

    // Streams
    case delimiterMissing = "delimiter-missing"
    case delimiterRepeated = "delimiter-repeated"
    case audioGap = "audio-gap"
    case audioOverlap = "audio-overlap"
    case continuityError = "continuity-error"
    case clockLate = "clock-late"
    case clockMissing = "clock-missing"
    case clockJump = "clock-jump"
    case dataAfterDecodingTime = "data-after-decoding-time"
    case timestampJump = "timestamp-jump"
    case timestampLate = "timestamp-late"
    case decodingTimeNotRising = "decoding-time-not-rising"
    case presentationBeforeDecoding = "presentation-before-decoding"
    case syncLoss = "sync-loss"
    case incompletePacket = "incomplete-packet"
    case brokenPacket = "broken-packet"
    case scrambled
    case brokenTable = "broken-table"
    case missingStream = "missing-stream"
    case brokenUnit = "broken-unit"
    case wrongStreamType = "wrong-stream-type"

    // Fragmented MP4
    case brokenBox = "broken-box"
    case missingBox = "missing-box"
    case boxOrder = "box-order"
    case codecConfiguration = "codec-configuration"
    case sampleTable = "sample-table"
    case samplesOutside = "samples-outside-media-data"
    case unknownTrack = "unknown-track"
    case decodeTimeMissing = "decode-time-missing"
    case sequenceNumberNotRising = "sequence-number-not-rising"
    case sequenceNumberBack = "sequence-number-back"
    case absoluteAddressing = "absolute-addressing"
    case incompatibleBrands = "incompatible-brands"
    case brokenSample = "broken-sample"
    case syncFlagWrong = "sync-flag-wrong"
    case syncFlagMissing = "sync-flag-missing"
    case pictureGap = "picture-gap"
    case pictureOverlap = "picture-overlap"

    // Packed audio and subtitles
    case audioTimestampMissing = "audio-timestamp-missing"
    case subtitleHeaderMissing = "subtitle-header-missing"
    case timestampMapMissing = "timestamp-map-missing"
    case timestampMapBroken = "timestamp-map-broken"
    case cueBroken = "cue-broken"
    case cueInHeader = "cue-in-header"
    case cueOutsideSegment = "cue-outside-segment"

    // Declarations
    case resolutionDiffers = "resolution-differs"
    case frameRateDiffers = "frame-rate-differs"
    case timestampsDoNotMatch = "timestamps-do-not-match"
    case segmentsNotAligned = "segments-not-aligned"
    case tooManyFindings = "too-many-findings"

    var severity: Finding.Severity {
        switch self {
        case .encryptedSegment, .notInspected, .needlessDiscontinuity, .tooManyFindings, .sequenceNumberBack,
            .startOffset:
            .hint
        case .noRandomAccess, .tablesNotFirst, .durationInexact, .durationDrift, .missingTrack,
            .timestampLate, .frameRateDiffers, .resolutionDiffers, .segmentsNotAligned, .scrambled, .missingStream,
            .iFrameRepeated, .incompatibleBrands, .syncFlagMissing, .pictureGap, .timestampMapMissing,
            .cueOutsideSegment:
            .warning
        default: .error
        }
    }

    /// The document and section that has the rule; a bare number is one of draft-pantos-hls-rfc8216bis.
    var section: String {
        switch self {
        case .missingPlaylist, .resolutionDiffers, .frameRateDiffers: "4.4.6.2"
        case .missingSegment, .unreadableSegment, .emptySegment, .notInspected, .tooManyFindings, .notAMediaSegment,
            .noRandomAccess, .missingTrack, .startOffset:
            "3"
        case .rangeBeyondEnd: "4.4.4.2"
        case .tablesNotFirst: "RFC 8216 3.2"
        case .initializationMissing, .initializationUnusable: "4.4.4.5"
        case .encryptedSegment, .keyMissing, .keyLength, .wrongKey, .wrongVector, .badPadding, .notEncrypted:
            "4.4.4.4"
        case .segmentNotIndependent: "4.4.2.1"
        case .durationDiffers, .durationInexact, .durationDrift: "4.4.4.1"
        case .longerThanTarget: "4.4.3.1"
        case .iFrameMissing, .iFrameRepeated: "4.4.3.6"
        case .timestampsDoNotRunOn, .tracksChange, .formatChange, .needlessDiscontinuity, .audioGap, .audioOverlap:
            "4.4.4.3"
        case .timestampsDoNotMatch, .segmentsNotAligned: "6.2.4"
        case .audioTimestampMissing: "RFC 8216 3.4"
        case .subtitleHeaderMissing, .timestampMapMissing, .timestampMapBroken, .cueBroken, .cueInHeader,
            .cueOutsideSegment:
            "RFC 8216 3.5"
        default: standard
        }
    }

    /// The clauses of the containers.
    private var standard: String {
        switch self {
        case .delimiterMissing, .delimiterRepeated: "ISO/IEC 13818-1 2.14.1"
        case .continuityError, .syncLoss, .incompletePacket, .brokenPacket, .scrambled: "ISO/IEC 13818-1 2.4.3.3"
        case .clockLate, .clockMissing, .clockJump: "ISO/IEC 13818-1 2.7.2"
        case .dataAfterDecodingTime: "ISO/IEC 13818-1 2.4.2.3"
        case .timestampJump, .timestampLate: "ISO/IEC 13818-1 2.7.4"
        case .decodingTimeNotRising, .presentationBeforeDecoding, .brokenUnit: "ISO/IEC 13818-1 2.4.3.7"
        case .brokenTable: "ISO/IEC 13818-1 2.4.4"
        case .wrongStreamType: "ISO/IEC 13818-1 2.4.4.10"
        case .missingStream: "ETSI TR 101 290 5.2.1"
        case .pictureGap, .pictureOverlap: "ISO/IEC 14496-12 8.8.12"
        case .sequenceNumberNotRising, .sequenceNumberBack: "ISO/IEC 14496-12 8.8.5"
        case .syncFlagWrong, .syncFlagMissing: "ISO/IEC 14496-12 8.8.3.1"
        case .brokenSample: "ISO/IEC 14496-15 5.3.3"
        // Of the others each finding brings its own.
        default: "ISO/IEC 14496-12 4.2"
        }
    }

    /// What follows from a jump of the timestamps, and is not told beside it.
    var followsFromJump: Bool {
        switch self {
        case .audioGap, .audioOverlap, .clockLate, .clockMissing, .clockJump, .dataAfterDecodingTime, .timestampJump,
            .timestampLate, .decodingTimeNotRising, .missingStream, .pictureGap, .pictureOverlap:
            true
        default: false
        }
    }
}
