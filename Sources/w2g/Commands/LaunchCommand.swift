import ArgumentParser
import W2GServe

/// The command `w2g launch`.
struct LaunchCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "launch",
            abstract: text("Serve a folder of videos with rooms.", "为视频文件夹提供服务和房间。"),
            discussion: text(
                """
                Each folder in it that holds a playlist of its own name is a video. Ctrl-C stops the server. What to type \
                into the clients is told on standard error.
                """,
                """
                其中每个含有同名播放列表的文件夹就是一个视频。按 Ctrl-C 停止。客户端中应输入的地址会显示在标准错误上。
                """
            )
        )
    }

    @Argument(
        help: ArgumentHelp(text("The folder that holds the videos' folders.", "包含各视频文件夹的文件夹。")),
        completion: .directory
    )
    var videosDirectory: String

    @OptionGroup var serving: ServingArguments
    @OptionGroup var language: LanguageOption

    func run() async throws {
        do {
            let configuration = try serving.configuration(videosDirectory: videosDirectory)
            try await Serving.run(configuration, video: nil) {}
        } catch let error as ServeError {
            throw CommandFailure(error)
        }
    }
}

extension CommandFailure {
    /// Chooses the exit code for an error of the server library.
    init(_ error: ServeError) {
        let code: ExitStatus =
            switch error.code {
            case .folderNotFound, .certificateNotFound: .inputNotFound
            case .certificateNotUsable: .badInput
            case .addressInUse, .addressNotUsable: .unavailable
            case .logNotWritable: .cannotCreateOutput
            default: .failed
            }
        self.init(code: code, line: ServingText.line(for: error))
    }
}
