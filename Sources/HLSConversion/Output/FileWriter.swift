import CFFmpeg
import HLSKit
import Synchronization

/// Writes access units into one file through a muxer of libavformat.
final class FileWriter: AccessUnitSink {
    private let state: WriterLock<FileWriterState>

    init(
        format: FileFormat,
        folder: OutputFolder,
        trackCount: Int,
        cancellation: Cancellation
    ) throws(ConversionError) {
        state = WriterLock(
            try FileWriterState(format: format, folder: folder, trackCount: trackCount),
            cancellation: cancellation
        )
    }

    func configure(track: Int, _ description: TrackDescription) throws {
        try state.write { $0.descriptions[track] = description }
    }

    func write(_ unit: AccessUnit, track: Int) throws {
        guard let packet = unit.packet else { return }
        try state.write { try $0.add(packet, track: track) }
    }

    func end(track: Int) throws {
        try state.write { try $0.end(track: track) }
    }

    func finish() throws {
        try state.write { try $0.finish() }
    }

    /// The file itself is removed with the folder's other traces.
    func abandon() {
        state.close { _ in }
    }

    var output: WrittenOutput {
        state.read { $0.output }
    }
}

/// The work of ``FileWriter``.
struct FileWriterState {
    var descriptions: [TrackDescription?]
    private(set) var output = WrittenOutput()

    private let file: OutputFile
    private let folder: OutputFolder
    private let isMP4: Bool
    /// AVI takes NAL units behind start codes only.
    private let wantsStartCodes: Bool
    private var filters: [Int: BitstreamFilter] = [:]
    private var hasEnded: [Bool]
    /// The last decoding time of each track, in its time base.
    private var lastDTS: [Int64?]
    /// Packets that came before every track was described.
    private var waiting: [(packet: Packet, track: Int)] = []
    private var waitingBytes = 0
    /// A track that is not described when so many bytes of others wait is left out.
    private static let waitingLimit = 64 << 20
    /// The earliest presentation time.
    private var origin: MediaTime?
    /// The file's stream of each track, once the header is written.
    private var streams: [Int?]?

    init(format: FileFormat, folder: OutputFolder, trackCount: Int) throws(ConversionError) {
        self.folder = folder
        descriptions = Array(repeating: nil, count: trackCount)
        hasEnded = Array(repeating: false, count: trackCount)
        lastDTS = Array(repeating: nil, count: trackCount)
        isMP4 = ["mp4", "mov", "ipod"].contains(format.name)
        wantsStartCodes = format.name == "avi"
        file = try OutputFile(path: folder.temporarySegmentPath, format: format)
    }

    mutating func add(_ packet: Packet, track: Int) throws {
        try writeHeaderIfReady()
        guard streams != nil else {
            waiting.append((packet, track))
            waitingBytes += packet.byteCount
            return
        }
        try write(packet, track: track)
    }

    mutating func end(track: Int) throws {
        hasEnded[track] = true
        try writeHeaderIfReady()
    }

    mutating func finish() throws {
        guard streams?.contains(where: { $0 != nil }) ?? false else {
            throw ConversionError(.inputNotUsable, "'\(folder.input)' holds no picture or sound that can be decoded")
        }
        try file.finish()
        try folder.commitFile()
    }

    private mutating func writeHeaderIfReady() throws {
        guard streams == nil,
            zip(descriptions, hasEnded).allSatisfy({ $0 != nil || $1 }) || waitingBytes > Self.waitingLimit
        else { return }
        var next = 0
        var map: [Int?] = []
        for (track, description) in descriptions.enumerated() {
            guard let description else {
                map.append(nil)
                continue
            }
            let filter = try startCodeFilter(for: description)
            filters[track] = filter
            try file.addStream(
                timeBase: description.timeBase,
                tag: tag(for: description),
                // MP4 has a name of a track where FFmpeg calls it the handler's.
                metadata: [
                    "language": description.language, "title": description.title, "handler_name": description.title,
                ]
            ) { target throws(FFmpegError) in
                if let filter { return try filter.copyParameters(to: target) }
                guard let parameters = description.parameters else { return }
                try FFmpegError.check(avcodec_parameters_copy(target, parameters.pointer))
            }
            map.append(next)
            next += 1
        }
        guard next > 0 else { return }
        // With the index in front, players can start before they have the whole file.
        try file.writeHeader(options: isMP4 ? [("movflags", "+faststart")] : [])
        streams = map
        for (packet, track) in waiting { try write(packet, track: track) }
        waiting = []
    }

    private mutating func write(_ packet: Packet, track: Int) throws {
        guard let stream = streams?[track], let description = descriptions[track] else { return }
        let isVideo = description.parameters?.pointer.pointee.codec_type == AVMEDIA_TYPE_VIDEO
        straighten(packet, track: track, isVideo: isVideo)
        if isVideo || descriptions.count == 1 {
            output.frames += 1
        }
        output.bytes += Int64(packet.byteCount)
        if let pts = packet.pts(in: description.timeBase) {
            let start = min(origin ?? pts, pts)
            origin = start
            output.duration = max(output.duration, pts + (packet.duration(in: description.timeBase) ?? .zero) - start)
        }
        if let filter = filters[track] {
            try filter.filter(packet) { try file.write($0, stream: stream) }
        } else {
            try file.write(packet, stream: stream)
        }
    }

    /// Makes decoding times increase, as every container demands.
    ///
    /// Demuxers give two frames of one PES packet the same time where a transport stream begins or is joined: the second
    /// frame of sound then follows the first, a picture keeps its presentation time.
    private mutating func straighten(_ packet: Packet, track: Int, isVideo: Bool) {
        let fields = packet.pointer
        guard fields.pointee.dts != w2g_no_timestamp else { return }
        defer { lastDTS[track] = fields.pointee.dts }
        guard let last = lastDTS[track], fields.pointee.dts <= last else { return }
        let next = last &+ (isVideo ? 1 : max(1, fields.pointee.duration))
        if fields.pointee.pts != w2g_no_timestamp {
            let shifted = isVideo ? fields.pointee.pts : fields.pointee.pts &+ (next &- fields.pointee.dts)
            fields.pointee.pts = max(shifted, next)
        }
        fields.pointee.dts = next
    }

    /// The sample entry that allows parameter sets in the stream (ISO/IEC 14496-15 5.3.3); 0 for the usual one.
    private func tag(for description: TrackDescription) -> UInt32 {
        guard isMP4, description.hasParameterSetsInStream, let parameters = description.parameters else { return 0 }
        let name: StaticString
        switch parameters.pointer.pointee.codec_id {
        case AV_CODEC_ID_H264: name = "avc3"
        case AV_CODEC_ID_HEVC: name = "hev1"
        default: return 0
        }
        return name.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    }

    private func startCodeFilter(for description: TrackDescription) throws -> BitstreamFilter? {
        guard wantsStartCodes, description.extradata.first == 1, let parameters = description.parameters else {
            return nil
        }
        let name: String
        switch parameters.pointer.pointee.codec_id {
        case AV_CODEC_ID_H264: name = "h264_mp4toannexb"
        case AV_CODEC_ID_HEVC: name = "hevc_mp4toannexb"
        default: return nil
        }
        return try BitstreamFilter(name, parameters: parameters, timeBase: description.timeBase)
    }
}
