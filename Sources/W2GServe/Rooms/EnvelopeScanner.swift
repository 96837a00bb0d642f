/// Reads the envelope of a message in one pass over its bytes, and checks that the whole is a JSON object (RFC 8259).
///
/// No tree is built and nothing is copied. Objects and arrays may be nested `maximumDepth` deep. Of names that come
/// twice in an object the last counts, as for the clients' parsers, but every `clientID` counts for the speaker.
/// The bytes must be UTF-8, which the reader of frames has checked.
struct EnvelopeScanner {
    /// How deep objects and arrays may be nested.
    static let maximumDepth = 64

    /// The names that mean something; others are skipped with their values.
    private enum Name {
        case props, data, type, receivedClientID, user, clientID, action, status, command
        case newProgress, playbackRate, newVideo
        case other

        private static let table: [(StaticString, Name)] = [
            ("props", .props), ("data", .data), ("type", .type), ("receivedClientID", .receivedClientID),
            ("user", .user), ("clientID", .clientID), ("action", .action), ("status", .status),
            ("command", .command), ("newProgress", .newProgress), ("playbackRate", .playbackRate),
            ("newVideo", .newVideo),
        ]

        init(_ token: JSONCursor.Text, in cursor: borrowing JSONCursor) {
            for (name, value) in Self.table where cursor.matches(token, name) {
                self = value
                return
            }
            self = .other
        }
    }

    /// What `data` says, until all of it is known.
    private struct Data {
        var action = Action.other
        var status = Status.other
        var command: Envelope.PlayerState?

        enum Action { case other, connect, chat, player }
        enum Status { case other, login, acknowledgement, logout }

        var content: Envelope.Content {
            switch (action, status) {
            case (.connect, .login): .login
            case (.connect, .acknowledgement): .acknowledgement
            case (.connect, .logout): .logout
            case (.chat, _): .chat
            case (.player, _): .player(command)
            default: .other
            }
        }
    }

    private var cursor: JSONCursor
    private var envelope = Envelope()

    private init(_ bytes: UnsafeRawBufferPointer) {
        cursor = JSONCursor(bytes, maximumDepth: Self.maximumDepth)
    }

    /// Reads a message.
    ///
    /// - Returns: Nil when the bytes are no JSON object, or one that is nested too deep.
    static func scan(_ bytes: UnsafeRawBufferPointer) -> Envelope? {
        var scanner = EnvelopeScanner(bytes)
        guard scanner.root(), scanner.cursor.isAtEnd() else { return nil }
        return scanner.envelope
    }

    private mutating func root() -> Bool {
        guard cursor.peek() == .object, cursor.enter() else { return false }
        while let key = cursor.nextKey() {
            let isValid =
                switch Name(key, in: cursor) {
                case .props: props()
                case .data: data()
                default: cursor.skipValue()
                }
            guard isValid else { return false }
        }
        return cursor.leave()
    }

    private mutating func props() -> Bool {
        envelope.address = .others
        guard cursor.peek() == .object else { return cursor.skipValue() }
        guard cursor.enter() else { return false }
        var isUnicast = false
        var receiver = Envelope.Address.others
        while let key = cursor.nextKey() {
            switch (Name(key, in: cursor), cursor.peek()) {
            case (.type, .string):
                guard let text = cursor.text() else { return false }
                isUnicast = cursor.matches(text, "websocket.unicast")
            case (.type, _):
                isUnicast = false
                guard cursor.skipValue() else { return false }
            case (.receivedClientID, .number):
                guard let number = cursor.number() else { return false }
                receiver = number.receiver
            case (.receivedClientID, _):
                receiver = .others
                guard cursor.skipValue() else { return false }
            default:
                guard cursor.skipValue() else { return false }
            }
        }
        if isUnicast { envelope.address = receiver }
        return cursor.leave()
    }

    private mutating func data() -> Bool {
        envelope.content = .other
        guard cursor.peek() == .object else { return cursor.skipValue() }
        guard cursor.enter() else { return false }
        var data = Data()
        while let key = cursor.nextKey() {
            let isValid =
                switch Name(key, in: cursor) {
                case .user: user()
                case .action: action(&data)
                case .status: status(&data)
                case .command: command(&data)
                default: cursor.skipValue()
                }
            guard isValid else { return false }
        }
        envelope.content = data.content
        return cursor.leave()
    }

    private mutating func user() -> Bool {
        guard cursor.peek() == .object else { return cursor.skipValue() }
        guard cursor.enter() else { return false }
        while let key = cursor.nextKey() {
            switch (Name(key, in: cursor), cursor.peek()) {
            case (.clientID, .number):
                guard let number = cursor.number() else { return false }
                speak(for: number.identifier)
            case (.clientID, _):
                speak(for: nil)
                guard cursor.skipValue() else { return false }
            default:
                guard cursor.skipValue() else { return false }
            }
        }
        return cursor.leave()
    }

    private mutating func speak(for id: UInt64?) {
        let speaker = id.map { Envelope.Speaker.member($0) } ?? .unclear
        envelope.speaker = envelope.speaker == .unsaid || envelope.speaker == speaker ? speaker : .unclear
    }

    private mutating func action(_ data: inout Data) -> Bool {
        data.action = .other
        guard cursor.peek() == .string else { return cursor.skipValue() }
        guard let text = cursor.text() else { return false }
        if cursor.matches(text, "connect") { data.action = .connect }
        if cursor.matches(text, "chat") { data.action = .chat }
        if cursor.matches(text, "player") { data.action = .player }
        return true
    }

    private mutating func status(_ data: inout Data) -> Bool {
        data.status = .other
        guard cursor.peek() == .string else { return cursor.skipValue() }
        guard let text = cursor.text() else { return false }
        if cursor.matches(text, "login") { data.status = .login }
        if cursor.matches(text, "ack") { data.status = .acknowledgement }
        if cursor.matches(text, "logout") { data.status = .logout }
        return true
    }

    /// `"play"`, `"pause"`, or an object of one name; one of more names is several states at once and is kept whole.
    private mutating func command(_ data: inout Data) -> Bool {
        data.command = nil
        switch cursor.peek() {
        case .string:
            guard let text = cursor.text() else { return false }
            if cursor.matches(text, "play") || cursor.matches(text, "pause") { data.command = .playing }
            return true
        case .object:
            guard cursor.enter() else { return false }
            var count = 0
            while let key = cursor.nextKey() {
                count += 1
                switch Name(key, in: cursor) {
                case .newProgress: data.command = .progress
                case .playbackRate: data.command = .rate
                case .newVideo: data.command = .video
                default: data.command = nil
                }
                guard cursor.skipValue() else { return false }
            }
            if count > 1 { data.command = nil }
            return cursor.leave()
        default:
            return cursor.skipValue()
        }
    }
}

extension JSONCursor.Number {
    /// Whom a unicast to this number reaches: a number over 0 is somebody, any other is everybody.
    fileprivate var receiver: Envelope.Address {
        switch self {
        case .whole(0): .others
        case .whole(let id): .member(id)
        case .other(let value): value > 0 ? value.wholeNumber.map { .member($0) } ?? .nobody : .others
        }
    }

    /// The id that every client reads here; nil when it is written so that they might differ.
    fileprivate var identifier: UInt64? {
        if case .whole(let id) = self { id } else { nil }
    }
}

extension Double {
    fileprivate var wholeNumber: UInt64? { UInt64(exactly: self) }
}
