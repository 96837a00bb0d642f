/// Takes AAC frames out of LATM with the synchronisation of LOAS (ISO/IEC 14496-3 1.7.2 and 1.7.3).
///
/// One program, one layer, one frame a unit: what broadcasts have.
struct LATMReader: Sendable {
    /// The `AudioSpecificConfig` that the last configuration told; nil before the first one.
    private(set) var configuration: [UInt8]?
    private var hasCheck = false
    private var hasOtherData = false

    /// The frame of a unit as MP4 carries it; nil when there is none, or no configuration has come yet.
    mutating func frame(_ unit: Span<UInt8>) -> [UInt8]? {
        guard unit.count > 3, unit[0] == 0x56, unit[1] & 0xE0 == 0xE0 else { return nil }
        var reader = BitReader(unit.array(3..<unit.count))
        do throws(BitReader.EndOfData) {
            if try !reader.readFlag() {  // useSameStreamMux
                guard try readConfiguration(&reader) else { return nil }
            }
            guard configuration != nil else { return nil }
            var length = 0
            while true {
                let byte = Int(try reader.read(8))
                length += byte
                if byte < 255 { break }
            }
            return length > 0 ? try reader.readBytes(length) : nil
        } catch {
            return nil
        }
    }

    /// Reads `StreamMuxConfig` (1.7.3.2).
    ///
    /// - Returns: False for what has several frames, programs or layers a unit, or frames of a fixed length.
    private mutating func readConfiguration(_ reader: inout BitReader) throws(BitReader.EndOfData) -> Bool {
        configuration = nil
        let version = try reader.readFlag()
        if version, try reader.readFlag() { return false }  // audioMuxVersionA is reserved
        if version { _ = try reader.readLATMValue() }  // taraBufferFullness
        guard try reader.readFlag(), try reader.read(6) == 0, try reader.read(4) == 0, try reader.read(3) == 0 else {
            return false
        }
        let start: Int
        let bits: Int
        if version {
            bits = Int(try reader.readLATMValue())
            start = reader.position
            try reader.skip(bits)
        } else {
            start = reader.position
            guard try reader.skipAudioSpecificConfiguration() else { return false }
            bits = reader.position - start
        }
        guard try reader.read(3) == 0 else { return false }  // frameLengthType: frames tell their length
        try reader.skip(8)  // latmBufferFullness
        hasOtherData = try reader.readFlag()
        if hasOtherData {
            if version {
                _ = try reader.readLATMValue()
            } else {
                var continues = true
                while continues {
                    continues = try reader.readFlag()
                    try reader.skip(8)
                }
            }
        }
        hasCheck = try reader.readFlag()
        if hasCheck { try reader.skip(8) }
        let end = reader
        reader = try reader.moved(to: start)
        configuration = try reader.readPadded(bits)
        reader = end
        return true
    }
}

extension BitReader {
    /// Reads `LatmGetValue` (1.7.3.2).
    mutating func readLATMValue() throws(EndOfData) -> UInt32 {
        let bytes = Int(try read(2)) + 1
        return try read(bytes * 8)
    }

    /// Skips an `AudioSpecificConfig` of AAC without extensions behind it.
    ///
    /// - Returns: False when its length cannot be told.
    fileprivate mutating func skipAudioSpecificConfiguration() throws(EndOfData) -> Bool {
        guard let configuration = try AudioSpecificConfiguration(&self), (1...4).contains(configuration.objectType),
            configuration.channelConfiguration > 0
        else { return false }
        try skip(1)  // frameLengthFlag
        if try readFlag() { try skip(14) }  // coreCoderDelay
        return try !readFlag()  // extensionFlag
    }

    /// Reads whole bytes from wherever the reader is.
    fileprivate mutating func readBytes(_ count: Int) throws(EndOfData) -> [UInt8] {
        guard count * 8 <= bitsLeft else { throw EndOfData() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        for _ in 0..<count { bytes.append(try readByte()) }
        return bytes
    }

    /// Reads bits as bytes, the last of which is filled up with zeros.
    fileprivate mutating func readPadded(_ bits: Int) throws(EndOfData) -> [UInt8] {
        var bytes = try readBytes(bits / 8)
        if bits % 8 > 0 { bytes.append(UInt8(truncatingIfNeeded: try read(bits % 8) << UInt32(8 - bits % 8))) }
        return bytes
    }

    /// The same data from another bit on.
    fileprivate func moved(to position: Int) throws(EndOfData) -> BitReader {
        var reader = BitReader(bytes)
        try reader.skip(position)
        return reader
    }
}
