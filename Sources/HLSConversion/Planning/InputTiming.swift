import CFFmpeg
import HLSKit

/// Finds out when the access units of an input's streams are presented: from its index, from its head and its end, or by
/// reading all of it.
struct InputTiming {
    /// A stream to be planned.
    struct Stream {
        let stream: InputStream
        let isCopied: Bool
    }

    /// What is needed to note the packets of a stream.
    private struct Reading {
        let timeBase: AVRational
        let isVideo: Bool
        var check: CopyCheck
        /// For H.264: what the bytes of its pictures tell.
        var pictures: H264ByteStream?
        var units: [UnitTiming] = []

        init(_ stream: InputStream) {
            timeBase = stream.timeBase
            isVideo = stream.kind == .video
            check = CopyCheck(stream)
            guard stream.codecName == "h264" else { return }
            pictures = H264ByteStream(configuration: AVCDecoderConfiguration(stream.extradata))
        }
    }

    private var readings: [Int: Reading] = [:]
    private var correction: TimelineCorrection?
    private var hasRead = false
    private var scratch: [UInt8] = []

    /// Prepares to note the packets of streams.
    init(_ streams: [InputStream]) {
        for stream in streams { readings[stream.index] = Reading(stream) }
        correction = streams.first.map { TimelineCorrection(allowsJumps: $0.owner.allowsTimestampJumps) }
    }

    /// The streams whose packets are noted.
    var streams: Set<Int> { Set(readings.keys) }

    /// Notes a packet, and when it is presented in the output.
    ///
    /// What is no whole access unit is left out, as when it is copied.
    mutating func note(_ packet: Packet) {
        guard var reading = readings.removeValue(forKey: packet.streamIndex) else { return }
        defer { readings[packet.streamIndex] = reading }
        hasRead = true
        let duration = packet.duration(in: reading.timeBase)
        var (pts, dts) = (packet.pts(in: reading.timeBase), packet.dts(in: reading.timeBase))
        if let time = dts ?? pts {
            let offset = correction?.offset(for: time, duration: duration ?? .zero, stream: packet.streamIndex) ?? .zero
            pts = pts.map { $0 + offset }
            dts = dts.map { $0 + offset }
        }
        switch reading.check.judge(packet) {
        case .whole, .wholeBehindLoss: break
        case .nothing, .damaged: return
        }
        var timing = UnitTiming(
            pts: pts,
            dts: dts,
            duration: duration,
            isRandomAccess: packet.isKey || !reading.isVideo,
            isKey: packet.isKey,
            isHidden: packet.isDiscarded
        )
        if var pictures = reading.pictures {
            // Taken out while it changes, so that its arrays are not copied.
            reading.pictures = nil
            if let extradata = packet.newExtradata, let configuration = AVCDecoderConfiguration(extradata) {
                pictures.update(configuration: configuration)
            }
            scratch.removeAll(keepingCapacity: true)
            let unit = packet.withBytes { pictures.append($0, to: &scratch) }
            reading.pictures = pictures
            guard unit.hasPicture else { return }
            timing.isRandomAccess = unit.isRandomAccess
            timing.changesFormat = unit.changesFormat
        }
        reading.units.append(timing)
    }

    /// When the units of each stream are presented, in the order given.
    mutating func timings(
        of streams: [Stream],
        in input: InputFile,
        isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) -> [TrackTiming] {
        if !hasRead, let timings = try Self.fromIndexOrEnd(streams, in: input, isCancelled) { return timings }
        if !hasRead {
            self = InputTiming(streams.map(\.stream))
            let file = try input.reopened(isCancelled)
            file.select(self.streams)
            let packet = Packet()
            while try file.read(into: packet) { note(packet) }
        }
        return streams.map { .listed(readings[$0.stream.index]?.units ?? []) }
    }

    // MARK: Without reading all

    /// Nil where that is not enough: clocks may jump in transport streams, and lengths reckoned from bytes are guesses.
    private static func fromIndexOrEnd(
        _ streams: [Stream],
        in input: InputFile,
        _ isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) -> [TrackTiming]? {
        // Sound alone is read in no time, and cut wherever its frames are.
        guard !input.allowsTimestampJumps, input.isDurationKnown, streams.contains(where: { $0.stream.kind == .video })
        else { return nil }
        var ends: [Int: End]?
        var timings: [TrackTiming] = []
        for stream in streams {
            if stream.stream.kind == .video, let units = indexed(stream.stream) {
                timings.append(.listed(units))
                continue
            }
            guard stream.stream.kind == .audio || !stream.isCopied, let first = stream.stream.startTime else {
                return nil
            }
            if let end = told(stream.stream) {
                timings.append(
                    steady(stream.stream, from: first, to: End(last: end - step(of: stream.stream), end: end))
                )
                continue
            }
            if ends == nil { ends = try Self.ends(of: streams, in: input, isCancelled) }
            guard let end = ends?[stream.stream.index] else { return nil }
            timings.append(steady(stream.stream, from: first, to: end))
        }
        return timings
    }

    /// The time of one unit of a stream.
    private static func step(of stream: InputStream) -> MediaTime {
        switch stream.kind {
        case .video: MediaTime(seconds: 1 / (stream.frameRate ?? AVRational(num: 25, den: 1)).value)
        default:
            MediaTime(
                seconds: Double(
                    max(1, stream.parameters.pointee.frame_size == 0 ? 1_024 : stream.parameters.pointee.frame_size)
                )
                    / Double(max(1, stream.sampleRate))
            )
        }
    }

    private static func steady(_ stream: InputStream, from first: MediaTime, to end: End) -> TrackTiming {
        .steady(first: first, last: max(first, end.last), end: end.end, step: step(of: stream))
    }

    /// Where sound ends as the head of the file tells; nil where containers tell no lengths of single streams.
    private static func told(_ stream: InputStream) -> MediaTime? {
        guard stream.kind == .audio, stream.owner.formatName.hasPrefix("mov") || stream.owner.formatName == "avi",
            let start = stream.startTime, let duration = stream.duration, duration > .zero
        else { return nil }
        return start + duration
    }

    /// The pictures that a complete index lists; nil where there is none.
    private static func indexed(_ stream: InputStream) -> [UnitTiming]? {
        guard stream.owner.formatName.hasPrefix("mov") || stream.owner.formatName == "avi",
            let length = stream.duration, let start = stream.startTime
        else { return nil }
        guard let firstShown = stream.indexEntries.first(where: { !$0.isHidden }) else { return nil }
        // Pictures are shown by as much later than they are decoded as the first one is.
        let delay = start - firstShown.time
        var units = stream.indexEntries.map { entry in
            UnitTiming(
                pts: entry.time + delay,
                dts: entry.time,
                isRandomAccess: entry.isKey,
                isKey: entry.isKey,
                isHidden: entry.isHidden
            )
        }
        guard let first = units.first(where: { !$0.isHidden })?.time, let last = units.last?.time, units.count > 1,
            (last - first).seconds >= length.seconds * 0.95 - 1
        else { return nil }
        for index in units.indices.dropLast() {
            units[index].duration = units[index + 1].dts.flatMap { next in units[index].dts.map { next - $0 } }
        }
        let rest = first + length - last
        units[units.count - 1].duration = rest > .zero ? rest : units[units.count - 2].duration
        return units
    }

    /// The last unit of a stream.
    private struct End {
        var last: MediaTime
        var end: MediaTime
    }

    /// How far from the end to begin reading, in seconds: more when a stream shows nothing there.
    private static let reaches = [10.0, 60]

    /// Reads the end of an input; nil when not every stream shows there.
    private static func ends(
        of streams: [Stream],
        in input: InputFile,
        _ isCancelled: @escaping @Sendable () -> Bool
    ) throws(ConversionError) -> [Int: End]? {
        guard let duration = input.duration else { return nil }
        var steps: [Int: MediaTime] = [:]
        for stream in streams { steps[stream.stream.index] = step(of: stream.stream) }
        for reach in reaches {
            let file = try input.reopened(isCancelled)
            file.seek(to: max(input.startTime, input.startTime + duration - MediaTime(seconds: reach)))
            var ends: [Int: End] = [:]
            try file.forEachPacket(of: Set(steps.keys)) { packet, timeBase in
                guard let time = packet.pts(in: timeBase) ?? packet.dts(in: timeBase),
                    let step = packet.duration(in: timeBase) ?? steps[packet.streamIndex]
                else { return }
                let known = ends[packet.streamIndex]
                ends[packet.streamIndex] = End(
                    last: max(known?.last ?? time, time),
                    end: max(known?.end ?? time, time + step)
                )
            }
            if ends.count == steps.count { return ends }
        }
        return nil
    }
}
