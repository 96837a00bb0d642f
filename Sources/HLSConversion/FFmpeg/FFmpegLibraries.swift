import CFFmpeg

#if canImport(Glibc)
import Glibc
#endif

/// FFmpeg's shared libraries.
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
