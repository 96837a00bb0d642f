import CFFmpeg
import HLSKit

/// Decoded sound -> resampler -> encoder -> sink.
///
/// Used by one thread.
final class AudioTranscoder {
    /// How to encode.
    struct Settings {
        var encoder: String
        /// kbit/s.
        var bitrate: Int
        /// The most channels.
        var channels: Int
        /// Whether the configuration belongs beside the stream.
        var wantsGlobalHeader: Bool
    }

    private let settings: Settings
    private let codec: UnsafePointer<AVCodec>
    private let timeBase: AVRational
    private let sink: any AccessUnitSink
    private let track: Int
    private var source: Source?
    private var graph: FilterGraph?
    private var encoder: Encoder?
    /// Samples since time zero, for blocks that come without a time.
    private var nextPTS: Int64?

    /// The shape of decoded sound.
    private struct Source: Equatable {
        var sampleRate: Int32
        var format: Int32
        var layout: String
        var channels: Int
    }

    /// - Parameter timeBase: The unit of the timestamps of the decoded sound.
    init(
        timeBase: AVRational,
        settings: Settings,
        sink: any AccessUnitSink,
        track: Int
    ) throws(ConversionError) {
        self.settings = settings
        codec = try CodecNames.encoder(settings.encoder, type: AVMEDIA_TYPE_AUDIO)
        self.timeBase = timeBase
        self.sink = sink
        self.track = track
    }

    /// Opens the encoder before there is sound, so that the output can begin.
    func open(sampleRate: Int, channels: Int) throws {
        let layout = layout(ofAtMost: min(channels, settings.channels))
        outputLayout = layout
        encoder = try openEncoder(rate: self.sampleRate(for: sampleRate), layout: layout)
    }

    /// Takes the next block of decoded sound.
    func process(_ frame: Frame) throws {
        let sound = frame.pointer.pointee
        guard sound.nb_samples > 0, sound.sample_rate > 0 else { return }
        let found = Source(
            sampleRate: sound.sample_rate,
            format: sound.format,
            layout: Self.layoutName(sound.ch_layout),
            channels: Int(sound.ch_layout.nb_channels)
        )
        if found != source { try setUp(for: found) }
        let samples = AVRational(num: 1, den: sound.sample_rate)
        if sound.pts != w2g_no_timestamp {
            frame.pointer.pointee.pts = av_rescale_q(sound.pts, timeBase, samples)
        } else {
            frame.pointer.pointee.pts = nextPTS ?? 0
        }
        nextPTS = frame.pointer.pointee.pts &+ Int64(sound.nb_samples)
        try graph?.filter(frame) { try encode($0) }
    }

    /// Gives out what the resampler and the encoder still hold.
    func finish() throws {
        try graph?.filter(nil) { try encode($0) }
        try encoder?.encode(nil) { try sink.write(AccessUnit($0, timeBase: unitTimeBase), track: track) }
    }

    private static func layoutName(_ layout: AVChannelLayout) -> String {
        var layout = layout
        if layout.order == AV_CHANNEL_ORDER_UNSPEC { av_channel_layout_default(&layout, layout.nb_channels) }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress, av_channel_layout_describe(&layout, start, buffer.count) > 0 else {
                return "stereo"
            }
            return String(cString: start)
        }
    }

    private func setUp(for found: Source) throws {
        try graph?.filter(nil) { try encode($0) }
        source = found
        let rate = encoder?.sampleRate ?? sampleRate(for: Int(found.sampleRate))
        // An encoder that is open keeps its layout, whatever the source changes to.
        let outputLayout = self.outputLayout ?? layout(ofAtMost: min(found.channels, settings.channels))
        self.outputLayout = outputLayout
        let format = av_get_sample_fmt_name(firstSampleFormat).map { String(cString: $0) } ?? "fltp"
        // Gaps are filled with silence and overlaps cut, so that sound stays where the picture is.
        let chain =
            "aresample=\(rate):async=1:min_hard_comp=0.04,"
            + "aformat=sample_fmts=\(format):sample_rates=\(rate):channel_layouts=\(outputLayout)"
        let inputFormat = av_get_sample_fmt_name(AVSampleFormat(rawValue: found.format)).map { String(cString: $0) }
        let input =
            "sample_rate=\(found.sampleRate):sample_fmt=\(inputFormat ?? "fltp"):channel_layout=\(found.layout)"
            + ":time_base=1/\(found.sampleRate)"
        let graph = try FilterGraph(chain: chain, input: input, isVideo: false)
        if let encoder, encoder.frameSize > 0 { graph.setFrameSize(encoder.frameSize) }
        self.graph = graph
        if encoder == nil { encoder = try openEncoder(rate: rate, layout: outputLayout) }
    }

    private var outputLayout: String?
    /// The unit of the timestamps of encoded frames.
    private var unitTimeBase = AVRational.mediaTime

    /// The layouts that AAC has a number for (ISO/IEC 14496-3 table 1.19); others need a description in the stream.
    private static func aacLayout(ofAtMost channels: Int) -> String {
        switch channels {
        case ...1: "mono"
        case 2: "stereo"
        case 3: "3.0"
        case 4: "4.0"
        case 5: "5.0"
        case 6, 7: "5.1"
        default: "7.1"
        }
    }

    /// The greatest layout that the encoder takes; its first one when each has more channels.
    private func layout(ofAtMost channels: Int) -> String {
        guard codec.pointee.id != AV_CODEC_ID_AAC, let list = codec.pointee.ch_layouts else {
            return Self.aacLayout(ofAtMost: channels)
        }
        var index = 0
        var best = 0
        while list[index].nb_channels > 0 {
            let count = Int(list[index].nb_channels)
            if count <= channels, count > list[best].nb_channels || list[best].nb_channels > channels { best = index }
            index += 1
        }
        return Self.layoutName(list[best])
    }

    private func openEncoder(rate: Int, layout: String) throws -> Encoder {
        let settings = settings
        let format = firstSampleFormat
        let encoder = try Encoder(codec, options: []) { context in
            context.pointee.sample_rate = Int32(rate)
            context.pointee.sample_fmt = format
            av_channel_layout_from_string(&context.pointee.ch_layout, layout)
            context.pointee.bit_rate = Int64(settings.bitrate) * 1000
            context.pointee.time_base = AVRational(num: 1, den: Int32(rate))
            if settings.wantsGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        }
        if encoder.frameSize > 0 { graph?.setFrameSize(encoder.frameSize) }
        unitTimeBase = AVRational(num: 1, den: Int32(rate))
        try sink.configure(
            track: track,
            TrackDescription(
                extradata: encoder.extradata,
                timeBase: unitTimeBase,
                parameters: try CodecParameters { parameters throws(FFmpegError) in
                    try encoder.copyParameters(to: parameters)
                }
            )
        )
        return encoder
    }

    private func encode(_ frame: Frame) throws {
        try encoder?.encode(frame) { try sink.write(AccessUnit($0, timeBase: unitTimeBase), track: track) }
    }

    /// What the encoder accepts first.
    private var firstSampleFormat: AVSampleFormat {
        codec.pointee.sample_fmts?.pointee ?? AV_SAMPLE_FMT_FLTP
    }

    /// The source's rate where the encoder and phones take it, else the nearest above, 48 kHz at most.
    private func sampleRate(for rate: Int) -> Int {
        var supported: [Int] = []
        if let list = codec.pointee.supported_samplerates {
            var index = 0
            while list[index] != 0 {
                supported.append(Int(list[index]))
                index += 1
            }
        }
        let wanted = min(rate, 48_000)
        guard !supported.isEmpty, !supported.contains(wanted) else { return wanted }
        let usable = supported.filter { $0 <= 48_000 }.sorted()
        return usable.first { $0 >= wanted } ?? usable.last ?? 48_000
    }
}
