/// The configuration beside an AV1 stream, the `av1C` box ("AV1 Codec ISO Media File Format Binding" 2.3).
public struct AV1Configuration: Sendable, Hashable {
    /// `seq_profile`: 0 Main, 1 High, 2 Professional.
    public var profile: UInt8
    /// `seq_level_idx_0`: 0 to 31.
    public var level: UInt8
    /// True for the high tier.
    public var isHighTier: Bool
    /// Bits of a sample: 8, 10 or 12.
    public var bitDepth: Int
    /// True when there is no colour.
    public var isMonochrome: Bool
    /// True when chroma has half of the columns.
    public var isSubsampledHorizontally: Bool
    /// True when chroma has half of the lines.
    public var isSubsampledVertically: Bool
    /// `chroma_sample_position`: 0 unknown, 1 vertical, 2 colocated.
    public var chromaSamplePosition: UInt8

    /// The sequence header and metadata as OBUs (2.3.3); empty when the stream alone has them.
    public var configurationUnits: [UInt8]
    /// `initial_presentation_delay_minus_one`; nil when it is not stated.
    public var presentationDelay: UInt8?

    /// Reads the payload of an `av1C` box.
    ///
    /// - Returns: Nil when the bytes end early or are of another version.
    public init?(_ data: [UInt8]) {
        guard data.count >= 4, data[0] == 0x81 else { return nil }
        profile = data[1] >> 5
        level = data[1] & 31
        isHighTier = data[2] & 0x80 != 0
        bitDepth = data[2] & 0x40 == 0 ? 8 : data[2] & 0x20 == 0 ? 10 : 12
        isMonochrome = data[2] & 0x10 != 0
        isSubsampledHorizontally = data[2] & 8 != 0
        isSubsampledVertically = data[2] & 4 != 0
        chromaSamplePosition = data[2] & 3
        presentationDelay = data[3] & 0x10 == 0 ? nil : data[3] & 15
        configurationUnits = Array(data[4...])
    }

    /// The payload of an `av1C` box.
    public var payload: [UInt8] {
        let depth: UInt8 = bitDepth == 8 ? 0 : bitDepth == 10 ? 0x40 : 0x60
        let colour: UInt8 =
            (isMonochrome ? 0x10 : 0) | (isSubsampledHorizontally ? 8 : 0) | (isSubsampledVertically ? 4 : 0)
        return [
            0x81, profile << 5 | level & 31, (isHighTier ? 0x80 : 0) | depth | colour | chromaSamplePosition & 3,
            presentationDelay.map { 0x10 | $0 & 15 } ?? 0,
        ] + configurationUnits
    }

    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    public var chromaFormat: Int {
        isMonochrome ? 0 : isSubsampledVertically ? 1 : isSubsampledHorizontally ? 2 : 3
    }

    /// The codec string of section 5, such as `av01.0.04M.08`; longer when something has not its usual value.
    public func codecString(colour: ColourDescription) -> String {
        let short = "av01.\(profile).\(twoDigits(Int(level)))\(isHighTier ? "H" : "M").\(twoDigits(bitDepth))"
        var known = colour
        // What is not specified has the values of BT.709 here.
        if known.primaries == 2, known.transfer == 2, known.matrix == 2 {
            (known.primaries, known.transfer, known.matrix) = (1, 1, 1)
        }
        let position = chromaFormat == 1 ? chromaSamplePosition : 0
        let chroma = "\(isSubsampledHorizontally ? 1 : 0)\(isSubsampledVertically ? 1 : 0)\(position)"
        let numbers = [known.primaries, known.transfer, known.matrix].map { twoDigits(Int($0)) }
        let long = "\(isMonochrome ? 1 : 0).\(chroma).\(numbers.joined(separator: ".")).\(known.isFullRange ? 1 : 0)"
        return long == "0.110.01.01.01.0" || long == "0.111.01.01.01.0" ? short : "\(short).\(long)"
    }
}

/// A number with at least two decimal digits.
func twoDigits(_ number: Int) -> String {
    number < 10 ? "0\(number)" : "\(number)"
}
