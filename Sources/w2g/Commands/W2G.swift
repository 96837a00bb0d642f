import ArgumentParser

/// The root of the command line.
struct W2G: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "w2g",
            abstract: text(
                "Turn videos into HLS streams, and watch them together.",
                "把视频变成 HLS 流，和朋友一起看。"
            ),
            discussion: text(
                """
                w2g convert film.mp4 film     makes the folder 'film' with film.m3u8 and its segments
                w2g download <url> film       does the same from an HLS stream

                Results go to standard output, progress and messages to standard error.
                """,
                """
                w2g convert film.mp4 film     生成文件夹 film，内有 film.m3u8 和各分段
                w2g download <网址> film       从 HLS 流下载成同样的文件夹

                结果写到标准输出，进度和消息写到标准错误。
                """
            ),
            version: Version.text,
            subcommands: [
                OneCommand.self, ConvertCommand.self, DownloadCommand.self, LaunchCommand.self, InspectCommand.self,
                VersionCommand.self,
            ]
        )
    }

    @OptionGroup var language: LanguageOption
}

/// The command `w2g version`.
struct VersionCommand: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "version",
            abstract: text("Show the version.", "显示版本。")
        )
    }

    @OptionGroup var language: LanguageOption

    func run() {
        Standard.output.print("w2g " + Version.text)
    }
}

/// The version of the program.
enum Version {
    static let text = "0.1.0"
}
