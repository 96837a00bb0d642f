import NIOCore
import TestSupport
import Testing

@testable import W2GServe

@Suite("Frames of a WebSocket")
struct WebSocketFrameReaderTests {
    /// Reads bytes in pieces; gives what came, and how the connection must be failed if it must.
    private func read(
        _ bytes: [UInt8],
        piece: Int = .max,
        maximum: Int = 1 << 20
    ) -> (events: [String], failure: UInt16?) {
        var reader = WebSocketFrameReader(maximumMessageSize: maximum)
        var events: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            var buffer = ByteBuffer(bytes: rest.prefix(piece))
            rest = rest.dropFirst(piece)
            do throws(WebSocketClosure) {
                while let event = try reader.next(&buffer) { events.append(describe(event)) }
            } catch {
                return (events, error.code)
            }
            #expect(buffer.readableBytes == 0)
        }
        return (events, nil)
    }

    private func describe(_ event: WebSocketFrameReader.Event) -> String {
        switch event {
        case .text(let text): "text " + text.withPayload { String(decoding: $0, as: UTF8.self) }
        case .binary(let length): "binary \(length)"
        case .smallFragment: "fragment"
        case .ping(let payload): "ping " + String(buffer: payload)
        case .pong(let payload): "pong " + String(buffer: payload)
        case .close(let closure): "close " + (closure.map { "\($0.code) \($0.reason)" } ?? "")
        }
    }

    private static func frame(_ opcode: UInt8, _ text: String, isFinal: Bool = true) -> [UInt8] {
        RawClient.frame(opcode, Array(text.utf8), isFinal: isFinal)
    }

    @Test("fragments are joined, control frames between them come first, however the bytes are cut")
    func fragments() {
        let bytes =
            Self.frame(1, "one ", isFinal: false) + Self.frame(9, "p") + Self.frame(0, "two ", isFinal: false)
            + Self.frame(0, "", isFinal: false) + Self.frame(0xA, "") + Self.frame(0, "三")
            + Self.frame(2, "xyz", isFinal: false) + Self.frame(0, "z") + Self.frame(1, "") + Self.frame(8, "")
        for piece in [1, 2, 3, 5, 7, 16, 1000] {
            let (events, failure) = read(bytes, piece: piece)
            #expect(
                events.filter { $0 != "fragment" } == [
                    "ping p", "pong ", "text one two 三", "binary 4", "text ", "close ",
                ]
            )
            #expect(failure == nil)
        }
    }

    @Test("fragments under 1 KiB are told, larger ones and the last are not")
    func smallFragments() {
        func piece(_ opcode: UInt8, _ count: Int, isFinal: Bool = false) -> [UInt8] {
            Self.frame(opcode, String(repeating: "a", count: count), isFinal: isFinal)
        }
        let bytes =
            piece(2, 1023) + piece(0, 1024) + piece(0, 0) + piece(0, 5, isFinal: true) + piece(1, 2000)
            + piece(0, 0, isFinal: true)
        let (events, failure) = read(bytes, piece: 700)
        #expect(events == ["fragment", "fragment", "binary 2052", "text " + String(repeating: "a", count: 2000)])
        #expect(failure == nil)
    }

    @Test("what goes on is one unmasked final frame in its shortest form", arguments: [0, 125, 126, 65_535, 65_536])
    func forwarded(length: Int) throws {
        let payload = [UInt8](repeating: 0x61, count: length)
        var reader = WebSocketFrameReader(maximumMessageSize: 1 << 20)
        var buffer = ByteBuffer(bytes: RawClient.frame(1, payload))
        guard case .text(let text) = try reader.next(&buffer) else { throw TimedOut(what: "a text") }
        #expect(Array(text.frame.readableBytesView) == RawClient.frame(1, payload, isMasked: false))
    }

    @Test(
        "what RFC 6455 forbids fails the connection with 1002",
        arguments: [
            ("a reserved bit", RawClient.frame(1, [], reserved: 0x40)),
            ("another reserved bit", RawClient.frame(9, [], reserved: 0x10)),
            ("a reserved opcode for data", RawClient.frame(3, [])),
            ("a reserved opcode for control", RawClient.frame(0xB, [])),
            ("a frame without a mask", RawClient.frame(1, [0x61], isMasked: false)),
            ("a fragmented Ping", RawClient.frame(9, [], isFinal: false)),
            ("a Ping of 126 bytes", RawClient.frame(9, [UInt8](repeating: 0, count: 126))),
            ("a Close of 126 bytes", RawClient.frame(8, [UInt8](repeating: 0, count: 126))),
            ("a continuation of nothing", RawClient.frame(0, [0x61])),
            ("a continuation behind a whole message", RawClient.frame(1, []) + RawClient.frame(0, [0x61])),
            ("a text in a message", RawClient.frame(1, [0x61], isFinal: false) + RawClient.frame(1, [0x62])),
            ("a binary in a message", RawClient.frame(1, [0x61], isFinal: false) + RawClient.frame(2, [0x62])),
            ("a length of 16 bits for 125", [0x81, 0xFE, 0x00, 0x7D]),
            ("a length of 64 bits for 65535", [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]),
            ("a length with the highest bit", [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0]),
            ("half a close code", RawClient.frame(8, [0x03])),
            ("the close code 999", RawClient.frame(8, [0x03, 0xE7])),
            ("the close code 1004", RawClient.frame(8, [0x03, 0xEC])),
            ("the close code 1005", RawClient.frame(8, [0x03, 0xED])),
            ("the close code 1006", RawClient.frame(8, [0x03, 0xEE])),
            ("the close code 1015", RawClient.frame(8, [0x03, 0xF7])),
            ("the close code 2999", RawClient.frame(8, [0x0B, 0xB7])),
            ("the close code 5000", RawClient.frame(8, [0x13, 0x88])),
        ] as [(String, [UInt8])]
    )
    func forbidden(name: String, bytes: [UInt8]) {
        #expect(read(bytes).failure == 1002, "\(name)")
        #expect(read(bytes, piece: 1).failure == 1002, "\(name), byte by byte")
    }

    @Test("close codes that are allowed are given", arguments: [1000, 1001, 1003, 1007, 1011, 1014, 3000, 4999])
    func closeCodes(code: Int) {
        let bytes = RawClient.frame(8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("再见".utf8))
        #expect(read(bytes).events == ["close \(code) 再见"])
    }

    @Test("invalid UTF-8 fails with 1007 as soon as it is known, also split over frames")
    func invalidText() {
        let early = RawClient.frame(1, [0x61, 0xFF], isFinal: false, announcing: 100)
        #expect(read(Array(early)).failure == 1007)
        let split = RawClient.frame(1, [0xE4, 0xBD], isFinal: false) + RawClient.frame(0, [0x41])
        #expect(read(split).failure == 1007)
        let unfinished = RawClient.frame(1, [0xE4], isFinal: false) + RawClient.frame(0, [0xBD])
        #expect(read(unfinished).failure == 1007)
        let whole = RawClient.frame(1, [0xE4], isFinal: false) + RawClient.frame(0, [0xBD, 0xA0])
        #expect(read(whole).events.last == "text 你")
        #expect(read(RawClient.frame(8, [0x03, 0xE8, 0xC0])).failure == 1007)
    }

    @Test("a message over the limit fails with 1009 before its bytes have come")
    func tooBig() {
        #expect(read(RawClient.frame(1, [], announcing: 101), maximum: 100).failure == 1009)
        #expect(read(RawClient.frame(2, [], announcing: 1 << 40), maximum: 100).failure == 1009)
        let hundred = [UInt8](repeating: 0x61, count: 100)
        #expect(read(RawClient.frame(1, hundred), maximum: 100).events.count == 1)
        let parts = RawClient.frame(1, hundred, isFinal: false) + RawClient.frame(0, [0x61])
        #expect(read(parts, maximum: 100).failure == 1009)
        #expect(read(RawClient.frame(9, hundred), maximum: 10).events.count == 1)
    }

    @Test("no bytes are fatal")
    func randomBytes() {
        var random = SeededGenerator(seed: 6455)
        for _ in 0..<3000 {
            var bytes: [UInt8] = []
            for _ in 0..<3 {
                let payload = (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8(0x61) }
                bytes += RawClient.frame(UInt8.random(in: 0...10, using: &random), payload)
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = read(bytes)
            let pieces = read(bytes, piece: Int.random(in: 1...40, using: &random))
            #expect(whole.events == pieces.events)
            #expect(whole.failure == pieces.failure)
        }
    }
}

@Suite("UTF-8 in pieces")
struct UTF8ValidatorTests {
    @Test("every sequence of bytes is judged as the standard library judges it, however it is cut")
    func sameAsStandardLibrary() {
        var random = SeededGenerator(seed: 3629)
        let leads: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for round in 0..<20_000 {
            var bytes = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                leads[Int.random(in: 0..<leads.count, using: &random)]
            }
            if round % 2 == 0 {
                bytes = [UInt8](repeating: 0x41, count: Int.random(in: 0...17, using: &random)) + bytes
            }
            var validator = UTF8Validator()
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let isValid =
                bytes[..<cut].withUnsafeBytes { validator.accept($0) }
                && bytes[cut...].withUnsafeBytes { validator.accept($0) } && validator.isComplete
            #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
