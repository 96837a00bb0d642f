/// How the test server answers a request.
package struct TestAnswer: Sendable {
    /// What goes wrong.
    package enum Fault: Sendable {
        /// The body ends after some bytes, and the connection with it.
        case truncated(after: Int)
        /// Nothing comes after some bytes of the body.
        case stalled(after: Int)
        /// Nothing comes at all.
        case silent
        /// The connection breaks after some bytes of the body.
        case reset(after: Int)
        /// The connection ends before the answer.
        case closed
        /// A `Content-Length` that is not that of the body.
        case wrongLength(Int)
        /// `Range` is not looked at, and the whole comes with 200.
        case ignoresRange
        /// 206 with another `Content-Range` than was asked for.
        case wrongContentRange(String?)
        /// A few bytes at a time, that many times a second.
        case drip(bytes: Int, perSecond: Int)
        /// The body never ends; without a `Content-Length`.
        case endless
        /// These bytes come as they are, instead of an answer.
        case raw([UInt8])
    }

    package var status = 200
    package var headers: [(name: String, value: String)] = []
    /// The body; nil for the resource's.
    package var body: [UInt8]?
    package var fault: Fault?
    /// Whether the body goes in chunks, so that its length is not told.
    package var isChunked = false
    /// Whether nothing is said about ranges, dates and tags.
    package var isPlain = false

    package init(status: Int = 200) {
        self.status = status
    }

    /// As it should be.
    package static var good: TestAnswer { TestAnswer() }

    package static func fault(_ fault: Fault) -> TestAnswer {
        var answer = TestAnswer()
        answer.fault = fault
        return answer
    }

    package static func status(
        _ status: Int,
        _ headers: [(name: String, value: String)] = [],
        body: String = ""
    ) -> TestAnswer {
        var answer = TestAnswer(status: status)
        answer.headers = headers
        answer.body = Array(body.utf8)
        return answer
    }

    package static func redirect(_ location: String, status: Int = 302) -> TestAnswer {
        .status(status, [("Location", location)])
    }

    /// A body of its own, whatever the resource has.
    package static func content(
        _ body: [UInt8],
        type: String = "application/octet-stream",
        headers: [(name: String, value: String)] = []
    ) -> TestAnswer {
        var answer = TestAnswer()
        answer.body = body
        answer.headers = [("Content-Type", type)] + headers
        return answer
    }
}

/// A request that the test server got.
package struct TestRequest: Sendable {
    package var method: String
    /// Path and query.
    package var target: String
    package var headers: [(name: String, value: String)]
    /// The number of this request among those for its path, from 0.
    package var number: Int

    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of a header field; nil when it is missing.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The range that is asked for, with both ends in it.
    package var range: (first: Int, last: Int?)? {
        guard let text = header("Range"), text.hasPrefix("bytes=") else { return nil }
        let ends = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]) else { return nil }
        return (first, Int(ends[1]))
    }
}
