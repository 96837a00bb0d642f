import HLSKit
import Testing

@testable import HLSDownload

@Suite("What is asked for and what is taken")
struct TransferStateTests {
    private let limits = TransferState.Limits(declared: 1_000_000, undeclared: 10_000)

    private func state(_ range: ByteRange? = nil) -> TransferState { TransferState(range: range, limits: limits) }

    private func answer(
        _ status: Int,
        length: Int? = nil,
        range: String? = nil,
        tag: String? = nil
    ) -> TransferState.Answer {
        var answer = TransferState.Answer(status: status)
        (answer.contentLength, answer.contentRange, answer.entityTag) = (length, range, tag)
        return answer
    }

    /// The reason that a step fails with, as a text.
    private func failure(_ step: () throws -> Void) -> String? {
        do { try step() } catch { return "\(error)" }
        return nil
    }

    @Test("a whole resource is asked for without a range")
    func whole() throws {
        var state = state()
        #expect(state.ask() == .init())
        #expect(try state.receive(answer(200, length: 10)) == .goOn)
        #expect(try state.take(10) == 0..<10)
        #expect(try state.finish())
        #expect(state.isWhole)
    }

    @Test("a body that is cut short goes on where it ended, under the same tag")
    func resumption() throws {
        var state = state()
        _ = state.ask()
        _ = try state.receive(answer(200, length: 100, tag: "\"a\""))
        _ = try state.take(40)
        #expect(failure { _ = try state.finish() }?.contains("truncated") == true)
        #expect(!state.mustStartAgain)
        #expect(state.ask() == .init(range: "bytes=40-", ifRange: "\"a\""))
        #expect(try state.receive(answer(206, length: 60, range: "bytes 40-99/100", tag: "\"a\"")) == .goOn)
        #expect(try state.take(60) == 0..<60)
        #expect(try state.finish())
        #expect(state.received == 100)
    }

    @Test("a weak tag is no validator, a date is one when it is older than the answer")
    func validators() throws {
        var state = state()
        _ = state.ask()
        _ = try state.receive(answer(200, length: 100, tag: "W/\"a\""))
        _ = try state.take(1)
        #expect(state.ask() == .init(range: "bytes=1-", ifRange: nil))
        for (date, expected) in [("Wed, 01 Jan 2020 00:00:01 GMT", true), ("Wed, 01 Jan 2020 00:00:00 GMT", false)] {
            var state = self.state()
            var head = answer(200, length: 100)
            (head.lastModified, head.date) = ("Wed, 01 Jan 2020 00:00:00 GMT", date)
            _ = state.ask()
            _ = try state.receive(head)
            _ = try state.take(1)
            #expect((state.ask().ifRange != nil) == expected)
        }
    }

    @Test("what cannot be resumed starts again", arguments: ["none", "compressed", "no length"])
    func noResumption(why: String) throws {
        var state = state()
        var head = answer(200, length: 100, tag: "\"a\"")
        switch why {
        case "none": head.acceptsRanges = "none"
        case "compressed": head.contentEncoding = "gzip"
        default: (head.contentLength, head.entityTag) = (nil, nil)
        }
        _ = state.ask()
        _ = try state.receive(head)
        _ = try state.take(40)
        #expect(state.mustStartAgain)
        state.startAgain()
        #expect(state.ask() == .init())
    }

    @Test("200 to the rest of a resource starts again")
    func changed() throws {
        var state = state()
        _ = state.ask()
        _ = try state.receive(answer(200, length: 100, tag: "\"a\""))
        _ = try state.take(40)
        _ = state.ask()
        #expect(try state.receive(answer(200, length: 50, tag: "\"b\"")) == .startAgain)
        #expect(try state.take(50) == 0..<50)
        #expect(try state.finish())
    }

    @Test(
        "a part of another version is not joined with what came",
        arguments: [
            ("bytes 40-99/100", "\"b\""), ("bytes 40-119/120", "\"a\""),
        ]
    )
    func otherVersion(range: String, tag: String) throws {
        var state = state()
        _ = state.ask()
        _ = try state.receive(answer(200, length: 100, tag: "\"a\""))
        _ = try state.take(40)
        _ = state.ask()
        let head = answer(206, range: range, tag: tag)
        #expect(failure { _ = try state.receive(head) } == "changed")
    }

    @Test("a range is asked for, and its bytes are taken")
    func range() throws {
        var state = state(ByteRange(length: 50, start: 100))
        #expect(state.ask() == .init(range: "bytes=100-149"))
        _ = try state.receive(answer(206, length: 50, range: "bytes 100-149/1000"))
        #expect(try state.take(30) == 0..<30)
        #expect(state.ask() == .init(range: "bytes=130-149"))
        _ = try state.receive(answer(206, length: 10, range: "bytes 130-139/1000"))
        #expect(try state.take(10) == 0..<10)
        // Less than was asked for is allowed: the rest is asked for.
        #expect(try !state.finish())
        #expect(state.ask() == .init(range: "bytes=140-149"))
        _ = try state.receive(answer(206, length: 10, range: "bytes 140-149/*"))
        #expect(try state.take(10) == 0..<10)
        #expect(try state.finish())
    }

    @Test("when a range is not looked at, its bytes are taken out of the whole")
    func ignored() throws {
        var state = state(ByteRange(length: 50, start: 100))
        _ = state.ask()
        #expect(try state.receive(answer(200, length: 1_000)) == .goOn)
        #expect(try state.take(90) == 90..<90)
        #expect(try state.take(30) == 10..<30)
        #expect(!state.isRestUseless)
        #expect(try state.take(300) == 0..<30)
        #expect(state.isRestUseless)
        #expect(try state.finish())
    }

    @Test(
        "an answer with the wrong bytes is refused",
        arguments: [
            "bytes 101-149/1000", "bytes 0-49/1000", "bytes 100-150/1000", "bytes 100-149/120", "items 100-149/1000",
            "bytes 149-100/1000", "bytes */1000", "bytes 100-149/-5", "bytes 100-149", "",
        ]
    )
    func wrongRange(text: String) throws {
        var state = state(ByteRange(length: 50, start: 100))
        _ = state.ask()
        let head = answer(206, range: text)
        #expect(
            failure { _ = try state.receive(head) }?.contains("badRange") == true
        )
    }

    @Test("206 without a range, without a Content-Range or with another length is refused")
    func wrongPart() throws {
        var unasked = state()
        _ = unasked.ask()
        let part = answer(206, range: "bytes 0-9/10")
        #expect(failure { _ = try unasked.receive(part) } != nil)
        var asked = state(ByteRange(length: 10, start: 0))
        _ = asked.ask()
        #expect(
            failure { _ = try asked.receive(TransferState.Answer(status: 206)) }
                != nil
        )
        let lying = answer(206, length: 9, range: "bytes 0-9/10")
        #expect(failure { _ = try asked.receive(lying) } != nil)
        let longer = answer(206, range: "bytes 0-9/10")
        _ = try asked.receive(longer)
        #expect(failure { _ = try asked.take(11) } != nil)
    }

    @Test("a range behind the end is an error that says how long the resource is")
    func beyond() throws {
        var state = state(ByteRange(length: 50, start: 100))
        _ = state.ask()
        let short = answer(200, length: 120)
        #expect(failure { _ = try state.receive(short) }?.contains("120") == true)
        #expect(failure { _ = try state.receive(answer(416)) } != nil)
    }

    @Test("a resource may end within a range when that is allowed")
    func endingEarly() throws {
        let range = ByteRange(length: .max - 100, start: 100)
        var open = TransferState(range: range, mayEndEarly: true, limits: limits)
        #expect(open.ask() == .init(range: "bytes=100-"))
        _ = try open.receive(answer(206, length: 20, range: "bytes 100-119/120"))
        #expect(open.expected == 20)
        #expect(try open.take(20) == 0..<20)
        #expect(try open.finish())
        var beyond = TransferState(range: ByteRange(length: 10, start: 500), mayEndEarly: true, limits: limits)
        _ = beyond.ask()
        _ = try beyond.receive(answer(416, length: 99))
        #expect(beyond.isRestUseless)
        #expect(try beyond.finish())
        #expect(beyond.received == 0)
        var whole = TransferState(range: ByteRange(length: 100, start: 50), mayEndEarly: true, limits: limits)
        _ = whole.ask()
        _ = try whole.receive(answer(200, length: 120))
        #expect(try whole.take(120) == 50..<120)
        #expect(try whole.finish())
    }

    @Test("a resource above the limit is refused by its length, or when it comes to it")
    func limit() throws {
        var declared = state()
        _ = declared.ask()
        let long = answer(200, length: 1_000_001)
        #expect(
            failure { _ = try declared.receive(long) }?.contains("tooLong") == true
        )
        var endless = state()
        _ = endless.ask()
        _ = try endless.receive(answer(200))
        _ = try endless.take(10_000)
        #expect(failure { _ = try endless.take(1) }?.contains("tooLong") == true)
    }

    @Test(
        "numbers that no machine can count to are no Content-Range",
        arguments: [
            "bytes 0-9223372036854775807/*", "bytes 99999999999999999999-99999999999999999999/*", "bytes +0-9/10",
        ]
    )
    func hugeNumbers(text: String) {
        #expect(ContentRange(text) == nil)
    }
}
