import CFFmpeg
import HLSKit

/// Decoded pictures -> filters -> encoder -> sink.
///
/// Used by one thread.
final class VideoTranscoder {
    /// How to encode.
    struct Settings {
        var encoder: String
        var crf: Int
        var preset: ConversionOptions.Preset
        /// Seconds between IDR pictures.
        var keyframeInterval: Double
        /// Whether the last picture stays as long as the sound goes on: players stop where one of both ends.
        var holdsLastPicture: Bool
        /// Whether parameter sets belong beside the stream instead of into it.
        var wantsGlobalHeader: Bool
    }

    private let settings: Settings
    private let codec: UnsafePointer<AVCodec>
    private let timeBase: AVRational
    private let frameRate: AVRational
    /// The shape of a sample that the container tells; nil where the pictures know it themselves.
    private let sampleAspectRatio: AVRational?
    /// How the pictures lie: as the container tells, or else as the latest that told it itself.
    private var orientation: Orientation
    private let isTurnedByContainer: Bool
    private let isInterlaced: Bool
    private let sink: any AccessUnitSink
    private let track: Int
    private let warn: @Sendable (ConversionWarning) -> Void

    private var source: VideoFilters.Source?
    private var graph: FilterGraph?
    private var encoder: Encoder?
    private var grid: KeyframeGrid
    /// The latest picture, which waits until it is known how long it is shown.
    private var latest: (frame: Frame, picture: KeyframeGrid.Picture)?
    /// Where the presentation of what was decoded ends, when the source tells.
    private var sourceEnd: MediaTime?
    /// The time of the last picture in the encoder's time base.
    private var lastTick: Int64?
    /// How long the last picture is shown, in the encoder's time base, once it is known to be the last.
    private var lastDuration: Int64?

    init(
        stream: InputStream,
        settings: Settings,
        sink: any AccessUnitSink,
        track: Int,
        warn: @escaping @Sendable (ConversionWarning) -> Void
    ) throws(ConversionError) {
        self.settings = settings
        codec = try CodecNames.encoder(settings.encoder, type: AVMEDIA_TYPE_VIDEO)
        timeBase = stream.timeBase
        frameRate = stream.frameRate ?? AVRational(num: 25, den: 1)
        sampleAspectRatio = stream.containerSampleAspectRatio
        orientation = stream.orientation ?? Orientation()
        isTurnedByContainer = !orientation.isUpright
        isInterlaced = stream.videoFacts.isInterlaced
        self.sink = sink
        self.track = track
        self.warn = warn
        grid = KeyframeGrid(
            interval: settings.keyframeInterval,
            frameDuration: MediaTime(seconds: 1 / frameRate.value)
        )
    }

    /// Takes the next decoded picture.
    func process(_ frame: Frame) throws {
        if let end = frame.end(in: timeBase) { sourceEnd = max(sourceEnd ?? end, end) }
        if let sampleAspectRatio { frame.pointer.pointee.sample_aspect_ratio = sampleAspectRatio }
        noteOrientation(of: frame)
        let found = VideoFilters.Source(frame, orientation: orientation, isInterlaced: isInterlaced)
        if found != source { try setUpFilters(for: found) }
        if let graph {
            try graph.filter(frame) { try encode($0, timeBase: graph.timeBase) }
        } else {
            try encode(frame, timeBase: timeBase)
        }
    }

    /// Reads how a picture lies from itself, which players of the result would not do all alike.
    private func noteOrientation(of frame: Frame) {
        let told = frame.takeOrientation()
        // Many encoders tell it once: it holds until something else is told.
        if !isTurnedByContainer, let told { orientation = told }
    }

    /// Sound that goes on for less behind the last picture does no harm.
    static let greatestSoundTail = MediaTime(seconds: 1)

    /// Gives out what the filters and the encoder still hold.
    ///
    /// - Parameter soundEnd: Where the sound beside the picture ends; nil when there is none.
    func finish(soundEnd: MediaTime?) throws {
        if let graph { try graph.filter(nil) { try encode($0, timeBase: graph.timeBase) } }
        guard let latest, let encoder else { return }
        var repeats = sourceEnd.map { grid.finish(at: $0) } ?? []
        let pictureEnd = max(sourceEnd ?? latest.picture.time, latest.picture.time)
        if settings.holdsLastPicture, let soundEnd, soundEnd - pictureEnd > Self.greatestSoundTail {
            repeats += grid.hold(until: soundEnd)
            sourceEnd = soundEnd
        }
        try encode(latest.frame, as: ([latest.picture] + repeats).dropLast())
        let last = repeats.last ?? latest.picture
        lastDuration = sourceEnd.flatMap { duration(of: last, until: $0, in: encoder.timeBase) }
        try encode(latest.frame, as: [last])
        try encoder.encode(nil) { try emit($0) }
    }

    /// The last picture is shown for as many usual times of a picture at most; an end behind that is not believed.
    static let greatestLastDuration: Int64 = 3

    /// How long the last picture is shown; nil when the end of the source is no sensible one for it.
    private func duration(
        of picture: KeyframeGrid.Picture,
        until end: MediaTime,
        in timeBase: AVRational
    ) -> Int64? {
        let rest = end - picture.time
        guard rest > .zero, rest.ticks <= grid.frameDuration.ticks * Self.greatestLastDuration else { return nil }
        return max(1, av_rescale_q(rest.ticks, .mediaTime, timeBase))
    }

    // MARK: Filters

    private func setUpFilters(for found: VideoFilters.Source) throws {
        // What the filters before still hold comes first.
        if let graph { try graph.filter(nil) { try encode($0, timeBase: graph.timeBase) } }
        graph = nil
        var found = found
        // Once a stream showed fields, its progressive pictures pass the deinterlacer untouched.
        found.isInterlaced = found.isInterlaced || source?.isInterlaced ?? false
        source = found
        var canToneMap = true
        if found.isHighDynamicRange {
            canToneMap = try FilterGraph.exists("zscale") && FilterGraph.exists("tonemap")
            if !canToneMap { warn(.paleColours) }
        }
        let target = encoder.map(\.shape)
        let format = try pixelFormat(for: AVPixelFormat(rawValue: found.format))
        guard let chain = VideoFilters.chain(for: found, target: target, format: format, canToneMap: canToneMap)
        else { return }
        let input =
            "video_size=\(found.shape.width)x\(found.shape.height):pix_fmt=\(found.format):time_base=\(timeBase.num)/\(timeBase.den)"
            + ":pixel_aspect=\(found.shape.aspect.width)/\(found.shape.aspect.height):frame_rate=\(frameRate.num)/\(frameRate.den)"
        graph = try FilterGraph(chain: chain, input: input, isVideo: true)
    }

    // MARK: Encoder

    private func encode(_ frame: Frame, timeBase: AVRational) throws {
        let pts =
            MediaTime(frame.pointer.pointee.pts, in: timeBase)
            ?? latest.map { $0.picture.time + MediaTime(seconds: 1 / frameRate.value) } ?? .zero
        // A picture at or before the time of the one before it cannot be shown.
        if let latest, pts <= latest.picture.time { return }
        if encoder == nil { encoder = try openEncoder(for: frame) }
        var pictures = grid.add(pts)
        guard let picture = pictures.popLast() else { return }
        if let latest { try encode(latest.frame, as: [latest.picture] + pictures) }
        latest = (frame, picture)
    }

    /// Encodes one picture of the source as often as it is shown.
    private func encode(_ frame: Frame, as pictures: [KeyframeGrid.Picture]) throws {
        for picture in pictures { try encode(frame.copy(), as: picture) }
    }

    private func encode(_ frame: Frame, as picture: KeyframeGrid.Picture) throws {
        guard let encoder else { return }
        let pts = av_rescale_q(picture.time.ticks, .mediaTime, encoder.timeBase)
        // Where the encoder counts in pictures, two may fall on one number.
        if let lastTick, pts <= lastTick { return }
        lastTick = pts
        frame.pointer.pointee.pts = pts
        // The decoder's picture types are not the encoder's.
        frame.pointer.pointee.pict_type = picture.isKeyframe ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        try encoder.encode(frame) { try emit($0) }
    }

    private func emit(_ packet: Packet) throws {
        if let lastDuration, packet.pointer.pointee.pts == lastTick { packet.pointer.pointee.duration = lastDuration }
        try sink.write(AccessUnit(packet, timeBase: encoder?.timeBase ?? .mediaTime), track: track)
    }

    /// 4:2:0 with 8 bits, which everything plays, or what comes nearest to the source of what the encoder takes.
    private func pixelFormat(for source: AVPixelFormat) throws(ConversionError) -> AVPixelFormat {
        guard let list = codec.pointee.pix_fmts else { return AV_PIX_FMT_YUV420P }
        var index = 0
        while list[index] != AV_PIX_FMT_NONE {
            if list[index] == AV_PIX_FMT_YUV420P { return AV_PIX_FMT_YUV420P }
            index += 1
        }
        let best = avcodec_find_best_pix_fmt_of_list(list, source, 0, nil)
        let flags = av_pix_fmt_desc_get(best)?.pointee.flags ?? UInt64(AV_PIX_FMT_FLAG_HWACCEL)
        guard flags & UInt64(AV_PIX_FMT_FLAG_HWACCEL) == 0 else {
            throw ConversionError(
                .invalidOption,
                "the encoder \(settings.encoder) takes pictures from a graphics card only, which is not supported: choose one such as libx264"
            )
        }
        return best
    }

    /// Two and a half threads a core, so that none idles while pictures wait for one another.
    ///
    /// 0 lets x264 choose, which gives nearly as many where there are many cores. With three, x264 also splits its lookahead
    /// on two cores, which costs 2 % of the time in switching between threads.
    private static var x264Threads: Int32 {
        let cores = av_cpu_count()
        return cores < 8 ? min(cores * 5 / 2, 12) : 0
    }

    /// Whether an encoder places key frames by its own count of pictures alone, wherever they are asked for.
    private static func passesOverKeyframes(_ encoder: String) -> Bool {
        ["libsvtav1", "librav1e"].contains(encoder)
    }

    private func openEncoder(for frame: Frame) throws -> Encoder {
        let encoder: Encoder
        do {
            encoder = try FFmpegLog.quietly { try makeEncoder(for: frame, timeBase: .mediaTime, outputRate) }
        } catch {
            // Older codings know a few frame rates only, and count in pictures.
            let rate = nearestFrameRate
            encoder = try makeEncoder(for: frame, timeBase: AVRational(num: rate.den, den: rate.num), rate)
        }
        try sink.configure(
            track: track,
            TrackDescription(
                extradata: encoder.extradata,
                timeBase: encoder.timeBase,
                parameters: try CodecParameters { parameters throws(FFmpegError) in
                    try encoder.copyParameters(to: parameters)
                }
            )
        )
        return encoder
    }

    /// A slide is shown again and again.
    private var outputRate: AVRational {
        let longest = min(settings.keyframeInterval, KeyframeGrid.greatestFrameDuration.seconds)
        return frameRate.value * longest < 1 ? av_d2q(1 / longest, 1 << 16) : frameRate
    }

    private var nearestFrameRate: AVRational {
        guard let list = codec.pointee.supported_framerates else { return outputRate }
        return list[Int(av_find_nearest_q_idx(outputRate, list))]
    }

    private func makeEncoder(
        for frame: Frame,
        timeBase: AVRational,
        _ frameRate: AVRational
    ) throws(ConversionError) -> Encoder {
        let isX264 = settings.encoder.hasPrefix("libx264")
        let picture = frame.pointer.pointee
        let picturesOfInterval = min(settings.keyframeInterval * frameRate.value, 10_000)
        // Only the boundaries may end a group of pictures, so no other rule may come first.
        let longestGroup =
            Self.passesOverKeyframes(settings.encoder)
            ? max(1, Int32(picturesOfInterval.rounded())) : max(250, Int32(picturesOfInterval.rounded(.up)) + 1)
        let wantsGlobalHeader = settings.wantsGlobalHeader
        var options = [("forced-idr", "1"), ("x265-params", "log-level=error")]
        if isX264 { options.append(("preset", settings.preset.rawValue)) }
        // Its default takes a minute for a second of film.
        if settings.encoder == "libaom-av1" { options += [("cpu-used", "6"), ("row-mt", "1")] }
        return try Encoder(codec, options: options, quality: settings.crf) { context in
            context.pointee.width = picture.width
            context.pointee.height = picture.height
            context.pointee.pix_fmt = AVPixelFormat(rawValue: picture.format)
            context.pointee.time_base = timeBase
            context.pointee.framerate = frameRate
            context.pointee.sample_aspect_ratio = picture.sample_aspect_ratio
            context.pointee.color_range = picture.color_range
            context.pointee.color_primaries = picture.color_primaries
            context.pointee.color_trc = picture.color_trc
            context.pointee.colorspace = picture.colorspace
            // Players guess the matrix of what tells none by its size, but not all alike.
            if VideoFilters.tellsNothing(picture),
                VideoFilters.isHighDefinition(
                    VideoFilters.Shape(width: Int(picture.width), height: Int(picture.height))
                )
            {
                context.pointee.color_primaries = AVCOL_PRI_BT709
                context.pointee.color_trc = AVCOL_TRC_BT709
                context.pointee.colorspace = AVCOL_SPC_BT709
            }
            context.pointee.chroma_sample_location = picture.chroma_location
            context.pointee.gop_size = longestGroup
            context.pointee.thread_count = isX264 ? Self.x264Threads : 0
            // Motion JPEG of broadcast range is common, and in no standard.
            context.pointee.strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL
            if wantsGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        }
    }
}
