import HLSInspection

/// What the inspection library tells, as lines for people.
///
/// Messages of findings are in English; what stands around them is in the language of messages.
enum InspectionText {
    static func line(for error: InspectionError) -> String {
        if error.code == .cancelled { return text("stopped", "已停止") }
        return text("\(error)", "\(chineseKind(of: error.code))：\(error)")
    }

    private static func chineseKind(of code: InspectionError.Code) -> String {
        switch code {
        case .notFound: "找不到"
        case .notUsable: "无法检查"
        case .notSupported: "尚不支持"
        case .unreachable: "无法访问"
        case .inputOutput: "读写失败"
        default: "失败"
        }
    }

    // MARK: Report

    static func report(_ report: InspectionReport, isQuiet: Bool) -> String {
        let blocks = (isQuiet ? [] : [head(report)] + report.renditions.map(rendition)) + findings(report)
        if blocks.isEmpty { return "" }
        let end = isQuiet || !report.findings.isEmpty ? [] : [text("no findings", "没有发现问题")]
        return (blocks + end).map(printable).joined(separator: "\n\n")
    }

    /// Names come from files: they must not steer the terminal.
    private static func printable(_ block: String) -> String {
        block.split(separator: "\n", omittingEmptySubsequences: false).map { Standard.printable(String($0)) }
            .joined(separator: "\n")
    }

    private static func head(_ report: InspectionReport) -> String {
        let kind =
            switch report.kind {
            case .mediaPlaylist: text("media playlist", "媒体播放列表")
            case .multivariantPlaylist: text("multivariant playlist", "多码率播放列表")
            case .segment: text("segment", "分段")
            case .initializationSegment: text("init segment", "初始化分段")
            case .fragmentedMP4: text("fragmented MP4", "分片 MP4")
            case .mp4: "MP4"
            }
        return oneLine(report.file) + text(": ", "：") + kind
    }

    private static func rendition(_ rendition: InspectionReport.Rendition) -> String {
        var rows: [(String, String)] = [(roleName(rendition.role), title(rendition))]
        rows += rendition.video.map { (text("video", "视频"), video($0)) }
        rows += rendition.audio.map { (text("audio", "音频"), audio($0)) }
        rows += rendition.text.map { (text("subtitles", "字幕"), subtitles($0)) }
        rows += rendition.other.map { (text("other", "其他"), other($0)) }
        if let declared = rendition.declared { rows.append((text("declared", "声明"), declaration(declared))) }
        if let average = rendition.averageBitrate {
            let peak = rendition.peakBitrate.map { text(", peak \(rate($0))", "，峰值 \(rate($0))") } ?? ""
            rows.append((text("bit rate", "码率"), text("average \(rate(average))", "平均 \(rate(average))") + peak))
        }
        rows.append((text("segments", "分段"), segments(rendition)))
        if let boxes = rendition.boxes { rows.append((text("boxes", "盒"), self.boxes(boxes))) }
        if let groups = rendition.groupsOfPictures {
            let lengths = [groups.minimum, groups.average, groups.maximum].map(seconds).joined(separator: " / ")
            rows.append(
                (text("key frames", "关键帧"), text("every \(lengths) (min / mean / max)", "间隔 \(lengths)（最短 / 平均 / 最长）"))
            )
        }
        for key in rendition.keys {
            let uri = key.uri.map { " " + $0 } ?? ""
            let count = text(english(key.segments, "segment"), "\(key.segments) 个分段")
            rows.append((text("key", "密钥"), "\(key.method)\(uri), \(count)"))
        }
        if rendition.discontinuities > 0 {
            rows.append((text("discontinuities", "不连续点"), "\(rendition.discontinuities)"))
        }
        return rows.map { "  " + padded($0.0) + oneLine($0.1) }.joined(separator: "\n")
    }

    private static let containers = [
        "mpeg-ts": "MPEG-TS", "fmp4": "fMP4", "mp4": "MP4", "packed-audio": text("packed audio", "打包音频"),
        "webvtt": "WebVTT",
    ]

    private static func roleName(_ role: InspectionReport.Rendition.Role) -> String {
        switch role {
        case .only: text("stream", "流")
        case .variant: text("variant", "变体")
        case .audio: text("audio rendition", "音频版本")
        case .video: text("video rendition", "视频版本")
        case .subtitles: text("subtitles", "字幕")
        case .iFrames: text("I-frames", "I 帧")
        }
    }

    private static func title(_ rendition: InspectionReport.Rendition) -> String {
        var parts = [rendition.uri]
        if let name = rendition.name { parts.append(name) }
        if let language = rendition.language { parts.append(language) }
        parts += rendition.containers.map { containers[$0] ?? $0 }
        if let type = rendition.playlistType { parts.append(type) }
        return parts.joined(separator: ", ")
    }

    private static func video(_ video: InspectionReport.Video) -> String {
        var parts = [video.codec, "\(video.width)x\(video.height)"]
        if let rate = video.frameRate { parts.append(text("\(rate) frames/s", "\(rate) 帧/秒")) }
        if video.isInterlaced { parts.append(text("interlaced", "隔行扫描")) }
        return parts.joined(separator: ", ")
    }

    private static func audio(_ audio: InspectionReport.Audio) -> String {
        var parts = [audio.codec, "\(audio.sampleRate) Hz"]
        if let channels = audio.channels { parts.append(text(english(channels, "channel"), "\(channels) 声道")) }
        if let language = audio.language { parts.append(language) }
        return parts.joined(separator: ", ")
    }

    private static func subtitles(_ track: InspectionReport.Text) -> String {
        var parts = [track.codec, text(english(track.cues, "cue"), "\(track.cues) 条")]
        if let language = track.language { parts.append(language) }
        return parts.joined(separator: ", ")
    }

    private static func other(_ stream: InspectionReport.OtherStream) -> String {
        var parts = [stream.format]
        switch stream.kind {
        case .video: parts.append(text("pictures, not read", "图像，未读取"))
        case .audio: parts.append(text("sound, not read", "声音，未读取"))
        case .text: parts.append(text("subtitles, not read", "字幕，未读取"))
        case .other: break
        }
        if let language = stream.language { parts.append(language) }
        return parts.joined(separator: ", ")
    }

    /// The most boxes that are named.
    private static let greatestBoxCount = 8

    private static func boxes(_ boxes: InspectionReport.Boxes) -> String {
        var names = boxes.first.prefix(greatestBoxCount).map(\.type).joined(separator: " ")
        if boxes.count > greatestBoxCount { names += " ..." }
        var parts = [names, text("\(boxes.count) in all", "共 \(boxes.count) 个")]
        if boxes.fragments > 0 { parts.append(text(english(boxes.fragments, "fragment"), "\(boxes.fragments) 个片段")) }
        if !boxes.brands.isEmpty { parts.append(text("brands ", "品牌 ") + boxes.brands.joined(separator: " ")) }
        return parts.joined(separator: ", ")
    }

    private static func declaration(_ declared: InspectionReport.Declaration) -> String {
        var parts = [text("peak \(rate(declared.bandwidth))", "峰值 \(rate(declared.bandwidth))")]
        if let average = declared.averageBandwidth {
            parts.append(text("average \(rate(average))", "平均 \(rate(average))"))
        }
        if let width = declared.width, let height = declared.height { parts.append("\(width)x\(height)") }
        if let frames = declared.frameRate { parts.append(text("\(frames) frames/s", "\(frames) 帧/秒")) }
        if let codecs = declared.codecs { parts.append(codecs.joined(separator: " ")) }
        return parts.joined(separator: ", ")
    }

    private static func segments(_ rendition: InspectionReport.Rendition) -> String {
        var parts = ["\(rendition.segments)"]
        if let duration = rendition.duration {
            parts.append(text("\(seconds(duration)) declared", "声明 \(seconds(duration))"))
        }
        if let duration = rendition.measuredDuration {
            parts.append(text("\(seconds(duration)) measured", "实测 \(seconds(duration))"))
        }
        // Without them only the playlist was read.
        if rendition.bytes > 0 || rendition.duration == nil {
            parts.append(text(english(rendition.bytes, "byte"), "\(rendition.bytes) 字节"))
        }
        return parts.joined(separator: ", ")
    }

    // MARK: Findings

    /// The most findings of a rule that are printed.
    private static let greatestRun = 10

    private static func findings(_ report: InspectionReport) -> [String] {
        let names: [(Finding.Severity, String)] = [
            (.error, text("errors", "错误")), (.warning, text("warnings", "警告")), (.hint, text("hints", "提示")),
        ]
        return names.compactMap { severity, name in
            let findings = report.findings.filter { $0.severity == severity }
            guard !findings.isEmpty else { return nil }
            var counts: [String: Int] = [:]
            var lines = ["\(name) (\(findings.count))"]
            for finding in findings {
                counts[finding.rule, default: 0] += 1
                if counts[finding.rule, default: 0] <= greatestRun {
                    lines.append("  " + oneLine(self.finding(finding)))
                }
            }
            for (rule, count) in counts.sorted(by: { $0.key < $1.key }) where count > greatestRun {
                let more = count - greatestRun
                lines.append(
                    "  " + text("\(more) more of \(rule): --json has all", "还有 \(more) 个 \(rule)：用 --json 查看全部")
                )
            }
            return lines.joined(separator: "\n")
        }
    }

    /// `film.m3u8:7: EXTINF says ... [duration-differs, 4.4.4.1]`.
    static func finding(_ finding: Finding) -> String {
        var place = finding.file
        if let line = finding.line { place += ":\(line)" }
        if let column = finding.column { place += ":\(column)" }
        if let offset = finding.offset { place += text(" byte \(offset)", " 字节 \(offset)") }
        if let pid = finding.pid { place += " PID \(pid)" }
        if let track = finding.track { place += text(" track \(track)", " 轨道 \(track)") }
        let count = finding.count > 1 ? text(" (\(finding.count) times)", "（\(finding.count) 次）") : ""
        return "\(place): \(finding.message)\(count) [\(finding.rule), \(finding.section)]"
    }

    // MARK: Words

    /// A number of things in English, such as `1 channel`.
    private static func english(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }

    /// A name with a line break in it stays on its line.
    private static func oneLine(_ text: String) -> String {
        Standard.printable(text)
    }

    private static func padded(_ label: String) -> String {
        // Chinese characters are two columns wide.
        let width = label.unicodeScalars.reduce(0) { $0 + ($1.value > 0x2E80 ? 2 : 1) }
        return label + String(repeating: " ", count: max(2, 18 - width))
    }

    private static func seconds(_ value: Double) -> String { text("\(rounded(value)) s", "\(rounded(value)) 秒") }

    private static func rate(_ bits: Int) -> String { "\(rounded(Double(bits) / 1_000_000)) Mbit/s" }

    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }

    // MARK: Progress

    static func status(_ progress: InspectionProgress) -> ProgressStatus {
        let seconds = max(progress.elapsed / .seconds(1), 0.001)
        let speed = Int(Double(progress.bytes) / 1_000_000 / seconds)
        let place = "\(min(progress.renditionsDone + 1, progress.renditions))/\(progress.renditions)"
        let details =
            text("rendition \(place)", "版本 \(place)")
            + text(
                ", segment \(progress.segmentsDone)/\(progress.segments)",
                "，分段 \(progress.segmentsDone)/\(progress.segments)"
            )
            + " \(speed) MB/s"
        return ProgressStatus(fraction: progress.fraction, details: details) {
            #"{"fraction":\#(rounded(progress.fraction)),"renditionsDone":\#(progress.renditionsDone),"#
                + #""renditions":\#(progress.renditions),"segmentsDone":\#(progress.segmentsDone),"#
                + #""segments":\#(progress.segments),"bytes":\#(progress.bytes)}"#
        }
    }
}
