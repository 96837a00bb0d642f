import ArgumentParser
import HLSDownload

/// What is known of a stream beside its playlists.
struct SourceArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            text(
                "What relative names of the playlist are relative to, such as its own address.",
                "播放列表中相对地址的基准，如播放列表自己的网址。"
            ),
            valueName: "url"
        )
    )
    var baseUrl: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            text(
                "Add the playlist's query to the addresses it names; by default when the server refuses them otherwise.",
                "把播放列表网址的查询参数加到其中的地址上；默认仅在服务器拒绝时才加。"
            )
        )
    )
    var inheritQuery: Bool?

    @Option(
        help: ArgumentHelp(
            text(
                "The key of encrypted segments: hexadecimal digits, Base64, a URL or a file.",
                "加密分段的密钥：十六进制、Base64、网址或文件。"
            ),
            valueName: "key"
        )
    )
    var key: String?

    @Option(
        help: ArgumentHelp(
            text("The initialization vector, 32 hexadecimal digits.", "初始化向量，32 个十六进制数字。"),
            valueName: "vector"
        )
    )
    var iv: String?

    func apply(to configuration: inout HLSDownloader.Configuration) throws(DownloadError) {
        configuration.baseURL = baseUrl
        if let inheritQuery { configuration.queryInheritance = inheritQuery ? .always : .never }
        configuration.key = try key.map { (text) throws(DownloadError) in try GivenKey(text) }
        configuration.initializationVector = try iv.map { (text) throws(DownloadError) in
            try InitializationVector.bytes(text)
        }
    }
}
