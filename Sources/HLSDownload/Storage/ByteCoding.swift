/// Writes numbers and byte strings in as few bytes as they need.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    /// Writes a byte string behind its length.
    mutating func append(_ block: some Collection<UInt8>) {
        append(block.count)
        bytes.append(contentsOf: block)
    }

    /// Writes a number, seven bits a byte.
    mutating func append(_ number: Int) {
        // The sign goes last, so that small numbers are short whatever their sign.
        var rest = UInt(bitPattern: number << 1 ^ number >> (Int.bitWidth - 1))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

/// Reads what a ``ByteWriter`` wrote; behind the end there are zeros and empty strings.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }

    mutating func byte() -> UInt8 {
        guard position < bytes.endIndex else { return 0 }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() -> Int {
        var (value, shift): (UInt, UInt) = (0, 0)
        while true {
            let byte = byte()
            value |= UInt(byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        return Int(bitPattern: value >> 1) ^ -Int(bitPattern: value & 1)
    }

    mutating func block() -> ArraySlice<UInt8> {
        let count = min(max(0, number()), bytes.endIndex - position)
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func string() -> String { String(decoding: block(), as: UTF8.self) }
}
