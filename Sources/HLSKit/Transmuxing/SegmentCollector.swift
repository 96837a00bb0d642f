/// Gathers what a segment of a transport stream has of each track, and lays it on the timeline of the playlist.
struct SegmentCollector {
    private let selection: SegmentTransmuxer.Selection
    private let keepsParameterSets: Bool
    private let byteCount: Int

    private var hasPrograms = false
    private var codecs: [String] = []
    private var video: TrackCollector?
    private var audio: TrackCollector?
    private var endsWithinFrame = false
    /// Tags of timed metadata with their times.
    private var metadata: [(time: MediaTime, data: [UInt8])] = []
    private var metadataPID: UInt16?

    /// Sound may begin so much before the picture without the playlist counting it.
    private static let tolerance = MediaTime(ticks: 90)

    init(_ selection: SegmentTransmuxer.Selection, keepsParameterSets: Bool, byteCount: Int) {
        self.selection = selection
        self.keepsParameterSets = keepsParameterSets
        self.byteCount = byteCount
    }

    /// Whether parameter sets with one number differ within the segment, so that samples have to carry them.
    var hasChangingParameterSets: Bool {
        !keepsParameterSets && video?.hasChangingParameterSets == true
    }

    /// The stream that the audio track is made of.
    var audioStream: (pid: UInt16, codec: ElementaryStream.Codec)? { audio.map { ($0.pid, $0.codec) } }

    // MARK: Reading

    mutating func take(_ output: TransportStreamOutput) throws(TransmuxingError) {
        switch output {
        case .event(let event):
            switch event.kind {
            case .program(let program): try select(from: program)
            case .format(let format): change(event.pid) { $0.takeFormat(format) }
            default: break
            }
        case .accessUnit(let unit):
            if unit.pid == metadataPID {
                if let time = unit.pts { metadata.append((time, unit.payload)) }
            } else {
                change(unit.pid) { $0.take(unit) }
            }
        }
    }

    /// Takes the frame of audio that the segment ends within; nil when it could not be completed.
    mutating func takeLastFrame(_ frame: [UInt8]?, pts: MediaTime?) {
        guard let frame else {
            endsWithinFrame = true
            return
        }
        audio.mutate { track in
            track.take(AccessUnit(pid: track.pid, codec: track.codec, pts: pts, payload: frame))
        }
    }

    /// Runs something on the track whose stream has a PID.
    private mutating func change(_ pid: UInt16?, _ body: (inout TrackCollector) -> Void) {
        if video?.pid == pid {
            video.mutate(body)
        } else if audio?.pid == pid {
            audio.mutate(body)
        }
    }

    /// Chooses the streams; one whose PID goes away is followed to the next of its kind.
    private mutating func select(from program: TransportStreamProgram) throws(TransmuxingError) {
        hasPrograms = true
        codecs = program.streams.map { "\($0.codec)" }
        if selection != .audio, let stream = program.streams.first(where: { $0.codec.isTransmuxedVideo }) {
            try Self.follow(stream, in: program, &video) { pid, codec in
                TrackCollector(
                    pid: pid,
                    codec: codec,
                    id: SegmentTransmuxer.videoTrackID,
                    keepsParameterSets: keepsParameterSets,
                    capacity: byteCount
                )
            }
        }
        if selection != .video, let stream = program.streams.first(where: { $0.codec.isTransmuxedAudio }) {
            try Self.follow(stream, in: program, &audio) { pid, codec in
                TrackCollector(
                    pid: pid,
                    codec: codec,
                    id: SegmentTransmuxer.audioTrackID,
                    language: stream.language,
                    channels: stream.opusChannels
                )
            }
        }
        metadataPID = program.streams.first { $0.codec == .timedMetadata }?.pid
    }

    private static func follow(
        _ stream: TransportStreamProgram.Stream,
        in program: TransportStreamProgram,
        _ track: inout TrackCollector?,
        make: (UInt16, ElementaryStream.Codec) -> TrackCollector
    ) throws(TransmuxingError) {
        guard !stream.hasEncryptedSamples else { throw .encrypted }
        guard let known = track else {
            track = make(stream.pid, stream.codec)
            return
        }
        let isThere = program.streams.contains { $0.pid == known.pid }
        if !isThere, stream.codec == known.codec { track?.pid = stream.pid }
    }

    // MARK: Writing

    /// Makes the segment; what was gathered is used up.
    mutating func output(at position: SegmentTransmuxer.Position) throws(TransmuxingError) -> SegmentTransmuxer.Output {
        guard hasPrograms else { throw .noTransportStream }
        var tracks = [video, audio].compactMap(\.self).filter { !$0.units.isEmpty }
        (video, audio) = (nil, nil)
        let described = tracks.compactMap(\.track)
        guard let lead = tracks.first, !described.isEmpty else { throw .nothingUsable(codecs) }
        let offset = position.start - origin(lead, tracks, at: position)
        var samples: [FragmentSamples] = []
        var dropped = tracks.reduce(0) { $0 + $1.droppedUnits }
        do throws(CMAFError) {
            for index in tracks.indices {
                let end = tracks[index].isVideo ? position.start + position.duration : nil
                let placed = try tracks[index].takeSamples(offset: offset, end: end, dropped: &dropped)
                if let placed { samples.append(placed) }
            }
            let initialization = InitializationSection.bytes(described)
            let fragment = try FragmentWriter.segment(
                sequenceNumber: UInt32(truncatingIfNeeded: position.number &+ 1),
                tracks: &samples,
                events: events(offset: offset)
            )
            return SegmentTransmuxer.Output(
                initializationSection: initialization,
                initializationName: Self.name(of: initialization),
                fragment: fragment,
                tracks: described,
                droppedUnits: dropped,
                endsWithinFrame: endsWithinFrame
            )
        } catch {
            throw .invalid(error)
        }
    }

    /// The time of the transport stream that the segment begins with: that of the first picture, or, where a timeline begins
    /// with sound that the playlist counts, that of the first sound.
    private func origin(
        _ lead: TrackCollector,
        _ tracks: [TrackCollector],
        at position: SegmentTransmuxer.Position
    ) -> MediaTime {
        let first = lead.units[0].pts
        guard position.beginsTimeline, lead.isVideo, let sound = tracks.dropFirst().first?.units.first?.pts,
            sound < first, let end = lead.end
        else { return first }
        func error(_ origin: MediaTime) -> MediaTime {
            let difference = end - origin - position.duration
            return difference < .zero ? .zero - difference : difference
        }
        return error(sound) + Self.tolerance < error(first) ? sound : first
    }

    /// Timed metadata as event messages ("Carriage of ID3 Timed Metadata in CMAF").
    private func events(offset: MediaTime) -> [EventMessage] {
        metadata.enumerated().map { index, event in
            let time = event.time + offset
            return EventMessage(
                scheme: "https://aomedia.org/emsg/ID3",
                time: time,
                id: UInt32(truncatingIfNeeded: time.ticks &+ Int64(index)),
                data: event.data
            )
        }
    }

    /// 16 hexadecimal digits that stand for bytes (FNV-1a of 64 bits).
    private static func name(of bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Hexadecimal.text((0..<8).map { UInt8(truncatingIfNeeded: hash >> UInt64(56 - $0 * 8)) })
    }
}

extension Optional {
    /// Changes what is there in its place.
    fileprivate mutating func mutate(_ body: (inout Wrapped) -> Void) {
        guard var value = take() else { return }
        body(&value)
        self = value
    }
}

extension ElementaryStream.Codec {
    /// Whether CMAF carries pictures of the codec, and they can be turned into samples.
    var isTransmuxedVideo: Bool { self == .h264 || self == .hevc }

    /// Whether CMAF carries sound of the codec, and it can be turned into samples.
    var isTransmuxedAudio: Bool {
        [.aac, .aacLATM, .ac3, .enhancedAC3, .mpeg1Audio, .mpeg2Audio, .opus].contains(self)
    }
}

extension AccessUnit {
    /// A frame of audio.
    fileprivate init(pid: UInt16, codec: ElementaryStream.Codec, pts: MediaTime?, payload: [UInt8]) {
        self.init(
            pid: pid,
            codec: codec,
            pts: pts,
            dts: pts,
            duration: nil,
            isRandomAccess: true,
            isInstantaneousRefresh: true,
            isMarkedRandomAccess: false,
            isDamaged: false,
            delimiterCount: 0,
            offset: 0,
            payload: payload
        )
    }
}

extension TransportStreamProgram.Stream {
    /// The channels of Opus by its descriptor (`channel_config_code`, "Opus in MPEG-TS"); nil when it states none of the
    /// usual numbers.
    fileprivate var opusChannels: Int? {
        let descriptor = descriptors.first { $0.tag == 0x7F && $0.bytes.count >= 2 && $0.bytes[0] == 0x80 }
        return descriptor.flatMap { (1...8).contains($0.bytes[1]) ? Int($0.bytes[1]) : nil }
    }
}
