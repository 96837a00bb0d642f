import CFFmpeg
import HLSKit

/// Joins the sections of a presentation to one picture and one sound without encoding: the timestamps of each section are
/// moved to where its playlist declares it.
///
/// Only sound whose coding changes is encoded: a file has no place for two configurations of it.
final class SectionJoin {
    /// One stream of the file.
    private enum Track: Int {
        case video
        case audio
    }

    /// How a stream of one section is coded.
    private struct Form {
        /// The position of the stream in its section.
        var stream: Int
        var codec: AVCodecID
        var codecName: String
        var description: TrackDescription
        var sampleRate: Int
        var channels: Int
        /// Where the section is, for messages.
        var start: MediaTime

        init(_ stream: InputStream, start: MediaTime) throws {
            self.stream = stream.index
            codec = stream.codec
            codecName = stream.codecName
            description = try TrackDescription(copying: stream)
            (sampleRate, channels) = (stream.sampleRate, stream.channels)
            self.start = start
        }

        func hasSameSound(as other: Form) -> Bool {
            codec == other.codec && sampleRate == other.sampleRate && channels == other.channels
        }
    }

    private let input: String
    private let cancellation: Cancellation
    private let main: SectionReader
    private let rendition: SectionReader?
    private let videos: [Form]
    private let audios: [Form]
    private let videoTimeBase: AVRational
    private let audioTimeBase: AVRational
    private var transcoder: AudioTranscoder?
    private var soundJoint = SoundJoint()

    /// Pictures of these codings have their parameter sets with them, where the container does not keep them.
    private static let startCodeFilters = [
        AV_CODEC_ID_H264.rawValue: "h264_mp4toannexb", AV_CODEC_ID_HEVC.rawValue: "hevc_mp4toannexb",
    ]

    /// Looks at the streams of all sections.
    ///
    /// - Throws: ``ConversionError`` when they cannot be joined.
    init(_ presentation: SectionedPresentation, input: String, _ cancellation: Cancellation) throws {
        self.input = input
        self.cancellation = cancellation
        main = SectionReader(
            presentation.main,
            kinds: presentation.audio == nil ? [.video, .audio] : [.video],
            cancellation
        )
        rendition = presentation.audio.map { SectionReader($0, kinds: [.audio], cancellation) }
        var (videos, audios): ([Form], [Form]) = ([], [])
        for reader in [main, rendition].compactMap(\.self) {
            for (number, section) in reader.playlist.sections.enumerated() {
                try cancellation.check()
                for stream in try reader.open(number).streams {
                    let form = try Form(stream, start: section.start)
                    if stream.kind == .video { videos.append(form) } else { audios.append(form) }
                }
            }
        }
        if let first = videos.first, let other = videos.first(where: { $0.codec != first.codec }) {
            throw ConversionError(
                .changingCodec(
                    input: input,
                    codec: first.codecName,
                    other: other.codecName,
                    seconds: Int(other.start.seconds.rounded())
                )
            )
        }
        guard !videos.isEmpty || !audios.isEmpty else {
            throw ConversionError(.inputNotUsable, "'\(input)' holds neither a picture nor sound that can be converted")
        }
        (self.videos, self.audios) = (videos, audios)
        videoTimeBase = Self.commonTimeBase(videos)
        audioTimeBase = Self.commonTimeBase(audios)
    }

    /// The unit in which the timestamps of all sections are whole, where it is not too small.
    private static func commonTimeBase(_ forms: [Form]) -> AVRational {
        var common = 1
        for timeBase in forms.map(\.description.timeBase) {
            let ticks = Int(timeBase.den)
            guard timeBase.num == 1, ticks > 0, ticks <= greatestTicks else { return .mediaTime }
            common = common / greatestCommonDivisor(common, ticks) * ticks
            guard common <= greatestTicks else { return .mediaTime }
        }
        return AVRational(num: 1, den: Int32(common))
    }

    private static let greatestTicks = 10_000_000

    private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }

    // MARK: Routes

    private var encodesSound: Bool {
        guard let first = audios.first else { return false }
        return !audios.allSatisfy(first.hasSameSound)
    }

    var needsFilters: Bool { encodesSound }

    private var tracks: [Track] { (videos.isEmpty ? [] : [.video]) + (audios.isEmpty ? [] : [.audio]) }

    var trackCount: Int { tracks.count }

    /// The tracks of the output, and what becomes of them.
    ///
    /// - Parameter encoder: The encoder of sound that changes.
    func plannedTracks(encoder: String) -> [ConversionPlan.Track] {
        let copied = ConversionRoute.Track(encoder: nil, reason: .asAsked)
        let encoded = ConversionRoute.Track(encoder: encoder, reason: .changingSound)
        return tracks.compactMap { track in
            let isVideo = track == .video
            return (isVideo ? videos : audios).first.map { form in
                ConversionPlan.Track(
                    source: ConversionPlan.Source(
                        stream: form.stream,
                        kind: isVideo ? .video : .audio,
                        codec: form.codecName,
                        language: form.description.language
                    ),
                    route: isVideo || !encodesSound ? copied : encoded
                )
            }
        }
    }

    // MARK: Running

    /// Reads all sections and writes them.
    ///
    /// - Returns: The packets that were left out since they are damaged.
    func run(_ sink: any AccessUnitSink, _ settings: AudioTranscoder.Settings) throws -> Int {
        try configure(sink, settings)
        while let reader = nextReader {
            switch try reader.read(beside: reader === main ? nil : main) {
            case .packet(let packet, let source, let offset): try write(packet, source, offset, to: sink)
            case .sectionEnd(let sources):
                for source in sources { try finish(source) }
            case .end: break
            }
        }
        try transcoder?.finish()
        if let index = tracks.firstIndex(of: .audio) {
            while let (packet, source) = soundJoint.next(isEnd: true) {
                try write(packet, source, track: index, to: sink)
            }
        }
        for index in tracks.indices { try sink.end(track: index) }
        try sink.finish()
        return main.damagedPackets + (rendition?.damagedPackets ?? 0)
    }

    private func configure(_ sink: any AccessUnitSink, _ settings: AudioTranscoder.Settings) throws {
        for (index, track) in tracks.enumerated() {
            switch track {
            case .video: try sink.configure(track: index, try videoDescription())
            case .audio where encodesSound:
                var settings = settings
                settings.channels = audios.map(\.channels).max() ?? settings.channels
                settings.bitrate = max(settings.bitrate, 64 * settings.channels)
                let transcoder = try AudioTranscoder(
                    timeBase: audioTimeBase,
                    settings: settings,
                    sink: sink,
                    track: index
                )
                // A file is begun when all of its tracks are known, and the first section may have no sound.
                try transcoder.open(
                    sampleRate: audios.map(\.sampleRate).max() ?? 48_000,
                    channels: settings.channels
                )
                self.transcoder = transcoder
            case .audio:
                guard
                    var description = (audios.first { !$0.description.extradata.isEmpty } ?? audios.first)?.description
                else { continue }
                description.timeBase = audioTimeBase
                try sink.configure(track: index, description)
            }
        }
    }

    /// The reader that is behind in the file; a section of a rendition waits for that of the variant, whose clock it has.
    private var nextReader: SectionReader? {
        guard let rendition, !rendition.isOver else { return main.isOver ? nil : main }
        guard !main.isOver else { return rendition }
        if let opening = rendition.opening, let unopened = main.unopened {
            let isParallel = main.playlist.sections.count == rendition.playlist.sections.count
            let mustWait =
                isParallel ? main.next <= rendition.next : SectionClock.mayBelong(unopened.start, to: opening.start)
            if mustWait { return main }
        }
        return main.time <= rendition.time ? main : rendition
    }

    private func write(
        _ packet: Packet,
        _ source: SectionReader.Source,
        _ offset: MediaTime,
        to sink: any AccessUnitSink
    ) throws {
        let track: Track = source.stream.kind == .video ? .video : .audio
        guard let index = tracks.firstIndex(of: track) else { return }
        let isFirst = !source.hasBegun
        if isFirst { try prepare(source, track) }
        let timeBase = track == .video ? videoTimeBase : audioTimeBase
        packet.move(by: offset, from: source.stream.timeBase, to: timeBase)
        if track == .audio {
            if let decoder = source.decoder {
                source.hasBegun = true
                _ = try decoder.decode(packet) { try transcoder?.process($0) }
                return
            }
            guard soundJoint.add(packet, source, timeBase, isFirst: isFirst) else { return }
            source.hasBegun = true
            while let (packet, source) = soundJoint.next() { try write(packet, source, track: index, to: sink) }
            return
        }
        source.hasBegun = true
        try write(packet, source, track: index, to: sink)
    }

    private func write(
        _ packet: Packet,
        _ source: SectionReader.Source,
        track: Int,
        to sink: any AccessUnitSink
    ) throws {
        let timeBase = source.stream.kind == .video ? videoTimeBase : audioTimeBase
        if let filter = source.filter {
            try filter.filter(packet) { try sink.write(AccessUnit($0, timeBase: timeBase), track: track) }
        } else {
            try sink.write(AccessUnit(packet, timeBase: timeBase), track: track)
        }
    }

    private func finish(_ source: SectionReader.Source) throws {
        guard source.hasBegun, let decoder = source.decoder else { return }
        _ = try decoder.decode(nil) { try transcoder?.process($0) }
    }

    // MARK: Forms

    /// Whether the parameter sets of the pictures change, so that they must be in the stream.
    private var changesParameterSets: Bool {
        guard let first = videos.first, Self.startCodeFilters[first.codec.rawValue] != nil else { return false }
        return !videos.allSatisfy { $0.description.extradata == first.description.extradata }
    }

    private func videoDescription() throws -> TrackDescription {
        guard let first = videos.first else {
            throw ConversionError(
                .inputNotUsable,
                "'\(input)' has no video that can be joined: give a playlist with video"
            )
        }
        var description = first.description
        if changesParameterSets {
            if let filter = try startCodeFilter(for: description) {
                description.parameters = try CodecParameters { parameters throws(FFmpegError) in
                    try filter.copyParameters(to: parameters)
                }
            }
            description.hasParameterSetsInStream = true
        }
        description.timeBase = videoTimeBase
        return description
    }

    private func startCodeFilter(for description: TrackDescription) throws -> BitstreamFilter? {
        guard description.extradata.first == 1, let parameters = description.parameters,
            let name = Self.startCodeFilters[parameters.pointer.pointee.codec_id.rawValue]
        else { return nil }
        return try BitstreamFilter(name, parameters: parameters, timeBase: videoTimeBase)
    }

    private func prepare(_ source: SectionReader.Source, _ track: Track) throws {
        guard source.filter == nil, source.decoder == nil else { return }
        let description = try TrackDescription(copying: source.stream)
        switch track {
        case .video where changesParameterSets: source.filter = try startCodeFilter(for: description)
        case .audio where encodesSound:
            source.decoder = try Decoder(stream: source.stream, timeBase: audioTimeBase)
        case .audio where source.stream.codec == AV_CODEC_ID_AAC && description.extradata.isEmpty:
            // Frames with headers of their own among others without.
            guard audios.contains(where: { !$0.description.extradata.isEmpty }), let parameters = description.parameters
            else { return }
            source.filter = try BitstreamFilter(
                "aac_adtstoasc",
                parameters: parameters,
                timeBase: audioTimeBase
            )
        default: break
        }
    }
}

/// Makes copied sound follow that of the section in front without an overlap of more than half a frame.
///
/// The last frames of a section often are filled up by its encoder: they go first, then the first ones of the next section.
private struct SoundJoint {
    private struct Held {
        var packet: Packet
        var source: SectionReader.Source
        var start: MediaTime
        var end: MediaTime
    }

    /// The last frames, which the next section may replace.
    private var held: [Held] = []
    /// Where the sound ends for players that count samples: overlaps add up, and must not from section to section.
    private var end: MediaTime?

    private static let greatestHeld = 4

    /// - Returns: False for a frame that is left out.
    mutating func add(
        _ packet: Packet,
        _ source: SectionReader.Source,
        _ timeBase: AVRational,
        isFirst: Bool
    ) -> Bool {
        guard let start = packet.pts(in: timeBase) ?? packet.dts(in: timeBase) else { return false }
        let duration = packet.duration(in: timeBase) ?? .zero
        let half = MediaTime(ticks: duration.ticks / 2)
        if isFirst {
            while let last = held.last, last.start + half > start {
                held.removeLast()
                end = held.last?.end ?? last.start
            }
            if let end, start + half < end { return false }
        }
        let begin = max(end ?? start, start)
        held.append(Held(packet: packet, source: source, start: begin, end: begin + duration))
        end = begin + duration
        return true
    }

    /// The next frame that nothing replaces any more.
    mutating func next(isEnd: Bool = false) -> (Packet, SectionReader.Source)? {
        guard held.count > (isEnd ? 0 : Self.greatestHeld) else { return nil }
        let first = held.removeFirst()
        return (first.packet, first.source)
    }
}

extension Packet {
    /// Moves the timestamps, and gives them another unit.
    fileprivate func move(by offset: MediaTime, from timeBase: AVRational, to other: AVRational) {
        av_packet_rescale_ts(pointer, timeBase, other)
        let ticks = av_rescale_q(offset.ticks, .mediaTime, other)
        if pointer.pointee.pts != w2g_no_timestamp { pointer.pointee.pts &+= ticks }
        if pointer.pointee.dts != w2g_no_timestamp { pointer.pointee.dts &+= ticks }
    }
}
