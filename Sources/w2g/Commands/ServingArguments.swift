import ArgumentParser
import W2GServe

/// The options of a server, for every command that serves.
struct ServingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            text(
                "Address to listen at; without it all of this machine, :: or 0.0.0.0 where there is no IPv6.",
                "监听地址；默认为本机所有地址（::，没有 IPv6 时为 0.0.0.0）。"
            ),
            valueName: "address"
        )
    )
    var host: String?

    @Option(help: ArgumentHelp(text("Port; 0 is a free one.", "端口；0 表示任一空闲端口。"), valueName: "number"))
    var port = 8000

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            text(
                "Origins of pages that may play and join, such as https://watch.example; * is any.",
                "允许播放和加入的网页来源，如 https://watch.example；* 表示任意。"
            ),
            valueName: "origins"
        )
    )
    var origins: [String] = []

    @Flag(help: ArgumentHelp(text("Refuse WebSockets of other origins.", "拒绝其他来源的 WebSocket。")))
    var strictOrigins = false

    @Option(
        help: ArgumentHelp(text("The private key for TLS, in PEM.", "TLS 私钥，PEM 格式。"), valueName: "file"),
        completion: .file()
    )
    var sslKeyFilepath: String?

    @Option(
        help: ArgumentHelp(text("The certificate for TLS, in PEM.", "TLS 证书，PEM 格式。"), valueName: "file"),
        completion: .file()
    )
    var sslCertFilepath: String?

    @Option(
        help: ArgumentHelp(
            text("Write the log to a file, reopened on SIGHUP.", "将日志写入文件，收到 SIGHUP 时重新打开。"),
            valueName: "file"
        ),
        completion: .file()
    )
    var logFilepath: String?

    @Option(
        help: ArgumentHelp(
            text("Memory for files that are asked for often.", "热门文件占用的内存。"),
            valueName: "bytes, 64M, 1G"
        )
    )
    var cacheSize = ByteCount(bytes: 256 << 20)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            text(
                "Proxies whose X-Forwarded-For is believed, such as 10.0.0.0/8; this machine always is.",
                "信任其 X-Forwarded-For 的代理，如 10.0.0.0/8；本机始终受信任。"
            ),
            valueName: "addresses"
        )
    )
    var trustedProxies: [String] = []

    @Option(
        help: ArgumentHelp(
            text("Messages a second that a member may send; 0 is no limit.", "每位成员每秒可发消息数；0 表示不限。"),
            valueName: "count"
        )
    )
    var messageRate = 20.0

    @Option(
        help: ArgumentHelp(text("Messages that a member may send at once.", "每位成员可连续发送的消息数。"), valueName: "count")
    )
    var messageBurst = 40

    @Option(
        help: ArgumentHelp(
            text("The most bytes of a message, such as a login with its picture.", "一条消息的最大字节数，如带头像的登录消息。"),
            valueName: "bytes, 64M, 1G"
        )
    )
    var messageSize = ByteCount(bytes: 16 << 20)

    @Option(
        help: ArgumentHelp(
            text("The most bytes of a chat or player message.", "聊天或播放器消息的最大字节数。"),
            valueName: "bytes, 64K, 1M"
        )
    )
    var chatSize = ByteCount(bytes: 64 << 10)

    @Option(help: ArgumentHelp(text("The most members of a room.", "每个房间的最多成员数。"), valueName: "count"))
    var membersPerRoom = 1000

    @Option(help: ArgumentHelp(text("The most rooms.", "最多房间数。"), valueName: "count"))
    var maxRooms = 10_000

    @Option(
        name: [.customShort("w"), .long],
        help: ArgumentHelp(visibility: .hidden)
    )
    var maxWorkers: Int?

    /// Checks the options and makes the configuration of a server.
    func configuration(videosDirectory: String) throws -> W2GServer.Configuration {
        var configuration = W2GServer.Configuration(videosDirectory: videosDirectory)
        func check(_ isValid: Bool, _ option: String, _ allowed: String) throws {
            guard !isValid else { return }
            throw CommandFailure(
                code: .usage,
                line: text("--\(option) is not allowed: give \(allowed)", "--\(option) 无效：请给出 \(allowed)")
            )
        }
        try check((0...65_535).contains(port), "port \(port)", "0 - 65535")
        try check(host != "", "host", "0.0.0.0, ::, 10.0.0.7")
        try check(messageRate >= 0 && messageRate.isFinite, "message-rate \(messageRate)", ">= 0")
        try check(messageBurst >= 1, "message-burst \(messageBurst)", ">= 1")
        // As far as a message can be held in one piece of memory, with room for its header.
        try check((1...(1 << 30)).contains(messageSize.bytes), "message-size \(messageSize)", "1 - 1G")
        try check(chatSize.bytes >= 1, "chat-size \(chatSize)", ">= 1")
        try check(membersPerRoom >= 1, "members-per-room \(membersPerRoom)", ">= 1")
        try check(maxRooms >= 1, "max-rooms \(maxRooms)", ">= 1")
        if (sslKeyFilepath == nil) != (sslCertFilepath == nil) {
            let (given, missing) =
                sslKeyFilepath == nil
                ? ("--ssl-cert-filepath", "--ssl-key-filepath") : ("--ssl-key-filepath", "--ssl-cert-filepath")
            throw CommandFailure(
                code: .usage,
                line: text(
                    "\(given) alone makes no TLS: give \(missing) too",
                    "仅有 \(given) 无法启用 TLS：请同时给出 \(missing)"
                )
            )
        }
        for origin in origins {
            try check(
                OriginPolicy.isOrigin(origin),
                "origins '\(origin)'",
                "*, https://watch.example, http://10.0.0.7:8080"
            )
        }
        configuration.host = host ?? LocalAddresses.everyAddress
        configuration.port = port
        configuration.routes.origins = origins
        configuration.routes.cacheSize = cacheSize.bytes
        if let sslKeyFilepath, let sslCertFilepath {
            configuration.certificate = ServerCertificate(certificateFile: sslCertFilepath, keyFile: sslKeyFilepath)
        }
        do {
            configuration.connections.trustedProxies = try TrustedProxies(trustedProxies)
        } catch {
            try check(false, "trusted-proxies '\(error.text)'", "10.0.0.7, 10.0.0.0/8, fd00::/8")
        }
        configuration.rooms.refusesOtherOrigins = strictOrigins
        configuration.rooms.messagesPerSecond = messageRate
        configuration.rooms.messageBurst = messageBurst
        configuration.rooms.maximumMessageSize = messageSize.bytes
        configuration.rooms.maximumChatSize = chatSize.bytes
        configuration.rooms.maximumMembersPerRoom = membersPerRoom
        configuration.rooms.maximumRooms = maxRooms
        configuration.log = try logFilepath.map { try LogOutput(path: $0) } ?? LogOutput()
        return configuration
    }
}

/// A number of bytes as people write it: `300000`, `64M`, `1GiB`.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    var bytes: Int

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number >= 0 else { return nil }
        let shift: Int
        switch argument.dropFirst(digits.count).uppercased() {
        case "", "B": shift = 0
        case "K", "KB", "KIB": shift = 10
        case "M", "MB", "MIB": shift = 20
        case "G", "GB", "GIB": shift = 30
        default: return nil
        }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: 1 << shift)
        guard !isTooLarge else { return nil }
        self.bytes = bytes
    }

    /// The number with the largest unit of which it is a whole multiple.
    var description: String {
        for (unit, shift) in [("G", 30), ("M", 20), ("K", 10)] where bytes > 0 && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)"
    }

    var defaultValueDescription: String { description }
}
