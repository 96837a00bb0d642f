import NIOCore
import Testing

@testable import W2GServe

@Suite("The heartbeat of a member")
struct HeartbeatTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func heartbeat() -> Heartbeat {
        Heartbeat(interval: .seconds(20), patience: .seconds(20), now: Self.start)
    }

    @Test("pings every 20 seconds while the member answers")
    func regular() {
        var heartbeat = heartbeat()
        var now = Self.start
        for _ in 0..<10 {
            #expect(heartbeat.deadline == now + .seconds(20))
            #expect(heartbeat.tick(now + .seconds(19)) == .wait)
            now = now + .seconds(20)
            #expect(heartbeat.tick(now) == .ping)
            heartbeat.heard()
        }
    }

    @Test("gives up 20 seconds after a Ping that nothing follows")
    func silent() {
        var heartbeat = heartbeat()
        #expect(heartbeat.tick(Self.start + .seconds(20)) == .ping)
        #expect(heartbeat.deadline == Self.start + .seconds(40))
        #expect(heartbeat.tick(Self.start + .seconds(39)) == .wait)
        #expect(heartbeat.tick(Self.start + .seconds(40)) == .giveUp)
    }

    @Test("counts the time from the first Ping without an answer")
    func firstPing() {
        var heartbeat = Heartbeat(interval: .seconds(5), patience: .seconds(20), now: Self.start)
        for second in stride(from: 5, through: 20, by: 5) {
            #expect(heartbeat.tick(Self.start + .seconds(Int64(second))) == .ping)
        }
        #expect(heartbeat.tick(Self.start + .seconds(25)) == .giveUp)
    }
}

@Suite("The origin of a handshake")
struct OriginPolicyTests {
    @Test(
        "is expected when it is none, this host, or listed",
        arguments: [
            (nil, "h", true), ("http://h:8000", "h:8000", true), ("https://H", "h:8000", true),
            ("https://[::1]:3000", "[::1]:8000", true), ("https://w.example", "h", true),
            ("https://W.example", "h", true), ("https://w.example:444", "h", false), ("https://h.evil", "h", false),
            ("null", "null", false), ("https://evil/h", "h", false), ("file://", "", false), ("", "h", false),
        ] as [(String?, String, Bool)]
    )
    func expected(origin: String?, host: String, isExpected: Bool) {
        let strict = OriginPolicy(allowed: ["https://w.example/"], isStrict: true)
        #expect(strict.verdict(origin: origin, host: host) == (isExpected ? .expected : .refused))
        let mild = OriginPolicy(allowed: ["https://w.example"], isStrict: false)
        #expect(mild.verdict(origin: origin, host: host) == (isExpected ? .expected : .tolerated))
        #expect(OriginPolicy(allowed: ["*"], isStrict: true).verdict(origin: origin, host: host) == .expected)
    }
}
