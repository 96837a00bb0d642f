import ArgumentParser
import HLSConversion
import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The command `w2g convert`.
struct ConvertCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "convert",
            abstract: text("Turn a video file into an HLS folder.", "把视频文件转换成 HLS 文件夹。"),
            discussion: text(
                """
                Streams that browsers and phones can play are copied as they are; others are encoded. A file name that \
                begins with '-' goes behind '--'.
                """,
                """
                浏览器和手机能直接播放的流原样复制，其余重新编码。以 '-' 开头的文件名放在 '--' 之后。
                """
            )
        )
    }

    @Argument(help: ArgumentHelp(text("The video or audio file.", "视频或音频文件。")), completion: .file())
    var input: String

    @Argument(
        help: ArgumentHelp(
            text(
                "The folder to write; its name becomes the playlist's. Without it, the film's name without its ending.",
                "要写入的文件夹，其名称即播放列表的名称；省略时为影片名去掉扩展名。"
            )
        ),
        completion: .directory
    )
    var directory: String?

    @Argument(help: .hidden)
    var others: [String] = []

    @OptionGroup var conversion: ConversionArguments
    @OptionGroup var progress: ProgressArguments

    @Flag(
        help: ArgumentHelp(
            text("Print what would be made and why, and make nothing.", "只说明将生成什么及其原因，不生成任何文件。")
        )
    )
    var dryRun = false

    @Flag(help: ArgumentHelp(text("Print the result or the plan as JSON.", "以 JSON 输出结果或计划。")))
    var json = false

    @OptionGroup var language: LanguageOption

    func run() async throws {
        ProcessMemory.returnLargeBlocks()
        let reporter = ProgressReporter(progress.mode)
        let input = FileArgument.url(input)
        do {
            try FilmArguments.check(self.input, others: others, command: "convert")
            guard self.directory?.isEmpty != true else {
                throw CommandFailure(code: .usage, line: text("the folder needs a name", "文件夹不能为空"))
            }
            if let directory = self.directory { try FilmArguments.check(folder: directory) }
            let folder = try self.directory ?? FilmArguments.folder(of: self.input)
            let directory = FileArgument.url(folder, isDirectory: true)
            let converter = HLSConverter(options: try conversion.options())
            if dryRun {
                let plan = try await Interruption.run { try await converter.plan(input, to: directory) }
                let output =
                    json
                    ? try JSONText.of(ConversionPlanReport(plan, folder: folder))
                    : ConversionText.plan(plan, folder: folder)
                return try Self.print { Standard.output.print(output) }
            }
            let result = try await Interruption.run {
                try await converter.convert(input, to: directory) { reporter.handle($0) }
            }
            reporter.finish()
            let report = json ? try JSONText.of(ResultReport(result)) : nil
            try Self.print {
                report.map { Standard.output.print($0) }
                    ?? Standard.output.print(path: result.playlist.path(percentEncoded: false))
            }
        } catch let failure as CommandFailure {
            throw reporter.finish(with: failure)
        } catch {
            throw reporter.finish(with: CommandFailure(error))
        }
    }

    private static func print(_ body: () -> Bool) throws {
        guard body() else { throw ConversionError(.inputOutput, "the result cannot be written to standard output") }
    }
}

/// What `--json` prints of a conversion.
private struct ResultReport: Encodable {
    let version = 1
    let folder: String
    let videosDirectory: String
    let playlist: String
    let duration: Double
    let segments: Int
    let bytes: Int64
    let route: String

    init(_ result: ConversionResult) {
        folder = result.folder.path(percentEncoded: false)
        videosDirectory = result.videosDirectory.path(percentEncoded: false)
        playlist = result.playlist.path(percentEncoded: false)
        duration = result.duration.seconds
        segments = result.segments
        bytes = result.bytes
        route = result.route.description
    }
}

extension CommandFailure {
    /// Chooses the exit code for an error of the conversion library.
    init(_ error: any Error) {
        guard let error = error as? ConversionError else {
            self.init(code: .failed, line: "\(error)")
            return
        }
        let code: ExitStatus =
            switch error.code {
            case .inputNotFound: .inputNotFound
            case .inputNotUsable: .badInput
            case .invalidOption: .usage
            case .cannotCreateOutput, .outputOccupied: .cannotCreateOutput
            case .inputOutput: .inputOutput
            case .cancelled: .interrupted
            default: .failed
            }
        self.init(code: code, line: ConversionText.line(for: error))
    }
}
