import ArgumentParser
import HLSConversion
import HLSKit
import W2GServe

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The command `w2g one`.
struct OneCommand: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "one",
            abstract: text("Convert a video and serve it at once, with rooms.", "转换一个视频并立即提供服务和房间。"),
            discussion: text(
                """
                Converts into the folder ./<name>/ and serves the current folder. Friends have the whole film from the \
                first second, and wait where it is not converted yet. A finished earlier result is served without converting again. Ctrl-C stops both.
                """,
                """
                转换到 ./<名称>/ 并为当前文件夹提供服务。朋友从第一秒起就能看到整部影片，尚未转换的部分会等待。已完成的结果直接使用。按 Ctrl-C 停止。
                """
            )
        )
    }

    @Argument(help: ArgumentHelp(text("The video or audio file.", "视频或音频文件。")), completion: .file())
    var input: String

    @Argument(help: .hidden)
    var others: [String] = []

    @OptionGroup var conversion: ConversionArguments
    @OptionGroup var serving: ServingArguments
    @OptionGroup var progress: ProgressArguments
    @OptionGroup var language: LanguageOption

    func run() async throws {
        ProcessMemory.returnLargeBlocks()
        let reporter = ProgressReporter(progress.mode)
        do {
            try FilmArguments.check(input, others: others, command: "one")
            var options = try conversion.options()
            if case .file(let format) = options.output {
                throw ConversionError(.invalidOption, "format \(format) cannot be served: leave --format out")
            }
            options.hlsPlaylistType = .event
            options.finishesEventAsVOD = true
            options.plansPlaylist = true
            let film = FileArgument.url(input)
            let name = try FilmArguments.folder(of: input)
            guard VideoList.isServable(name: name) else {
                throw CommandFailure(code: .usage, line: ServingText.unservable(input, video: name))
            }
            let folder = FileArgument.url(name, isDirectory: true)
            let isFinished =
                !conversion.force && HLSConverter.finishedPlaylist(of: film, in: folder, madeWith: options) != nil
            guard isFinished || access(FileName.cString(input), R_OK) == 0 else {
                throw ConversionError(
                    .inputNotFound,
                    "'\(input)' cannot be opened: check the name and its permissions"
                )
            }
            var configuration = try serving.configuration(videosDirectory: ".")
            let video = VideoInProgress(name: FileName.bytes(name))
            if !isFinished { configuration.routes.videosInProgress = [video] }
            let converter = HLSConverter(options: options)
            // Nobody is to be told of a video that cannot be one.
            if !isFinished { try await converter.check(film, to: folder) }
            let isReady = OnceFlag()
            if isFinished { isReady.set() }
            try await Serving.run(configuration, video: name) {
                guard !isReady.isSet else { return }
                defer { video.end() }
                _ = try await converter.convert(film, to: folder) { event in
                    video.handle(event)
                    reporter.handle(event)
                }
                isReady.set()
                reporter.finish()
                reporter.say(text("the film is ready", "影片已就绪"))
            }
            guard isReady.isSet else {
                throw CommandFailure(code: .interrupted, line: ServingText.notReady(input))
            }
            reporter.finish()
        } catch let error as ServeError {
            throw reporter.finish(with: CommandFailure(error))
        } catch let failure as CommandFailure {
            throw reporter.finish(with: failure)
        } catch {
            throw reporter.finish(with: CommandFailure(error))
        }
    }
}

extension VideoInProgress {
    /// Passes on what a conversion has made.
    fileprivate func handle(_ event: ConversionEvent) {
        switch event {
        case .playlistPlanned(let planned):
            plan(playlist: planned.text, resources: planned.files.map(FileName.bytes))
        case .segmentAvailable(let segment): complete(FileName.bytes(segment))
        // Without a plan the playlist on disk is served as it grows.
        case .playlistAvailable: if !isPlanned { end() }
        default: break
        }
    }
}
