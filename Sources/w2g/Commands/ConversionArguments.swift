public import ArgumentParser
public import HLSConversion

/// The options of a conversion, for every command that converts.
struct ConversionArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            text(
                "auto (copy what browsers play), copy, or an FFmpeg encoder such as libx264.",
                "auto（浏览器能播放的直接复制）、copy，或 FFmpeg 编码器名，如 libx264。"
            ),
            valueName: "encoder"
        )
    )
    var videoEncoder = "auto"

    @Option(
        help: ArgumentHelp(
            text("The same for the sound, such as aac.", "音频同上，如 aac。"),
            valueName: "encoder"
        )
    )
    var audioEncoder = "auto"

    @Option(
        help: ArgumentHelp(
            text(
                "Quality, 0 (lossless) to 51; 23 unless given. Giving it means encoding.",
                "画质，0（无损）到 51，默认 23。给出即重新编码。"
            ),
            valueName: "0-51"
        )
    )
    var crf: Int?

    @Option(
        help: ArgumentHelp(
            text(
                "The x264 preset, ultrafast to veryslow; veryfast unless given. Giving it means encoding.",
                "x264 预设，ultrafast 到 veryslow，默认 veryfast。给出即重新编码。"
            ),
            valueName: "preset"
        )
    )
    var preset: ConversionOptions.Preset?

    @Option(
        help: ArgumentHelp(
            text("Bit rate of encoded sound in kbit/s.", "编码音频的码率，单位 kbit/s。"),
            valueName: "kbit/s"
        )
    )
    var bitrate = 128

    @Option(
        help: ArgumentHelp(text("The most channels of the sound.", "音频的最多声道数。"), valueName: "count")
    )
    var audioChannels = 2

    @Option(
        help: ArgumentHelp(
            text(
                "What FFmpeg's libraries log: quiet panic fatal error warning info verbose debug trace.",
                "FFmpeg 库的日志级别：quiet panic fatal error warning info verbose debug trace。"
            ),
            valueName: "level"
        )
    )
    var logLevel: ConversionOptions.LogLevel = .error

    @Option(
        help: ArgumentHelp(
            text(
                "hls, or an FFmpeg muxer such as mp4 that writes one file.",
                "hls，或写单个文件的 FFmpeg 封装格式，如 mp4。"
            ),
            valueName: "format"
        )
    )
    var format = "hls"

    @Option(
        help: ArgumentHelp(
            text(
                "What segments are: ts, fmp4 (CMAF), or auto (ts where it holds the codecs).",
                "分段类型：ts、fmp4（CMAF）或 auto（ts 能容纳编码时用 ts）。"
            ),
            valueName: "type"
        )
    )
    var segmentType: SegmentTypeArgument = .auto

    @Option(
        help: ArgumentHelp(text("Target length of a segment.", "分段的目标时长。"), valueName: "seconds")
    )
    var hlsTime = 2.0

    @Option(
        help: ArgumentHelp(
            text(
                "vod (the playlist comes last) or event (it grows while converting).",
                "vod（播放列表最后写）或 event（边转换边增长）。"
            ),
            valueName: "type"
        )
    )
    var hlsPlaylistType: ConversionOptions.PlaylistType = .vod

    @Option(
        help: ArgumentHelp(
            text("Segments are called <name>_0.ts or <name>_0.m4s and so on.", "分段命名为 <name>_0.ts 或 <name>_0.m4s 等。"),
            valueName: "name"
        )
    )
    var hlsSegmentFilename = "stream"

    @Flag(
        help: ArgumentHelp(
            text(
                "Replace the finished result of another input, or files in the way.",
                "替换其他视频的已完成结果或占用名称的文件。"
            )
        )
    )
    var force = false

    func options() throws(ConversionError) -> ConversionOptions {
        var options = ConversionOptions()
        options.videoEncoder = .init(videoEncoder)
        options.audioEncoder = .init(audioEncoder)
        options.crf = crf
        options.preset = preset
        options.bitrate = bitrate
        options.audioChannels = audioChannels
        options.logLevel = logLevel
        options.output = .init(format)
        options.segmentType = segmentType.type
        options.hlsTime = hlsTime
        options.hlsPlaylistType = hlsPlaylistType
        options.hlsSegmentFilename = hlsSegmentFilename
        options.replacesOtherResults = force
        try options.validate()
        return options
    }
}

/// What `--segment-type` takes.
enum SegmentTypeArgument: String, ExpressibleByArgument, CaseIterable {
    case auto
    case ts
    case fmp4

    /// Nil leaves the choice to the conversion.
    var type: SegmentType? { SegmentType(rawValue: rawValue) }
}

extension ConversionOptions.Preset: ExpressibleByArgument {}
extension ConversionOptions.LogLevel: ExpressibleByArgument {}
extension ConversionOptions.PlaylistType: ExpressibleByArgument {}
