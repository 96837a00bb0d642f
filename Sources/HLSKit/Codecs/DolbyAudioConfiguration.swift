/// The configuration beside AC-3 and Enhanced AC-3, the boxes `dac3` and `dec3` (ETSI TS 102 366 F.4 and F.6).
public struct DolbyAudioConfiguration: Sendable, Hashable {
    /// True for Enhanced AC-3.
    public var isEnhanced: Bool
    /// The sampling rate in Hz.
    public var sampleRate: Int
    /// The number of channels of the first program, LFE and dependent substreams included.
    public var channels: Int
    /// The bit rate in bits a second; the greatest one for Enhanced AC-3.
    public var bitRate: Int
    /// The objects of Dolby Atmos (`complexity_index_type_a`); nil when there are none.
    public var atmosComplexity: Int?

    /// The channels of each bit of `chan_loc`, the least significant one first.
    private static let locationCounts = [2, 2, 1, 1, 2, 2, 2, 1, 1]

    /// Reads the payload of a `dac3` box.
    ///
    /// - Returns: Nil when the bytes end early or hold a reserved value.
    public init?(dac3 data: [UInt8]) {
        guard data.count >= 3 else { return nil }
        let rate = Int(data[0] >> 6)
        let code = Int((data[1] & 3) << 3 | data[2] >> 5)
        guard rate < 3, code < DolbyAudioHeader.bitRates.count else { return nil }
        isEnhanced = false
        sampleRate = DolbyAudioHeader.sampleRates[rate]
        channels = DolbyAudioHeader.channelCounts[Int(data[1] >> 3 & 7)] + Int(data[1] >> 2 & 1)
        bitRate = DolbyAudioHeader.bitRates[code] * 1_000
    }

    /// Reads the payload of a `dec3` box.
    ///
    /// - Returns: Nil when the bytes end early or hold a reserved value.
    public init?(dec3 data: [UInt8]) {
        var reader = BitReader(data)
        guard let configuration = try? Self(&reader) else { return nil }
        self = configuration
    }

    private init?(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        isEnhanced = true
        bitRate = Int(try reader.read(13)) * 1_000
        let substreams = try reader.read(3)
        sampleRate = 0
        channels = 0
        for index in 0...substreams {
            let rate = Int(try reader.read(2))
            try reader.skip(10)
            let mode = Int(try reader.read(3))
            var count = DolbyAudioHeader.channelCounts[mode] + Int(try reader.read(1))
            try reader.skip(3)
            if try reader.read(4) > 0 {
                let locations = try reader.read(9)
                for (bit, more) in Self.locationCounts.enumerated() where locations >> UInt32(bit) & 1 != 0 {
                    count += more
                }
            } else {
                try reader.skip(1)
            }
            // What follows are other programs.
            guard index == 0 else { continue }
            guard rate < 3 else { return nil }
            sampleRate = DolbyAudioHeader.sampleRates[rate]
            channels = count
        }
        if reader.bitsLeft >= 16 {
            try reader.skip(7)
            if try reader.readFlag() { atmosComplexity = Int(try reader.read(8)) }
        }
    }

    /// The payload of a `dac3` or `dec3` box for a stream, made from its first access unit; nil when that has no header.
    ///
    /// - Parameter unit: The frame with the frames of its dependent substreams, if there are some.
    public static func payload(firstUnit unit: Span<UInt8>) -> [UInt8]? {
        guard let header = DolbyAudioHeader(unit) else { return nil }
        return header.isEnhanced ? enhancedPayload(unit) : basicPayload(unit)
    }

    /// `fscod`, `bsid`, `bsmod`, `acmod`, `lfeon`, `bit_rate_code` and five reserved bits (F.4.1).
    private static func basicPayload(_ unit: Span<UInt8>) -> [UInt8]? {
        var reader = BitReader(unit.array(4..<min(unit.count, 8)))
        do throws(BitReader.EndOfData) {
            let rate = try reader.read(2)
            let rateCode = try reader.read(6) >> 1
            let identification = try reader.read(5)
            let mode = try reader.read(3)
            let channels = try reader.readChannelsOfBasicHeader()
            let fields = rate << 22 | identification << 17 | mode << 14 | channels << 10 | rateCode << 5
            return [16, 8, 0].map { UInt8(truncatingIfNeeded: fields >> $0) }
        } catch {
            return nil
        }
    }

    /// One independent substream, and where its dependent ones are heard (F.6.1).
    private static func enhancedPayload(_ unit: Span<UInt8>) -> [UInt8]? {
        var offset = 0
        var dependents: UInt64 = 0
        var locations: UInt64 = 0
        while offset < unit.count, let header = DolbyAudioHeader(unit.extracting(offset..<unit.count)) {
            if offset > 0, unit[offset + 2] >> 6 == 1 {
                dependents += 1
                locations |= UInt64(substreamLocations(unit.array(offset..<min(unit.count, offset + 16))))
            }
            offset += max(header.frameLength, 1)
        }
        let rate = UInt64(unit[4] >> 6)
        let identification = UInt64(unit[5] >> 3)
        let mode = UInt64(unit[4] >> 1 & 7)
        // data_rate is left open, so that any unit of the stream gives the same; num_ind_sub is one less.
        var fields = rate
        fields = fields << 5 | identification
        fields = fields << 8 | mode  // behind a reserved bit, asvc and bsmod
        fields = fields << 1 | UInt64(unit[4] & 1)
        fields = fields << 7 | min(dependents, 15)  // behind three reserved bits
        fields = dependents > 0 ? fields << 9 | locations : fields << 1
        let bits = dependents > 0 ? 48 : 40
        return stride(from: bits - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: fields >> UInt64($0)) }
    }

    /// `chan_loc` of what a dependent substream adds, from its `chanmap` (E.2.3.1.8 and F.6.2.12).
    private static func substreamLocations(_ frame: [UInt8]) -> UInt32 {
        var reader = BitReader(frame)
        do throws(BitReader.EndOfData) {
            try reader.skip(32)
            try reader.skip(4)
            let mode = try reader.read(3)
            try reader.skip(1 + 5 + 5)  // lfeon, bsid, dialnorm
            if try reader.readFlag() { try reader.skip(8) }
            if mode == 0 {
                try reader.skip(5)
                if try reader.readFlag() { try reader.skip(8) }
            }
            guard try reader.readFlag() else { return 0 }
            let map = try reader.read(16)
            // Bits 5 to 13 of the map, the first bit being the most significant one, are those of chan_loc; bit 15 is the LFE.
            var locations: UInt32 = 0
            for bit in 0..<9 where map >> UInt32(10 - bit) & 1 != 0 { locations |= 1 << UInt32(bit) }
            return locations
        } catch {
            return 0
        }
    }

    /// What the configuration tells.
    var format: AudioFormat {
        AudioFormat(
            codecString: isEnhanced ? "ec-3" : "ac-3",
            sampleRate: sampleRate,
            channels: channels,
            samplesPerUnit: 1_536,
            bitRate: bitRate
        )
    }
}

extension BitReader {
    /// Reads what `dac3` has of the bits behind `bsid` and `bsmod`: `acmod` and `lfeon`.
    fileprivate mutating func readChannelsOfBasicHeader() throws(EndOfData) -> UInt32 {
        let mode = try read(3)
        if mode & 1 != 0, mode != 1 { try skip(2) }
        if mode & 4 != 0 { try skip(2) }
        if mode == 2 { try skip(2) }
        return mode << 1 | (try readFlag() ? 1 : 0)
    }
}
