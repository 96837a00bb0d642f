/// A program: streams that belong together and share a clock (ISO/IEC 13818-1 2.4.4.8).
public struct TransportStreamProgram: Sendable, Hashable {
    /// `program_number`, 1 to 65,535.
    public var number: UInt16
    /// The PID of its program map table.
    public var mapPID: UInt16
    /// The version of its program map table, 0 to 31.
    public var version: UInt8
    /// The PID whose packets carry the clock, nil when none does.
    public var clockPID: UInt16?
    /// The descriptors of the program.
    public var descriptors: [Descriptor]
    /// Its streams, in the order of the table.
    public var streams: [Stream]

    /// A stream as the program map tells it.
    public struct Stream: Sendable, Hashable {
        /// The PID of its packets.
        public var pid: UInt16
        /// `stream_type`.
        public var streamType: UInt8
        /// The codec that type and descriptors tell.
        public var codec: ElementaryStream.Codec
        /// The descriptors of the stream.
        public var descriptors: [Descriptor]

        /// Whether its samples are encrypted, as the method SAMPLE-AES of HLS does it.
        public var hasEncryptedSamples: Bool {
            ElementaryStream.Codec.isEncrypted(streamType: streamType)
        }

        /// The language of the first ISO 639 descriptor, three letters (2.6.18); nil when there is none.
        public var language: String? {
            descriptors.first { $0.tag == 0x0A && $0.bytes.count >= 3 }.map {
                String(decoding: $0.bytes.prefix(3), as: UTF8.self)
            }
        }
    }

    init(_ map: ProgramMap, mapPID: UInt16, version: UInt8) {
        number = map.programNumber
        self.mapPID = mapPID
        self.version = version
        clockPID = map.clockPID == TransportPacket.nullPID ? nil : map.clockPID
        descriptors = map.descriptors
        streams = map.streams.map { stream in
            Stream(
                pid: stream.pid,
                streamType: stream.type,
                codec: ElementaryStream.Codec(
                    streamType: stream.type,
                    descriptors: stream.descriptors,
                    programDescriptors: map.descriptors
                ),
                descriptors: stream.descriptors
            )
        }
    }
}

/// The name of a program (ETSI EN 300 468 5.2.3 and 6.2.33).
public struct TransportStreamService: Sendable, Hashable {
    /// The number of the program.
    public var programNumber: UInt16
    /// The name for people.
    public var name: String
    /// Who provides it.
    public var provider: String
}
