import TestSupport
import Testing

@testable import HLSKit

@Suite("AV1 sequence header")
struct AV1SequenceHeaderTests {
    /// The fields of a header that differ between streams.
    struct Fields: Sendable {
        var profile: UInt32 = 0
        var isReduced = false
        var hasTiming = false
        var operatingPoints = 1
        var level: UInt32 = 4
        var isHighTier = false
        var bitDepth = 8
        var isMonochrome = false
        var colour: [UInt32]?
        var isFullRange = false
        /// Chroma has half of the columns, and half of the lines; 4:2:2 of 12 bits states it.
        var subsampling = (true, true)

        /// A temporal unit: a delimiter, and the header (5.5.1).
        var temporalUnit: [UInt8] {
            var writer = BitWriter()
            writer.write(profile, 3)
            writer.write(0, 1)
            writer.write(isReduced ? 1 : 0, 1)
            if isReduced { writer.write(level, 5) } else { writeOperatingPoints(&writer) }
            writer.write(10, 4)  // frame_width_bits_minus_1
            writer.write(9, 4)
            writer.write(1_279, 11)
            writer.write(719, 10)
            if !isReduced { writer.write(0, 1) }
            writer.write(0, 3)
            if !isReduced {
                writer.write(0, 4)
                writer.write(1, 1)  // enable_order_hint
                writer.write(0, 2)
                writer.write(1, 1)  // seq_choose_screen_content_tools
                writer.write(1, 1)  // seq_choose_integer_mv
                writer.write(6, 3)
            }
            writer.write(0, 3)
            writeColour(&writer)
            writer.write(0, 1)  // film_grain_params_present
            writer.write(1, 1)  // trailing_one_bit
            let payload = writer.bytes
            return [0x12, 0, 0x0A, UInt8(payload.count)] + payload + [0x32, 1, 0x10]
        }

        private func writeOperatingPoints(_ writer: inout BitWriter) {
            writer.write(hasTiming ? 1 : 0, 1)
            if hasTiming {
                writer.write(1, 32)
                writer.write(25, 32)
                writer.write(1, 1)
                writer.writeGolomb(0)
                writer.write(1, 1)  // decoder_model_info_present_flag
                writer.write(9, 5)
                writer.write(1, 32)
                writer.write(0, 10)
            }
            writer.write(1, 1)  // initial_display_delay_present_flag
            writer.write(UInt32(operatingPoints - 1), 5)
            for number in 0..<operatingPoints {
                writer.write(0, 12)
                // The first is the one that counts.
                writer.write(number == 0 ? level : 1, 5)
                if number == 0, level > 7 { writer.write(isHighTier ? 1 : 0, 1) }
                if hasTiming {
                    writer.write(1, 1)
                    writer.write(0, 21)
                }
                writer.write(1, 1)
                writer.write(number == 0 ? 9 : 3, 4)
            }
        }

        private func writeColour(_ writer: inout BitWriter) {
            writer.write(bitDepth > 8 ? 1 : 0, 1)
            if profile == 2, bitDepth > 8 { writer.write(bitDepth == 12 ? 1 : 0, 1) }
            if profile != 1 { writer.write(isMonochrome ? 1 : 0, 1) }
            writer.write(colour == nil ? 0 : 1, 1)
            for value in colour ?? [] { writer.write(value, 8) }
            if colour == [1, 13, 0] { return writer.write(0, 1) }
            writer.write(isFullRange ? 1 : 0, 1)
            if isMonochrome { return }
            if profile == 2, bitDepth == 12 {
                writer.write(subsampling.0 ? 1 : 0, 1)
                if subsampling.0 { writer.write(subsampling.1 ? 1 : 0, 1) }
            }
            if subsampling == (true, true) { writer.write(2, 2) }
            writer.write(0, 1)
        }
    }

    static let cases: [(fields: Fields, codec: String)] = [
        (Fields(), "av01.0.04M.08.0.112.01.01.01.0"),
        (Fields(isReduced: true, level: 8), "av01.0.08M.08.0.112.01.01.01.0"),
        (
            Fields(hasTiming: true, operatingPoints: 3, level: 13, isHighTier: true, bitDepth: 10, colour: [9, 16, 9]),
            "av01.0.13H.10.0.112.09.16.09.0"
        ),
        (Fields(isMonochrome: true, isFullRange: true), "av01.0.04M.08.1.110.01.01.01.1"),
        (Fields(profile: 1, colour: [1, 13, 0], subsampling: (false, false)), "av01.1.04M.08.0.000.01.13.00.1"),
        (Fields(profile: 1, bitDepth: 10, subsampling: (false, false)), "av01.1.04M.10.0.000.01.01.01.0"),
        (Fields(profile: 2, bitDepth: 10, subsampling: (true, false)), "av01.2.04M.10.0.100.01.01.01.0"),
        (Fields(profile: 2, bitDepth: 12, subsampling: (true, true)), "av01.2.04M.12.0.112.01.01.01.0"),
        (Fields(profile: 2, bitDepth: 12, subsampling: (false, false)), "av01.2.04M.12.0.000.01.01.01.0"),
    ]

    private func read(_ unit: [UInt8]) -> AV1SequenceHeader? { AV1SequenceHeader(unit.span) }

    @Test("the configuration of MP4 is made from the header of a stream", arguments: cases)
    func configuration(fields: Fields, codec: String) throws {
        let header = try #require(self.read(fields.temporalUnit))
        #expect(header.width == 1_280 && header.height == 720)
        #expect(header.configuration.codecString(colour: header.colour ?? ColourDescription()) == codec)
        #expect(header.configuration.presentationDelay == (fields.isReduced ? nil : 9))
        // The header is the only OBU, and what it declares is the same again.
        let stored = try #require(AV1Configuration(header.configuration.payload))
        #expect(stored == header.configuration)
        #expect(self.read(stored.configurationUnits) == header)
        let entry = SampleEntry.av1(configuration: stored.payload, width: 1_280, height: 720, colour: header.colour)
        #expect(entry?.codecString == codec)
    }

    @Test("a header that ends early, and a unit without one, give nothing")
    func truncation() {
        let unit = Fields(hasTiming: true, operatingPoints: 2).temporalUnit
        let length = Int(unit[3])
        for end in 0..<4 + length { #expect(self.read(Array(unit[..<end])) == nil) }
        // A header whose size is as short as what is left of it; the trailing bits are not needed.
        for end in 1..<length - 1 {
            let short = [0x0A, UInt8(end)] + unit[4..<4 + end]
            #expect(self.read(short) == nil)
        }
        #expect(self.read([0x12, 0, 0x32, 1, 0x10]) == nil)
        #expect(self.read([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        #expect(self.read([0x0C]) == nil)
    }
}
