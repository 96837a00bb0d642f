import HLSKit

/// What streams of transport streams are that the demuxer does not cut into access units.
extension UnreadFormat {
    /// What type and descriptors tell of a stream; nil for one that is read.
    init?(_ stream: TransportStreamProgram.Stream, of program: TransportStreamProgram) {
        switch stream.codec {
        case .timedMetadata: self.init(name: "timed metadata (ID3)", kind: .other)
        case .spliceInformation: self.init(name: "splice information (SCTE-35)", kind: .other)
        case .other(let type):
            let isDisc = program.descriptors.contains { $0.tag == 0x05 && $0.bytes.starts(with: "HDMV".utf8) }
            let known =
                stream.descriptors.lazy.compactMap(Self.format).first
                ?? (isDisc ? Self.discTypes[type] : nil) ?? Self.types[type]
            let digits = String(type, radix: 16, uppercase: true)
            self = known ?? UnreadFormat(name: "stream type 0x\(type < 16 ? "0" : "")\(digits)", kind: .other)
        default: return nil
        }
    }

    /// The stream types of ISO/IEC 13818-1 table 2-34, and what others use.
    private static let types: [UInt8: UnreadFormat] = [
        0x05: UnreadFormat(name: "private sections", kind: .other),
        0x10: UnreadFormat(name: "MPEG-4 Part 2", kind: .video),
        0x1C: UnreadFormat(name: "MPEG-4 audio without headers", kind: .audio),
        0x21: UnreadFormat(name: "JPEG 2000", kind: .video),
        0x2D: UnreadFormat(name: "MPEG-H 3D Audio", kind: .audio),
        0x2E: UnreadFormat(name: "MPEG-H 3D Audio", kind: .audio),
        0x32: UnreadFormat(name: "JPEG XS", kind: .video),
        0x33: UnreadFormat(name: "VVC", kind: .video),
        0x42: UnreadFormat(name: "AVS", kind: .video),
        0x82: UnreadFormat(name: "DTS", kind: .audio),
        0x85: UnreadFormat(name: "DTS-HD", kind: .audio),
        0x8A: UnreadFormat(name: "DTS", kind: .audio),
        0xD1: UnreadFormat(name: "Dirac", kind: .video),
        0xD2: UnreadFormat(name: "AVS2", kind: .video),
        0xD4: UnreadFormat(name: "AVS3", kind: .video),
        0xEA: UnreadFormat(name: "VC-1", kind: .video),
    ]

    /// The stream types of Blu-ray Discs.
    private static let discTypes: [UInt8: UnreadFormat] = [
        0x80: UnreadFormat(name: "LPCM", kind: .audio),
        0x83: UnreadFormat(name: "Dolby TrueHD", kind: .audio),
        0x86: UnreadFormat(name: "DTS-HD", kind: .audio),
        0x90: UnreadFormat(name: "presentation graphics", kind: .text),
        0x91: UnreadFormat(name: "interactive graphics", kind: .other),
    ]

    private static let registrations: [String: UnreadFormat] = [
        "DTS1": UnreadFormat(name: "DTS", kind: .audio), "DTS2": UnreadFormat(name: "DTS", kind: .audio),
        "DTS3": UnreadFormat(name: "DTS", kind: .audio), "AC-4": UnreadFormat(name: "AC-4", kind: .audio),
        "BSSD": UnreadFormat(name: "LPCM (SMPTE ST 302)", kind: .audio),
        "mlpa": UnreadFormat(name: "Dolby TrueHD", kind: .audio), "VC-1": UnreadFormat(name: "VC-1", kind: .video),
        "drac": UnreadFormat(name: "Dirac", kind: .video), "AV01": UnreadFormat(name: "AV1", kind: .video),
        "VVC ": UnreadFormat(name: "VVC", kind: .video), "KLVA": UnreadFormat(name: "KLV metadata", kind: .other),
    ]

    /// What a descriptor tells: a registration, or one of ETSI EN 300 468 6.1.
    private static func format(_ descriptor: Descriptor) -> UnreadFormat? {
        switch descriptor.tag {
        case 0x05: registrations[String(decoding: descriptor.bytes.prefix(4), as: UTF8.self)]
        case 0x56: UnreadFormat(name: "teletext", kind: .text)
        case 0x59: UnreadFormat(name: "DVB subtitles", kind: .text)
        case 0x7B: UnreadFormat(name: "DTS", kind: .audio)
        case 0x7C: UnreadFormat(name: "AAC without headers", kind: .audio)
        case 0x7F:
            switch descriptor.bytes.first {
            case 0x0E: UnreadFormat(name: "DTS-HD", kind: .audio)
            case 0x15: UnreadFormat(name: "AC-4", kind: .audio)
            case 0x21: UnreadFormat(name: "DTS-UHD", kind: .audio)
            default: nil
            }
        default: nil
        }
    }
}

/// What tracks of MP4 are whose configuration is not read.
extension UnreadFormat {
    /// What the sample entry of a track tells; nil for one whose format is known, and for text.
    init?(_ entry: SampleEntry?, kind: MediaKind) {
        guard kind != .text, entry?.format == nil else { return nil }
        let type = entry?.codingType.description ?? "of unknown format"
        let name = Self.entries[type] ?? (entry?.codecString.isEmpty == false ? entry?.codecString : nil) ?? type
        self.init(name: name, kind: kind)
    }

    private static let entries: [String: String] = [
        "mp4v": "MPEG-4 Part 2", "dtsc": "DTS", "dtse": "DTS", "dtsh": "DTS-HD", "dtsl": "DTS-HD", "dtsx": "DTS-UHD",
        "ac-4": "AC-4", "mha1": "MPEG-H 3D Audio", "mha2": "MPEG-H 3D Audio", "mhm1": "MPEG-H 3D Audio",
        "mhm2": "MPEG-H 3D Audio", "vvc1": "VVC", "vvi1": "VVC", "vc-1": "VC-1", "apcn": "ProRes", "apch": "ProRes",
        "apcs": "ProRes", "apco": "ProRes", "ap4h": "ProRes", "ap4x": "ProRes", "s263": "H.263", "h263": "H.263",
    ]
}
