extension ElementaryStream {
    /// The codings that a program map can announce.
    public enum Codec: Sendable, Hashable {
        /// MPEG-1 video (ISO/IEC 11172-2).
        case mpeg1Video
        /// MPEG-2 video (ISO/IEC 13818-2).
        case mpeg2Video
        /// H.264 with start codes and access unit delimiters (ISO/IEC 13818-1 2.14).
        case h264
        /// HEVC with start codes and access unit delimiters (ISO/IEC 13818-1 2.17).
        case hevc
        /// AAC frames with ADTS headers.
        case aac
        /// AAC in LATM with the synchronisation of LOAS (ISO/IEC 14496-3 1.7).
        case aacLATM
        /// MPEG-1 layer II or III audio, 32 kHz and above.
        case mpeg1Audio
        /// MPEG-2 audio with halved sampling rates, below 32 kHz.
        case mpeg2Audio
        /// AC-3 (ATSC A/52 annex A).
        case ac3
        /// Enhanced AC-3 (ATSC A/52 annex G).
        case enhancedAC3
        /// Opus, with a control header in front of each packet.
        case opus
        /// ID3 tags as timed metadata ("Timed Metadata for HTTP Live Streaming").
        case timedMetadata
        /// Splice information sections (SCTE 35); they stand in packets without PES, and only a demuxer knows them.
        case spliceInformation
        /// Something else; its PES packets are given out whole.
        case other(streamType: UInt8)

        /// True when the stream carries pictures.
        public var isVideo: Bool {
            switch self {
            case .mpeg1Video, .mpeg2Video, .h264, .hevc: true
            default: false
            }
        }

        /// True when the stream carries sound.
        public var isAudio: Bool {
            switch self {
            case .aac, .aacLATM, .mpeg1Audio, .mpeg2Audio, .ac3, .enhancedAC3, .opus: true
            default: false
            }
        }

        /// The name of the codec for people; that of others is their stream type.
        var name: String {
            switch self {
            case .mpeg1Video: "MPEG-1 video"
            case .mpeg2Video: "MPEG-2 video"
            case .h264: "H.264"
            case .hevc: "HEVC"
            case .aac: "AAC (ADTS)"
            case .aacLATM: "AAC (LATM)"
            case .mpeg1Audio: "MPEG-1 audio"
            case .mpeg2Audio: "MPEG-2 audio"
            case .ac3: "AC-3"
            case .enhancedAC3: "E-AC-3"
            case .opus: "Opus"
            case .timedMetadata: "timed metadata"
            case .spliceInformation: "splice information"
            case .other(let type): "stream type \(type)"
            }
        }

        /// True when the stream is neither known nor made of PES packets, so that a muxer cannot write it.
        var isReadOnly: Bool {
            switch self {
            case .spliceInformation, .other: true
            default: false
            }
        }
    }
}

// One table for both directions: stream types of ISO/IEC 13818-1 table 2-34, ATSC A/52 A3.1 and G3.1, SCTE 35 8.1.
extension ElementaryStream.Codec {
    private static let streamTypes: [(type: UInt8, codec: Self)] = [
        (0x01, .mpeg1Video), (0x02, .mpeg2Video), (0x03, .mpeg1Audio), (0x04, .mpeg2Audio), (privateType, .opus),
        (0x0F, .aac), (0x11, .aacLATM), (metadataType, .timedMetadata), (0x1B, .h264), (0x24, .hevc), (0x81, .ac3),
        (0x86, .spliceInformation), (0x87, .enhancedAC3),
    ]

    /// The types that stand for the same codecs with their samples encrypted ("MPEG-2 Stream Encryption Format for HTTP
    /// Live Streaming").
    private static let encryptedTypes: [UInt8: Self] = [0xDB: .h264, 0xCF: .aac, 0xC1: .ac3, 0xC2: .enhancedAC3]

    /// The registrations that tell what a private stream is.
    private static let registrations: [(identifier: String, codec: Self)] = [
        ("AC-3", .ac3), ("EAC3", .enhancedAC3), ("Opus", .opus), ("HEVC", .hevc), ("ID3 ", .timedMetadata),
    ]

    private static let privateType: UInt8 = 0x06
    private static let metadataType: UInt8 = 0x15
    private static let metadataTag: UInt8 = 0x26
    private static let ac3Tag: UInt8 = 0x6A
    private static let enhancedAC3Tag: UInt8 = 0x7A

    /// Tells the codec of a stream in a program map.
    init(streamType: UInt8, descriptors: [Descriptor], programDescriptors: [Descriptor] = []) {
        // Blu-ray Discs register the program, and have types of their own: E-AC-3, and DTS where SCTE 35 stands.
        let isDisc = programDescriptors.contains { $0 == .registration("HDMV") }
        if isDisc, streamType == 0x84 || streamType == 0x86 {
            self = streamType == 0x84 ? .enhancedAC3 : .other(streamType: streamType)
        } else if streamType == Self.privateType {
            self = Self.privateCodec(descriptors) ?? .other(streamType: streamType)
        } else if streamType == Self.metadataType {
            let isID3 = descriptors.contains { descriptor in
                descriptor.tag == Self.metadataTag && descriptor.bytes.dropFirst(2).starts(with: "ID3 ".utf8)
            }
            self = isID3 ? .timedMetadata : .other(streamType: streamType)
        } else {
            let known = Self.streamTypes.first { $0.type == streamType }?.codec ?? Self.encryptedTypes[streamType]
            self = known ?? .other(streamType: streamType)
        }
    }

    private static func privateCodec(_ descriptors: [Descriptor]) -> Self? {
        for descriptor in descriptors {
            switch descriptor.tag {
            case Descriptor.registrationTag:
                let found = registrations.first { descriptor.bytes.starts(with: $0.identifier.utf8) }
                if let found { return found.codec }
            // ETSI EN 300 468 annex D
            case ac3Tag: return .ac3
            case enhancedAC3Tag: return .enhancedAC3
            default: break
            }
        }
        return nil
    }

    static func isEncrypted(streamType: UInt8) -> Bool {
        encryptedTypes[streamType] != nil
    }

    /// `stream_type` of the PMT.
    var streamType: UInt8 {
        if case .other(let type) = self { return type }
        return Self.streamTypes.first { $0.codec == self }?.type ?? Self.privateType
    }

    /// The descriptors of the stream in the PMT, where its type alone does not tell the codec.
    var descriptors: [Descriptor] {
        switch self {
        case .timedMetadata:
            [Descriptor(tag: Self.metadataTag, bytes: Self.metadataFormat + [0x00, 0x0F])]
        case .opus:
            // An extension descriptor tells the channels; 2 is stereo.
            [.registration("Opus"), Descriptor(tag: 0x7F, bytes: [0x80, 0x02])]
        case .ac3, .enhancedAC3, .hevc:
            Self.registrations.filter { $0.codec == self }.map { .registration($0.identifier) }
        default: []
        }
    }

    /// The descriptors of a program that has such a stream.
    var programDescriptors: [Descriptor] {
        guard self == .timedMetadata else { return [] }
        return [Descriptor(tag: 0x25, bytes: Self.metadataFormat + [0x00, 0x1F, 0x00, 0x01])]
    }

    /// Application format and format of metadata: both are told by an identifier, which is that of ID3.
    private static let metadataFormat = [0xFF, 0xFF] + Array("ID3 ".utf8) + [0xFF] + Array("ID3 ".utf8)

    /// `stream_id` of the PES header (ISO/IEC 13818-1 table 2-22).
    var streamID: UInt8 {
        switch self {
        case .mpeg1Video, .mpeg2Video, .h264, .hevc: 0xE0
        case .aac, .aacLATM, .mpeg1Audio, .mpeg2Audio: 0xC0
        case .ac3, .enhancedAC3, .opus, .timedMetadata, .spliceInformation, .other: 0xBD
        }
    }
}
