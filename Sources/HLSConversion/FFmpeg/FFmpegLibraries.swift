import CFFmpeg
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// FFmpeg's shared libraries, and the one setting that they keep for the whole process: how much they log.
enum FFmpegLibraries {
    /// The libraries that a conversion needs.
    ///
    /// Copying does without filters, and starts faster and smaller for it.
    enum Part: Sendable {
        case formatsAndCodecs
        case filters
    }

    /// Makes the functions of a part callable.
    ///
    /// - Throws: ``ConversionError`` when a library of the version that this program was built for is not installed.
    static func load(_ part: Part) throws(ConversionError) {
        #if FFMPEG_ON_DEMAND
        for library in part.libraries { try open(library) }
        #endif
    }

    /// Sets how much FFmpeg writes to stderr, once its libraries are loaded.
    static func setLogLevel(_ level: ConversionOptions.LogLevel) {
        logging.withLock {
            $0.level = level.ffmpegLevel
            $0.apply()
        }
    }

    /// Tries what may fail, without FFmpeg's words on it.
    static func quietly<Result>(_ attempt: () throws -> Result) rethrows -> Result {
        func count(_ step: Int) {
            logging.withLock {
                $0.attempts += step
                $0.apply()
            }
        }
        count(1)
        defer { count(-1) }
        return try attempt()
    }

    /// Several threads set the one level that FFmpeg has.
    private struct Logging {
        var level = AV_LOG_ERROR
        var attempts = 0

        func apply() {
            av_log_set_level(attempts > 0 ? AV_LOG_QUIET : level)
        }
    }

    private static let logging = Mutex(Logging())

    #if FFMPEG_ON_DEMAND
    /// Opens a library so that the functions which this program was linked without are found in it at their first call.
    ///
    /// The handle is never closed: the functions stay bound to it.
    private static func open(_ library: String) throws(ConversionError) {
        guard dlopen(library, RTLD_LAZY | RTLD_GLOBAL) == nil else { return }
        throw ConversionError(
            .librariesMissing,
            "\(library) cannot be loaded: \(String(cString: dlerror())). Install FFmpeg's libraries of this version"
        )
    }
    #endif
}

#if FFMPEG_ON_DEMAND
extension FFmpegLibraries.Part {
    fileprivate var libraries: [String] {
        switch self {
        case .formatsAndCodecs:
            [
                "libavutil.so.\(LIBAVUTIL_VERSION_MAJOR)", "libavcodec.so.\(LIBAVCODEC_VERSION_MAJOR)",
                "libavformat.so.\(LIBAVFORMAT_VERSION_MAJOR)",
            ]
        case .filters:
            ["libavfilter.so.\(LIBAVFILTER_VERSION_MAJOR)"]
        }
    }
}
#endif

extension ConversionOptions.LogLevel {
    fileprivate var ffmpegLevel: Int32 {
        switch self {
        case .quiet: AV_LOG_QUIET
        case .panic: AV_LOG_PANIC
        case .fatal: AV_LOG_FATAL
        case .error: AV_LOG_ERROR
        case .warning: AV_LOG_WARNING
        case .info: AV_LOG_INFO
        case .verbose: AV_LOG_VERBOSE
        case .debug: AV_LOG_DEBUG
        case .trace: AV_LOG_TRACE
        }
    }
}
