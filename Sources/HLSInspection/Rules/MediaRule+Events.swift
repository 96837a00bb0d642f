import HLSKit

extension MediaRule {
    /// The finding that an event of the demuxer means; nil for those that tell what the stream is.
    ///
    /// Tables that come late are none: HLS asks for them at the start of a segment only.
    static func finding(for event: TransportStreamEvent) -> (rule: MediaRule, message: String)? {
        guard let (rule, advice) = rule(for: event.kind) else { return nil }
        return (rule, "\(event.message): \(advice)")
    }

    private static func rule(for kind: TransportStreamEvent.Kind) -> (MediaRule, String)? {
        switch kind {
        case .continuityError:
            (.continuityError, "let the counters run on, also from segment to segment")
        case .syncLoss:
            (.syncLoss, "a segment is a whole number of packets and nothing else")
        case .syncByteError, .transportError, .invalidAdaptationField:
            (.brokenPacket, "write the segment again from an intact source")
        case .scrambled:
            (.scrambled, "players of HLS do not descramble, use EXT-X-KEY")
        case .tableMissing, .checksumError, .unexpectedSection, .invalidSection, .conflictingPID:
            (.brokenTable, "write the tables again")
        case .missingPID:
            (.missingStream, "leave the stream out of the program map, or fill it")
        default: clockRule(for: kind) ?? contentRule(for: kind)
        }
    }

    private static func clockRule(for kind: TransportStreamEvent.Kind) -> (MediaRule, String)? {
        switch kind {
        case .clockLate: (.clockLate, "write one at least every 100 ms")
        case .clockMissing: (.clockMissing, "write a clock reference at least every 100 ms")
        case .clockJump: (.clockJump, "let the clock run on, or set EXT-X-DISCONTINUITY")
        case .dataAfterDecodingTime:
            (.dataAfterDecodingTime, "let the clock stay behind the times that it serves")
        case .timestampJump: (.timestampJump, "let timestamps run on, or set EXT-X-DISCONTINUITY")
        case .timestampLate: (.timestampLate, "write a timestamp at least every 700 ms")
        case .decodingTimeNotRising:
            (.decodingTimeNotRising, "write units in the order of their decoding, each later than the one before")
        case .presentationBeforeDecoding:
            (.presentationBeforeDecoding, "nothing is shown before it is decoded, move all presentation times")
        default: nil
        }
    }

    private static func contentRule(for kind: TransportStreamEvent.Kind) -> (MediaRule, String)? {
        switch kind {
        case .otherCodec: (.wrongStreamType, "players do not decode it, correct stream_type")
        case .invalidPacket, .packetLengthMismatch, .skippedData, .unitTooLong:
            (.brokenUnit, "write the segment again from an intact source")
        default: nil
        }
    }
}
