import HLSConversion
import HLSKit

/// What the conversion library tells, as lines for people.
enum ConversionText {
    /// The message itself in English; in Chinese what kind of failure it is, with the library's message behind it.
    static func line(for error: ConversionError) -> String {
        if error.code == .cancelled {
            return text("stopped; run it again to start over", "已停止；再次运行即可重新开始")
        }
        if let problem = error.problem {
            let cause = error.cause.map { " (\($0))" } ?? ""
            return text("\(problem)\(cause)", "\(chinese(problem))\(cause)")
        }
        return text("\(error)", "\(chineseKind(of: error.code))：\(error)")
    }

    static func route(_ route: ConversionRoute) -> String {
        let (video, audio) = (route.video.map(track), route.audio.map(track))
        return text("video: \(video ?? "none"); audio: \(audio ?? "none")", "视频：\(video ?? "无")；音频：\(audio ?? "无")")
    }

    /// What becomes of one track, and why.
    private static func track(_ track: ConversionRoute.Track) -> String {
        let action = track.encoder.map { "编码为 \($0)" } ?? "复制"
        return text("\(track)", "\(action)（\(chinese(track.reason))）")
    }

    /// A plan, a line for each thing that is made or left out.
    static func plan(_ plan: ConversionPlan, folder: String) -> String {
        var lines: [String] = []
        let length = plan.duration.map { text(", \($0.seconds) s", "，\($0.seconds) 秒") } ?? ""
        lines.append(text("input: \(plan.input)\(length)", "输入：\(plan.input)\(length)"))
        switch plan.output {
        case .hls(let renditions):
            for rendition in renditions {
                let (type, seconds) = (rendition.segmentType.rawValue, rendition.segmentDuration)
                lines.append(
                    text(
                        "output: \(folder), \(type) segments of about \(seconds) s",
                        "输出：\(folder)，约 \(seconds) 秒的 \(type) 分段"
                    )
                )
                lines += rendition.tracks.map(track)
            }
        case .file(let format, let tracks):
            lines.append(text("output: \(folder), one \(format) file", "输出：\(folder)，单个 \(format) 文件"))
            lines += tracks.map(track)
        }
        if let omitted = omitted(plan.omitted) { lines.append(omitted) }
        return lines.joined(separator: "\n")
    }

    private static func track(_ track: ConversionPlan.Track) -> String {
        let isVideo = track.source.kind == .video
        let name = [track.source.codec, track.source.language].compactMap(\.self).joined(separator: text(", ", "，"))
        return text(
            "  \(isVideo ? "video" : "audio") (stream \(track.source.stream), \(name)): \(Self.track(track.route))",
            "  \(isVideo ? "视频" : "音频")（流 \(track.source.stream)，\(name)）：\(Self.track(track.route))"
        )
    }

    /// What the result has no place for, in one line; nil when nothing is missing.
    static func omitted(_ streams: [OmittedStream]) -> String? {
        guard !streams.isEmpty else { return nil }
        let list = streams.map { stream in
            let details = [stream.language, stream.title].compactMap(\.self).joined(separator: text(", ", "，"))
            let kind =
                switch stream.kind {
                case .video: text("video", "视频")
                case .audio: text("audio", "音频")
                case .subtitles: text("subtitles", "字幕")
                }
            return details.isEmpty ? kind : text("\(kind) (\(details))", "\(kind)（\(details)）")
        }
        return text("left out: \(list.joined(separator: ", "))", "已略去：\(list.joined(separator: "、"))")
    }

    static func warning(_ warning: ConversionWarning) -> String {
        text("warning: \(warning)", "警告：\(chinese(warning))")
    }

    // MARK: Chinese

    private static func chineseKind(of code: ConversionError.Code) -> String {
        switch code {
        case .inputNotFound: "找不到输入文件"
        case .inputNotUsable: "输入文件无法使用"
        case .invalidOption: "选项无效"
        case .cannotCreateOutput: "无法创建输出"
        case .outputOccupied: "输出位置已被占用"
        case .inputOutput: "读写失败"
        case .librariesMissing: "缺少 FFmpeg 库"
        case .codec: "编解码失败"
        default: "失败"
        }
    }

    private static func chinese(_ problem: InputProblem) -> String {
        switch problem {
        case .encrypted(let input): "'\(input)' 已加密：请提供没有版权保护的副本"
        case .unsupportedCodec(let input, let codec):
            "'\(input)' 的编码为 \(codec)，此 FFmpeg 无法解码：请先在别处转为 H.264，或安装能解码的 FFmpeg"
        case .uncopyableSound(let input): "'\(input)' 的音频没有一帧可以复制：请让它重新编码（--audio-encoder aac）"
        case .changingCodec(let input, let codec, let other, let seconds):
            "'\(input)' 的视频在 \(seconds) 秒后由 \(codec) 变为 \(other)，不重新编码就无法写入一个 MP4：请播放该文件夹，或分段转换"
        }
    }

    private static func chinese(_ reason: ConversionReason) -> String {
        switch reason {
        case .asAsked: "按要求"
        case .optionGiven(let option): "给出了 --\(option)"
        case .playablePicture(let coding, let randomAccess, let rate):
            [
                coding, randomAccess.map { "随机访问点间隔不超过 \(ConversionReason.tenths($0)) 秒" },
                rate.map { "\(ConversionReason.tenths($0)) Mbit/s" },
            ].compactMap(\.self).joined(separator: "，")
        case .playableSound(let coding, let sampleRate, let channels):
            "\(coding)，\(sampleRate) Hz，\(channels == 1 ? "单声道" : channels == 2 ? "立体声" : "\(channels) 声道")"
        case .otherCoding(let coding, let wanted): "\(coding) 不是 \(wanted)"
        case .otherSamples(let profile): "\(profile) 不是 8 位 4:2:0"
        case .highDynamicRange: "画面为高动态范围"
        case .interlaced: "画面为隔行扫描"
        case .rotated: "画面有旋转"
        case .otherShape: "容器给出的画面宽高比与视频流不同"
        case .noPresentationTimes: "容器没有给出画面的显示时间"
        case .hiddenPictures: "编辑列表隐藏了部分画面"
        case .slides(let rate):
            rate > 0 ? "每秒 \(ConversionReason.tenths(rate)) 幅画面，浏览器无法播放" : "只有一幅画面"
        case .changingFrameRate: "帧率有变化"
        case .distantRandomAccess(let seconds): "随机访问点间隔达 \(ConversionReason.tenths(seconds)) 秒"
        case .highBitRate(let rate, let limit):
            "\(ConversionReason.tenths(rate)) Mbit/s 超过 \(ConversionReason.tenths(limit))"
        case .tooManyChannels(let count, let limit): "\(count) 声道多于 \(limit)"
        case .changingSound: "声道数或采样率中途改变"
        case .unusualCoding(let coding, let format): "\(format) 文件通常不含 \(coding)"
        }
    }

    private static func chinese(_ warning: ConversionWarning) -> String {
        switch warning {
        case .damaged(let input, let places): "'\(input)' 有 \(places) 处损坏，已跳过"
        case .cutOff(let input, let seconds, let claimed):
            "'\(input)' 标称 \(claimed) 秒，到 \(seconds) 秒就结束了：文件不完整，已转换现有部分"
        case .changed(let input): "'\(input)' 在读取期间被改动：请在它不再变化后重新转换"
        case .leftOut(let isPicture, let format): "\(format) 文件不含\(isPicture ? "画面" : "声音")，已略去"
        case .undecodable(let isPicture, let codec):
            "\(isPicture ? "视频" : "音频")的编码\(codec.map { "为 \($0)" } ?? "未知")，此 FFmpeg 无法解码，已略去；请先在别处转为 \(isPicture ? "H.264" : "AAC")，或安装能解码的 FFmpeg"
        case .unknownLength(let input): "转换之前无法得知 '\(input)' 的长度：播放器只看到已完成的部分，从头开始播放"
        case .paleColours: "此 FFmpeg 缺少 zscale 滤镜，HDR 画面的颜色会偏淡"
        }
    }
}
