import HLSKit

/// Decides what to ask a server for, and what to take of its answers, until a resource is whole.
///
/// A value without I/O: answers are told to it, and it says what to do with them.
struct TransferState: Sendable {
    /// The `Range` and `If-Range` of a request.
    struct Ask: Sendable, Hashable {
        var range: String?
        var ifRange: String?
    }

    /// What matters of the head of an answer.
    struct Answer: Sendable {
        var status: Int
        var contentLength: Int?
        var contentRange: String?
        var contentType: String?
        var contentEncoding: String?
        var acceptsRanges: String?
        var entityTag: String?
        var lastModified: String?
        var date: String?

        init(status: Int) {
            self.status = status
        }
    }

    /// Limits on the length of a resource.
    struct Limits: Sendable {
        var declared: Int
        var undeclared: Int
    }

    /// What to do with the bytes that follow a head.
    enum Action: Sendable, Hashable {
        /// They go on where the last ones ended.
        case goOn
        /// They start from the first one again.
        case startAgain
    }

    let range: ByteRange?
    private let mayEndEarly: Bool
    private let limits: Limits
    /// The bytes that were handed on.
    private(set) var received = 0
    /// The bytes that make the resource whole, when it is known.
    private(set) var expected: Int?

    private var validator: String?
    private var totalLength: Int?
    private var canResume = false

    /// The first byte that the current request asked for; nil when it asked for all.
    private var askedFrom: Int?
    /// The bytes of the current answer to pass over, and those to take; nil takes all.
    private var toSkip = 0
    private var toTake: Int?
    private var isSliced = false

    /// Makes the state in front of the first request.
    ///
    /// - Parameters:
    ///   - range: The bytes wanted; nil for all.
    ///   - mayEndEarly: Whether the resource may end within the range.
    init(range: ByteRange?, mayEndEarly: Bool = false, limits: Limits) {
        self.range = range
        self.mayEndEarly = mayEndEarly
        self.limits = limits
        if !mayEndEarly { expected = range?.length }
    }

    /// Whether every byte was handed on, as far as the length is known.
    var isWhole: Bool { expected.map { received >= $0 } ?? false }

    // MARK: Asking

    /// Whether what came has to be forgotten before the next request.
    var mustStartAgain: Bool { received > 0 && !canResume }

    /// Forgets what came.
    mutating func startAgain() {
        self = TransferState(range: range, mayEndEarly: mayEndEarly, limits: limits)
    }

    /// The next request.
    mutating func ask() -> Ask {
        (toSkip, toTake, isSliced, askedFrom) = (0, nil, false, nil)
        guard range != nil || received > 0 else { return Ask() }
        let first = (range?.start ?? 0).addingReportingOverflow(received).partialValue
        askedFrom = first
        return Ask(
            range: "bytes=\(first)-" + (lastByte.map(String.init) ?? ""),
            ifRange: received > 0 ? validator : nil
        )
    }

    /// The last byte wanted; nil for the last one that there is.
    private var lastByte: Int? {
        guard let end = range?.end, end < Int.max / 4 else { return nil }
        return end - 1
    }

    // MARK: Answers

    /// Takes the head of an answer with a status of success.
    mutating func receive(_ answer: Answer) throws(TransferFailure.Reason) -> Action {
        switch answer.status {
        case 206: return try receivePart(answer)
        case 416:
            guard received == 0 else { throw .changed }
            guard mayEndEarly else { throw .badRange("it has no such bytes") }
            // What comes is a page about it.
            (expected, toTake, isSliced) = (0, 0, true)
            return .goOn
        case 204, 205: throw .noContent(answer.status)
        default: return try receiveWhole(answer)
        }
    }

    /// A part (RFC 9110 15.3.7).
    private mutating func receivePart(_ answer: Answer) throws(TransferFailure.Reason) -> Action {
        guard let askedFrom else { throw .badRange("a part came that was not asked for") }
        guard let text = answer.contentRange, let content = ContentRange(text), let bytes = content.bytes else {
            throw .badRange("a part came without saying which: \(answer.contentRange ?? "no Content-Range")")
        }
        guard bytes.lowerBound == askedFrom, bytes.upperBound < (range?.end ?? .max) else {
            throw .badRange("another part came than was asked for: \(text)")
        }
        if let length = answer.contentLength, length != bytes.count {
            throw .badRange("\(text) goes with a Content-Length of \(length)")
        }
        guard answer.contentEncoding == nil else { throw .badRange("the part came compressed") }
        if received > 0 {
            guard validator == nil || Self.validator(of: answer).map({ $0 == validator }) ?? true,
                totalLength == nil || content.total.map({ $0 == totalLength }) ?? true
            else { throw .changed }
        }
        if let total = content.total {
            if let range { expected = try length(of: range, in: total) }
            totalLength = total
        }
        if range == nil { expected = content.total ?? expected ?? received + bytes.count }
        validator = validator ?? Self.validator(of: answer)
        canResume = true
        toTake = bytes.count
        try checkLength()
        return .goOn
    }

    /// The whole, whether it was asked for or not.
    private mutating func receiveWhole(_ answer: Answer) throws(TransferFailure.Reason) -> Action {
        let action: Action = received > 0 ? .startAgain : .goOn
        startAgain()
        let isEncoded = answer.contentEncoding != nil
        // The length is that of the compressed bytes.
        let length = isEncoded ? nil : answer.contentLength
        if let range {
            guard !isEncoded else { throw .badRange("all of it came, and compressed") }
            if let length { expected = try self.length(of: range, in: length) }
            (toSkip, toTake, isSliced) = (range.start ?? 0, range.length, true)
            return action
        }
        expected = length
        totalLength = length
        validator = Self.validator(of: answer)
        canResume =
            !isEncoded && answer.acceptsRanges?.lowercased() != "none" && (validator ?? length.map(String.init)) != nil
        try checkLength()
        return action
    }

    /// The bytes of a range that a resource has.
    private func length(of range: ByteRange, in total: Int) throws(TransferFailure.Reason) -> Int {
        if let end = range.end, total >= end { return range.length }
        guard mayEndEarly else { throw .badRange("it has only \(total) bytes") }
        return max(0, min(range.length, total - (range.start ?? 0)))
    }

    private func checkLength() throws(TransferFailure.Reason) {
        if let expected, expected > limits.declared { throw .tooLong(limits.declared) }
    }

    // MARK: Bytes

    /// Takes the next bytes of the body.
    ///
    /// - Returns: Which of them belong to the resource.
    mutating func take(_ count: Int) throws(TransferFailure.Reason) -> Range<Int> {
        let skipped = min(toSkip, count)
        toSkip -= skipped
        var end = count
        if let left = toTake {
            end = skipped + min(count - skipped, left)
            toTake = left - (end - skipped)
            if end < count, !isSliced { throw .badRange("more bytes came than the part has") }
        }
        let limit = expected == nil ? limits.undeclared : limits.declared
        guard end - skipped <= limit - received else { throw .tooLong(limit) }
        if let expected, end - skipped > expected - received {
            throw .protocolViolation("more bytes than the \(expected) that were announced")
        }
        received += end - skipped
        return skipped..<end
    }

    /// Whether the rest of the body is of no use.
    var isRestUseless: Bool { isSliced && toTake == 0 }

    /// The body has ended as it should.
    ///
    /// - Returns: Whether the resource is whole; otherwise more has to be asked for.
    func finish() throws(TransferFailure.Reason) -> Bool {
        guard let expected, received < expected else { return true }
        // A server may answer with less than was asked for.
        if toTake == 0, !isSliced { return false }
        throw .truncated(received: received, expected: expected)
    }

    /// What `If-Range` can be: a strong entity tag, or a date that is at least a second old (RFC 9110 13.1.5).
    private static func validator(of answer: Answer) -> String? {
        if let tag = answer.entityTag { return tag.hasPrefix("\"") ? tag : nil }
        guard let text = answer.lastModified, let modified = HTTPDate.seconds(text) else { return nil }
        if let date = answer.date.flatMap(HTTPDate.seconds), date <= modified { return nil }
        return text
    }
}
