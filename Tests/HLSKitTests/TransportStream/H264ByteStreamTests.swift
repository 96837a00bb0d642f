import HLSKit
import TestSupport
import Testing

@Suite("H.264 byte stream")
struct H264ByteStreamTests {
    private static let sps: [UInt8] = [0x67, 0x64, 0x00, 0x1F, 0xAC]
    private static let pps: [UInt8] = [0x68, 0xEB, 0xE3]
    private static let idr: [UInt8] = [0x65, 0x88, 0x84]
    private static let slice: [UInt8] = [0x41, 0x9A, 0x01]
    private static let sei: [UInt8] = [0x06, 0x05, 0x01]
    private static let aud: [UInt8] = [0x09, 0x10]
    private static let startCode: [UInt8] = [0, 0, 0, 1]

    private static var avcC: [UInt8] {
        [1, 0x64, 0, 0x1F, 0xFF, 0xE1, 0, UInt8(sps.count)] + sps + [1, 0, UInt8(pps.count)] + pps
    }

    private func joined(_ units: [[UInt8]]) -> [UInt8] {
        units.flatMap { Self.startCode + $0 }
    }

    private func lengthPrefixed(_ units: [[UInt8]]) -> [UInt8] {
        units.flatMap { [0, 0, 0, UInt8($0.count)] + $0 }
    }

    private func convert(_ stream: inout H264ByteStream, _ bytes: [UInt8]) -> ([UInt8], H264ByteStream.Unit) {
        var output: [UInt8] = []
        let unit = stream.append(bytes.span, to: &output)
        return (output, unit)
    }

    @Test("length-prefixed units get start codes, one delimiter, and parameter sets at IDR pictures")
    func lengthPrefixedInput() throws {
        let configuration = try #require(AVCDecoderConfiguration(Self.avcC))
        var stream = H264ByteStream(configuration: configuration)
        let (first, unit) = convert(&stream, lengthPrefixed([Self.sei, Self.idr]))
        #expect(first == joined([[0x09, 0xF0], Self.sps, Self.pps, Self.sei, Self.idr]))
        #expect(unit == .init(hasPicture: true, isRandomAccess: true))
        let (second, other) = convert(&stream, lengthPrefixed([Self.slice]))
        #expect(second == joined([[0x09, 0xF0], Self.slice]))
        #expect(other == .init(hasPicture: true, isRandomAccess: false))
    }

    @Test("delimiters and parameter sets of the source are not doubled")
    func annexBInput() {
        var stream = H264ByteStream(configuration: nil)
        let (output, _) = convert(&stream, joined([Self.aud, Self.sps, Self.pps, Self.idr, Self.aud]))
        #expect(StreamRules.nalTypes(output) == [9, 7, 8, 5])
    }

    @Test("an IDR picture without parameter sets gets those seen before")
    func rememberedSets() {
        var stream = H264ByteStream(configuration: nil)
        _ = convert(&stream, joined([Self.sps, Self.pps, Self.idr]))
        let (output, unit) = convert(&stream, joined([Self.idr]))
        #expect(StreamRules.nalTypes(output) == [9, 7, 8, 5])
        #expect(unit.isRandomAccess)
    }

    @Test("an IDR picture is no random access point while parameter sets are unknown")
    func unknownSets() {
        var stream = H264ByteStream(configuration: nil)
        let (_, unit) = convert(&stream, joined([Self.idr]))
        #expect(unit == .init(hasPicture: true, isRandomAccess: false))
    }

    @Test("a parameter set with a known identifier replaces the one before")
    func changedSets() {
        var stream = H264ByteStream(configuration: nil)
        let newSPS: [UInt8] = [0x67, 0x64, 0x00, 0x28, 0xAC]
        _ = convert(&stream, joined([Self.sps, Self.pps, Self.idr]))
        _ = convert(&stream, joined([newSPS, Self.slice]))
        let (output, _) = convert(&stream, joined([Self.idr]))
        #expect(output == joined([[0x09, 0xF0], newSPS, Self.pps, Self.idr]))
    }

    @Test("start codes of three bytes and zero bytes behind units are taken")
    func shortStartCodes() {
        var stream = H264ByteStream(configuration: nil)
        let bytes: [UInt8] = [0, 0, 1] + Self.sps + [0, 0, 0, 0, 1] + Self.pps + [0, 0, 1] + Self.idr + [0, 0]
        let (output, _) = convert(&stream, bytes)
        #expect(output == joined([[0x09, 0xF0], Self.sps, Self.pps, Self.idr]))
    }

    @Test("a unit without a slice holds no picture")
    func noPicture() {
        var stream = H264ByteStream(configuration: nil)
        #expect(!convert(&stream, joined([Self.sei])).1.hasPicture)
        #expect(!convert(&stream, []).1.hasPicture)
    }

    @Test("no bytes trap", arguments: 0..<50)
    func hostileBytes(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for size in [0, 1, 2, 3, 4, 5, 9, 40, 300] {
            var bytes = random.bytes(size).map { $0 % 4 == 0 ? 0 : $0 % 7 }
            for framing in [NALUnitFraming.annexB] + (1...4).map({ .lengthPrefixed(bytes: $0) }) {
                framing.forEachUnit(in: bytes.span) { range in #expect(!range.isEmpty && range.upperBound <= size) }
            }
            var stream = H264ByteStream(configuration: AVCDecoderConfiguration(bytes))
            _ = convert(&stream, bytes)
            bytes.insert(0x67, at: 0)
            _ = H264SequenceParameterSet(nalUnit: bytes)
            _ = AudioSpecificConfiguration(bytes)
            _ = ADTSHeader(bytes.span)
        }
    }
}
