import CFFmpeg

/// A negative number that a function of FFmpeg returned.
struct FFmpegError: Error {
    let code: Int32

    /// Throws when a result is negative.
    @discardableResult
    static func check(_ result: Int32) throws(FFmpegError) -> Int32 {
        guard result >= 0 else { throw FFmpegError(code: result) }
        return result
    }

    /// FFmpeg's own words for the number.
    var text: String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { buffer in
            guard let start = buffer.baseAddress, av_strerror(code, start, buffer.count) == 0 else {
                return "error \(code)"
            }
            return String(cString: start)
        }
    }
}
