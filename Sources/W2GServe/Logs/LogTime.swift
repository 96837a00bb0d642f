import NIOConcurrencyHelpers

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The time at the beginning of a log's line.
enum LogTime {
    private static let latest = NIOLockedValueBox<(second: Int, text: String)>((-1, ""))

    /// Now, such as `2026-05-01T20:15:03.042Z`.
    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let second = Int(time.tv_sec)
        let text = latest.withLockedValue { latest in
            if latest.second != second { latest = (second, Self.prefix(second)) }
            return latest.text
        }
        return text + digits(Int(time.tv_nsec) / 1_000_000, 3) + "Z"
    }

    private static func prefix(_ second: Int) -> String {
        var seconds = time_t(second)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let day = "\(Int(parts.tm_year) + 1900)-\(digits(Int(parts.tm_mon) + 1, 2))-\(digits(Int(parts.tm_mday), 2))"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }.joined(separator: ":")
        return day + "T" + clock + "."
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
