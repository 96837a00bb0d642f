import HLSConversion

/// The library's errors and routes as lines for people.
enum ErrorText {
    /// The message itself in English; in Chinese what kind of failure it is, with the library's message behind it.
    static func line(for error: ConversionError) -> String {
        if error.code == .cancelled {
            return text("stopped; run it again to start over", "已停止；再次运行即可重新开始")
        }
        return text("\(error)", "\(chineseKind(of: error.code))：\(error)")
    }

    static func route(_ route: ConversionRoute) -> String {
        func track(_ track: ConversionRoute.Track?) -> String {
            guard let track else { return text("none", "无") }
            guard let encoder = track.encoder else {
                return text("copied", "复制") + " (\(track.reason))"
            }
            return text("encoded with", "编码为") + " \(encoder) (\(track.reason))"
        }
        return text("video", "视频") + ": \(track(route.video)); " + text("audio", "音频") + ": \(track(route.audio))"
    }

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
}
