import Testing

@testable import HLSDownload

@Suite("Limits of a host and of the network")
struct LimitTests {
    private let overload = HostThrottle.Outcome.overloaded(isRateLimited: true, retryAfter: nil)

    @Test("requests above the limit wait, and are let in in their order")
    func order() {
        var throttle = HostThrottle(maximum: 2)
        #expect((0..<5).map { throttle.enter($0) } == [true, true, false, false, false])
        #expect(throttle.leave(epoch: 0, .answered, now: .zero) == [2])
        #expect(throttle.cancel(3) == true)
        #expect(throttle.cancel(3) == false)
        #expect(throttle.leave(epoch: 0, .failed, now: .zero) == [4])
        #expect(throttle.active == 2)
    }

    @Test("429 halves the requests at once, 503 takes a quarter of them")
    func reduction() {
        for (isRateLimited, expected) in [(true, 4), (false, 6)] {
            var throttle = HostThrottle(maximum: 8)
            for id in 0..<8 { _ = throttle.enter(id) }
            _ = throttle.leave(epoch: 0, .overloaded(isRateLimited: isRateLimited, retryAfter: nil), now: .zero)
            #expect(throttle.limit == expected)
        }
    }

    @Test("what is really at once is halved, not what is allowed")
    func busy() {
        var throttle = HostThrottle(maximum: 100)
        for id in 0..<8 { _ = throttle.enter(id) }
        _ = throttle.leave(epoch: 0, overload, now: .zero)
        #expect(throttle.limit == 4)
    }

    @Test("a burst of refusals lowers the limit once")
    func burst() {
        var throttle = HostThrottle(maximum: 8)
        for id in 0..<8 { _ = throttle.enter(id) }
        for _ in 0..<8 { _ = throttle.leave(epoch: 0, overload, now: .zero) }
        #expect(throttle.limit == 4)
        #expect(throttle.active == 0)
    }

    @Test("the limit never falls below one request")
    func floor() {
        var throttle = HostThrottle(maximum: 2)
        for id in 0..<10 {
            #expect(throttle.enter(id) == true)
            _ = throttle.leave(epoch: throttle.epoch, overload, now: .zero)
        }
        #expect(throttle.limit == 1)
    }

    @Test("good answers bring the limit back, up to the maximum")
    func recovery() {
        var throttle = HostThrottle(maximum: 8)
        for id in 0..<8 { _ = throttle.enter(id) }
        for _ in 0..<8 { _ = throttle.leave(epoch: 0, overload, now: .zero) }
        var answers = 0
        while throttle.limit < 8, answers < 100 {
            #expect(throttle.enter(100 + answers) == true)
            _ = throttle.leave(epoch: throttle.epoch, .answered, now: .zero)
            answers += 1
        }
        #expect(answers == 4 + 5 + 6 + 7)
        for id in 0..<20 {
            _ = throttle.enter(id)
            _ = throttle.leave(epoch: throttle.epoch, .answered, now: .zero)
        }
        #expect(throttle.limit == 8)
    }

    @Test("Retry-After holds the whole host back")
    func pause() {
        var throttle = HostThrottle(maximum: 4)
        _ = throttle.enter(0)
        let outcome = HostThrottle.Outcome.overloaded(isRateLimited: false, retryAfter: .seconds(5))
        _ = throttle.leave(epoch: 0, outcome, now: .seconds(10))
        #expect(throttle.pause(now: .seconds(12)) == .seconds(3))
        #expect(throttle.pause(now: .seconds(15)) == .zero)
    }

    @Test("a limit of the rate spreads bytes over time")
    func rate() {
        var limiter = RateLimiter(bytesPerSecond: 1_000, now: .zero)
        var now: Duration = .zero
        for _ in 0..<50 { now += limiter.count(100, now: now) }
        // 5,000 bytes at 1,000 a second, of which 100 ms were saved up.
        #expect(now >= .seconds(4.9) && now <= .seconds(5))
    }

    @Test("what was not used of the rate is not made up for later")
    func saved() {
        var limiter = RateLimiter(bytesPerSecond: 1_000, now: .zero)
        #expect(limiter.count(1_000, now: .seconds(60)) == .milliseconds(900))
    }

    @Test("a transfer that drips is told, one that is fast enough is not")
    func drip() {
        var slow = StallDetector(window: .seconds(10), minimumSpeed: 100)
        let dripped = (0..<10).map { _ in slow.isTooSlow(bytes: 50, waited: .seconds(1)) }
        #expect(dripped == Array(repeating: false, count: 9) + [true])
        var fine = StallDetector(window: .seconds(10), minimumSpeed: 100)
        #expect(false == (0..<100).contains { _ in fine.isTooSlow(bytes: 100, waited: .seconds(1)) })
    }

    @Test("the time that the taker needs does not count as slow")
    func taker() {
        var detector = StallDetector(window: .seconds(10), minimumSpeed: 100)
        #expect(false == (0..<1_000).contains { _ in detector.isTooSlow(bytes: 10, waited: .milliseconds(1)) })
    }
}
