import HLSDownload

extension DownloadText {
    /// What is wrong with options or the stream, in whole sentences that name the options.
    static func line(for problem: DownloadProblem) -> String {
        switch problem {
        case .emptyRange(let from, let to):
            text(
                "--to (\(clock(to))) must be greater than --from (\(clock(from)))",
                "--to（\(clock(to))）必须大于 --from（\(clock(from))）"
            )
        case .rangeBehindEnd(let from, let duration):
            text(
                "the stream lasts \(clock(duration)), and --from is \(clock(from)): choose an earlier start",
                "流的时长为 \(clock(duration))，而 --from 为 \(clock(from))：请选择更早的开始时间"
            )
        case .invalidVariant(let choice):
            text(
                "'\(choice)' does not choose a variant: give best, worst, all, a number, or conditions such as height<=720,codec=avc",
                "'\(choice)' 无法选择变体：请给出 best、worst、all、序号，或条件，如 height<=720,codec=avc"
            )
        case .otherFormat(let url, let format):
            text(
                "'\(url)' is a manifest of \(format), and only HLS is downloaded: look for the .m3u8 of the same stream",
                "'\(url)' 是 \(format) 清单，而这里只能下载 HLS：请查找同一流的 .m3u8"
            )
        case .onlyAdvertisements:
            text(
                "all segments of the stream are marked as advertisements: leave --skip-ads out",
                "流中所有分段都标记为广告：请去掉 --skip-ads"
            )
        case .rangeOfRecording:
            text(
                "--from and --to cannot be used with --live: limit a recording with --duration",
                "--from 和 --to 不能与 --live 一起使用：请用 --duration 限制录制时长"
            )
        case .invalidKey(let key):
            text(
                "'\(key)' is not a key: give 32 or 64 hexadecimal digits, Base64, or the URL or file of a key",
                "'\(key)' 不是密钥：请给出 32 或 64 个十六进制数字、Base64，或密钥的网址或文件"
            )
        case .keySize(let count, let needed, let method):
            text(
                "the key of --key has \(count) bytes, and \(method) needs \(needed)",
                "--key 的密钥有 \(count) 字节，而 \(method) 需要 \(needed) 字节"
            )
        case .invalidVector(let vector):
            text(
                "'\(vector)' is not an initialization vector: give 32 hexadecimal digits",
                "'\(vector)' 不是初始化向量：请给出 32 个十六进制数字"
            )
        case .relativeName(let name):
            text(
                "the playlist names '\(name)', which is relative: give the playlist's address with --base-url",
                "播放列表中的 '\(name)' 是相对地址：请用 --base-url 给出播放列表的网址"
            )
        case .recordingOfText:
            text(
                "a live playlist on standard input cannot be loaded again: give its URL to record it",
                "标准输入中的直播播放列表无法重新加载：要录制请给出其网址"
            )
        }
    }

    private static func clock(_ seconds: Double) -> String { ProgressText.clock(seconds) }
}
