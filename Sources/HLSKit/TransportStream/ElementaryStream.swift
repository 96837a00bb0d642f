/// One stream of a program: what is coded, and the PID that carries it.
public struct ElementaryStream: Sendable, Hashable {
    /// The codings that the muxer can announce.
    public enum Codec: Sendable, Hashable {
        /// H.264 with start codes and access unit delimiters (ISO/IEC 13818-1 2.14).
        case h264
        /// AAC frames with ADTS headers.
        case aac
        /// MPEG-1 layer II or III audio, 32 kHz and above.
        case mpeg1Audio
        /// MPEG-2 audio with halved sampling rates, below 32 kHz.
        case mpeg2Audio
        /// AC-3 (ATSC A/52 annex A).
        case ac3
        /// Enhanced AC-3 (ATSC A/52 annex G).
        case enhancedAC3

        /// True when the stream carries pictures.
        public var isVideo: Bool {
            self == .h264
        }
    }

    /// How the stream is coded.
    public var codec: Codec
    /// The PID of its packets, 0x0010 to 0x1FFE.
    public var pid: UInt16
    /// How long after its DTS an access unit is presented at the earliest, so that streams with and without reordering
    /// are laid side by side by presentation time.
    ///
    /// Zero for audio.
    public var decodeDelay: MediaTime

    /// Describes a stream.
    public init(codec: Codec, pid: UInt16, decodeDelay: MediaTime = .zero) {
        self.codec = codec
        self.pid = pid
        self.decodeDelay = decodeDelay
    }

    /// `stream_type` of the PMT: ISO/IEC 13818-1 table 2-34, ATSC A/52 A3.1 and G3.1 for the Dolby codecs.
    var streamType: UInt8 {
        switch codec {
        case .h264: 0x1B
        case .aac: 0x0F
        case .mpeg1Audio: 0x03
        case .mpeg2Audio: 0x04
        case .ac3: 0x81
        case .enhancedAC3: 0x87
        }
    }

    /// The descriptors of the stream in the PMT: a registration (ISO/IEC 13818-1 2.6.8) where the type is a private one.
    var descriptors: [UInt8] {
        switch codec {
        case .ac3: [0x05, 4] + Array("AC-3".utf8)
        case .enhancedAC3: [0x05, 4] + Array("EAC3".utf8)
        case .h264, .aac, .mpeg1Audio, .mpeg2Audio: []
        }
    }

    /// `stream_id` of the PES header (ISO/IEC 13818-1 table 2-22).
    var streamID: UInt8 {
        switch codec {
        case .h264: 0xE0
        case .aac, .mpeg1Audio, .mpeg2Audio: 0xC0
        case .ac3, .enhancedAC3: 0xBD
        }
    }
}
