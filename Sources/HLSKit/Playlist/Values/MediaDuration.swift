/// A span of time in whole microseconds, as `#EXTINF` writes it.
public struct MediaDuration: Sendable, Hashable, Comparable {
    /// Millionths of a second.
    public var microseconds: Int64

    /// Creates a span from millionths of a second.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Creates the span nearest to a number of seconds; one that is not finite is zero, a greater one than 4e12 s is held.
    public init(seconds: Double) {
        let micros = (seconds * 1_000_000).rounded()
        let limit = Double(Numbers.limit)
        microseconds = micros.isNaN ? 0 : Int64(max(-limit, min(limit, micros)))
    }

    /// The span in seconds.
    public var seconds: Double {
        Double(microseconds) / 1_000_000
    }

    /// Seconds rounded to the nearest integer, halves upwards, as `#EXT-X-TARGETDURATION` compares them (4.4.3.1).
    public var roundedSeconds: Int {
        let (sum, overflowed) = microseconds.addingReportingOverflow(500_000)
        return Int((overflowed ? microseconds : sum).dividedFloor(by: 1_000_000).quotient)
    }

    /// The empty span.
    public static let zero = MediaDuration(microseconds: 0)

    /// Orders spans by their length.
    public static func < (left: MediaDuration, right: MediaDuration) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The sum of two spans; overflow wraps around, so that hostile durations cannot trap.
    public static func + (left: MediaDuration, right: MediaDuration) -> MediaDuration {
        MediaDuration(microseconds: left.microseconds &+ right.microseconds)
    }

    /// The difference of two spans; overflow wraps around, so that hostile durations cannot trap.
    public static func - (left: MediaDuration, right: MediaDuration) -> MediaDuration {
        MediaDuration(microseconds: left.microseconds &- right.microseconds)
    }
}

extension MediaDuration: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    /// A span of whole seconds.
    public init(integerLiteral seconds: Int) {
        self.init(seconds: Double(seconds))
    }

    /// A span of seconds.
    public init(floatLiteral seconds: Double) {
        self.init(seconds: seconds)
    }
}

extension MediaDuration: AttributeValue {
    /// Reads a signed-decimal-floating-point number of seconds, rounded to millionths.
    public init?(attribute text: Span<UInt8>) {
        let content = text.unquoted
        let number = Numbers.decimal(text, content)
        guard number.isWellFormed, number.end == content.upperBound else { return nil }
        microseconds = number.micros
    }

    /// Appends seconds with as many decimals as are not zero.
    public func write(to text: inout [UInt8]) {
        text.append(addingCapacity: Numbers.maximumLength) { Numbers.appendShortest(microseconds, to: &$0) }
    }
}
