/// The configuration of an AAC stream as MP4 and Matroska keep it (`AudioSpecificConfig`, ISO/IEC 14496-3 1.6.2.1).
public struct AudioSpecificConfiguration: Sendable, Hashable {
    /// The audio object type of the core codec: 2 is AAC-LC.
    public var objectType: UInt8
    /// The sampling rate of the core codec in Hz.
    public var sampleRate: Int
    /// `channelConfiguration`: 1 to 6 that many channels, 7 eight channels, 0 described in the stream.
    public var channelConfiguration: UInt8
    /// True when spectral band replication is signalled, so that the stream is HE-AAC.
    public var usesSpectralBandReplication: Bool

    /// True when parametric stereo is signalled, so that one coded channel is heard as two.
    public var usesParametricStereo = false
    /// The channels where ``channelConfiguration`` is 0 and the configuration describes them.
    var programChannels: Int?
    /// The sampling rate that is heard where it is another than that of the core codec.
    public var extensionSampleRate: Int?

    /// The sampling rates in the order of `samplingFrequencyIndex` (table 1.18).
    public static let sampleRates = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    /// Parses the bytes of an `AudioSpecificConfig`.
    ///
    /// - Returns: Nil when they end early or hold a reserved value.
    public init?(_ data: [UInt8]) {
        var reader = BitReader(data)
        guard var configuration = try? Self(&reader) else { return nil }
        // It may be left out, and what it says is of no use when it is cut off.
        var extended = configuration
        if (try? extended.readExtension(&reader)) != nil { configuration = extended }
        self = configuration
    }

    /// Reads a band replication that is told behind the core codec's configuration, where old decoders do not look
    /// (ISO/IEC 14496-3 1.6.6.2 and 4.4.1).
    private mutating func readExtension(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        guard (1...4).contains(objectType) else { return }
        try reader.skip(1)
        if try reader.readFlag() { try reader.skip(14) }
        try reader.skip(1)
        if channelConfiguration == 0 { programChannels = try AACProgram(&reader).channels }
        guard !usesSpectralBandReplication, channelConfiguration > 0 else { return }
        guard reader.bitsLeft >= 16, try reader.read(11) == 0x2B7, try Self.readObjectType(&reader) == 5,
            try reader.readFlag()
        else { return }
        usesSpectralBandReplication = true
        extensionSampleRate = try Self.readSampleRate(&reader)
        if reader.bitsLeft >= 12, try reader.read(11) == 0x548 { usesParametricStereo = try reader.readFlag() }
    }

    /// Reads the configuration up to where the core codec's own one begins.
    init?(_ reader: inout BitReader) throws(BitReader.EndOfData) {
        objectType = try Self.readObjectType(&reader)
        guard let rate = try Self.readSampleRate(&reader) else { return nil }
        sampleRate = rate
        channelConfiguration = UInt8(try reader.read(4))
        usesSpectralBandReplication = objectType == 5 || objectType == 29
        if usesSpectralBandReplication {
            usesParametricStereo = objectType == 29
            extensionSampleRate = try Self.readSampleRate(&reader)
            objectType = try Self.readObjectType(&reader)
        }
    }

    private static func readObjectType(_ reader: inout BitReader) throws(BitReader.EndOfData) -> UInt8 {
        let type = try reader.read(5)
        return UInt8(type == 31 ? 32 + (try reader.read(6)) : type)
    }

    private static func readSampleRate(_ reader: inout BitReader) throws(BitReader.EndOfData) -> Int? {
        let index = Int(try reader.read(4))
        if index == 15 { return Int(try reader.read(24)) }
        return sampleRates.indices.contains(index) ? sampleRates[index] : nil
    }
}

/// The header in front of each AAC frame in a transport stream (ADTS, ISO/IEC 14496-3 1.A.3.2).
public struct ADTSHeader: Sendable, Hashable {
    /// The bytes of a header without CRC.
    public static let byteCount = 7
    /// The most bytes that a frame can have, header included (13 bits).
    public static let greatestFrameLength = 8191

    /// The audio object type, 1 to 4: 2 is AAC-LC.
    public var objectType: UInt8
    /// The place of the sampling rate in ``AudioSpecificConfiguration/sampleRates``.
    public var sampleRateIndex: UInt8
    /// 1 to 6 that many channels, 7 eight channels, 0 described in the stream.
    public var channelConfiguration: UInt8
    /// The bytes of the frame, header included.
    public var frameLength: Int
    /// The bytes of the header: 7, or 9 with a CRC.
    public var headerLength: Int

    /// Reads the header that the bytes begin with.
    ///
    /// - Returns: Nil when there is none.
    public init?(_ data: Span<UInt8>) {
        guard data.count >= Self.byteCount, data[0] == 0xFF, data[1] & 0xF6 == 0xF0 else {
            return nil
        }
        let third = data[2]
        let fourth = data[3]
        objectType = third >> 6 + 1
        sampleRateIndex = third >> 2 & 15
        channelConfiguration = (third & 1) << 2 | fourth >> 6
        frameLength = Int(fourth & 3) << 11 | Int(data[4]) << 3 | Int(data[5]) >> 5
        headerLength = data[1] & 1 == 1 ? 7 : 9
        guard Int(sampleRateIndex) < AudioSpecificConfiguration.sampleRates.count, frameLength >= headerLength else {
            return nil
        }
    }

    /// Makes the header of a frame.
    ///
    /// - Returns: Nil when ADTS cannot express the configuration (an object type above 4, a sampling rate that is not
    ///   in the table, channels described in the stream) or the frame is too long.
    public init?(_ configuration: AudioSpecificConfiguration, payloadLength: Int) {
        guard (1...4).contains(configuration.objectType), (1...7).contains(configuration.channelConfiguration),
            let index = AudioSpecificConfiguration.sampleRates.firstIndex(of: configuration.sampleRate),
            payloadLength >= 0, payloadLength + Self.byteCount <= Self.greatestFrameLength
        else { return nil }
        objectType = configuration.objectType
        sampleRateIndex = UInt8(index)
        channelConfiguration = configuration.channelConfiguration
        frameLength = payloadLength + Self.byteCount
        headerLength = Self.byteCount
    }

    /// Appends the seven bytes of the header, as MPEG-4, without CRC, with the fullness that means variable bit rate.
    public func write(to output: inout [UInt8]) {
        output.append(0xFF)
        output.append(0xF1)
        output.append((objectType - 1) << 6 | sampleRateIndex << 2 | channelConfiguration >> 2)
        output.append(channelConfiguration << 6 | UInt8(truncatingIfNeeded: frameLength >> 11))
        output.append(UInt8(truncatingIfNeeded: frameLength >> 3))
        output.append(UInt8(truncatingIfNeeded: frameLength << 5) | 0x1F)
        output.append(0xFC)
    }
}
