/// Finds the NAL units of an access unit, however they are delimited.
///
/// MP4 and Matroska put the length in front of each unit (ISO/IEC 14496-15 5.3.3), transport streams a start code
/// (ISO/IEC 14496-10 annex B).
public enum NALUnitFraming: Sendable, Hashable {
    /// Start codes `00 00 01` or `00 00 00 01` in front of each unit.
    case annexB
    /// A big-endian length of 1, 2, 3 or 4 bytes in front of each unit.
    case lengthPrefixed(bytes: Int)

    /// The bytes of a length; 4 for start codes, which become lengths of so many bytes.
    var lengthBytes: Int {
        switch self {
        case .annexB: 4
        case .lengthPrefixed(let bytes): bytes
        }
    }

    /// Calls `body` with the byte range of every NAL unit, without its start code or length and trailing zero bytes.
    ///
    /// A length that runs past the end ends the walk: what came before is still reported.
    /// - Returns: False when bytes were left over that belong to no unit.
    @discardableResult
    public func forEachUnit(in data: Span<UInt8>, _ body: (Range<Int>) -> Void) -> Bool {
        switch self {
        case .annexB: Self.forEachStartCodeUnit(in: data, body)
        case .lengthPrefixed(let bytes): Self.forEachLengthPrefixedUnit(in: data, lengthBytes: bytes, body)
        }
    }

    private static func forEachLengthPrefixedUnit(
        in data: Span<UInt8>,
        lengthBytes: Int,
        _ body: (Range<Int>) -> Void
    ) -> Bool {
        var offset = 0
        let end = data.count
        while offset + lengthBytes <= end {
            var length = 0
            for index in offset..<offset + lengthBytes {
                length = length << 8 | Int(data[index])
            }
            offset += lengthBytes
            guard length <= end - offset else { return false }
            if length > 0 { body(offset..<offset + length) }
            offset += length
        }
        return offset == end
    }

    private static func forEachStartCodeUnit(in data: Span<UInt8>, _ body: (Range<Int>) -> Void) -> Bool {
        let end = data.count
        guard var start = StartCode.first(in: data, from: 0).map({ $0 + StartCode.byteCount }) else { return end == 0 }
        while true {
            let next = StartCode.first(in: data, from: start)
            var unitEnd = next ?? end
            // Zero bytes in front of a start code belong to no unit (trailing_zero_8bits).
            while unitEnd > start, data[unitEnd - 1] == 0 { unitEnd -= 1 }
            if unitEnd > start { body(start..<unitEnd) }
            guard let next else { return true }
            start = next + StartCode.byteCount
        }
    }
}

/// Removes the emulation prevention bytes of a NAL unit (ISO/IEC 14496-10 7.3.1: `00 00 03` stands for `00 00`).
func rawByteSequencePayload(of unit: [UInt8]) -> [UInt8] {
    var payload: [UInt8] = []
    payload.reserveCapacity(unit.count)
    var zeros = 0
    for byte in unit {
        if zeros >= 2, byte == 3 {
            zeros = 0
            continue
        }
        zeros = byte == 0 ? zeros + 1 : 0
        payload.append(byte)
    }
    return payload
}
