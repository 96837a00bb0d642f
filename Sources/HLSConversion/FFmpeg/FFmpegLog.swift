import CFFmpeg
import Synchronization

/// FFmpeg's log, of which the process has one: how much FFmpeg says, and who is told.
enum FFmpegLog {
    /// Gets a line, on any thread and at any time; must not call FFmpeg.
    typealias Listener = @Sendable (String) -> Void

    private struct State {
        var level = AV_LOG_ERROR
        /// How many attempts run of which nothing is to be heard.
        var attempts = 0
        var listeners: [Int: Listener] = [:]
        var nextListener = 0
        /// The beginning of a line whose end is still to come.
        var line = ""
        /// FFmpeg's memory of whether the next text begins a line, which has a prefix.
        var isLineStart: Int32 = 1

        func applyLevel() {
            av_log_set_level(attempts > 0 ? AV_LOG_QUIET : level)
        }
    }

    private static let state = Mutex(State())
    /// Longer texts are cut.
    private static let greatestLength = 1_024

    /// Sets how much FFmpeg says, once its libraries are loaded.
    static func setLevel(_ level: ConversionOptions.LogLevel) {
        state.withLock {
            $0.level = level.ffmpegLevel
            $0.applyLevel()
        }
    }

    /// Tries what may fail, without FFmpeg's words on it.
    static func quietly<Result>(_ attempt: () throws -> Result) rethrows -> Result {
        func count(_ step: Int) {
            state.withLock {
                $0.attempts += step
                $0.applyLevel()
            }
        }
        count(1)
        defer { count(-1) }
        return try attempt()
    }

    /// Hands over what FFmpeg says while something runs, instead of writing it to standard error.
    ///
    /// Lines do not tell whom they are about: when two listen, both hear all.
    static func listening<Result>(_ listener: @escaping Listener, while body: () throws -> Result) rethrows -> Result {
        let number = state.withLock {
            $0.nextListener += 1
            $0.listeners[$0.nextListener] = listener
            if $0.nextListener == 1 { av_log_set_callback { FFmpegLog.hear($0, $1, $2, $3) } }
            return $0.nextListener
        }
        defer {
            let rest = state.withLock { state in
                state.listeners[number] = nil
                guard state.listeners.isEmpty else { return "" }
                defer { state.line = "" }
                return state.line
            }
            if !rest.isEmpty { listener(rest) }
        }
        return try body()
    }

    /// Makes the text of one call, and tells the lines that it completes.
    private static func hear(
        _ source: UnsafeMutableRawPointer?,
        _ level: Int32,
        _ format: UnsafePointer<CChar>?,
        _ arguments: CVaListPointer?
    ) {
        guard level <= av_log_get_level(), let arguments else { return }
        guard state.withLock({ !$0.listeners.isEmpty }) else {
            av_log_default_callback(source, level, format, arguments)
            return
        }
        let (text, listeners) = state.withLock { state -> (String, [Listener]) in
            var buffer = [CChar](repeating: 0, count: greatestLength)
            let count = Int32(buffer.count)
            av_log_format_line2(source, level, format, arguments, &buffer, count, &state.isLineStart)
            state.line += buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
            let isComplete = state.line.last?.isNewline ?? false || state.line.utf8.count >= greatestLength - 1
            guard isComplete else { return ("", []) }
            defer { state.line = "" }
            return (state.line, Array(state.listeners.values))
        }
        for line in text.split(whereSeparator: \.isNewline) {
            for listener in listeners { listener(String(line)) }
        }
    }
}

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
