import TestSupport
import Testing

@testable import HLSDownload

@Suite("Retries")
struct RetryStateTests {
    private func delays(_ state: inout RetryState, _ count: Int, _ failure: RetryState.Failure = .init()) -> [Duration?]
    {
        var generator = SeededGenerator(seed: 7)
        return (0..<count).map { _ in
            guard case .retry(let delay) = state.decide(after: failure, progressed: false, using: &generator) else {
                return nil
            }
            return delay
        }
    }

    @Test("waits are drawn below a bound that doubles up to its maximum")
    func bounds() {
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var state = RetryState(
                policy: .init(budget: 8, firstDelay: .milliseconds(500), maximumDelay: .seconds(10))
            )
            for bound in [0.5, 1, 2, 4, 8, 10, 10, 10] {
                let decision = state.decide(after: .init(), progressed: false, using: &generator)
                guard case .retry(let delay) = decision else {
                    Issue.record("no retry")
                    return
                }
                #expect(delay >= .zero && delay <= .seconds(bound))
            }
            #expect(state.decide(after: .init(), progressed: false, using: &generator) == .giveUp)
        }
    }

    @Test("the jitter is full: waits are spread over the whole range")
    func spread() {
        var generator = SeededGenerator(seed: 1)
        let waits = (0..<500).compactMap { _ -> Double? in
            var state = RetryState(policy: .init(budget: 1, firstDelay: .seconds(1)))
            guard case .retry(let delay) = state.decide(after: .init(), progressed: false, using: &generator) else {
                return nil
            }
            return delay / .seconds(1)
        }
        #expect(waits.count == 500)
        #expect(waits.contains { $0 < 0.1 } && waits.contains { $0 > 0.9 })
        #expect(abs(waits.reduce(0, +) / 500 - 0.5) < 0.06)
    }

    @Test("a permanent failure is not tried again")
    func permanent() {
        var state = RetryState(policy: .init(budget: 10))
        #expect(delays(&state, 1, .init(retryLimit: 0)) == [nil])
    }

    @Test("a failure with few retries has those, whatever the budget is")
    func limited() {
        var state = RetryState(policy: .init(budget: 10))
        #expect(delays(&state, 4, .init(retryLimit: 2)).map { $0 != nil } == [true, true, false, false])
    }

    @Test("failures of other kinds do not use up the few retries of one")
    func mixed() {
        var state = RetryState(policy: .init(budget: 10))
        #expect(!delays(&state, 5).contains(nil))
        #expect(delays(&state, 3, .init(retryLimit: 2)).map { $0 != nil } == [true, true, false])
    }

    @Test("Retry-After is waited for, and a little more")
    func retryAfter() throws {
        var state = RetryState(policy: .init(budget: 3, firstDelay: .seconds(1)))
        let delay = try #require(delays(&state, 1, .init(retryAfter: .seconds(20)))[0])
        #expect(delay >= .seconds(20) && delay <= .seconds(21))
    }

    @Test("a Retry-After beyond all patience is a refusal")
    func tooLong() {
        var state = RetryState(policy: .init(budget: 3, maximumRetryAfter: .seconds(60)))
        #expect(delays(&state, 1, .init(retryAfter: .seconds(61))) == [nil])
    }

    @Test("progress gives the retries back")
    func progress() {
        var generator = SeededGenerator(seed: 3)
        var state = RetryState(policy: .init(budget: 1))
        for _ in 0..<5 {
            #expect(state.decide(after: .init(), progressed: true, using: &generator) != .giveUp)
        }
        #expect(state.decide(after: .init(), progressed: false, using: &generator) == .giveUp)
    }

    @Test("after a connection that ended the first retry comes at once")
    func harmless() {
        var state = RetryState(policy: .init(budget: 2))
        let waits = delays(&state, 2, .init(isHarmless: true))
        #expect(waits[0] == .zero)
        #expect(waits[1] != .zero)
    }

    @Test(
        "Retry-After is read in seconds and as a date",
        arguments: [
            ("120", 120), ("0", 0), ("Sun, 06 Nov 1994 08:49:47 GMT", 10), ("Sunday, 06-Nov-94 08:49:47 GMT", 10),
            ("Sun Nov  6 08:49:47 1994", 10), ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("99999999999999999999", 1 << 31),
        ]
    )
    func field(text: String, seconds: Int) {
        #expect(RetryAfter.duration(text, now: 784_111_777) == .seconds(seconds))
    }

    @Test("Retry-After that makes no sense is not there", arguments: ["", "-1", "soon", "1.5", "Sun, 06 Nov"])
    func noField(text: String) {
        #expect(RetryAfter.duration(text, now: 0) == nil)
    }
}
