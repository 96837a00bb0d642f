import HLSKit
import TestSupport
import Testing

@testable import HLSDownload

@Suite("What has to be true of transfers, whatever servers say")
struct TransferProperties {
    private func text(_ words: [String], _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...8, using: &generator)).map { _ in words.randomElement(using: &generator) ?? "" }
            .joined()
    }

    @Test("no text makes a reader trap, and what is read can be written and read again")
    func texts() throws {
        var generator = SeededGenerator(seed: 11)
        let words = [
            "http", "https", "://", ":", "/", "?", "#", "@", "[", "]", "::1", "host", "80", "99999", "%", "%4", "%41",
            " ", "bytes",
            "-", "0", "9223372036854775807", "9223372036854775808", "*", "=", ";", "Max-Age=", "Domain=", "Path=",
            "Expires=",
            "Sun, 06 Nov 1994 08:49:37 GMT", "Nov", "31", "23:59:60", ".", ",", "\t", "\u{0}", "ü", "\r\n", "Secure",
        ]
        let home = try #require(WebAddress("https://a.example.com/x/y"))
        for _ in 0..<6_000 {
            let text = text(words, &generator)
            if let address = WebAddress(text) {
                #expect(WebAddress(address.requestURL)?.requestURL == address.requestURL)
            }
            if let range = ContentRange(text), let bytes = range.bytes { #expect(bytes.lowerBound >= 0) }
            _ = HTTPDate.seconds(text)
            _ = RetryAfter.duration(text, now: 1_800_000_000)
            _ = HeaderField(line: text)
            if let cookie = Cookie(setCookie: text, from: home, now: 1_800_000_000) {
                #expect(home.origin.host.hasSuffix(cookie.domain))
            }
            _ = try? CookieJar(netscape: text, file: "c")
            _ = try? ProxySettings(proxy: text, environment: ["no_proxy": text]).proxy(for: home.origin)
        }
    }

    @Test("no answers make a transfer trap, or hand on more than was asked for")
    func answers() {
        var generator = SeededGenerator(seed: 12)
        let numbers = [0, 1, 9, 10, 50, 99, 100, 101, 1_000, 1 << 40, .max - 1, .max]
        for _ in 0..<10_000 {
            let range: ByteRange? = numbers.randomElement(using: &generator).flatMap { start in
                guard let length = numbers.randomElement(using: &generator), Bool.random(using: &generator) else {
                    return nil
                }
                return ByteRange(length: length, start: start)
            }
            var state = TransferState(
                range: range,
                mayEndEarly: Bool.random(using: &generator),
                limits: .init(declared: 5_000, undeclared: 3_000)
            )
            for _ in 0..<4 {
                if state.mustStartAgain { state.startAgain() }
                _ = state.ask()
                step(&state, numbers, &generator)
                #expect(state.received <= min(5_000, range?.length ?? .max, state.expected ?? .max))
            }
        }
    }

    private func step(_ state: inout TransferState, _ numbers: [Int], _ generator: inout SeededGenerator) {
        var answer = TransferState.Answer(status: [200, 206, 206, 416, 204].randomElement(using: &generator) ?? 200)
        answer.contentLength = Bool.random(using: &generator) ? numbers.randomElement(using: &generator) : nil
        let (first, last) = (
            numbers.randomElement(using: &generator) ?? 0, numbers.randomElement(using: &generator) ?? 0
        )
        let total = Bool.random(using: &generator) ? "*" : "\(numbers.randomElement(using: &generator) ?? 0)"
        answer.contentRange = "bytes \(Bool.random(using: &generator) ? state.received : first)-\(last)/\(total)"
        answer.entityTag = ["\"a\"", "\"b\"", nil].randomElement(using: &generator) ?? nil
        if Int.random(in: 0..<10, using: &generator) == 0 { answer.contentEncoding = "gzip" }
        do {
            _ = try state.receive(answer)
            for _ in 0..<3 where !state.isRestUseless {
                let count = Int.random(in: 0...2_000, using: &generator)
                let taken = try state.take(count)
                #expect(taken.lowerBound >= 0 && taken.upperBound <= count)
            }
            _ = try state.finish()
        } catch {
            // What is refused is refused with a reason; the next answer comes to the same state.
        }
    }
}
