import HLSConversion
import HLSDownload

/// Makes one MP4 of a downloaded folder.
enum SingleFile {
    static func write(_ result: DownloadResult, to file: String, _ reporter: ProgressReporter) async throws {
        throw CommandFailure(code: .failed, line: "--mp4")
    }
}
