import HLSKit
import NIOCore

/// The address of a place in a room: `/ws/{id}/`, `/ws/{room}/{id}/` or `/ws/{room}/ws/{id}/`, the last slash optional.
struct RoomPath: Equatable, Sendable {
    /// The most bytes that a room's name may have.
    static let maximumNameLength = 256

    /// What a path is.
    enum Meaning: Equatable {
        /// It is a place in a room.
        case place(RoomPath)
        /// It is under `/ws/` and is no place: to be answered with 404.
        case nothing
        /// It is not under `/ws/`.
        case elsewhere
    }

    /// The room's name, percent-decoded; empty for the default room.
    let room: String
    /// The member's id.
    let id: UInt64

    /// Reads the target of a request; what follows `?` does not count.
    static func read(_ target: String) -> Meaning {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        var parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        guard parts.first.map({ Array($0) }) == Array("ws".utf8) else { return .elsewhere }
        parts = parts.dropFirst()
        if let last = parts.last, last.isEmpty { parts = parts.dropLast() }
        let names = parts.compactMap { decode($0) }
        guard names.count == parts.count, let last = names.last, let id = number(last) else { return .nothing }
        switch names.count {
        case 1: return .place(RoomPath(room: "", id: id))
        case 2: return .place(RoomPath(room: names[0], id: id))
        case 3 where names[1] == "ws": return .place(RoomPath(room: names[0], id: id))
        default: return .nothing
        }
    }

    /// A part without its percent-encoding; nil when it is empty, too long, no UTF-8, or hides a `/` or NUL.
    private static func decode(_ part: Substring.UTF8View.SubSequence) -> String? {
        var bytes: [UInt8] = []
        var index = part.startIndex
        while index < part.endIndex {
            var byte = part[index]
            index = part.index(after: index)
            if byte == UInt8(ascii: "%") {
                guard let end = part.index(index, offsetBy: 2, limitedBy: part.endIndex),
                    let high = Hexadecimal.digit(part[index]),
                    let low = Hexadecimal.digit(part[part.index(after: index)])
                else { return nil }
                byte = high << 4 | low
                index = end
            }
            guard byte != 0, byte != UInt8(ascii: "/") else { return nil }
            bytes.append(byte)
        }
        guard !bytes.isEmpty, bytes.count <= maximumNameLength else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    /// Decimal digits that fit 64 bits, and nothing else.
    private static func number(_ text: String) -> UInt64? {
        guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return nil }
        return UInt64(text)
    }
}
