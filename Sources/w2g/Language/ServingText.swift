import HLSKit
import W2GServe

/// What the commands that serve say to people.
enum ServingText {
    /// What to type into the clients, when the server listens.
    ///
    /// - Parameter video: The name of the one video; nil for any.
    static func greeting(_ configuration: W2GServer.Configuration, port: Int, video: String?) -> String {
        let isSecure = configuration.certificate != nil
        let (web, socket) = isSecure ? ("https", "wss") : ("http", "ws")
        let name = video.map { PercentCoding.name(FileName.bytes($0)) } ?? text("NAME", "名称")
        var lines: [String] = []
        for host in LocalAddresses.reachable(at: configuration.host) {
            let place = "\(host):\(port)"
            lines.append(text("video", "视频") + "      \(web)://\(place)/video/\(name)/")
            lines.append(text("websocket", "WebSocket") + "  \(socket)://\(place)/ws/")
            lines.append(text("page", "网页") + "       \(web)://\(place)/")
        }
        if !isSecure {
            lines.append(
                text(
                    "without TLS: anybody on the way can read and change what is sent; give --ssl-cert-filepath and "
                        + "--ssl-key-filepath, or put a proxy with TLS in front",
                    "未启用 TLS：途中任何人都能读取和篡改内容；请给出 --ssl-cert-filepath 和 --ssl-key-filepath，或在前面放置带 TLS 的代理"
                )
            )
        }
        return lines.map { "w2g: " + $0 }.joined(separator: "\n")
    }

    static func noVideos(_ folder: String) -> String {
        text(
            "there are no videos in '\(folder)' yet: make one with 'w2g convert film.mp4 \(folder)/film'",
            "'\(folder)' 中还没有视频：可用 'w2g convert film.mp4 \(folder)/film' 生成"
        )
    }

    /// The video of this film would have a name that is hidden.
    static func unservable(_ film: String, video: String) -> String {
        text(
            "the video of '\(film)' would be called '\(video)', which is not served (a dot in front, or a control "
                + "character): give the film, or a link to it, another name",
            "'\(film)' 的视频将名为 '\(video)'，而以点开头或含控制字符的名称不提供服务：请给影片或指向它的链接换个名称"
        )
    }

    /// The server was stopped while the film was being converted.
    static func notReady(_ film: String) -> String {
        text(
            "'\(film)' is not converted to its end: run the same again to convert it from the start",
            "'\(film)' 尚未转换完：再次运行相同命令即可从头转换"
        )
    }

    static func line(for error: ServeError) -> String {
        switch error.code {
        case .folderNotFound: text(error.message, "找不到视频文件夹：\(error.message)")
        case .addressInUse: text(error.message, "端口已被占用，请用 --port 换一个：\(error.message)")
        case .addressNotUsable: text(error.message, "无法监听该地址：\(error.message)")
        case .certificateNotFound: text(error.message, "无法读取证书或私钥：\(error.message)")
        case .certificateNotUsable: text(error.message, "证书或私钥无效：\(error.message)")
        case .logNotWritable: text(error.message, "无法写入日志：\(error.message)")
        default: error.message
        }
    }
}
