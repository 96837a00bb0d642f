/// Why a WebSocket connection ends: the code and the reason of a Close frame (RFC 6455 7.4).
struct WebSocketClosure: Error, Equatable {
    /// The status code.
    var code: UInt16
    /// What a person may read, at most 123 bytes of UTF-8.
    var reason: String

    /// Makes a closure.
    init(_ code: UInt16, _ reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// The server stops (1001).
    static let goingAway = WebSocketClosure(1001, "the server stops")
    /// The peer broke RFC 6455 (1002).
    static func protocolError(_ reason: String) -> WebSocketClosure { WebSocketClosure(1002, reason) }
    /// A text is not UTF-8 (1007).
    static let invalidText = WebSocketClosure(1007, "the text is not UTF-8")
    /// A rule of the room forbids it (1008).
    static func policy(_ reason: String) -> WebSocketClosure { WebSocketClosure(1008, reason) }
    /// A message is over the limit (1009).
    static let tooBig = WebSocketClosure(1009, "the message is too big")
    /// The member reads too slowly to be kept, and may come again (1013).
    static let tryAgainLater = WebSocketClosure(1013, "too slow to receive, try again later")

    /// Whether a peer may send this code in a Close frame (RFC 6455 7.4.1, 7.4.2 and the IANA registry).
    static func isAllowed(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
