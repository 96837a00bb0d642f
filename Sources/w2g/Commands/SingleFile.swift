import HLSConversion
import HLSDownload
import HLSKit

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

/// Makes one MP4 of a downloaded folder, without encoding.
enum SingleFile {
    /// Refuses a file that is in the way, before anything is downloaded.
    static func check(_ file: String, isForced: Bool) throws(CommandFailure) {
        guard !isForced, access(FileName.cString(file), F_OK) == 0 else { return }
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
        let target = FileArgument.url(file)
        var options = ConversionOptions()
        options.output = .file(format: "mp4")
        options.videoEncoder = .copy
        options.audioEncoder = .copy
        options.readsLocalPlaylist = true
        let (converter, playlist) = (HLSConverter(options: options), result.playlist)
        let work = target.deletingLastPathComponent().appending(path: ".w2g-mp4-\(UUID().uuidString)")
        defer { removeFolder(work.path(percentEncoded: false)) }
        let made = try await Interruption.run {
            try await converter.convert(playlist, to: work.appending(path: "film")) { reporter.handle($0) }
        }
        reporter.finish()
        let film = made.playlist.path(percentEncoded: false)
        guard rename(FileName.cString(film), FileName.cString(file)) != 0 else { return }
        let cause = String(cString: strerror(errno))
        throw CommandFailure(
            code: .cannotCreateOutput,
            line: text("'\(file)' cannot be written: \(cause)", "无法写入 '\(file)'：\(cause)")
        )
    }

    /// Removes a folder with all that is in it, as far as that can be.
    ///
    /// By calls of the system: names may be any bytes (`FileName`).
    private static func removeFolder(_ path: String) {
        guard let stream = opendir(FileName.cString(path)) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    FileName.text(cString: UnsafeBufferPointer(start: $0, count: 256))
                }
            }
            guard name != ".", name != ".." else { continue }
            let inner = path + "/" + name
            if unlink(FileName.cString(inner)) != 0 { removeFolder(inner) }
        }
        closedir(stream)
        rmdir(FileName.cString(path))
    }
}
