import HLSKit
import TestSupport
import Testing

@Suite("Codec configurations")
struct CodecConfigurationTests {
    @Test("avcC is read: profile, level, length size and parameter sets")
    func avcC() throws {
        let bytes: [UInt8] = [1, 0x64, 0x00, 0x1F, 0xFD, 0xE1, 0, 4, 0x67, 0x64, 0, 0x1F, 1, 0, 2, 0x68, 0xEE]
        let configuration = try #require(AVCDecoderConfiguration(bytes))
        #expect(configuration.framing == .lengthPrefixed(bytes: 2))
        #expect(configuration.sequenceParameterSets == [[0x67, 0x64, 0, 0x1F]])
        #expect(configuration.pictureParameterSets == [[0x68, 0xEE]])
        #expect(configuration.codecString == "avc1.64001F")
    }

    @Test("avcC that ends early is refused", arguments: 0..<17)
    func truncatedAVCC(length: Int) {
        let bytes: [UInt8] = [1, 0x64, 0x00, 0x1F, 0xFD, 0xE1, 0, 4, 0x67, 0x64, 0, 0x1F, 1, 0, 2, 0x68, 0xEE]
        #expect(AVCDecoderConfiguration(Array(bytes.prefix(length))) == nil)
    }

    /// Sequence parameter sets that libx264 wrote, with what was asked of it.
    @Test(
        "a sequence parameter set tells size, depth and fields",
        arguments: [
            // 1280x720, High, progressive
            ("6764001FACD9405005BB011000000300100000030320F1831960", 100, 1280, 720, UInt32(1), UInt32(8), true),
            // 320x180, High: cropped from 192 lines
            ("6764000CACD941419F9F011000000300100000030320F1429960", 100, 320, 180, 1, 8, true),
            // 720x576, High 4:2:2 with 10 bits, interlaced
            ("677A001EB6CD940B424D808800000300080000030190F8A14CB0", 122, 720, 576, 2, 10, false),
        ]
    )
    func sequenceParameterSet(
        hex: String,
        profile: Int,
        width: Int,
        height: Int,
        chroma: UInt32,
        depth: UInt32,
        framesOnly: Bool
    ) throws {
        let set = try #require(H264SequenceParameterSet(nalUnit: bytes(hex)))
        #expect(Int(set.profile) == profile)
        #expect([set.width, set.height] == [width, height])
        #expect(set.chromaFormat == chroma)
        #expect(set.lumaBitDepth == depth)
        #expect(set.framesOnly == framesOnly)
    }

    @Test(
        "HE-AAC is heard at the rate of its extension, and parametric stereo as two channels",
        arguments: [
            // Object type 5, 22,050 Hz, stereo, extension 44,100 Hz.
            ([0x2B, 0x92, 0x08, 0x00], 44_100, 2),
            // Object type 29, 24,000 Hz, mono, extension 48,000 Hz.
            ([0xEB, 0x09, 0x88, 0x00], 48_000, 2),
            // AAC-LC of 24,000 Hz, mono, with a replication that is told behind it: 48,000 Hz.
            ([0x13, 0x08, 0x56, 0xE5, 0x98], 48_000, 1),
        ] as [([UInt8], Int, Int)]
    )
    func highEfficiency(bytes: [UInt8], rate: Int, channels: Int) throws {
        let descriptor: [UInt8] = [4, UInt8(15 + bytes.count), 0x40, 0x15, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        let stream =
            [3, UInt8(3 + descriptor.count + 2 + bytes.count), 0, 1, 0] + descriptor + [5, UInt8(bytes.count)]
        let entry = BoxBuilder.audio("mp4a", channels: 1, rate: 24_000, BoxBuilder.full("esds", stream + bytes))
        let movie = BoxBuilder.moov(BoxBuilder.trak(1, handler: "soun", entry: entry))
        let found = try #require(MP4File(BoxBuilder.ftyp() + movie).movie?.tracks.first?.sampleEntries.first)
        guard case .audio(let format)? = found.format else {
            Issue.record("no format")
            return
        }
        #expect(format.outputSampleRate == rate && format.channels == channels)
    }

    @Test("AudioSpecificConfig tells object type, rate and channels")
    func audioSpecificConfiguration() throws {
        let plain = try #require(AudioSpecificConfiguration([0x11, 0x90]))
        #expect(plain.objectType == 2)
        #expect(plain.sampleRate == 48_000)
        #expect(plain.channelConfiguration == 2)
        #expect(!plain.usesSpectralBandReplication)
        // HE-AAC: object type 5, core at 22,050 Hz, extension at 44,100 Hz, core AAC-LC
        let highEfficiency = try #require(AudioSpecificConfiguration([0x2B, 0x92, 0x08, 0x00]))
        #expect(highEfficiency.usesSpectralBandReplication)
        #expect(highEfficiency.objectType == 2)
        #expect(highEfficiency.sampleRate == 22_050)
        #expect(AudioSpecificConfiguration([0x11]) == nil)
    }

    @Test("a band replication told behind the core codec's configuration is read")
    func syncExtension() throws {
        let replicated = try #require(AudioSpecificConfiguration([0x13, 0x90, 0x56, 0xE5, 0xA0]))
        #expect(replicated.usesSpectralBandReplication)
        #expect(!replicated.usesParametricStereo)
        #expect(replicated.objectType == 2)
        #expect(replicated.sampleRate == 22_050)
        #expect(replicated.extensionSampleRate == 44_100)
        let stereo = try #require(AudioSpecificConfiguration([0x13, 0x88, 0x56, 0xE5, 0xA5, 0x48, 0x80]))
        #expect(stereo.usesParametricStereo)
        let denied = try #require(AudioSpecificConfiguration([0x11, 0x90, 0x56, 0xE5, 0x00]))
        #expect(!denied.usesSpectralBandReplication)
        let cut = try #require(AudioSpecificConfiguration([0x13, 0x90, 0x56, 0xE5]))
        #expect(!cut.usesSpectralBandReplication)
    }

    @Test("an ADTS header is written and read back", arguments: [0, 1, 373, 8_184])
    func adts(length: Int) throws {
        let configuration = try #require(AudioSpecificConfiguration([0x11, 0x90]))
        let header = try #require(ADTSHeader(configuration, payloadLength: length))
        var bytes: [UInt8] = []
        header.write(to: &bytes)
        #expect(bytes.count == 7)
        #expect(ADTSHeader(bytes.span) == header)
        #expect(header.frameLength == length + 7)
    }

    @Test("what ADTS cannot express is refused")
    func adtsRefusals() throws {
        var configuration = try #require(AudioSpecificConfiguration([0x11, 0x90]))
        #expect(ADTSHeader(configuration, payloadLength: 8_185) == nil)
        configuration.channelConfiguration = 0
        #expect(ADTSHeader(configuration, payloadLength: 10) == nil)
        configuration.channelConfiguration = 2
        configuration.sampleRate = 47_999
        #expect(ADTSHeader(configuration, payloadLength: 10) == nil)
        #expect(ADTSHeader([0xFF, 0xE1, 0, 0, 0, 0, 0].span) == nil)
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = hex.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
