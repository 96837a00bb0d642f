import NIOCore
import Testing

@testable import W2GServe

@Suite("Messages that wait for a member who does not read")
struct MemberQueueTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func message(_ text: String, _ state: Envelope.PlayerState?, isEssential: Bool = false) -> RoomMessage {
        RoomMessage(frame: ByteBuffer(string: text), state: state, isEssential: isEssential)
    }

    private func drained(_ queue: inout MemberQueue) -> [String] {
        var texts: [String] = []
        while let frame = queue.next(now: Self.start) { texts.append(String(buffer: frame)) }
        return texts
    }

    @Test("come out in their order while there is room")
    func order() {
        var queue = MemberQueue(maximumBytes: 10, maximumMessages: 3)
        for text in ["a", "b", "c"] {
            #expect(queue.append(message(text, .progress), now: Self.start) == (true, 0))
        }
        #expect(queue.bytes == 3)
        #expect(drained(&queue) == ["a", "b", "c"])
        #expect(queue.bytes == 0)
    }

    @Test("a queue that is read slowly counts as full only since the last that was taken")
    func slowReader() {
        var queue = MemberQueue(maximumBytes: 100, maximumMessages: 4)
        queue.wasRead(Self.start)
        #expect(queue.fullSince == nil)
        for text in ["a", "b", "c", "d", "e"] { _ = queue.append(message(text, nil), now: Self.start) }
        #expect(queue.fullSince == Self.start)
        queue.wasRead(Self.start + .seconds(9))
        #expect(queue.fullSince == Self.start + .seconds(9))
    }

    @Test("a message for which there is no room is not taken, and the queue is full from then on")
    func full() {
        var queue = MemberQueue(maximumBytes: 100, maximumMessages: 2)
        _ = queue.append(message("a", nil), now: Self.start)
        _ = queue.append(message("b", nil), now: Self.start)
        #expect(queue.fullSince == nil)
        #expect(queue.append(message("c", nil), now: Self.start) == (false, 0))
        #expect(queue.append(message("d", nil), now: Self.start + .seconds(5)) == (false, 0))
        #expect(queue.fullSince == Self.start)
        #expect(drained(&queue) == ["a", "b"])
        #expect(queue.fullSince == nil)
    }

    @Test("superseded player state goes first, its last value stays in its place")
    func superseded() {
        var queue = MemberQueue(maximumBytes: 1000, maximumMessages: 5)
        _ = queue.append(message("progress 1", .progress), now: Self.start)
        _ = queue.append(message("chat", nil), now: Self.start)
        _ = queue.append(message("rate 1", .rate), now: Self.start)
        _ = queue.append(message("progress 2", .progress), now: Self.start)
        _ = queue.append(message("play", .playing), now: Self.start)
        #expect(queue.append(message("progress 3", .progress), now: Self.start) == (true, 2))
        #expect(queue.fullSince == nil)
        #expect(drained(&queue) == ["chat", "rate 1", "play", "progress 3"])
    }

    @Test("the first message may be longer than the limit, the next may not come to it")
    func longFirst() {
        var queue = MemberQueue(maximumBytes: 4, maximumMessages: 9)
        #expect(queue.append(message("avatar", nil), now: Self.start) == (true, 0))
        #expect(queue.append(message("x", nil), now: Self.start) == (false, 0))
        #expect(drained(&queue) == ["avatar"])
    }

    @Test("full ends only when half is free again")
    func hysteresis() {
        var queue = MemberQueue(maximumBytes: 1000, maximumMessages: 4)
        for text in ["a", "b", "c", "d", "e"] { _ = queue.append(message(text, nil), now: Self.start) }
        _ = queue.next(now: Self.start)
        #expect(queue.append(message("f", nil), now: Self.start).isQueued)
        #expect(queue.fullSince == Self.start)
        _ = queue.next(now: Self.start)
        _ = queue.next(now: Self.start)
        #expect(queue.fullSince == nil)
    }

    @Test("an introduction is kept where there is no room, and who takes something is not without room for long")
    func essential() {
        var queue = MemberQueue(maximumBytes: 100, maximumMessages: 2)
        _ = queue.append(message("a", nil), now: Self.start)
        _ = queue.append(message("b", nil), now: Self.start)
        #expect(queue.append(message("login", nil, isEssential: true), now: Self.start) == (true, 0))
        #expect(queue.append(message("c", nil), now: Self.start) == (false, 0))
        #expect(queue.fullSince == Self.start)
        _ = queue.next(now: Self.start + .seconds(9))
        #expect(queue.fullSince == Self.start + .seconds(9))
        #expect(drained(&queue) == ["b", "login"])
        #expect(queue.fullSince == nil)
    }
}

@Suite("A member's rate")
struct RateLimiterTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test("is the burst at once, and then so many a second")
    func burst() throws {
        var limiter = RateLimiter(perSecond: 20, burst: 40, now: Self.start)
        for _ in 0..<40 {
            #expect(limiter.nextToken(Self.start) == nil)
            limiter.take(Self.start)
        }
        let token = limiter.nextToken(Self.start)
        let next = try #require(token)
        #expect(next - Self.start > .milliseconds(49) && next - Self.start < .milliseconds(51))
        #expect(limiter.nextToken(next) == nil)
        limiter.take(next)
        #expect(limiter.nextToken(next) != nil)
        #expect(limiter.nextToken(Self.start + .seconds(1)) == nil)
    }

    @Test("has no limit at zero")
    func unlimited() {
        var limiter = RateLimiter(perSecond: 0, burst: 1, now: Self.start)
        for _ in 0..<1000 { limiter.take(Self.start) }
        #expect(limiter.nextToken(Self.start) == nil)
    }
}
