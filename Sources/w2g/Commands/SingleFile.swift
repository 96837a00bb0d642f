import HLSConversion
import HLSDownload

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Makes one MP4 of a downloaded folder, without encoding.
enum SingleFile {
    /// Refuses a file that is in the way, before anything is downloaded.
    static func check(_ file: String, isForced: Bool) throws(CommandFailure) {
        guard !isForced, FileManager.default.fileExists(atPath: file) else { return }
        throw CommandFailure(
            code: .cannotCreateOutput,
            line: text(
                "'\(file)' is there already: give another name, or --force to replace it",
                "'\(file)' 已存在：请换个名称，或用 --force 替换"
            )
        )
    }

    /// Writes the file; it appears when it is whole.
    static func write(_ result: DownloadResult, to file: String, _ reporter: ProgressReporter) async throws {
        let target = URL(filePath: file)
        var options = ConversionOptions()
        options.format = "mp4"
        options.videoEncoder = .copy
        options.audioEncoder = .copy
        options.readsLocalPlaylist = true
        let (converter, playlist) = (HLSConverter(options: options), result.playlist)
        let work = target.deletingLastPathComponent().appending(path: ".w2g-mp4-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: work) }
        let made = try await Interruption.run {
            try await converter.convert(playlist, to: work.appending(path: "film")) { reporter.handle($0) }
        }
        reporter.finish()
        do {
            try? FileManager.default.removeItem(at: target)
            try FileManager.default.moveItem(at: made.playlist, to: target)
        } catch {
            throw CommandFailure(
                code: .cannotCreateOutput,
                line: text("'\(file)' cannot be written: \(error)", "无法写入 '\(file)'：\(error)")
            )
        }
    }
}
