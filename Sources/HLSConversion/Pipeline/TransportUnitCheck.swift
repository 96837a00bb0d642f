/// Tells from the packets themselves whether a PES packet of a transport stream is whole, when counters jump near it.
///
/// FFmpeg marks what it has at hand when a counter jumps, which at the border of two joined files is the picture in front:
/// nothing of that is missing. The last packet of a PES packet is filled up with stuffing (ISO/IEC 13818-1 2.4.3.5), unless it
/// happens to fit, and no other is.
enum TransportUnitCheck {
    private static let strides = [188, 192, 204]
    private static let syncByte: UInt8 = 0x47

    /// Whether a PES packet is whole.
    ///
    /// - Parameter bytes: What stands in the file from its first packet on.
    static func isWhole(_ bytes: [UInt8], pid: Int) -> Bool {
        guard let (first, distance) = layout(of: bytes) else { return false }
        var counter: UInt8?
        var isStuffed = false
        for start in stride(from: first, through: bytes.count - 188, by: distance) {
            guard bytes[start] == syncByte else { return false }
            guard Int(bytes[start + 1] & 0x1F) << 8 | Int(bytes[start + 2]) == pid else { continue }
            let (startsUnit, hasPayload) = (bytes[start + 1] & 0x40 != 0, bytes[start + 3] & 0x10 != 0)
            guard startsUnit == (counter == nil) || startsUnit else { return false }
            let found = bytes[start + 3] & 15
            let goesOn = counter.map { hasPayload ? ($0 + 1) & 15 == found : true } ?? true
            if startsUnit, counter != nil { return goesOn || isStuffed }
            // transport_error_indicator, and packets that are missing in the middle.
            guard bytes[start + 1] & 0x80 == 0, goesOn else { return false }
            if hasPayload || counter == nil { counter = found }
            if hasPayload {
                isStuffed = holdsStuffing(bytes[(start + 4)..<(start + 188)], bytes[start + 3] & 0x20 != 0)
            }
        }
        return isStuffed
    }

    /// Whether the start of a PES packet is missing among packets.
    ///
    /// Then a counter jumps (ISO/IEC 13818-1 2.4.3.3) at what does not begin one. Where files are joined counters jump too, but a PES packet begins.
    static func lacksStart(_ bytes: [UInt8], pid: Int) -> Bool {
        guard let (first, distance) = layout(of: bytes) else { return false }
        var counter: UInt8?
        for start in stride(from: first, through: bytes.count - 188, by: distance) {
            guard bytes[start] == syncByte else { return false }
            // A packet without payload does not count.
            guard Int(bytes[start + 1] & 0x1F) << 8 | Int(bytes[start + 2]) == pid, bytes[start + 3] & 0x10 != 0 else {
                continue
            }
            let found = bytes[start + 3] & 15
            // The same packet may come twice.
            let goesOn = counter.map { found == $0 || found == ($0 + 1) & 15 } ?? true
            if !goesOn, bytes[start + 1] & 0x40 == 0 { return true }
            counter = found
        }
        return false
    }

    /// Where the first packet begins, and how far packets are apart.
    private static func layout(of bytes: [UInt8]) -> (first: Int, distance: Int)? {
        for distance in strides {
            for first in 0..<5 where first + 188 <= bytes.count && bytes[first] == syncByte {
                let second = first + distance
                if second >= bytes.count || bytes[second] == syncByte { return (first, distance) }
            }
        }
        return nil
    }

    /// Whether an adaptation field is longer than what it holds (ISO/IEC 13818-1 2.4.3.4).
    private static func holdsStuffing(_ field: ArraySlice<UInt8>, _ isPresent: Bool) -> Bool {
        guard isPresent, let length = field.first.map(Int.init) else { return false }
        guard length > 0 else { return true }
        let bytes = Array(field.dropFirst().prefix(length))
        guard let flags = bytes.first else { return false }
        var used = 1
        for (flag, count) in [(UInt8(0x10), 6), (0x08, 6), (0x04, 1)] where flags & flag != 0 { used += count }
        // Private data and the extension begin with their lengths.
        for flag in [UInt8(0x02), 0x01] where flags & flag != 0 {
            used += 1 + (used < bytes.count ? Int(bytes[used]) : 0)
        }
        return length > used
    }
}
