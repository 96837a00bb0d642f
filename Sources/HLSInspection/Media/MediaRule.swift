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
    case notATransportStream = "not-a-transport-stream"
    case encryptedSegment = "encrypted-segment"
    case notInspected = "not-inspected"

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

    // Declarations
    case resolutionDiffers = "resolution-differs"
    case frameRateDiffers = "frame-rate-differs"
    case timestampsDoNotMatch = "timestamps-do-not-match"
    case segmentsNotAligned = "segments-not-aligned"
    case tooManyFindings = "too-many-findings"

    var severity: Finding.Severity {
        switch self {
        case .encryptedSegment, .notInspected, .needlessDiscontinuity, .tooManyFindings: .hint
        case .noRandomAccess, .durationInexact, .durationDrift, .startOffset, .missingTrack,
            .timestampLate, .frameRateDiffers, .resolutionDiffers, .segmentsNotAligned, .scrambled, .missingStream:
            .warning
        default: .error
        }
    }

    /// The document and section that has the rule; a bare number is one of draft-pantos-hls-rfc8216bis.
    var section: String {
        switch self {
        case .missingPlaylist, .resolutionDiffers, .frameRateDiffers: "4.4.6.2"
        case .missingSegment, .unreadableSegment, .emptySegment, .notInspected, .tooManyFindings: "3"
        case .rangeBeyondEnd: "4.4.4.2"
        case .notATransportStream, .tablesNotFirst, .noRandomAccess, .missingTrack: "RFC 8216 3.2"
        case .encryptedSegment: "4.4.4.4"
        case .segmentNotIndependent: "4.4.2.1"
        case .durationDiffers, .durationInexact, .durationDrift: "4.4.4.1"
        case .longerThanTarget: "4.4.3.1"
        case .timestampsDoNotRunOn, .tracksChange, .formatChange, .needlessDiscontinuity: "4.4.4.3"
        case .timestampsDoNotMatch, .segmentsNotAligned: "6.2.4"
        case .startOffset, .audioGap, .audioOverlap: "RFC 8216 3.2"
        case .delimiterMissing, .delimiterRepeated: "ISO/IEC 13818-1 2.14.1"
        case .continuityError, .syncLoss, .incompletePacket, .brokenPacket, .scrambled: "ISO/IEC 13818-1 2.4.3.3"
        case .clockLate, .clockMissing, .clockJump: "ISO/IEC 13818-1 2.7.2"
        case .dataAfterDecodingTime: "ISO/IEC 13818-1 2.4.2.3"
        case .timestampJump, .timestampLate: "ISO/IEC 13818-1 2.7.4"
        case .decodingTimeNotRising, .presentationBeforeDecoding, .brokenUnit: "ISO/IEC 13818-1 2.4.3.7"
        case .brokenTable: "ISO/IEC 13818-1 2.4.4"
        case .missingStream: "ETSI TR 101 290 5.2.1"
        }
    }

    /// What follows from a jump of the timestamps, and is not told beside it.
    var followsFromJump: Bool {
        switch self {
        case .audioGap, .audioOverlap, .clockLate, .clockMissing, .clockJump, .dataAfterDecodingTime, .timestampJump,
            .timestampLate, .decodingTimeNotRising, .missingStream:
            true
        default: false
        }
    }
}
