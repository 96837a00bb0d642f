import Foundation
import TestSupport
import Testing

@testable import W2GServe

extension EnvelopeScanner {
    /// Reads a message that a test wrote as text.
    static func scan(text: String) -> Envelope? { scan(bytes: Array(text.utf8)) }

    /// Reads any bytes.
    static func scan(bytes: [UInt8]) -> Envelope? { bytes.withUnsafeBytes { scan($0) } }
}

@Suite("The envelope of a message")
struct EnvelopeScannerTests {
    @Test(
        "an address is read from props, wherever they stand",
        arguments: [
            (#"{"props":{"type":"websocket.unicast","receivedClientID":7}}"#, Envelope.Address.member(7)),
            (#"{"data":[{},[]],"props":{"receivedClientID":7,"type":"websocket.unicast"}}"#, .member(7)),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":18446744073709551615}}"#, .member(.max)),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":18446744073709551616}}"#, .nobody),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":7.0}}"#, .member(7)),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":7.5}}"#, .nobody),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":-7}}"#, .others),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":0}}"#, .others),
            (#"{"props":{"type":"websocket.broadcast","receivedClientID":7}}"#, .others),
            (#"{"props":{"t\u0079pe":"websocket\u002eunicast","receivedClientID":7}}"#, .member(7)),
            (#"{"data":{"props":{"type":"websocket.unicast","receivedClientID":7}}}"#, .others),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":7},"props":{}}"#, .others),
            (#"{"props":{"type":"websocket.unicast","receivedClientID":7,"receivedClientID":null}}"#, .others),
        ]
    )
    func address(text: String, address: Envelope.Address) throws {
        #expect(try #require(EnvelopeScanner.scan(text: text)).address == address)
    }

    @Test(
        "player state is superseded by its kind",
        arguments: [
            (#""play""#, Envelope.PlayerState.playing), (#""pause""#, .playing), (#""stop""#, nil), ("7", nil),
            (#"{"newProgress":1}"#, .progress), (#"{"playbackRate":2}"#, .rate), (#"{"newVideo":"x"}"#, .video),
            (#"{"newProgress":1,"newVideo":"x"}"#, nil), ("{}", nil), (#"{"other":1}"#, nil), ("[]", nil),
        ]
    )
    func state(command: String, state: Envelope.PlayerState?) throws {
        let text = #"{"data":{"command":\#(command),"action":"player"}}"#
        #expect(try #require(EnvelopeScanner.scan(text: text)).content == .player(state))
    }

    @Test(
        "what RFC 8259 allows in an object is taken",
        arguments: [
            "{}", " \t\r\n{ } \n", #"{"a":[1,-0,0.5,1e9,1E-2,-1.25e+3,true,false,null,"",{},[],[[]]]}"#,
            #"{"":"","\"\\\/\b\f\n\r\t\ud83d\ude00":"é"}"#, #"{"a":{"b":{"c":[{"d":1}]}}}"#,
        ]
    )
    func valid(text: String) {
        #expect(EnvelopeScanner.scan(text: text) != nil)
    }

    @Test(
        "what RFC 8259 forbids is not",
        arguments: [
            "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":1e}", "{\"a\":-}", "{\"a\":tru}",
            "{\"a\":truee}", "{\"a\":\"\u{1}\"}", #"{"a":"\x"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12g4"}"#, #"{"a":"}"#,
            #"{"a" 1}"#, #"{"a":}"#, #"{"a":1 "b":2}"#, #"{a:1}"#, #"{,}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#,
            #"{"a":[1 2]}"#, #"{"a":[}"#, #"{"a":{]}"#, #"{"props":{"type":}}"#, #"{"props":{"type""#,
            #"{"data":{"user":{"clientID":1,}}}"#, #"{"data":{"user":{"clientID":01}}}"#, "{}{}", "{} x",
            #"{"data":{"command":{"newProgress":1,}}}"#, #"{"data":{"action":"chat"}"#, "\u{FEFF}{}", "//\n{}",
        ]
    )
    func invalid(text: String) {
        #expect(EnvelopeScanner.scan(text: text) == nil)
    }

    @Test("values may be nested 64 deep and no deeper, by any road")
    func depth() {
        for (open, close) in [("[", "]"), (#"{"a":"#, "}"), (#"{"data":"#, "}"), (#"{"props":"#, "}")] {
            for depth in [63, 64] {
                let text = #"{"x":"# + repeated(open, depth) + "1" + repeated(close, depth) + "}"
                #expect((EnvelopeScanner.scan(text: text) != nil) == (depth < 64), "\(open) \(depth)")
            }
        }
        let nested = #"{"data":{"user":{"clientID":"# + repeated("[", 62) + repeated("]", 62) + "}}}"
        #expect(EnvelopeScanner.scan(text: nested) == nil)
    }

    @Test("no bytes are fatal, and what is taken is JSON for another parser too")
    func mutations() throws {
        var random = SeededGenerator(seed: 20_261_125)
        let seeds = ClientMessageTests.messages.map { Array($0.text.utf8) }
        let spices = Array(#"{}[]":,\/0123456789.eE+-tfnu"#.utf8) + [0, 0x1F, 0x20, 0x7F, 0x80, 0xC3, 0xFF]
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = spices[Int.random(in: 0..<spices.count, using: &random)]
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(spices[Int.random(in: 0..<spices.count, using: &random)], at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                }
            }
            guard EnvelopeScanner.scan(bytes: bytes) != nil, let text = String(validating: bytes, as: UTF8.self),
                round % 5 == 0
            else { continue }
            // The other parser refuses half a surrogate pair and control bytes that RFC 8259 leaves open.
            guard !text.contains("\\u"), !bytes.contains(0x7F) else { continue }
            #expect(throws: Never.self, "\(text)") { try JSONSerialization.jsonObject(with: Data(bytes)) }
        }
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}
