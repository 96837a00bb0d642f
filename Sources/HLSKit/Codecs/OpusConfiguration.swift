/// The configuration beside an Opus stream, the `dOps` box ("Encapsulation of Opus in ISO Base Media File Format" 4.3.2).
public struct OpusConfiguration: Sendable, Hashable {
    /// The channels that are heard, at least 1.
    public var channels: UInt8
    /// Samples at 48 kHz that a decoder leaves out at the start.
    public var preSkip: UInt16
    /// The sampling rate of the original in Hz; 0 when it is not known.
    public var inputSampleRate: UInt32
    /// The gain of the output in 1/256 dB.
    public var outputGain: Int16
    /// How channels map to streams where there are more than two, or another order; nil for mapping family 0.
    public var mapping: ChannelMapping?

    /// How channels map to coded streams (RFC 7845 5.1.1).
    public struct ChannelMapping: Sendable, Hashable {
        /// The mapping family: 1 is the order of Vorbis.
        public var family: UInt8
        /// The coded streams.
        public var streams: UInt8
        /// The first of them that have two channels.
        public var coupledStreams: UInt8
        /// The decoded channel of each output channel.
        public var channels: [UInt8]

        /// Describes a mapping.
        public init(family: UInt8, streams: UInt8, coupledStreams: UInt8, channels: [UInt8]) {
            self.family = family
            self.streams = streams
            self.coupledStreams = coupledStreams
            self.channels = channels
        }
    }

    /// The mappings of family 1 by the number of channels, from 3 on (RFC 7845 5.1.1.2).
    private static let surround: [(streams: UInt8, coupled: UInt8, channels: [UInt8])] = [
        (2, 1, [0, 2, 1]), (2, 2, [0, 1, 2, 3]), (3, 2, [0, 4, 1, 2, 3]), (4, 2, [0, 4, 1, 2, 3, 5]),
        (4, 3, [0, 4, 1, 2, 3, 5, 6]), (5, 3, [0, 6, 1, 2, 3, 4, 5, 7]),
    ]

    /// Describes a stream of one to eight channels in the usual order.
    ///
    /// - Returns: Nil for another number of channels.
    public init?(channels: Int, preSkip: UInt16 = 0) {
        guard (1...8).contains(channels) else { return nil }
        self.channels = UInt8(channels)
        self.preSkip = preSkip
        inputSampleRate = 48_000
        outputGain = 0
        guard channels > 2 else { return }
        let (streams, coupled, order) = Self.surround[channels - 3]
        mapping = ChannelMapping(family: 1, streams: streams, coupledStreams: coupled, channels: order)
    }

    /// Reads the payload of a `dOps` box.
    ///
    /// - Returns: Nil when the bytes end early or have no channel.
    public init?(_ data: [UInt8]) {
        var fields = FieldReader(data)
        guard let configuration = try? Self(&fields), configuration.channels > 0 else { return nil }
        self = configuration
    }

    private init(_ fields: inout FieldReader) throws(FieldReader.EndOfData) {
        try fields.skip(1)  // version
        channels = try fields.read()
        preSkip = try fields.read()
        inputSampleRate = try fields.read()
        outputGain = Int16(bitPattern: try fields.read())
        let family = try fields.read(UInt8.self)
        guard family != 0 else { return }
        mapping = ChannelMapping(
            family: family,
            streams: try fields.read(),
            coupledStreams: try fields.read(),
            channels: try fields.readBytes(Int(channels))
        )
    }

    /// The payload of a `dOps` box.
    public var payload: [UInt8] {
        var writer = FieldWriter()
        writer.write([0, channels])
        writer.write(preSkip)
        writer.write(inputSampleRate)
        writer.write(outputGain)
        writer.write(mapping?.family ?? 0)
        if let mapping {
            writer.write([mapping.streams, mapping.coupledStreams])
            writer.write(mapping.channels)
        }
        return writer.bytes
    }

    /// What the configuration states; packets have 20 ms where they do not state it themselves.
    var format: AudioFormat {
        AudioFormat(codecString: "Opus", sampleRate: 48_000, channels: Int(channels), samplesPerUnit: 960)
    }
}
