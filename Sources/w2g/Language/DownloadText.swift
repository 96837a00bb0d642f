import HLSDownload

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What the download library tells, as lines for people.
enum DownloadText {
    /// The message itself in English; in Chinese what kind of failure it is, with the library's message behind it.
    static func line(for error: DownloadError) -> String {
        if error.code == .cancelled {
            return text("stopped; run it again to go on", "已停止；再次运行即可继续")
        }
        if let problem = error.problem { return line(for: problem) }
        return text("\(error)", "\(chineseKind(of: error.code))：\(error)")
    }

    static func warning(_ warning: DownloadWarning) -> String {
        text("warning: \(warning)", "警告：\(chinese(warning))")
    }

    // MARK: Plans and lists

    /// One line a rendition.
    static func plan(_ plan: DownloadPlan) -> String {
        var lines = ["\(plan.playlist)  \(plan.source)"]
        for rendition in plan.renditions {
            var facts = [
                rendition.folder.isEmpty ? kind(rendition.kind) : "\(rendition.folder)/  \(kind(rendition.kind))"
            ]
            if let name = rendition.name { facts.append(name) }
            if let resolution = rendition.resolution { facts.append(resolution) }
            if let bandwidth = rendition.bandwidth { facts.append("\(bandwidth / 1_000) kbit/s") }
            if let codecs = rendition.codecs { facts.append(codecs) }
            let count = rendition.segments.count
            facts.append(text("\(count) segments", "\(count) 个分段"))
            facts.append(ProgressText.clock(rendition.duration))
            if let method = rendition.keys.first?.method { facts.append(method) }
            let gaps = rendition.segments.count(where: \.isGap)
            if gaps > 0 { facts.append(text("\(gaps) gaps", "\(gaps) 个缺口")) }
            lines.append("  " + facts.joined(separator: "  "))
        }
        if plan.isLive { lines.append(text("  live: more is being added", "  直播：内容仍在增加")) }
        return lines.joined(separator: "\n")
    }

    /// One line a variant and a rendition.
    static func list(_ listing: StreamListing) -> String {
        guard !listing.variants.isEmpty else {
            return text("one media playlist, nothing to choose from", "单个媒体播放列表，没有可选项")
        }
        var lines: [String] = []
        for variant in listing.variants {
            var facts = ["\(variant.number)"]
            facts.append(variant.resolution ?? text("no picture size", "无画面尺寸"))
            facts.append("\(variant.bandwidth / 1_000) kbit/s")
            if let rate = variant.frameRate { facts.append("\(rate) fps") }
            if let codecs = variant.codecs { facts.append(codecs) }
            if let audio = variant.audio { facts.append(text("sound \(audio)", "音频 \(audio)")) }
            if let subtitles = variant.subtitles { facts.append(text("subtitles \(subtitles)", "字幕 \(subtitles)")) }
            lines.append(facts.joined(separator: "  "))
        }
        for rendition in listing.renditions {
            var facts = [rendition.type, rendition.group, rendition.name]
            if let language = rendition.language { facts.append(language) }
            if rendition.isDefault { facts.append(text("default", "默认")) }
            lines.append(facts.joined(separator: "  "))
        }
        return lines.joined(separator: "\n")
    }

    private static func kind(_ kind: DownloadPlan.Rendition.Kind) -> String {
        switch kind {
        case .variant: text("variant", "变体")
        case .audio: text("sound", "音频")
        case .video: text("picture", "画面")
        case .subtitles: text("subtitles", "字幕")
        case .iFrames: text("I-frames", "I 帧")
        }
    }

    // MARK: Progress

    static func status(_ progress: DownloadProgress) -> ProgressStatus {
        ProgressStatus(fraction: progress.fraction, details: details(progress)) { json(progress) }
    }

    private static func details(_ progress: DownloadProgress) -> String {
        var parts: [String] = []
        if progress.renditions.count > 1, progress.renditions.count <= 4 {
            parts.append(progress.renditions.map { "\($0.folder) \($0.segments)/\($0.total)" }.joined(separator: ", "))
        } else {
            parts.append("\(progress.segments)/\(progress.total)")
        }
        parts.append(size(Double(progress.bytes)))
        parts.append(size(progress.speed) + "/s")
        if progress.isLive {
            parts.append(ProgressText.clock(progress.elapsed / .seconds(1)))
        } else if let left = progress.timeLeft, progress.segments < progress.total {
            parts.append("ETA " + ProgressText.clock((left / .seconds(1)).rounded(.up)))
        }
        if progress.retries > 0 {
            let reason = progress.retryReason.map { text(", last: \($0)", "，最近一次：\($0)") } ?? ""
            parts.append(text("\(progress.retries) retries", "重试 \(progress.retries) 次") + reason)
        }
        return parts.joined(separator: " ")
    }

    /// Bytes with a unit: `3.2 MB`.
    static func size(_ bytes: Double) -> String {
        var (value, unit) = (bytes, "B")
        for next in ["kB", "MB", "GB", "TB"] where value >= 1_000 {
            value /= 1_000
            unit = next
        }
        return unit == "B" ? "\(Int(value)) B" : "\((value * 10).rounded() / 10) \(unit)"
    }

    private static func json(_ progress: DownloadProgress) -> String {
        func number(_ value: Double?) -> String { value.map { "\(($0 * 1_000).rounded() / 1_000)" } ?? "null" }
        let renditions = progress.renditions
            .map { #"{"folder":"\#($0.folder)","segments":\#($0.segments),"total":\#($0.total)}"# }
            .joined(separator: ",")
        return #"{"segments":\#(progress.segments),"total":\#(progress.total),"bytes":\#(progress.bytes)"#
            + #","speed":\#(number(progress.speed)),"retries":\#(progress.retries)"#
            + #","retryReason":\#(progress.retryReason.map(JSONText.quoted) ?? "null")"#
            + #","timeLeft":\#(number(progress.timeLeft.map { $0 / .seconds(1) })),"isLive":\#(progress.isLive)"#
            + #","renditions":[\#(renditions)]}"#
    }

    // MARK: Chinese

    private static func chineseKind(of code: DownloadError.Code) -> String {
        switch code {
        case .notFound: "找不到"
        case .unreachable: "无法连接服务器"
        case .notUsable: "内容无法使用"
        case .protected: "流受保护"
        case .invalidOption: "选项无效"
        case .limitReached: "超过限制"
        case .cannotCreateOutput: "无法创建输出"
        case .outputOccupied: "输出位置已被占用"
        case .inputOutput: "读写失败"
        case .incomplete: "下载不完整"
        default: "失败"
        }
    }

    private static func chinese(_ warning: DownloadWarning) -> String {
        func place(_ rendition: String) -> String { rendition.isEmpty ? "" : "（\(rendition)）" }
        return switch warning {
        case .stillGrowing: "这是直播流：只下载现有内容，用 --live 可持续录制"
        case .fellOut(let rendition, let count): "\(count) 个分段\(place(rendition))在下载前已移出直播窗口"
        case .missing(let missing): "缺少 \(missing.file)，已标为缺口：\(missing.reason)"
        case .odd(let file, let problem): "\(file) 已保留，虽然 \(problem)"
        case .emptyEnd(let file): "播放列表的最后一个片段 \(file) 为空，已略去"
        case .advertisementsLeftOut(0, _): "没有分段标记为广告：未略去任何内容"
        case .advertisementsLeftOut(let count, let duration): "已略去 \(count) 个广告分段，共 \(duration) 秒"
        case .liveInterrupted(let rendition, let reason, let patience):
            "直播播放列表\(place(rendition))暂时无法加载，将重试，直到 \(patience) 秒没有新分段为止：\(reason)"
        case .liveEnded(let rendition, let reason): "直播\(place(rendition))已结束：\(reason)"
        case .copyUsed(let url, let copy, let reason): "改用 '\(copy)' 处的副本代替 '\(url)'：\(reason)"
        case .subtitlesLeftOut(let name, let reason): "无法加载字幕 '\(name)'，已略去：\(reason)"
        case .subtitlesWithoutPlaylist(let name, let url):
            "字幕 '\(name)' 是单个 WebVTT 文件而非播放列表，已作为唯一分段：'\(url)'"
        case .tagsLeftOut(let rendition, let names):
            "播放列表\(place(rendition))中的 \(names.joined(separator: "、")) 指向别处，已略去"
        }
    }
}
