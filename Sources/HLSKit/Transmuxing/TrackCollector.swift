/// What a segment of a transport stream has of one stream: samples in the form of MP4, and their times as they came.
struct TrackCollector {
    /// A unit whose sample is in the data.
    struct Unit {
        var byteCount: Int
        var pts: MediaTime
        var dts: MediaTime
        var isRandomAccess: Bool
    }

    var pid: UInt16
    let codec: ElementaryStream.Codec
    private let id: UInt32
    private let language: String?
    /// The channels that the program map states; nil where the frames do.
    private let channels: Int?
    private let keepsParameterSets: Bool

    private(set) var units: [Unit] = []
    private(set) var droppedUnits = 0
    /// What the samples are, once that is known.
    private(set) var track: CMAFTrack?
    /// Whether units have parameter sets that the first one lacks.
    var hasChangingParameterSets: Bool { builder?.hasLostParameterSets == true }

    private var data: [UInt8] = []
    private var builder: SampleBuilder?
    private var format: StreamFormat?
    private var isInterlaced = false
    /// Frames that came in front of the first configuration of the stream.
    private var waiting: [AccessUnit] = []
    /// The step from the last unit but one to the last.
    private var step = MediaTime(ticks: 3_600)

    init(
        pid: UInt16,
        codec: ElementaryStream.Codec,
        id: UInt32,
        language: String? = nil,
        channels: Int? = nil,
        keepsParameterSets: Bool = false,
        capacity: Int = 0
    ) {
        self.pid = pid
        self.codec = codec
        self.id = id
        self.language = language
        self.channels = channels
        self.keepsParameterSets = keepsParameterSets
        data.reserveCapacity(capacity)
    }

    var isVideo: Bool { codec.isVideo }

    /// Where the last unit ends, by the usual step from unit to unit.
    var end: MediaTime? {
        units.map(\.pts).max().map { $0 + step }
    }

    // MARK: Reading

    mutating func takeFormat(_ format: StreamFormat) {
        guard let known = self.format else {
            self.format = format
            if case .video(let video) = format { isInterlaced = video.isInterlaced }
            return
        }
        if case .audio(let new) = format, case .audio(let old) = known,
            new.sampleRate != old.sampleRate || new.channels != old.channels
                || new.configuration != old.configuration
        {
            // One init section describes one coding; the rest of the segment is left out.
            builder = nil
        }
    }

    mutating func take(_ unit: AccessUnit) {
        if track == nil {
            describe(unit)
            if codec == .aacLATM, track == nil, waiting.count < Self.greatestWait { return waiting.append(unit) }
            // LATM repeats its configuration now and then; frames in front of the first one are coded alike.
            let early = waiting
            waiting = []
            for unit in early { append(unit) }
        }
        append(unit)
    }

    /// Frames of LATM that wait for a configuration: more than any segment has without one.
    private static let greatestWait = 1 << 12

    /// Appends the sample of a unit.
    private mutating func append(_ unit: AccessUnit) {
        // Where the first picture was left out, decoding starts at the next one that it can start at.
        let isUsable = !isVideo || !units.isEmpty || unit.isRandomAccess
        guard isUsable, builder != nil, let times = times(of: unit) else {
            droppedUnits += 1
            return
        }
        let start = data.count
        guard builder?.append(unit.payload.span, to: &data) == true else {
            droppedUnits += 1
            return
        }
        let byteCount = data.count - start
        // Both fields of a frame are one sample.
        if isVideo, isInterlaced, unit.pts == nil, let last = units.indices.last {
            units[last].byteCount += byteCount
            return
        }
        if let last = units.last, times.dts > last.dts { step = times.dts - last.dts }
        units.append(
            Unit(byteCount: byteCount, pts: times.pts, dts: times.dts, isRandomAccess: unit.isRandomAccess)
        )
    }

    /// The times of a unit; one that has none follows the unit before.
    private func times(of unit: AccessUnit) -> (pts: MediaTime, dts: MediaTime)? {
        if let pts = unit.pts { return (pts, min(unit.dts ?? pts, pts)) }
        return units.last.map { ($0.pts + step, $0.dts + step) }
    }

    /// Makes the sample entry of the first unit, and what turns units into samples.
    private mutating func describe(_ unit: AccessUnit) {
        // Pictures in front of the first parameter sets cannot be decoded.
        guard let entry = entry(unit) else { return }
        let form: CMAFTrack.UnitForm =
            switch codec {
            case .h264, .hevc: .nalUnits(.annexB)
            case .aac: .adts
            case .aacLATM: .loas
            case .opus: .opus
            default: .sample
            }
        let described = CMAFTrack(id: id, entry: entry, language: language ?? "und", unitForm: form)
        guard described.timescale > 0 else { return }
        track = described
        if let audio = entry.audioFormat {
            step = SplitUnit.Duration(samples: audio.samplesPerUnit, sampleRate: audio.sampleRate).time
        }
        var builder = SampleBuilder(described)
        if codec == .aacLATM { builder.readConfiguration(unit.payload.span) }
        self.builder = builder
    }

    private func entry(_ unit: AccessUnit) -> SampleEntry? {
        switch codec {
        case .h264:
            let sets = parameterSets(unit) { H264.NALUnitType(header: $0).isParameterSet }
            let isSequenceSet = { (set: [UInt8]) in
                set.first.map { H264.NALUnitType(header: $0) } == .sequenceParameterSet
            }
            return AVCDecoderConfiguration(
                sequenceParameterSets: sets.filter(isSequenceSet),
                pictureParameterSets: sets.filter {
                    $0.first.map { H264.NALUnitType(header: $0) } == .pictureParameterSet
                }
            ).flatMap { SampleEntry.h264($0, hasInBandSets: keepsParameterSets) }
        case .hevc:
            let sets = parameterSets(unit) { HEVC.NALUnitType(header: $0).isParameterSet }
            return HEVCDecoderConfiguration(parameterSets: sets)
                .flatMap { SampleEntry.hevc($0, hasInBandSets: keepsParameterSets) }
        case .aac:
            return ADTSHeader(unit.payload.span).flatMap { SampleEntry.aac(configuration: $0.configuration) }
        case .aacLATM:
            var reader = LATMReader()
            guard reader.frame(unit.payload.span) != nil else { return nil }
            return reader.configuration.flatMap { SampleEntry.aac(configuration: $0) }
        case .opus: return opusEntry(unit)
        case .ac3, .enhancedAC3: return SampleEntry.dolbyAudio(firstUnit: unit.payload.span)
        case .mpeg1Audio, .mpeg2Audio: return MPEGAudioHeader(unit.payload.span).map { SampleEntry.mpegAudio($0) }
        default: return nil
        }
    }

    private func opusEntry(_ unit: AccessUnit) -> SampleEntry? {
        var reader = OpusReader()
        guard let frame = reader.read(unit.payload.span), frame.length == unit.payload.count,
            let configuration = OpusConfiguration(channels: channels ?? frame.format.channels ?? 2),
            var entry = SampleEntry.opus(configuration: configuration.payload)
        else { return nil }
        // The configuration does not state how long packets are.
        if case .audio(var format)? = entry.format {
            format.samplesPerUnit = frame.samples
            entry.format = .audio(format)
        }
        return entry
    }

    /// The parameter sets in a unit where decoding can start, or, where it has none, those that the stream has shown.
    private func parameterSets(_ unit: AccessUnit, _ isParameterSet: (UInt8) -> Bool) -> [[UInt8]] {
        guard unit.isRandomAccess else { return [] }
        var sets: [[UInt8]] = []
        let bytes = unit.payload.span
        NALUnitFraming.annexB.forEachUnit(in: bytes) { range in
            guard isParameterSet(bytes[range.lowerBound]) else { return }
            let set = bytes.array(range)
            if !sets.contains(set) { sets.append(set) }
        }
        if sets.isEmpty, case .video(let video)? = format { return video.parameterSets }
        return sets
    }

    // MARK: Writing

    /// Takes the samples out, on the timeline of the presentation.
    ///
    /// - Parameters:
    ///   - offset: What is added to the times of the transport stream.
    ///   - end: Where the next segment begins, for pictures.
    ///   - dropped: Counts the units that would be presented before the presentation begins.
    /// - Returns: Nil when nothing is left.
    mutating func takeSamples(
        offset: MediaTime,
        end: MediaTime?,
        dropped: inout Int
    ) throws(CMAFError) -> FragmentSamples? {
        guard let track else { return nil }
        var assembler = TrackAssembler(track)
        let early = isVideo ? 0 : units.prefix { $0.pts + offset < .zero }.count
        dropped += early
        data.removeFirst(units.prefix(early).reduce(0) { $0 + $1.byteCount })
        for unit in units.dropFirst(early) {
            try assembler.place(
                byteCount: unit.byteCount,
                pts: unit.pts + offset,
                dts: unit.dts + offset,
                duration: step,
                isRandomAccess: unit.isRandomAccess
            )
        }
        guard var samples = assembler.finish(endingAt: end) else { return nil }
        swap(&samples.data, &data)
        return samples
    }
}
