import ArgumentParser
import HLSDownload
import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The command `w2g download`.
struct DownloadCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "download",
            abstract: text("Download an HLS stream to a folder that plays.", "把 HLS 流下载成可播放的文件夹。"),
            discussion: text(
                """
                Running it again goes on where it was interrupted; a finished folder is verified. Segments encrypted with \
                AES-128 or AES-256-GCM are decrypted.
                """,
                """
                再次运行会从中断处继续；已完成的文件夹只做校验。AES-128 和 AES-256-GCM 加密的分段会被解密。
                """
            )
        )
    }

    @Argument(
        help: ArgumentHelp(
            text(
                "The URL of a playlist, or a local one; - is standard input.",
                "播放列表的网址，或本地播放列表；- 为标准输入。"
            ),
            valueName: "url"
        )
    )
    var source: String

    @Argument(
        help: ArgumentHelp(
            text(
                "The folder to write; its name becomes the playlist's. Without it, a name from the URL.",
                "要写入的文件夹，其名称即播放列表的名称；省略时取自网址。"
            )
        ),
        completion: .directory
    )
    var directory: String?

    @OptionGroup var selection: SelectionArguments
    @OptionGroup var stream: SourceArguments
    @OptionGroup var transfer: TransferArguments

    @Flag(help: ArgumentHelp(text("List variants and renditions, and download nothing.", "只列出可选的流，不下载。")))
    var list = false

    @Flag(help: ArgumentHelp(text("Print the plan, and download nothing.", "只输出下载计划，不下载。")))
    var dryRun = false

    @Option(
        name: .customLong("mp4"),
        help: ArgumentHelp(
            text("Afterwards also write one MP4, without encoding.", "完成后再写一个 MP4，不重新编码。"),
            valueName: "file"
        ),
        completion: .file()
    )
    var mp4: String?

    @Flag(help: ArgumentHelp(text("Print the result, plan or list as JSON.", "以 JSON 输出结果、计划或列表。")))
    var json = false

    @OptionGroup var progress: ProgressArguments
    @OptionGroup var language: LanguageOption

    func run() async throws {
        let reporter = ProgressReporter(progress.mode)
        do {
            // Nothing is written where a list or a plan is wanted: any name will do.
            let named = directory ?? (list || dryRun ? "download" : nil)
            let target = try StreamArguments.folder(named, of: source, base: stream.baseUrl)
            var configuration = HLSDownloader.Configuration()
            try selection.apply(to: &configuration)
            try stream.apply(to: &configuration)
            if source == StreamArguments.standardInput {
                configuration.playlistText = try StreamArguments.standardInputText(configuration.limits.playlistBytes)
            }
            try transfer.apply(to: &configuration.transfer)
            let downloader = HLSDownloader(configuration: configuration)
            let (source, folder) = (source, FileArgument.url(target, isDirectory: true))
            if list {
                let listing = try await Interruption.run { try await downloader.list(source) }
                try Self.print(json ? try JSONText.of(listing) : DownloadText.list(listing))
            } else if dryRun {
                let plan = try await Interruption.run { try await downloader.plan(source, to: folder) }
                if json {
                    try JSONText.write(plan, Self.write)
                    try Self.print("")
                } else {
                    try Self.print(DownloadText.plan(plan))
                }
                guard !plan.renditions.contains(where: \.segments.hasFailed) else {
                    throw DownloadError(.inputOutput, "the plan cannot be read again from the temporary folder")
                }
            } else {
                try await download(downloader, to: folder, reporter)
            }
        } catch let failure as CommandFailure {
            throw reporter.finish(with: failure)
        } catch let error as DownloadError {
            throw reporter.finish(with: CommandFailure(error))
        } catch {
            throw reporter.finish(with: CommandFailure(error))
        }
    }

    private func download(_ downloader: HLSDownloader, to folder: URL, _ reporter: ProgressReporter) async throws {
        let source = source
        if let mp4 { try SingleFile.check(mp4, isForced: selection.force) }
        let result = try await Interruption.run {
            try await downloader.download(source, to: folder) { reporter.handle($0) }
        }
        reporter.finish()
        if let mp4 { try await SingleFile.write(result, to: mp4, reporter) }
        if json {
            try Self.print(try JSONText.of(DownloadReport(result)))
        } else {
            try Self.check(Standard.output.print(path: result.playlist.path(percentEncoded: false)))
        }
        guard result.interruption == nil else {
            throw CommandFailure(
                code: .resumable,
                line: text(
                    "the recording is kept, but its stream did not come to its end: run it again to record on",
                    "录制内容已保存，但直播并未正常结束：再次运行可继续录制"
                )
            )
        }
    }

    private static func print(_ output: String) throws {
        try write(output + "\n")
    }

    private static func write(_ output: String) throws {
        try check(Standard.output.write(output))
    }

    private static func check(_ isWritten: Bool) throws {
        guard isWritten else {
            throw DownloadError(.inputOutput, "the result cannot be written to standard output")
        }
    }
}

/// What `--json` prints of a download.
private struct DownloadReport: Encodable {
    let version = 1
    let folder: String
    let videosDirectory: String
    let playlist: String
    let duration: Double
    let renditions: Int
    let segments: Int
    let fetchedSegments: Int
    let bytes: Int64
    let missing: [DownloadResult.Missing]
    let interruption: String?

    init(_ result: DownloadResult) {
        folder = result.folder.path(percentEncoded: false)
        videosDirectory = result.videosDirectory.path(percentEncoded: false)
        playlist = result.playlist.path(percentEncoded: false)
        duration = result.duration.seconds
        renditions = result.renditions
        segments = result.segments
        fetchedSegments = result.fetchedSegments
        bytes = result.bytes
        missing = result.missing
        interruption = result.interruption
    }
}

extension CommandFailure {
    /// Chooses the exit code for an error of the download library.
    init(_ error: DownloadError) {
        let code: ExitStatus =
            switch error.code {
            case .notFound: .inputNotFound
            case .unreachable: .unavailable
            case .notUsable, .protected, .limitReached: .badInput
            case .invalidOption: .usage
            case .cannotCreateOutput, .outputOccupied: .cannotCreateOutput
            case .inputOutput: .inputOutput
            case .incomplete: .resumable
            case .cancelled: .interrupted
            default: .failed
            }
        self.init(code: code, line: DownloadText.line(for: error))
    }
}
