import CFFmpeg
import HLSKit

/// One track on its way into the transport stream: its timestamps made sound, its packets given the form that TS wants.
struct PackagedTrack {
    /// A packet with timestamps that hold the rules: DTS rises, PTS is not before it.
    struct Unit {
        var packet: Packet
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
    private var latestPTS = MediaTime.zero

    private var form: Form
    private var timeBase = AVRational.mediaTime
    private var lastDTS: MediaTime?
    private var lastStep = MediaTime.zero
    /// The first packets, while none has told its decoding time.
    private var held: [Packet] = []

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

    mutating func configure(_ description: TrackDescription) throws {
        timeBase = description.timeBase
        update(extradata: description.extradata)
    }

    mutating func update(extradata: [UInt8]) {
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

    /// Reads the timestamps of a packet and mends what is missing or impossible.
    ///
    /// Matroska tells no decoding times, and FFmpeg cannot work out those of the first pictures when they are reordered: they
    /// come later, with the first that has one.
    mutating func timed(_ packet: Packet) -> [Unit] {
        let dts = packet.dts(in: timeBase)
        if codec.isVideo, lastDTS == nil, dts == nil, held.count < Self.greatestHeldCount {
            held.append(packet)
            return []
        }
        return release(before: dts) + [unit(packet, statedDTS: dts)]
    }

    /// The units that still wait for a decoding time, at the end of the track.
    mutating func flush() -> [Unit] {
        release(before: nil)
    }

    /// Counts back from the first decoding time that is known.
    private mutating func release(before dts: MediaTime?) -> [Unit] {
        let packets = held
        held = []
        let times = packets.compactMap { $0.pts(in: timeBase) }.sorted()
        let shortest = zip(times, times.dropFirst()).map { $1 - $0 }.filter { $0 > .zero }.min()
        return packets.enumerated().map { index, packet in
            let step = packet.duration(in: timeBase) ?? shortest ?? MediaTime(ticks: 1)
            let counted = dts.map { $0 - MediaTime(ticks: step.ticks * Int64(packets.count - index)) }
            return unit(packet, statedDTS: counted)
        }
    }

    private mutating func unit(_ packet: Packet, statedDTS: MediaTime?) -> Unit {
        let step = packet.duration(in: timeBase)
        let statedPTS = packet.pts(in: timeBase)
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
        return Unit(packet: packet, pts: pts, dts: codec.isVideo ? dts : pts, duration: step ?? lastStep)
    }

    mutating func note(written unit: Unit) {
        guard end == nil || unit.pts >= latestPTS else { return }
        latestPTS = unit.pts
        end = unit.pts + unit.duration
    }

    // MARK: Bytes

    /// Appends a unit in the form that a transport stream carries.
    ///
    /// - Returns: Whether decoding can start at it; nil when it holds nothing to present.
    mutating func append(_ unit: Unit, to output: inout [UInt8]) throws -> Bool? {
        switch form {
        case .h264(var stream):
            // Taken out while it changes, so that its arrays are not copied.
            form = .asItIs
            let written = unit.packet.withBytes { stream.append($0, to: &output) }
            form = .h264(stream)
            return written.hasPicture ? written.isRandomAccess : nil
        case .aac(let configuration):
            try unit.packet.withBytes { try Self.appendADTS($0, configuration, to: &output) }
            return true
        case .asItIs:
            unit.packet.withBytes { $0.withUnsafeBufferPointer { output.append(contentsOf: $0) } }
            return output.isEmpty ? nil : true
        }
    }

    private static func appendADTS(
        _ frame: Span<UInt8>,
        _ configuration: AudioSpecificConfiguration?,
        to output: inout [UInt8]
    ) throws {
        if let header = ADTSHeader(frame), header.frameLength == frame.count {
            frame.withUnsafeBufferPointer { output.append(contentsOf: $0) }
            return
        }
        guard let configuration, let header = ADTSHeader(configuration, payloadLength: frame.count) else {
            throw ConversionError(
                .inputNotUsable,
                "this AAC stream cannot be copied into a transport stream: let it be encoded (--audio-encoder aac)"
            )
        }
        header.write(to: &output)
        frame.withUnsafeBufferPointer { output.append(contentsOf: $0) }
    }
}
