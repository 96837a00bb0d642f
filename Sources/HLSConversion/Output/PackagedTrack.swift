import HLSKit

/// One track on its way into the transport stream: its timestamps made sound, its access units given the form that TS wants.
struct PackagedTrack {
    /// An access unit with timestamps that hold the rules: DTS rises, PTS is not before it.
    struct Unit {
        var payload: AccessUnit
        var pts: MediaTime
        var dts: MediaTime
        var duration: MediaTime
    }

    private enum Form {
        case h264(H264ByteStream)
        case aac(AudioSpecificConfiguration?)
        case asItIs
    }

    let codec: ElementaryStream.Codec
    /// The time from decoding to presentation of the first unit.
    private(set) var decodeDelay = MediaTime.zero
    /// Where the presentation of what was written ends: the end of the unit that is shown last.
    private(set) var end: MediaTime?
    /// Units that no stream of the coding can hold, and which were left out.
    private(set) var damagedUnits = 0
    private var latestPTS = MediaTime.zero

    private var form: Form
    private var lastDTS: MediaTime?
    private var lastStep = MediaTime.zero
    /// The first units, while none has told its decoding time.
    private var held: [AccessUnit] = []

    /// More pictures than a decoder may hold back (ITU-T H.264 A.3.1), and so more than can lack a decoding time.
    private static let greatestHeldCount = 17

    init(codec: ElementaryStream.Codec) {
        self.codec = codec
        switch codec {
        case .h264: form = .h264(H264ByteStream(configuration: nil))
        case .aac: form = .aac(nil)
        default: form = .asItIs
        }
    }

    /// Takes the coding's configuration that MP4 and Matroska keep beside a stream, at the start or when it changes.
    mutating func configure(extradata: [UInt8]) {
        switch form {
        case .h264(var stream):
            guard let configuration = AVCDecoderConfiguration(extradata) else { return }
            stream.update(configuration: configuration)
            form = .h264(stream)
        case .aac: form = .aac(AudioSpecificConfiguration(extradata))
        case .asItIs: break
        }
    }

    // MARK: Time

    /// Reads the timestamps of a unit and mends what is missing or impossible.
    ///
    /// Matroska tells no decoding times, and FFmpeg cannot work out those of the first pictures when they are reordered: they
    /// come later, with the first that has one.
    mutating func timed(_ payload: AccessUnit) -> [Unit] {
        if codec.isVideo, lastDTS == nil, payload.dts == nil, held.count < Self.greatestHeldCount {
            held.append(payload)
            return []
        }
        return release(before: payload.dts) + [unit(payload, statedDTS: payload.dts)]
    }

    /// The units that still wait for a decoding time, at the end of the track.
    mutating func flush() -> [Unit] {
        release(before: nil)
    }

    /// Counts back from the first decoding time that is known.
    private mutating func release(before dts: MediaTime?) -> [Unit] {
        let payloads = held
        held = []
        let times = payloads.compactMap(\.pts).sorted()
        let shortest = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        return payloads.enumerated().map { index, payload in
            let step = payload.duration ?? shortest ?? MediaTime(ticks: 1)
            let counted = dts.map { $0 - MediaTime(ticks: step.ticks * Int64(payloads.count - index)) }
            return unit(payload, statedDTS: counted)
        }
    }

    private mutating func unit(_ payload: AccessUnit, statedDTS: MediaTime?) -> Unit {
        let step = payload.duration
        let statedPTS = payload.pts
        let following = lastDTS.map { $0 + (step ?? max(lastStep, MediaTime(ticks: 1))) }
        var dts = statedDTS ?? statedPTS.map { min($0, following ?? $0) } ?? following ?? .zero
        if let lastDTS, dts <= lastDTS { dts = lastDTS + MediaTime(ticks: 1) }
        let pts = max(statedPTS ?? dts, dts)
        if let lastDTS {
            lastStep = dts - lastDTS
        } else {
            decodeDelay = codec.isVideo ? pts - dts : .zero
        }
        lastDTS = dts
        return Unit(payload: payload, pts: pts, dts: codec.isVideo ? dts : pts, duration: step ?? lastStep)
    }

    mutating func note(written unit: Unit) {
        guard end == nil || unit.pts >= latestPTS else { return }
        latestPTS = unit.pts
        end = unit.pts + unit.duration
    }

    // MARK: Bytes

    /// What a unit is that was appended.
    struct Appended {
        /// Whether decoding can start at it.
        var isRandomAccess = true
        /// Whether it begins pictures of another size.
        var changesSize = false
    }

    /// Appends a unit in the form that a transport stream carries.
    ///
    /// - Returns: Nil when it holds nothing to present.
    mutating func append(_ unit: Unit, to output: inout [UInt8]) throws -> Appended? {
        if let planned = unit.payload.planned { return planned }
        switch form {
        case .h264(var stream):
            // Taken out while it changes, so that its arrays are not copied.
            form = .asItIs
            let written = unit.payload.withBytes { stream.append($0, to: &output) }
            form = .h264(stream)
            guard written.hasPicture else { return nil }
            return Appended(isRandomAccess: written.isRandomAccess, changesSize: written.changesSize)
        case .aac(let configuration):
            guard try unit.payload.withBytes({ try Self.appendADTS($0, configuration, to: &output) }) else {
                damagedUnits += 1
                return nil
            }
            return Appended()
        case .asItIs:
            unit.payload.withBytes { $0.withUnsafeBufferPointer { output.append(contentsOf: $0) } }
            return output.isEmpty ? nil : Appended()
        }
    }

    /// - Returns: False for a frame that is longer than any can be.
    private static func appendADTS(
        _ frame: Span<UInt8>,
        _ configuration: AudioSpecificConfiguration?,
        to output: inout [UInt8]
    ) throws -> Bool {
        if let header = ADTSHeader(frame), header.frameLength == frame.count {
            frame.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return true
        }
        guard let configuration, ADTSHeader(configuration, payloadLength: 0) != nil else {
            throw ConversionError(
                .inputNotUsable,
                "this AAC stream cannot be copied into a transport stream: let it be encoded (--audio-encoder aac)"
            )
        }
        guard let header = ADTSHeader(configuration, payloadLength: frame.count) else { return false }
        header.write(to: &output)
        frame.withUnsafeBufferPointer { output.append(contentsOf: $0) }
        return true
    }
}
