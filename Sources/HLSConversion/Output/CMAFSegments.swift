import HLSKit

/// Makes segments of fragmented MP4, as CMAF defines them, and their init sections (ISO/IEC 23000-19 7).
///
/// A track whose configuration changes gets a new init section with the next segment.
struct CMAFSegments: SegmentMuxer {
    private enum Form {
        case nalUnits(NALUnitSamples)
        case aac
        /// Samples are what the units are.
        case asItIs
    }

    /// One track on its way into segments.
    private struct Track {
        let coding: Coding
        var form: Form
        var description = TrackDescription(extradata: [])
        /// What the samples are from the next segment on; nil while it is not known.
        var entry: SampleEntry?
        /// Its position in the muxer at hand; nil when it is not in there.
        var index: Int?
    }

    let fileExtension = "m4s"
    private(set) var damagedUnits = 0

    private var tracks: [Track]
    private var muxer: CMAFMuxer?
    /// The entries that the init section at hand has, by track.
    private var described: [SampleEntry?] = []
    private var newInitialization: [UInt8]?
    /// Added to every timestamp, so that the presentation begins at zero.
    private var offset: MediaTime?
    /// The sample that was read last.
    private var sample: [UInt8] = []
    /// The segment that has ended.
    private var segment: [UInt8] = []

    /// Creates a muxer for the tracks of a rendition.
    ///
    /// - Parameter sampleAspectRatio: What H.264 must declare as the shape of its samples; nil when it declares the right one.
    init(_ codings: [Coding], sampleAspectRatio: SampleAspectRatio?) {
        tracks = codings.map { coding in
            let form: Form =
                switch coding {
                case .h264, .hevc:
                    .nalUnits(NALUnitSamples(isHEVC: coding == .hevc, sampleAspectRatio: sampleAspectRatio))
                case .aac: .aac
                default: .asItIs
                }
            return Track(coding: coding, form: form)
        }
    }

    mutating func configure(track: Int, _ description: TrackDescription) {
        tracks[track].description = description
        if case .nalUnits(var samples) = tracks[track].form {
            samples.update(extradata: description.extradata)
            tracks[track].form = .nalUnits(samples)
        } else {
            tracks[track].entry = description.sampleEntry(tracks[track].coding) ?? tracks[track].entry
        }
    }

    mutating func describe(_ unit: AccessUnit, track: Int) throws {
        if case .nalUnits(var samples) = tracks[track].form {
            unit.withBytes { samples.describe($0) }
            tracks[track].form = .nalUnits(samples)
        } else if tracks[track].entry == nil {
            tracks[track].entry = entry(of: unit, tracks[track])
        }
    }

    private func entry(of unit: AccessUnit, _ track: Track) -> SampleEntry? {
        unit.withBytes { track.description.sampleEntry(track.coding, firstUnit: $0) }
    }

    mutating func start(at first: MediaTime, decodeDelays: [MediaTime]) {}

    // MARK: Units

    mutating func read(_ unit: AccessUnit, track: Int) throws -> UnitTraits? {
        sample.removeAll(keepingCapacity: true)
        var traits: UnitTraits?
        switch tracks[track].form {
        case .nalUnits(var samples):
            // Removed while it changes, so that its arrays are not copied.
            tracks[track].form = .asItIs
            traits = unit.withBytes { samples.append($0, to: &sample) }
            tracks[track].form = .nalUnits(samples)
        case .aac:
            try readAAC(unit, track: track)
            traits = sample.isEmpty ? nil : UnitTraits()
        case .asItIs:
            unit.withBytes { bytes in bytes.withUnsafeBufferPointer { sample.append(contentsOf: $0) } }
            if tracks[track].coding == .av1 { Self.removeTemporalDelimiter(&sample) }
            updateEntry(unit, track: track)
            guard tracks[track].entry != nil else {
                // Nothing describes the samples so far: no player could decode them.
                damagedUnits += 1
                return nil
            }
            traits = sample.isEmpty ? nil : UnitTraits(isRandomAccess: !tracks[track].coding.isVideo || unit.isKey)
        }
        if !tracks[track].coding.isVideo, muxer != nil, described[track] != tracks[track].entry {
            traits?.changesFormat = true
        }
        return traits
    }

    /// Keeps what the samples are, where the units describe it.
    private mutating func updateEntry(_ unit: AccessUnit, track: Int) {
        let isDescribedByEachUnit = if case .mpegAudio = tracks[track].coding { true } else { false }
        guard tracks[track].entry == nil || isDescribedByEachUnit else { return }
        if let entry = entry(of: unit, tracks[track]) { tracks[track].entry = entry }
    }

    private mutating func readAAC(_ unit: AccessUnit, track: Int) throws {
        try unit.withBytes { bytes in
            var start = 0
            if let header = ADTSHeader(bytes), header.frameLength == bytes.count {
                start = header.headerLength
                let configuration = header.configuration
                if tracks[track].description.extradata != configuration {
                    tracks[track].description.extradata = configuration
                    tracks[track].entry = SampleEntry.aac(configuration: configuration)
                }
            } else if tracks[track].entry == nil {
                throw ConversionError(
                    .inputNotUsable,
                    "this AAC stream has no configuration and cannot be copied: let it be encoded (--audio-encoder aac)"
                )
            }
            bytes.extracting(start..<bytes.count).withUnsafeBufferPointer { sample.append(contentsOf: $0) }
        }
    }

    /// Samples have no temporal delimiters ("AV1 Codec ISO Media File Format Binding" 2.4).
    private static func removeTemporalDelimiter(_ sample: inout [UInt8]) {
        // obu_type 2 with a size, which is 0.
        if sample.starts(with: [0x12, 0]) { sample.removeFirst(2) }
    }

    mutating func write(_ unit: TimedUnit, track: Int, isRandomAccess: Bool) throws {
        guard let index = tracks[track].index, let offset else { return }
        // A second reference, not a copy: a span of the property would bind all of self.
        let bytes = sample
        try Self.rethrowing {
            try muxer?.write(
                bytes.span,
                track: index,
                pts: max(.zero, unit.pts + offset),
                dts: unit.dts + offset,
                duration: unit.duration,
                isRandomAccess: isRandomAccess || !tracks[track].coding.isVideo
            )
        }
    }

    // MARK: Segments

    mutating func beginSegment(at earliest: MediaTime) throws {
        if offset == nil { offset = .zero - earliest }
        for index in tracks.indices {
            guard case .nalUnits(let samples) = tracks[index].form else { continue }
            tracks[index].entry = samples.sampleEntry.map(tracks[index].description.adding(to:)) ?? tracks[index].entry
        }
        let entries = tracks.map(\.entry)
        guard entries != described else { return }
        var muxed: [CMAFTrack] = []
        for (index, track) in tracks.enumerated() {
            tracks[index].index = nil
            guard let entry = track.entry else { continue }
            tracks[index].index = muxed.count
            muxed.append(
                CMAFTrack(id: UInt32(index + 1), entry: entry, language: track.description.language ?? "und")
            )
        }
        guard !muxed.isEmpty else { return }
        let muxer = try Self.rethrowing { try CMAFMuxer(tracks: muxed) }
        described = entries
        newInitialization = muxer.initializationSection
        self.muxer = muxer
    }

    mutating func endSegment(next: [MediaTime?]) throws {
        var times: [MediaTime?] = []
        for (track, time) in zip(tracks, next) where track.index != nil {
            times.append(time.flatMap { time in offset.map { time + $0 } })
        }
        muxer?.reuse(&segment)
        segment = try Self.rethrowing { try muxer?.finishSegment(next: times) ?? [] }
    }

    var pendingByteCount: Int { segment.count }

    mutating func takeBytes(_ buffer: inout [UInt8]) {
        swap(&buffer, &segment)
    }

    mutating func takeNewInitialization() -> [UInt8]? {
        defer { newInitialization = nil }
        return newInitialization
    }

    private static func rethrowing<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as CMAFError {
            throw ConversionError(.codec, "the stream does not fit into fragmented MP4: \(error)")
        }
    }
}
