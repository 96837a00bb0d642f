/// A date and time with the zone in which it was written, to the microsecond (ISO 8601).
public struct MediaDate: Sendable, Hashable, Comparable {
    /// Microseconds since 1 January 1970 in UTC.
    public var microsecondsSince1970: Int64
    /// Seconds that the written time is ahead of UTC; 0 is written `Z`.
    public var utcOffset: Int

    /// A date from microseconds since 1 January 1970 in UTC.
    public init(microsecondsSince1970: Int64, utcOffset: Int = 0) {
        self.microsecondsSince1970 = microsecondsSince1970
        self.utcOffset = utcOffset
    }

    /// The end of the year 9999 in UTC, less a day for zones: later dates cannot be read again.
    static let lastMicrosecond: Int64 = 253_402_214_400_000_000

    /// A date from its text, such as `2026-05-01T20:15:00.000Z`; nil when it is none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let (date, _) = MediaDate.read(bytes.span, 0..<bytes.count) else { return nil }
        self = date
    }

    /// Seconds since 1 January 1970 in UTC.
    public var secondsSince1970: Double { Double(microsecondsSince1970) / 1_000_000 }

    /// Orders dates by the moment they name, whatever their zones.
    public static func < (left: MediaDate, right: MediaDate) -> Bool {
        (left.microsecondsSince1970, left.utcOffset) < (right.microsecondsSince1970, right.utcOffset)
    }

    /// The moment that lies a span after a date; overflow wraps around, so that hostile dates cannot trap.
    public static func + (date: MediaDate, span: MediaDuration) -> MediaDate {
        MediaDate(
            microsecondsSince1970: date.microsecondsSince1970 &+ span.microseconds,
            utcOffset: date.utcOffset
        )
    }

    /// The span from the right date to the left one; overflow wraps around.
    public static func - (left: MediaDate, right: MediaDate) -> MediaDuration {
        MediaDuration(microseconds: left.microsecondsSince1970 &- right.microsecondsSince1970)
    }
}

extension MediaDate {
    /// Reads a date by hand; the flag tells whether it was complete: a time with a zone, nothing else.
    static func read(_ text: Span<UInt8>, _ range: Range<Int>) -> (MediaDate, isComplete: Bool)? {
        var reader = DateReader(index: range.lowerBound, end: range.upperBound)
        return reader.read(text)
    }

    /// The greatest number of bytes that a date has here.
    static let maximumLength = 40

    /// Appends the date with three decimals, or six when it has microseconds.
    func append(to text: inout OutputSpan<UInt8>) {
        let offset = Int64(max(-86_340, min(86_340, utcOffset))) / 60 * 60
        let (shifted, overflowed) = microsecondsSince1970.addingReportingOverflow(offset &* 1_000_000)
        let local = overflowed ? microsecondsSince1970 : shifted
        let (days, rest) = local.dividedFloor(by: 86_400_000_000)
        let (year, month, day) = civil(days)
        let (seconds, micros) = rest.dividedFloor(by: 1_000_000)
        if year < 0 { text.append(0x2D) }
        Numbers.appendPadded(year.magnitude, width: year.magnitude > 9_999 ? 6 : 4, to: &text)
        text.append(0x2D)
        Numbers.appendTwo(month.magnitude, to: &text)
        text.append(0x2D)
        Numbers.appendTwo(day.magnitude, to: &text)
        text.append(0x54)
        Numbers.appendTwo(seconds.magnitude / 3_600, to: &text)
        text.append(0x3A)
        Numbers.appendTwo(seconds.magnitude / 60 % 60, to: &text)
        text.append(0x3A)
        Numbers.appendTwo(seconds.magnitude % 60, to: &text)
        text.append(0x2E)
        if micros % 1_000 == 0 {
            Numbers.appendPadded((micros / 1_000).magnitude, width: 3, to: &text)
        } else {
            Numbers.appendPadded(micros.magnitude, width: 6, to: &text)
        }
        guard offset != 0 else { return text.append(0x5A) }
        text.append(offset < 0 ? 0x2D : 0x2B)
        Numbers.appendTwo(offset.magnitude / 3_600, to: &text)
        text.append(0x3A)
        Numbers.appendTwo(offset.magnitude / 60 % 60, to: &text)
    }

    // The Gregorian calendar repeats every 400 years of 146,097 days; years are counted from March, so that the leap
    // day is the last of its year.
    private func civil(_ daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (daysSince1970 &+ 719_468).dividedFloor(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}

extension MediaDate {
    /// Whether a text has a fraction of the second.
    static func hasFraction(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.contains { text[$0] == 0x2E || text[$0] == 0x2C }
    }
}

extension MediaDate: AttributeValue, CustomStringConvertible {
    /// Reads a quoted-string that holds a date.
    public init?(attribute text: Span<UInt8>) {
        guard let (date, _) = MediaDate.read(text, text.unquoted) else { return nil }
        self = date
    }

    /// Appends a quoted-string that holds the date.
    public func write(to text: inout [UInt8]) {
        text.append(0x22)
        text.append(addingCapacity: Self.maximumLength) { append(to: &$0) }
        text.append(0x22)
    }

    /// The date as it is written, such as `2026-05-01T20:15:00.000Z`.
    public var description: String {
        var text: [UInt8] = []
        text.append(addingCapacity: Self.maximumLength) { append(to: &$0) }
        return String(decoding: text, as: UTF8.self)
    }
}

extension Int64 {
    func dividedFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient &- 1, remainder &+ divisor) : (quotient, remainder)
    }
}

/// Reads `YYYY-MM-DDThh:mm:ss.fffffZ` and what servers make of it.
private struct DateReader {
    var index: Int
    let end: Int

    mutating func read(_ text: Span<UInt8>) -> (MediaDate, isComplete: Bool)? {
        guard let year = digits(4, text), skip(0x2D, text), let month = digits(2, text), skip(0x2D, text),
            let day = digits(2, text), month >= 1, month <= 12, day >= 1, day <= 31
        else { return nil }
        let shifted = month > 2 ? month - 3 : month + 9
        let (era, yearOfEra) = (year - (month <= 2 ? 1 : 0)).dividedFloor(by: 400)
        let dayOfYear = (153 * shifted + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        guard let (time, hasTime) = time(text) else { return nil }
        guard let (offset, hasZone) = zone(text), index == end else { return nil }
        let seconds = days * 86_400 - offset
        let date = MediaDate(microsecondsSince1970: seconds * 1_000_000 + time, utcOffset: Int(offset))
        return (date, hasTime && hasZone)
    }

    private mutating func time(_ text: Span<UInt8>) -> (micros: Int64, isThere: Bool)? {
        guard index < end else { return (0, false) }
        guard skip(0x54, text) || skip(0x74, text) || skip(0x20, text) else { return nil }
        guard let hour = digits(2, text), skip(0x3A, text), let minute = digits(2, text), hour <= 24, minute <= 59
        else { return nil }
        var micros = (hour * 3_600 + minute * 60) * 1_000_000
        guard skip(0x3A, text) else { return (micros, false) }
        guard let second = digits(2, text), second <= 60 else { return nil }
        micros += second * 1_000_000
        if skip(0x2E, text) || skip(0x2C, text) {
            var scale: Int64 = 100_000
            while index < end, text[index] &- 0x30 <= 9 {
                micros += Int64(text[index] &- 0x30) * scale
                scale /= 10
                index &+= 1
            }
        }
        return (micros, true)
    }

    private mutating func zone(_ text: Span<UInt8>) -> (seconds: Int64, isThere: Bool)? {
        guard index < end else { return (0, false) }
        if skip(0x5A, text) || skip(0x7A, text) { return (0, true) }
        let isBehind = text[index] == 0x2D
        guard skip(0x2B, text) || skip(0x2D, text), let hours = digits(2, text), hours <= 23 else { return nil }
        var minutes: Int64 = 0
        if index < end {
            _ = skip(0x3A, text)
            guard let value = digits(2, text), value <= 59 else { return nil }
            minutes = value
        }
        let seconds = hours * 3_600 + minutes * 60
        return (isBehind ? -seconds : seconds, true)
    }

    private mutating func digits(_ count: Int, _ text: Span<UInt8>) -> Int64? {
        guard end &- index >= count else { return nil }
        var value: Int64 = 0
        for _ in 0..<count {
            let digit = text[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
            index &+= 1
        }
        return value
    }

    private mutating func skip(_ byte: UInt8, _ text: Span<UInt8>) -> Bool {
        guard index < end, text[index] == byte else { return false }
        index &+= 1
        return true
    }
}
