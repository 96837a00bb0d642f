/// Reads numbers from text without making strings, and without trapping however many digits there are.
enum Numbers {
    /// The digits of a range as an integer; nil when there is another byte, no digit, or a value above `Int.max`.
    static func integer(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard !range.isEmpty else { return nil }
        var value = 0
        for index in range {
            let digit = text[index] &- 0x30
            guard digit <= 9 else { return nil }
            let (product, overflowed) = value.multipliedReportingOverflow(by: 10)
            let (sum, carried) = product.addingReportingOverflow(Int(digit))
            guard !overflowed, !carried else { return nil }
            value = sum
        }
        return value
    }

    /// A decimal number as the lexer found it.
    struct Decimal {
        /// Millionths, rounded to the nearest; held at +-4e18 when the number is greater.
        var micros: Int64 = 0
        /// Where the number ends.
        var end: Int
        /// Whether there was a sign in front.
        var isSigned = false
        /// Whether there was a point.
        var hasPoint = false
        /// Whether the text has digits, only where they may be, and the value fits.
        var isWellFormed = true
    }

    /// The greatest magnitude that a number of millionths is held at.
    static let limit: Int64 = 4_000_000_000_000_000_000

    /// Reads the decimal number at the start of a range; what follows it is left alone.
    static func decimal(_ text: Span<UInt8>, _ range: Range<Int>) -> Decimal {
        var result = Decimal(end: range.lowerBound)
        var index = range.lowerBound
        let end = range.upperBound
        var isNegative = false
        if index < end, text[index] == 0x2D || text[index] == 0x2B {
            result.isSigned = true
            isNegative = text[index] == 0x2D
            index &+= 1
        }
        let firstDigit = index
        var whole: Int64 = 0
        while index < end, text[index] &- 0x30 <= 9 {
            if whole < limit / 10_000_000 {
                whole = whole &* 10 &+ Int64(text[index] &- 0x30)
            } else {
                result.isWellFormed = false
            }
            index &+= 1
        }
        var digits = index &- firstDigit
        var micros = result.isWellFormed ? whole &* 1_000_000 : limit
        if index < end, text[index] == 0x2E {
            result.hasPoint = true
            index &+= 1
            var scale: Int64 = 100_000
            var isFirstDropped = true
            while index < end, text[index] &- 0x30 <= 9 {
                let digit = Int64(text[index] &- 0x30)
                if scale > 0 {
                    micros &+= digit &* scale
                    scale /= 10
                } else if isFirstDropped {
                    micros &+= digit >= 5 ? 1 : 0
                    isFirstDropped = false
                }
                digits &+= 1
                index &+= 1
            }
        }
        if digits == 0 { result.isWellFormed = false }
        micros = min(micros, limit)
        result.micros = isNegative ? -micros : micros
        result.end = digits == 0 ? range.lowerBound : index
        return result
    }

    /// Whether a range is a decimal number and nothing else.
    static func isDecimal(_ text: Span<UInt8>, _ range: Range<Int>, signed: Bool) -> Bool {
        let number = decimal(text, range)
        return number.isWellFormed && number.end == range.upperBound && (signed || !number.isSigned)
            && !(number.isSigned && text[range.lowerBound] == 0x2B)
    }

    /// The greatest number of bytes that a number has here: a sign, 20 digits, a point.
    static let maximumLength = 22

    /// Millionths as seconds with exactly six decimals.
    static func appendSixDecimals(_ micros: Int64, to text: inout OutputSpan<UInt8>) {
        if micros < 0 { text.append(0x2D) }
        appendInteger(micros.magnitude / 1_000_000, to: &text)
        text.append(0x2E)
        appendPadded(micros.magnitude, width: 6, to: &text)
    }

    /// Millionths as seconds with as many decimals as are not zero.
    static func appendShortest(_ micros: Int64, to text: inout OutputSpan<UInt8>) {
        if micros < 0 { text.append(0x2D) }
        appendInteger(micros.magnitude / 1_000_000, to: &text)
        var fraction = micros.magnitude % 1_000_000
        guard fraction != 0 else { return }
        var width = 6
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        text.append(0x2E)
        appendPadded(fraction, width: width, to: &text)
    }

    static func appendInteger(_ value: UInt64, to text: inout OutputSpan<UInt8>) {
        guard value > 9 else { return text.append(0x30 &+ UInt8(truncatingIfNeeded: value)) }
        if value > 99 { appendInteger(value / 100, to: &text) }
        appendTwo(value % 100, to: &text)
    }

    /// Appends the last digits of a number, zeros in front included.
    static func appendPadded(_ value: UInt64, width: Int, to text: inout OutputSpan<UInt8>) {
        guard width > 1 else { return text.append(0x30 &+ UInt8(truncatingIfNeeded: value % 10)) }
        if width > 2 { appendPadded(value / 100, width: width - 2, to: &text) }
        appendTwo(value % 100, to: &text)
    }

    /// Appends a number of two digits.
    @inline(__always)
    static func appendTwo(_ value: UInt64, to text: inout OutputSpan<UInt8>) {
        text.append(0x30 &+ UInt8(truncatingIfNeeded: value / 10))
        text.append(0x30 &+ UInt8(truncatingIfNeeded: value % 10))
    }
}
