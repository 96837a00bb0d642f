import ArgumentParser
import HLSDownload
import HLSInspection
import HLSKit

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The command `w2g inspect`.
struct InspectCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "inspect",
            abstract: text(
                "Tell what an HLS stream is, and what is wrong with it.",
                "说明 HLS 流的内容，并找出其中的问题。"
            ),
            discussion: text(
                """
                Reads every segment (MPEG-TS, fragmented MP4, packed audio, WebVTT) and checks it against the playlist. \
                Segments encrypted with AES-128 are decrypted when the key can be read. Findings do not change the exit \
                code unless --strict is given.
                """,
                """
                读取每个分段（MPEG-TS、分片 MP4、打包音频、WebVTT）并与播放列表核对。能读到密钥时，会解密 AES-128 分段。\
                除非给出 --strict，发现问题不影响退出码。
                """
            )
        )
    }

    @Argument(
        help: ArgumentHelp(
            text(
                "A playlist, a segment, an MP4 file, a folder with a playlist, or the URL of one of the files.",
                "播放列表、分段、MP4 文件、含播放列表的文件夹，或其中某个文件的网址。"
            )
        ),
        completion: .file()
    )
    var source: String

    @Flag(help: ArgumentHelp(text("Print the report as JSON.", "以 JSON 输出报告。")))
    var json = false

    @Flag(help: ArgumentHelp(text("Exit with 65 when there is an error.", "有错误时以 65 退出。")))
    var strict = false

    @Flag(help: ArgumentHelp(text("Print findings only.", "只输出发现的问题。")))
    var quiet = false

    @Flag(
        help: ArgumentHelp(
            text("Check the rules of Apple's authoring specification too.", "同时检查 Apple 制作规范的规则。")
        )
    )
    var apple = false

    @Flag(
        help: ArgumentHelp(
            text("Read the playlists alone: no segment, no key.", "只读取播放列表，不读取分段和密钥。")
        )
    )
    var playlistOnly = false

    @Flag(
        help: ArgumentHelp(
            text(
                "Print the playlist as it was read, written again, instead of a report.",
                "不输出报告，而是把读入的播放列表重新写出。"
            )
        )
    )
    var rewrite = false

    @OptionGroup var transfer: TransferArguments
    @OptionGroup var progress: ProgressArguments
    @OptionGroup var language: LanguageOption

    func run() async throws {
        let reporter = ProgressReporter(quiet ? .none : progress.mode)
        do {
            var network = TransferConfiguration()
            try transfer.apply(to: &network)
            let (transfer, source, apple, playlistOnly, rewrite) = (network, source, apple, playlistOnly, rewrite)
            let result = try await Interruption.run {
                try await HTTPFetcher.withFetcher(transfer, root: source) { fetcher -> Result in
                    var configuration = HLSInspector.Configuration()
                    configuration.checksAuthoringRules = apple
                    configuration.readsSegments = !playlistOnly
                    configuration.loader = NetworkResourceLoader(fetcher: fetcher, readsFiles: !Self.isRemote(source))
                    let inspector = HLSInspector(configuration: configuration)
                    if rewrite { return .playlist(try await inspector.playlist(source)) }
                    return .report(try await inspector.inspect(source) { reporter.show(InspectionText.status($0)) })
                }
            }
            reporter.finish()
            let report: InspectionReport
            switch result {
            case .report(let found): report = found
            case .playlist(let playlist):
                guard Standard.output.write(playlist.bytes) else {
                    throw InspectionError(.inputOutput, "the playlist cannot be written to standard output")
                }
                return
            }
            let output = json ? try Self.json(report) : InspectionText.report(report, isQuiet: quiet)
            guard output.isEmpty || Standard.output.print(output) else {
                throw InspectionError(.inputOutput, "the report cannot be written to standard output")
            }
            if strict, report.count(.error) > 0 { throw CommandFailure(code: .badInput, line: nil) }
        } catch let failure as CommandFailure {
            throw failure
        } catch let error as InspectionError {
            throw reporter.finish(with: CommandFailure(error))
        } catch let error as DownloadError {
            throw reporter.finish(with: CommandFailure(error))
        }
    }

    private enum Result: Sendable {
        case report(InspectionReport)
        case playlist(Playlist)
    }

    /// Whether a source is on a web server, and may name nothing of this machine.
    private static func isRemote(_ source: String) -> Bool {
        let start = source.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    private static func json(_ report: InspectionReport) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}

extension CommandFailure {
    /// Chooses the exit code for an error of the inspection library.
    init(_ error: InspectionError) {
        let code: ExitStatus =
            switch error.code {
            case .notFound: .inputNotFound
            case .notUsable, .notSupported: .badInput
            case .unreachable: .unavailable
            case .inputOutput: .inputOutput
            case .cancelled: .interrupted
            default: .failed
            }
        self.init(code: code, line: InspectionText.line(for: error))
    }
}
