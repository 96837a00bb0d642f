/// Checks that bytes which arrive in pieces are UTF-8 (RFC 3629 4), as soon as each piece is there.
struct UTF8Validator {
    /// How many continuation bytes the character begun still needs.
    private var pending: UInt8 = 0
    /// The smallest value that the next continuation byte may have.
    private var low: UInt8 = 0x80
    /// The greatest value that the next continuation byte may have.
    private var high: UInt8 = 0xBF

    /// Whether the bytes so far end with a whole character.
    var isComplete: Bool { pending == 0 }

    /// Reads the next piece.
    ///
    /// - Returns: False as soon as no bytes could make the text valid any more.
    mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        let count = bytes.count
        while index < count {
            if pending == 0 {
                index = Self.endOfASCII(in: bytes, from: index)
                guard index < count else { return true }
            }
            guard step(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    /// The index of the first byte from `start` on that is not ASCII.
    private static func endOfASCII(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        let count = bytes.count
        while count - index >= 8 {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            index += 8
        }
        while index < count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    private mutating func step(_ byte: UInt8) -> Bool {
        if pending > 0 {
            guard byte >= low, byte <= high else { return false }
            pending -= 1
            (low, high) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0x00...0x7F:
            return true
        case 0xC2...0xDF:
            pending = 1
        case 0xE0:
            (pending, low) = (2, 0xA0)
        case 0xE1...0xEC, 0xEE...0xEF:
            pending = 2
        case 0xED:
            (pending, high) = (2, 0x9F)
        case 0xF0:
            (pending, low) = (3, 0x90)
        case 0xF1...0xF3:
            pending = 3
        case 0xF4:
            (pending, high) = (3, 0x8F)
        default:
            return false
        }
        return true
    }
}
