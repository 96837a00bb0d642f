import HLSKit
import TestSupport

/// A kind of track that is written and read: the table of the tests of reader and writer, and of the fuzzer.
struct CMAFCase: Sendable, CustomStringConvertible {
    /// How the units of a track are made.
    enum Units: Sendable {
        case h264(NALUnitFraming)
        case hevc(NALUnitFraming)
        case stream(ElementaryStream.Codec)
        /// Bytes of any kind.
        case raw
    }

    var name: String
    var entry: SampleEntry
    var units: Units
    var unitForm: CMAFTrack.UnitForm = .sample

    var description: String { name }
    var isVideo: Bool { entry.width > 0 }

    func track(id: UInt32, timescale: UInt32? = nil) -> CMAFTrack {
        CMAFTrack(id: id, entry: entry, timescale: timescale, language: "fra", unitForm: unitForm)
    }

    // MARK: The table

    static let all: [Self] = video.map { Self(name: $0, entry: $1, units: $2, unitForm: $3) } + audio
    static let allVideo = all.filter(\.isVideo)
    static let allAudio = all.filter { !$0.isVideo }

    private static var video: [(String, SampleEntry, Units, CMAFTrack.UnitForm)] {
        let startCodes = NALUnitFraming.annexB
        let lengths = NALUnitFraming.lengthPrefixed(bytes: 4)
        let shortLengths = NALUnitFraming.lengthPrefixed(bytes: 2)
        var cases: [(String, SampleEntry?, Units, CMAFTrack.UnitForm)] = [
            ("avc1 with start codes", h264(), .h264(startCodes), .nalUnits(startCodes)),
            ("avc1 with lengths of two bytes", h264(), .h264(shortLengths), .nalUnits(shortLengths)),
            ("avc1 as it is", h264(), .h264(lengths), .sample),
            ("avc3", h264(hasInBandSets: true), .h264(startCodes), .nalUnits(startCodes)),
            ("hvc1", hevc(), .hevc(startCodes), .nalUnits(startCodes)),
            ("hev1", hevc(hasInBandSets: true), .hevc(startCodes), .nalUnits(startCodes)),
            (
                "av01", .av1(configuration: [0x81, 0x08, 0x4C, 0x12, 10, 11], width: 1_920, height: 1_080), .raw,
                .sample
            ),
            (
                "av01 with PQ", .av1(configuration: [0x81, 0x08, 0x4C, 0], width: 64, height: 64, colour: pq), .raw,
                .sample
            ),
            ("vp09", vp9(ColourDescription()), .raw, .sample),
            ("vp09 with PQ", vp9(pq), .raw, .sample),
        ]
        if var entry = hevc() {
            entry.colour = pq
            entry.sampleAspectRatio = SampleAspectRatio(width: 4, height: 3)
            entry.masteringDisplay = MasteringDisplay(
                chromaticities: [8_500, 39_850, 6_550, 2_300, 35_400, 14_600, 15_635, 16_450],
                greatestLuminance: 10_000_000,
                leastLuminance: 50
            )
            entry.contentLightLevel = ContentLightLevel(greatest: 1_000, greatestAverage: 400)
            entry.fieldOrder = SampleFieldOrder(fieldsPerFrame: 1, detail: 0)
            entry.bitRates = SampleBitRates(bufferBytes: 1, greatest: 5_000_000, average: 3_000_000)
            let vision: [UInt8] = [1, 0, 8 << 1, 6 << 3 | 5, 1 << 4] + BoxBuilder.zeros(19)
            entry.dolbyVision = DolbyVisionConfiguration(vision)
            cases.append(("hvc1 with every box", entry, .hevc(startCodes), .nalUnits(startCodes)))
        }
        return cases.compactMap { name, entry, units, form in entry.map { (name, $0, units, form) } }
    }

    private static var audio: [Self] {
        let cases: [(String, SampleEntry?, Units, CMAFTrack.UnitForm)] = [
            ("AAC with ADTS", .aac(configuration: [0x11, 0x90]), .stream(.aac), .adts),
            ("AAC in LATM", .aac(configuration: [0x11, 0x90]), .stream(.aacLATM), .loas),
            ("AAC as it is", .aac(configuration: [0x12, 0x10]), .raw, .sample),
            ("HE-AAC", .aac(configuration: [0x2B, 0x92, 0x08, 0x00]), .raw, .sample),
            ("AAC of 96 kHz", .aac(configuration: [0x10, 0x10]), .raw, .sample),
            ("MP3", mpegAudio([0xFF, 0xFB, 0x90, 0x40]), .stream(.mpeg1Audio), .sample),
            ("MP3 of 24 kHz", mpegAudio([0xFF, 0xF3, 0x84, 0xC0]), .raw, .sample),
            ("AC-3", dolby(.ac3), .stream(.ac3), .sample),
            ("E-AC-3", dolby(.enhancedAC3), .stream(.enhancedAC3), .sample),
            ("Opus", opus(2), .raw, .sample),
            ("Opus of six channels", opus(6), .raw, .sample),
            ("Opus in a transport stream", opus(2), .stream(.opus), .opus),
            (
                "FLAC",
                .flac(
                    streamInformation: BoxBuilder.u16(4_096) + BoxBuilder.u16(4_096) + BoxBuilder.zeros(6)
                        + [0x0B, 0xB8, 0x02, 0xF0] + BoxBuilder.zeros(20)
                ), .raw, .sample
            ),
        ]
        return cases.compactMap { name, entry, units, form in
            entry.map { Self(name: name, entry: $0, units: units, unitForm: form) }
        }
    }

    private static var pq: ColourDescription {
        var colour = ColourDescription()
        (colour.primaries, colour.transfer, colour.matrix, colour.isFullRange) = (9, 16, 9, true)
        return colour
    }

    static func h264(width: UInt32 = 20, hasInBandSets: Bool = false) -> SampleEntry? {
        AVCDecoderConfiguration(
            sequenceParameterSets: [SampleUnits.h264SequenceSet(width: width)],
            pictureParameterSets: [SampleUnits.h264PictureSet]
        ).flatMap { .h264($0, hasInBandSets: hasInBandSets) }
    }

    private static func hevc(hasInBandSets: Bool = false) -> SampleEntry? {
        HEVCDecoderConfiguration(parameterSets: SampleUnits.hevcSets)
            .flatMap { .hevc($0, hasInBandSets: hasInBandSets) }
    }

    private static func vp9(_ colour: ColourDescription) -> SampleEntry? {
        .vp9(
            VP9Configuration(profile: 2, level: 41, bitDepth: 10, chromaSubsampling: 1, colour: colour),
            width: 640,
            height: 360
        )
    }

    private static func mpegAudio(_ header: [UInt8]) -> SampleEntry? {
        MPEGAudioHeader(header.span).map { .mpegAudio($0) }
    }

    private static func dolby(_ codec: ElementaryStream.Codec) -> SampleEntry? {
        .dolbyAudio(firstUnit: SampleUnits.unit(codec, number: 0, length: 200).span)
    }

    private static func opus(_ channels: Int) -> SampleEntry? {
        OpusConfiguration(channels: channels, preSkip: 312).flatMap { .opus(configuration: $0.payload) }
    }

    // MARK: Units

    /// The unit with a number as it goes into the muxer.
    func unit(_ number: Int, isKey: Bool, length: Int) -> [UInt8] {
        switch units {
        case .h264(let framing): Self.framed(nalUnits(number, isKey: isKey, length: length), framing)
        case .hevc(let framing): Self.framed(nalUnits(number, isKey: isKey, length: length), framing)
        case .stream(let codec): SampleUnits.unit(codec, number: number, length: length)
        case .raw: (0..<max(1, length)).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) }
        }
    }

    /// The bytes that the sample of a unit has to have.
    func sample(_ number: Int, isKey: Bool, length: Int) -> [UInt8] {
        guard case .nalUnits = unitForm else { return frame(of: unit(number, isKey: isKey, length: length)) }
        let hasSets = ["avc3", "hev1"].contains(entry.type)
        let kept = nalUnits(number, isKey: isKey, length: length).filter { hasSets || !isParameterSet($0) }
        return Self.framed(kept, .lengthPrefixed(bytes: 4))
    }

    /// The bytes that the sample of a unit without NAL units has to have.
    func frame(of unit: [UInt8]) -> [UInt8] {
        switch unitForm {
        case .sample, .nalUnits: unit
        case .adts: Array(unit.dropFirst(ADTSHeader.byteCount))
        case .loas: Self.latmFrame(unit)
        case .opus: Array(unit.dropFirst(OpusControlHeader(unit.span)?.byteCount ?? 0))
        }
    }

    /// The codec of the units where a transport stream carries them.
    var codec: ElementaryStream.Codec? {
        if case .stream(let codec) = units { codec } else { nil }
    }

    private func nalUnits(_ number: Int, isKey: Bool, length: Int) -> [[UInt8]] {
        let isHEVC = entry.configurationType == "hvcC"
        let bytes =
            isHEVC
            ? SampleUnits.hevc(number: number, isKey: isKey, length: length)
            : SampleUnits.h264(number: number, isKey: isKey, length: length)
        var units: [[UInt8]] = []
        NALUnitFraming.annexB.forEachUnit(in: bytes.span) { units.append(Array(bytes[$0])) }
        return units
    }

    private func isParameterSet(_ unit: [UInt8]) -> Bool {
        entry.configurationType == "hvcC" ? (32...34).contains(unit[0] >> 1 & 63) : [7, 8].contains(unit[0] & 31)
    }

    private static func framed(_ units: [[UInt8]], _ framing: NALUnitFraming) -> [UInt8] {
        guard case .lengthPrefixed(let bytes) = framing else { return SampleUnits.joined(units) }
        return units.flatMap { unit in
            (0..<bytes).map { UInt8(truncatingIfNeeded: unit.count >> ((bytes - 1 - $0) * 8)) } + unit
        }
    }

    /// The frame of a unit of LATM, bit by bit: behind the configuration a length of bytes up to one that is not 255.
    static func latmFrame(_ unit: [UInt8]) -> [UInt8] {
        let bits = unit.dropFirst(3).flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 } }
        var at = 3 + 13 + 16 + 3 + 8 + 2
        func readByte() -> Int {
            defer { at += 8 }
            return bits[at..<at + 8].reduce(0) { $0 << 1 | Int($1) }
        }
        var length = 0
        while true {
            let byte = readByte()
            length += byte
            if byte < 255 { break }
        }
        return (0..<length).map { _ in UInt8(readByte()) }
    }
}
