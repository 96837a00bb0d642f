import NIOCore
import Testing

@testable import W2GServe

@Suite("The patience with an HTTP connection")
struct ConnectionTimeoutsTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func timeouts() -> ConnectionTimeouts {
        ConnectionTimeouts(header: .seconds(10), idle: .seconds(60), write: .seconds(30), now: Self.start)
    }

    private func after(_ seconds: Int64) -> NIODeadline { Self.start + .seconds(seconds) }

    @Test("a new connection must begin within the time of a header")
    func silent() {
        var timeouts = timeouts()
        #expect(timeouts.deadline == after(10))
        #expect(timeouts.check(after(9), taken: 0, unsent: 0) == .wait)
        #expect(timeouts.check(after(10), taken: 0, unsent: 0) == .close)
    }

    @Test("a header's time runs from its first byte, however often more come")
    func slowHeader() {
        var timeouts = timeouts()
        for second in 5..<15 { timeouts.received(after(Int64(second))) }
        #expect(timeouts.deadline == after(15))
        #expect(timeouts.check(after(15), taken: 0, unsent: 0) == .refuse)
    }

    @Test("between requests a connection may idle longer")
    func idle() {
        var timeouts = timeouts()
        timeouts.received(after(1))
        timeouts.requested(after(1))
        timeouts.answered(after(2))
        #expect(timeouts.check(after(61), taken: 0, unsent: 0) == .wait)
        #expect(timeouts.check(after(62), taken: 0, unsent: 0) == .close)
    }

    @Test("an answer may take for ever while the server makes it or the client takes it")
    func answering() {
        var timeouts = timeouts()
        timeouts.requested(after(0))
        for step in 1...5 { #expect(timeouts.check(after(30 * Int64(step)), taken: 0, unsent: 0) == .wait) }
        // As much waits as before: it is not the same, since the server goes on writing.
        for step in 6...9 { #expect(timeouts.check(after(30 * Int64(step)), taken: step, unsent: 1_000) == .wait) }
        #expect(timeouts.check(after(300), taken: 9, unsent: 1_000) == .close)
    }

    @Test("a client is looked at four times within the time for writing")
    func looks() {
        var timeouts = timeouts()
        timeouts.requested(after(0))
        var closed: NIODeadline?
        while closed == nil {
            let now = timeouts.deadline
            // It takes its last byte after ten seconds.
            if timeouts.check(now, taken: now < after(10) ? 1 : 2, unsent: 500) == .close { closed = now }
        }
        #expect(closed.map { $0 >= after(40) && $0 <= after(48) } == true)
    }

    @Test("an answer that is written and not taken is watched as well")
    func stalled() {
        var timeouts = timeouts()
        timeouts.requested(after(0))
        timeouts.answered(after(1))
        #expect(timeouts.check(after(31), taken: 7, unsent: 500) == .wait)
        #expect(timeouts.check(after(60), taken: 7, unsent: 500) == .wait)
        #expect(timeouts.check(after(61), taken: 7, unsent: 500) == .wait)
        #expect(timeouts.check(after(68), taken: 7, unsent: 500) == .close)
    }

    @Test("the next request's header does not hurry a client that still takes its answer")
    func earlyHeader() {
        var timeouts = timeouts()
        timeouts.requested(after(0))
        timeouts.answered(after(1))
        timeouts.received(after(2))
        #expect(timeouts.check(after(20), taken: 5, unsent: 500) == .wait)
        #expect(timeouts.check(after(40), taken: 9, unsent: 400) == .wait)
        #expect(timeouts.check(after(50), taken: 409, unsent: 0) == .wait)
        #expect(timeouts.check(after(59), taken: 409, unsent: 0) == .wait)
        #expect(timeouts.check(after(60), taken: 409, unsent: 0) == .refuse)
    }

    @Test("and idling begins when it is taken")
    func takenLate() {
        var timeouts = timeouts()
        timeouts.requested(after(0))
        timeouts.answered(after(1))
        #expect(timeouts.check(after(61), taken: 0, unsent: 500) == .wait)
        #expect(timeouts.check(after(91), taken: 500, unsent: 0) == .wait)
        #expect(timeouts.deadline == after(151))
        timeouts.received(after(100))
        #expect(timeouts.check(after(110), taken: 500, unsent: 0) == .refuse)
    }
}
