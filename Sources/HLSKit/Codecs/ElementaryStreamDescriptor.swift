/// What tells the codec of a stream of MPEG-4 systems, the `esds` box (ISO/IEC 14496-1 7.2.6, ISO/IEC 14496-14 6.7).
public struct ElementaryStreamDescriptor: Sendable, Hashable {
    /// `objectTypeIndication`: 0x40 MPEG-4 audio, 0x20 MPEG-4 video, 0x6B MPEG-1 audio.
    public var objectType: UInt8
    /// The greatest bit rate in bits a second; 0 when it is not told.
    public var greatestBitRate: UInt32
    /// The average bit rate in bits a second; 0 when it is not told or varies.
    public var averageBitRate: UInt32
    /// The configuration of the decoder, such as an `AudioSpecificConfig`; empty when there is none.
    public var configuration: [UInt8]

    /// Describes a stream of sound whose bit rates are not known.
    ///
    /// - Parameters:
    ///   - objectType: `objectTypeIndication`.
    ///   - configuration: The configuration of the decoder; empty when there is none.
    public init(objectType: UInt8, configuration: [UInt8] = []) {
        self.objectType = objectType
        greatestBitRate = 0
        averageBitRate = 0
        self.configuration = configuration
    }

    /// The payload of an `esds` box behind its version and flags (ISO/IEC 14496-1 7.2.6.5).
    public var payload: [UInt8] {
        var decoder = FieldWriter()
        decoder.write(objectType)
        decoder.write(UInt8(objectType == 0x20 ? 0x11 : 0x15))  // streamType: pictures or sound, and a reserved bit
        decoder.writeZeros(3)
        decoder.write(greatestBitRate)
        decoder.write(averageBitRate)
        if !configuration.isEmpty { decoder.writeDescriptor(5, configuration) }
        var stream = FieldWriter()
        stream.write(UInt16(0))  // ES_ID
        stream.write(UInt8(0))
        stream.writeDescriptor(4, decoder.bytes)
        stream.writeDescriptor(6, [2])  // an SLConfigDescriptor for MP4 files
        var writer = FieldWriter()
        writer.writeDescriptor(3, stream.bytes)
        return writer.bytes
    }

    /// Reads the payload of an `esds` box behind its version and flags.
    ///
    /// - Returns: Nil when the bytes end early or hold no decoder configuration.
    public init?(_ data: [UInt8]) {
        var fields = FieldReader(data)
        guard let descriptor = try? Self(&fields) else { return nil }
        self = descriptor
    }

    private init?(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        guard try Self.readHeader(&fields)?.tag == 3 else { return nil }
        try fields.skip(2)
        let flags = try fields.read(UInt8.self)
        if flags & 0x80 != 0 { try fields.skip(2) }
        if flags & 0x40 != 0 { try fields.skip(Int(try fields.read(UInt8.self))) }
        if flags & 0x20 != 0 { try fields.skip(2) }
        guard try Self.readHeader(&fields)?.tag == 4 else { return nil }
        objectType = try fields.read()
        try fields.skip(4)  // stream type and buffer size
        greatestBitRate = try fields.read()
        averageBitRate = try fields.read()
        configuration = []
        if fields.bytesLeft > 0, let header = try Self.readHeader(&fields), header.tag == 5 {
            configuration = try fields.readBytes(header.length)
        }
    }

    /// Reads a tag and a length of up to four times seven bits.
    private static func readHeader(
        _ fields: inout FieldReader
    ) throws(FieldReader.EndOfData) -> (tag: UInt8, length: Int)? {
        let tag = try fields.read(UInt8.self)
        var length = 0
        for _ in 0..<4 {
            let byte = try fields.read(UInt8.self)
            length = length << 7 | Int(byte & 0x7F)
            if byte & 0x80 == 0 { return (tag, length) }
        }
        return nil
    }

    /// The codec string of RFC 6381 3.3 for a sample entry, such as `mp4a.40.2`.
    public func codecString(sampleEntry: String) -> String {
        let prefix = "\(sampleEntry).\(String(objectType, radix: 16, uppercase: true))"
        switch objectType {
        case 0x40:
            guard let audio = AudioSpecificConfiguration(configuration) else { return prefix }
            return audio.codecString
        case 0x20:
            // visual_object_sequence_start_code, then profile_and_level_indication (ISO/IEC 14496-2 6.2.2)
            guard configuration.starts(with: [0, 0, 1, 0xB0]), configuration.count > 4 else { return prefix }
            return "\(prefix).\(configuration[4])"
        default: return prefix
        }
    }

    /// Samples of one channel in a unit, where the configuration does not state them.
    var samplesPerUnit: Int {
        // MPEG-1 audio, and that with halved rates, as layer III has them.
        objectType == 0x6B ? 1_152 : objectType == 0x69 ? 576 : 1_024
    }

    /// What the descriptor tells of a stream of sound; nil when it leaves rate and channels to the sample entry.
    var audioFormat: AudioFormat? {
        // MPEG-2 AAC has the same configuration (0x66 Main, 0x67 Low Complexity, 0x68 Scalable Sampling Rate).
        guard objectType == 0x40 || (0x66...0x68).contains(objectType),
            let audio = AudioSpecificConfiguration(configuration)
        else { return nil }
        var format = audio.format
        format.configuration = configuration
        format.codecString = codecString(sampleEntry: "mp4a")
        if averageBitRate > 0 { format.bitRate = Int(averageBitRate) }
        return format
    }
}

extension FieldWriter {
    /// Appends a descriptor: a tag, a length of four times seven bits, and what it holds.
    fileprivate mutating func writeDescriptor(_ tag: UInt8, _ content: [UInt8]) {
        write(tag)
        for shift in [21, 14, 7, 0] {
            write(UInt8(truncatingIfNeeded: content.count >> shift) & 0x7F | (shift == 0 ? 0 : 0x80))
        }
        write(content)
    }
}
