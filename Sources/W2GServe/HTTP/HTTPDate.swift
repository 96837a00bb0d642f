import NIOConcurrencyHelpers

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Dates as HTTP writes them (RFC 9110 5.6.7), in seconds since 1970.
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let latest = NIOLockedValueBox<(second: Int64, text: String)>((-1, ""))

    /// Seconds since 1970.
    static func now() -> Int64 { Int64(time(nil)) }

    /// The date of this second, made once a second.
    static func text(now second: Int64) -> String {
        latest.withLockedValue { latest in
            if latest.second != second { latest = (second, text(second)) }
            return latest.text
        }
    }

    /// A date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ second: Int64) -> String {
        var seconds = time_t(second)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        guard days.indices.contains(Int(parts.tm_wday)), months.indices.contains(Int(parts.tm_mon)) else { return "" }
        let (day, month) = (days[Int(parts.tm_wday)], months[Int(parts.tm_mon)])
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map(two).joined(separator: ":")
        return "\(day), \(two(parts.tm_mday)) \(month) \(Int(parts.tm_year) + 1900) \(clock) GMT"
    }

    /// Reads any of the three forms of a date.
    static func read(_ text: String) -> Int64? {
        let words = text.split { " ,-".contains($0) }
        // Sun 06 Nov 1994 08:49:37 GMT | Sunday 06 Nov 94 08:49:37 GMT | Sun Nov  6 08:49:37 1994
        guard words.count >= 5 else { return nil }
        let isAsctime = months.contains(String(words[1]))
        guard isAsctime ? words.count == 5 : words.count == 6 && words[5] == "GMT" else { return nil }
        let order = isAsctime ? (day: 2, month: 1, year: 4, clock: 3) : (day: 1, month: 2, year: 3, clock: 4)
        let clock = words[order.clock].split(separator: ":").compactMap { Int32($0) }
        guard let day = Int32(words[order.day]), var year = Int32(words[order.year]), clock.count == 3,
            let month = months.firstIndex(of: String(words[order.month])), (1...31).contains(day),
            (0...9999).contains(year), (0...23).contains(clock[0]), (0...59).contains(clock[1]),
            (0...60).contains(clock[2])
        else { return nil }
        if words[order.year].count == 2 { year += year < 70 ? 2000 : 1900 }
        var parts = tm()
        parts.tm_mday = day
        parts.tm_mon = Int32(month)
        parts.tm_year = year - 1900
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
        return Int64(timegm(&parts))
    }

    private static func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
