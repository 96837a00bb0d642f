import HLSKit

/// Reads segments of transport streams through one demuxer.
struct TransportSegmentReader: SegmentReader {
    private var demuxer: TransportStreamDemuxer
    private var place: Place
    private var hasBegun = false
    /// The tables that stand in front of each segment (`EXT-X-MAP`); empty when segments have their own.
    var initialization: [UInt8] = []

    /// How places among the demuxer's bytes become places among those of all segments.
    private struct Place {
        var origin = 0
        /// The demuxer's first byte that is of a segment, and not of the tables in front of it.
        var first = 0
        /// Whether segments are I-frames out of a stream: what lies between them is not there.
        let isIFrames: Bool

        /// What tables tell is told of the segment behind them.
        func position(of offset: Int) -> Int { origin + max(first, offset) }
    }

    init(isIFrames: Bool) {
        place = Place(isIFrames: isIFrames)
        var configuration = TransportStreamDemuxer.Configuration()
        configuration.program = .first
        demuxer = TransportStreamDemuxer(configuration: configuration)
    }

    mutating func begin(at position: Int, startsAnew: Bool, into analysis: inout MediaAnalysis) {
        let (old, tables) = (place, initialization)
        if hasBegun, startsAnew || old.isIFrames {
            demuxer.startDiscontinuity { Self.take($0, old, &analysis) }
        }
        if !hasBegun || startsAnew || old.isIFrames {
            // The tables are no bytes of the segment: its places begin behind them.
            place.origin = position - demuxer.byteCount - tables.count
            place.first = demuxer.byteCount + tables.count
            let new = place
            demuxer.push(tables.span) { Self.take($0, new, &analysis) }
        }
        hasBegun = true
    }

    mutating func push(_ bytes: Span<UInt8>, into analysis: inout MediaAnalysis) {
        let place = place
        demuxer.push(bytes) { Self.take($0, place, &analysis) }
    }

    mutating func end(into analysis: inout MediaAnalysis) {
        // Each of them stands for itself.
        if place.isIFrames { finish(into: &analysis) }
    }

    mutating func finish(into analysis: inout MediaAnalysis) {
        let place = place
        demuxer.finish { Self.take($0, place, &analysis) }
    }

    private static func take(_ output: TransportStreamOutput, _ place: Place, _ analysis: inout MediaAnalysis) {
        switch output {
        case .accessUnit(let unit): take(unit, place, &analysis)
        case .event(let event): take(event, place, &analysis)
        }
    }

    // MARK: Events

    private static func take(_ event: TransportStreamEvent, _ place: Place, _ analysis: inout MediaAnalysis) {
        let position = place.position(of: event.offset)
        let track = event.pid.map { TrackID(container: .transportStream, number: UInt32($0)) }
        switch event.kind {
        case .program(let program):
            let streams = program.streams.map { stream in
                TrackDescription(
                    id: TrackID(container: .transportStream, number: UInt32(stream.pid)),
                    kind: MediaKind(stream.codec),
                    codec: "\(stream.codec)",
                    language: stream.language,
                    unread: UnreadFormat(stream, of: program)
                )
            }
            analysis.take(streams, segment: analysis.segment(at: position))
        case .format(let format):
            guard let track else { return }
            analysis.take(format, of: track, segment: analysis.segment(at: position))
        // One finding tells why.
        case .skippedData where track.flatMap(analysis.track)?.isOtherCodec == true: break
        // Between pictures it is told where some of them have no timestamps.
        case .timestampLate where track.flatMap(analysis.track)?.isVideo == true: break
        default:
            if case .otherCodec = event.kind, let track { analysis.takeOtherCodec(of: track) }
            guard !place.isIFrames, let (rule, message) = MediaRule.finding(for: event) else { return }
            if case .missingPID = event.kind, let track, analysis.track(track)?.isVideo == true {
                analysis.takeAbsence(of: track, rule, position: position, message)
            } else {
                analysis.add(rule, position: position, track: track, message)
            }
        }
    }

    // MARK: Units

    private static func take(_ unit: AccessUnit, _ place: Place, _ analysis: inout MediaAnalysis) {
        guard unit.codec.isVideo || unit.codec.isAudio else { return }
        let track = TrackID(container: .transportStream, number: UInt32(unit.pid))
        guard let pts = unit.pts, let dts = unit.dts else {
            if unit.codec.isVideo { analysis.takeUntimedUnit(of: track) }
            return
        }
        let position = place.position(of: unit.offset)
        if unit.codec == .h264, !unit.isDamaged, unit.delimiterCount != 1, !place.isIFrames {
            let rule: MediaRule = unit.delimiterCount == 0 ? .delimiterMissing : .delimiterRepeated
            let message =
                unit.delimiterCount == 0
                ? "a picture has no access unit delimiter: players stall there, write one in front of each picture"
                : "a picture has \(unit.delimiterCount) access unit delimiters: write exactly one"
            analysis.add(rule, position: position, track: track, message)
        }
        analysis.take(
            MediaUnit(
                track: track,
                pts: pts,
                dts: dts,
                duration: unit.codec.isAudio ? unit.duration : nil,
                isRandomAccess: unit.isRandomAccess,
                isDamaged: unit.isDamaged,
                position: position
            )
        )
    }
}

extension MediaKind {
    init(_ codec: ElementaryStream.Codec) {
        self = codec.isVideo ? .video : codec.isAudio ? .audio : .other
    }
}
