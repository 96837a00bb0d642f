public import ArgumentParser
public import HLSDownload

/// What of a stream is downloaded.
struct SelectionArguments: ParsableArguments {
    @Option(
        name: [.customShort("w"), .customLong("max-workers"), .customLong("max_workers")],
        help: ArgumentHelp(text("Segments fetched at once.", "同时下载的分段数。"), valueName: "count")
    )
    var maxWorkers = 8

    @Option(
        help: ArgumentHelp(
            text(
                "best, worst, all, a number of --list, or conditions such as 'height<=720,bandwidth<=3M,codec=avc'.",
                "best、worst、all、--list 中的序号，或条件，如 'height<=720,bandwidth<=3M,codec=avc'。"
            ),
            valueName: "choice"
        )
    )
    var variant = "best"

    @Option(
        help: ArgumentHelp(
            text("Sound: default, all, none, or languages such as en,fr.", "音频：default、all、none 或语言，如 en,fr。"),
            valueName: "choice"
        )
    )
    var audio = "default"

    @Option(
        help: ArgumentHelp(
            text("Subtitles: default, all, none, or languages.", "字幕：default、all、none 或语言。"),
            valueName: "choice"
        )
    )
    var subtitles = "default"

    @Flag(help: ArgumentHelp(text("Download I-frame playlists too.", "同时下载 I 帧播放列表。")))
    var iframes = false

    @Flag(
        help: ArgumentHelp(
            text("Leave segments encrypted and store the keys beside them.", "保留加密，密钥存放在旁边。")
        )
    )
    var keepEncryption = false

    @Option(
        help: ArgumentHelp(
            text(
                "What becomes of a segment that cannot be fetched: fail, or gap in the playlist.",
                "无法获取的分段：fail（失败）或 gap（在播放列表中标为缺口）。"
            ),
            valueName: "policy"
        )
    )
    var missing: HLSDownloader.MissingPolicy = .fail

    @Flag(
        help: ArgumentHelp(
            text(
                "Record a live stream until it ends or Ctrl-C; the same command goes on.",
                "录制直播，直到结束或按 Ctrl-C；再次运行会接着录制。"
            )
        )
    )
    var live = false

    @Option(
        help: ArgumentHelp(
            text(
                "How long a recording waits for a new segment, such as 60 or 5m.",
                "录制时等待新分段的最长时间，如 60、5m。"
            ),
            valueName: "time"
        )
    )
    var livePatience = "60"

    @Option(
        help: ArgumentHelp(
            text("Only so much of the stream, such as 90, 10m or 1h30m.", "只要这么长，如 90、10m 或 1h30m。"),
            valueName: "time"
        )
    )
    var duration: String?

    @Option(
        help: ArgumentHelp(
            text("Begin so far into the stream, at a segment's start.", "从流的这一时间开始（取整个分段）。"),
            valueName: "time"
        )
    )
    var from: String?

    @Option(
        help: ArgumentHelp(
            text("End so far into the stream, at a segment's end.", "到流的这一时间为止（取整个分段）。"),
            valueName: "time"
        )
    )
    var to: String?

    @Flag(
        help: ArgumentHelp(
            text("Leave out what the playlist marks as advertisements.", "略去播放列表中标记为广告的分段。")
        )
    )
    var skipAds = false

    @Flag(
        help: ArgumentHelp(
            text("Use a folder that holds other files or another download.", "使用含有其他文件或其他下载的文件夹。")
        )
    )
    var force = false

    @Option(
        help: ArgumentHelp(
            text(
                "The address that the folder was downloaded from, when the stream has moved.",
                "流换了地址时，文件夹原先的下载地址。"
            ),
            valueName: "url"
        )
    )
    var resumeFrom: String?

    func apply(to configuration: inout HLSDownloader.Configuration) throws(DownloadError) {
        configuration.workers = maxWorkers
        configuration.variants = try VariantChoice(variant)
        configuration.audio = TrackChoice(audio)
        configuration.subtitles = TrackChoice(subtitles)
        configuration.includesIFrames = iframes
        configuration.keepsEncryption = keepEncryption
        configuration.missingSegments = missing
        configuration.recordsLive = live
        configuration.livePatience = try DownloadValues.duration(livePatience)
        configuration.duration = try duration.map { (text) throws(DownloadError) in try DownloadValues.duration(text) }
        if let from { configuration.start = try DownloadValues.duration(from, allowsZero: true) }
        configuration.end = try to.map { (text) throws(DownloadError) in try DownloadValues.duration(text) }
        configuration.skipsAdvertisements = skipAds
        configuration.replacesOtherResults = force
        configuration.resumesFrom = resumeFrom
    }
}

/// How a stream is fetched over HTTP.
struct TransferArguments: ParsableArguments {
    @Option(
        name: [.customShort("H"), .customLong("header")],
        help: ArgumentHelp(text("A header field for every request.", "每个请求的头字段。"), valueName: "Name: value")
    )
    var headers: [String] = []

    @Option(
        help: ArgumentHelp(text("The User-Agent; a browser's by default.", "User-Agent，默认与浏览器相同。"), valueName: "text")
    )
    var userAgent: String?

    @Option(
        help: ArgumentHelp(text("The Referer; the playlist's URL by default.", "Referer，默认为播放列表的地址。"), valueName: "url")
    )
    var referer: String?

    @Option(
        help: ArgumentHelp(text("A cookie file in Netscape's format.", "Netscape 格式的 cookie 文件。"), valueName: "file"),
        completion: .file()
    )
    var cookies: String?

    @Option(
        help: ArgumentHelp(
            text(
                "http://host:port or socks5://host:port; by default as http_proxy and the like say.",
                "http://host:port 或 socks5://host:port，默认按 http_proxy 等环境变量。"
            ),
            valueName: "url"
        )
    )
    var proxy: String?

    @Flag(help: ArgumentHelp(text("Accept any TLS certificate.", "接受任何 TLS 证书。")))
    var insecure = false

    @Option(
        help: ArgumentHelp(
            text("Certificates to trust instead of the system's, in PEM.", "代替系统证书的受信任证书（PEM）。"),
            valueName: "file"
        ),
        completion: .file()
    )
    var cacert: String?

    @Option(
        help: ArgumentHelp(
            text(
                "Another host that gets Authorization and Cookie fields; may be repeated.",
                "也向该主机发送 Authorization 和 Cookie 头字段，可重复。"
            ),
            valueName: "host"
        )
    )
    var trustHost: [String] = []

    @Option(
        help: ArgumentHelp(
            text("Bytes a second for all together, such as 500K or 2M.", "总限速，如 500K、2M（字节/秒）。"),
            valueName: "rate"
        )
    )
    var limitRate: String?

    @Option(help: ArgumentHelp(text("Retries of one file.", "单个文件的重试次数。"), valueName: "count"))
    var retries: Int?

    @Option(
        help: ArgumentHelp(
            text("Seconds without data after which a transfer is cut and resumed.", "无数据多少秒后断开并续传。"),
            valueName: "seconds"
        )
    )
    var stallTimeout: Double?

    @Flag(help: ArgumentHelp(text("Use HTTP/1.1 (the default).", "使用 HTTP/1.1（默认）。")))
    var http1 = false

    @Flag(help: ArgumentHelp(text("Use HTTP/2 where a server offers it.", "服务器支持时使用 HTTP/2。")))
    var http2 = false

    func apply(to transfer: inout TransferConfiguration) throws(DownloadError) {
        for line in headers {
            guard let field = HeaderField(line: line) else {
                throw DownloadError(.invalidOption, "'\(line)' is no header field: give 'Name: value'")
            }
            transfer.headers.append(field)
        }
        transfer.userAgent = userAgent
        transfer.referer = referer
        transfer.cookiesFile = cookies
        transfer.proxy = proxy
        transfer.allowsInvalidCertificates = insecure
        transfer.certificateAuthoritiesFile = cacert
        transfer.trustedHosts = trustHost
        if let limitRate { transfer.limitRate = try DownloadValues.rate(limitRate) }
        if let retries {
            guard (0...1_000).contains(retries) else {
                throw DownloadError(.invalidOption, "\(retries) retries make no sense: give 0 to 1000")
            }
            transfer.retries = TransferConfiguration.Retries(retries)
        }
        if let stallTimeout {
            guard stallTimeout > 0, stallTimeout <= 86_400 else {
                throw DownloadError(.invalidOption, "a stall timeout of \(stallTimeout) seconds makes no sense")
            }
            transfer.stallTimeout = .seconds(stallTimeout)
        }
        if http1, http2 { throw DownloadError(.invalidOption, "give --http1 or --http2, not both") }
        transfer.httpVersion = http2 ? .http2 : .http1
    }
}

extension HLSDownloader.MissingPolicy: ExpressibleByArgument {}

/// Values of options in words.
enum DownloadValues {
    /// Reads `90`, `10m`, `1h30m` or `1:30:00`.
    static func duration(_ text: String, allowsZero: Bool = false) throws(DownloadError) -> Duration {
        var seconds = 0.0
        if text.contains(":") {
            for part in text.split(separator: ":", omittingEmptySubsequences: false) {
                guard let value = Double(part), value >= 0 else { throw refusal(text) }
                seconds = seconds * 60 + value
            }
        } else {
            var number = ""
            for character in text.lowercased() + "s" {
                if character.isNumber || character == "." {
                    number.append(character)
                } else if !number.isEmpty {
                    guard let factor = ["h": 3_600.0, "m": 60, "s": 1][character], let value = Double(number) else {
                        throw refusal(text)
                    }
                    seconds += value * factor
                    number = ""
                } else if character != "s" || text.isEmpty {
                    throw refusal(text)
                }
            }
        }
        guard seconds > 0 || allowsZero && seconds == 0, seconds < 1e9 else { throw refusal(text) }
        return .seconds(seconds)
    }

    private static func refusal(_ text: String) -> DownloadError {
        DownloadError(.invalidOption, "'\(text)' is no time: give seconds, or a time such as 10m, 1h30m or 1:30:00")
    }

    /// Reads `500000`, `500K` or `2.5M`, in bytes.
    static func rate(_ text: String) throws(DownloadError) -> Int {
        var number = text.uppercased()[...]
        if number.hasSuffix("B") { number = number.dropLast() }
        let factor = ["K": 1e3, "M": 1e6, "G": 1e9][number.last ?? " "]
        if factor != nil { number = number.dropLast() }
        guard let value = Double(number), value * (factor ?? 1) >= 1, value < 1e12 else {
            throw DownloadError(.invalidOption, "'\(text)' is no rate: give bytes a second, such as 500K or 2M")
        }
        return Int(value * (factor ?? 1))
    }
}
