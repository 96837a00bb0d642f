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
